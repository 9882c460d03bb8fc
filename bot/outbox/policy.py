"""What holds an act back at the moment of sending: office hours, the day's budget, privacy, a target that is gone, a moment that is past."""

from datetime import datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox.outbox import Outbox
from bot.outbox.post import Cause, Post, Rank
from bot.text import Say
from storage import outbox as acts
from storage import rooms
from storage.tables import Act

URGENT = timedelta(hours=1)  # what was for now is, later, an announcement like others: nobody meant the middle of the night
SEARCH_AFTER = timedelta(hours=23)  # a server remembers transaction ids for 24 h: past that, only the sync knows what we did


class Rules:
    """`heard`: when the last sync that was handled began; nothing is sent before the first one."""

    def __init__(self, outbox: Outbox) -> None:
        self.network = outbox.network
        self.hours = outbox.hours
        self.outbox = outbox
        self.heard: datetime | None = None

    async def may_send(self, db: AsyncSession, act: Act, now: datetime) -> bool:
        """Whether this act goes out now; if not, the act says until when it waits or what became of it."""
        reason = await self._lost(db, act)
        if reason:
            act.status, act.error = acts.DROPPED, reason
        elif self._must_listen_first(act, now):
            act.next_try = now + timedelta(seconds=5)
        elif act.until and now > act.until:
            await self.give_up(db, act, now, "late")
        else:
            wait = await self._wait(db, act, now)
            if wait is None:
                return True
            act.not_before = wait
        db.add(act)
        return False

    async def give_up(self, db: AsyncSession, act: Act, now: datetime, reason: str) -> None:
        """Settles an act that will not go out, and tells the team once (not of its own room's troubles: that would go round in circles)."""
        act.status, act.error = acts.DROPPED if reason == "late" else acts.REFUSED, reason
        db.add(act)
        team = self.network.team
        if team is None or act.room_id == team or act.kind in ("leave", "join") or act.relation == "reaction":
            return
        why = REASONS.get(reason, Say("le salon l’a refusé"))
        title = Say("{title}", title=act.title or _title(act)) if act.room_id in self.network.configured else Say("un message privé")
        say = Say("Je n’ai pas pu envoyer ce message : {title} ({why}). Rien d’autre n’est touché.", title=title, why=why)
        await self.outbox.post(db, Post(room=team, say=say, rank=Rank.BOOKKEEPING), Cause(id=f"lost:{act.txn}", at=now))

    def _must_listen_first(self, act: Act, now: datetime) -> bool:
        """Only the sync can tell what became of an old try, of one that is not made again, or of a room that may have been opened."""
        if act.tried_at is None or act.last_tried is None:
            return False
        unsure = act.kind == "create" or now - act.tried_at > SEARCH_AFTER or (act.until is not None and now > act.until)
        return unsure and (self.heard is None or self.heard <= act.last_tried)

    async def _lost(self, db: AsyncSession, act: Act) -> str | None:
        for other in (act.target_act, act.follows):
            parent = await db.get(Act, other) if other else None
            if parent and parent.status in acts.LOST and act.relation != "redact":
                return "target"
        if act.kind in ("create", "join") or act.room_id is None:
            return None
        room = await rooms.room(db, act.room_id)
        if room and room.membership == "leave":
            return "left"
        if act.person and act.room_id not in self.network.configured:
            others = {row.user_id for row in await rooms.members(db, act.room_id)} - {self.network.me, act.person}
            return "private" if others else None
        return None

    async def _wait(self, db: AsyncSession, act: Act, now: datetime) -> datetime | None:
        """Until when an announcement waits; None: it may go."""
        if not act.announcement or act.room_id is None or (act.urgent and now - act.not_before < URGENT):
            return None
        if not self.hours.open(now):
            return self.hours.next_open(now)
        today = now.astimezone(self.hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if await acts.announced_since(db, act.room_id, today) < self.network.config.budget.announcements:
            return None
        tomorrow = datetime.combine(today.date() + timedelta(days=1), time(0), self.hours.zone)
        return self.hours.next_open(tomorrow)


REASONS = {"late": Say("le moment est passé"), "too large": Say("le message est trop long")}


def _title(act: Act) -> str:
    """The beginning of what was for a room of the network, for the team alone."""
    body = act.content.get("body", "")
    return f"« {str(body)[:60]} »" if body else act.kind
