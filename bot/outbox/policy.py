"""Send policy: what holds an entry back when it is to be sent:
office hours, budget, privacy, the silence of a person, a target that is gone, a moment that is past.
"""

from datetime import datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox.outbox import Outbox
from bot.outbox.post import Cause, Post, Rank
from bot.text import Say
from storage import outbox as entries
from storage import questions, rooms, silence
from storage.tables import OutboxEntry

# what was for now is, later, an announcement like others: nobody meant the middle of the night
URGENT = timedelta(hours=1)
# a server remembers transaction ids for 24 h: past that, only the sync knows what we did
SEARCH_AFTER = timedelta(hours=23)
LOOK_AGAIN = timedelta(days=7)  # at what a silence without end holds
# what rings nowhere, and keeps true what somebody has already (MSC3958: edits notify nobody)
UNHEARD = ("edit", "reaction", "redact", "yield")


class SendPolicy:
    """`synced_at`: when the last sync that was handled began; nothing is sent before the first one."""

    def __init__(self, outbox: Outbox) -> None:
        self.network = outbox.network
        self.hours = outbox.hours
        self.outbox = outbox
        self.synced_at: datetime | None = None

    async def allows(self, db: AsyncSession, entry: OutboxEntry, now: datetime) -> bool:
        """Whether this entry goes out now; if not, it says until when it waits or what became of it."""
        reason = await self._undeliverable(db, entry)
        if reason:
            entry.status, entry.error = entries.DROPPED, reason
        elif self._must_listen_first(entry, now):
            entry.next_try = now + timedelta(seconds=5)
        elif (silent := await self._silent(db, entry, now)) is not None:
            await self._hold(db, entry, now, silent)
        elif entry.until and now > entry.until:
            await self.fail(db, entry, now, "late")
        else:
            wait = await self.wait(db, entry, now)
            if wait is None:
                return True
            entry.not_before = wait
        db.add(entry)
        return False

    async def fail(self, db: AsyncSession, entry: OutboxEntry, now: datetime, reason: str) -> None:
        """Settles an entry that will not go out, and tells the team once (not of its own room's troubles:
        that would go round in circles).
        """
        entry.status, entry.error = entries.DROPPED if reason == "late" else entries.REFUSED, reason
        db.add(entry)
        team = self.network.team
        if (
            team is None
            or entry.room_id == team
            or entry.kind in ("leave", "join")
            or entry.relation in ("reaction", "yield")
            or (entry.kind == "redact" and entry.target_event is not None)
        ):
            return
        why = REASONS.get(reason, Say("le salon l’a refusé"))
        title = (
            Say("{title}", title=entry.title or _title(entry))
            if entry.room_id in self.network.configured
            else Say("un message privé")
        )
        say = Say(
            "Je n’ai pas pu envoyer ce message : {title} ({why}). Rien d’autre n’est touché.",
            title=title,
            why=why,
        )
        await self.outbox.post(
            db, Post(room=team, say=say, rank=Rank.BOOKKEEPING), Cause(id=f"lost:{entry.txn}", at=now)
        )

    async def _silent(self, db: AsyncSession, entry: OutboxEntry, now: datetime) -> datetime | None:
        """When the silence of a person who would be disturbed ends; None: nobody would be."""
        ends = await silence.ends(db)
        if not ends or entry.relation in UNHEARD or entry.kind in ("redact", "join", "leave"):
            return None
        if entry.status != entries.WAITING or entry.room_id in self.network.configured:
            return None
        people = await rooms.member_ids(db, entry.room_id) if entry.room_id else _invited(entry)
        found = [ends[each] for each in people if each in ends and each != entry.asked_by]
        held = [end or now + LOOK_AGAIN for end in found if end is None or now < end]
        return max(held, default=None)

    async def _hold(self, db: AsyncSession, entry: OutboxEntry, now: datetime, end: datetime) -> None:
        """Until the silence ends; what would be of no use then is dropped, and nobody is told."""
        last = entry.until or await questions.expiry(db, entry.id)
        entry.error = entries.SILENCE
        if last is not None and last <= now:
            entry.status = entries.DROPPED
        else:
            entry.not_before = end if last is None else min(end, last)

    def _must_listen_first(self, entry: OutboxEntry, now: datetime) -> bool:
        """Only the sync can tell what became of an old try, of one that is not made again,
        or of a room that may have been opened.
        """
        if entry.tried_at is None or entry.last_tried is None:
            return False
        unsure = (
            entry.kind == "create"
            or now - entry.tried_at > SEARCH_AFTER
            or (entry.until is not None and now > entry.until)
        )
        return unsure and (self.synced_at is None or self.synced_at <= entry.last_tried)

    async def _undeliverable(self, db: AsyncSession, entry: OutboxEntry) -> str | None:
        for other in (entry.target_act, entry.follows):
            parent = await db.get(OutboxEntry, other) if other else None
            if parent and parent.status in entries.FAILED and entry.relation != "redact":
                return "target"
        if entry.kind in ("create", "join") or entry.room_id is None:
            return None
        if (await rooms.facts(db, entry.room_id)).membership == "leave":
            return "left"
        if entry.person and entry.room_id not in self.network.configured:
            others = {*await rooms.member_ids(db, entry.room_id)} - {self.network.me, entry.person}
            return "private" if others else None
        return None

    async def wait(self, db: AsyncSession, entry: OutboxEntry, now: datetime) -> datetime | None:
        """Until when an announcement waits; None: it may go."""
        if (
            not entry.announcement
            or entry.room_id is None
            or (entry.urgent and now - entry.not_before < URGENT)
        ):
            return None
        if not self.hours.open(now):
            return self.hours.next_open(now)
        today = now.astimezone(self.hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if await entries.announced_since(db, entry.room_id, today) < self.network.config.budget.announcements:
            return None
        tomorrow = datetime.combine(today.date() + timedelta(days=1), time(0), self.hours.zone)
        return self.hours.next_open(tomorrow)


REASONS = {"late": Say("le moment est passé"), "too large": Say("le message est trop long")}


def _invited(entry: OutboxEntry) -> list[str]:
    """Whom an entry without a room is for: it opens one, or waits for the one that does."""
    return [entry.person] if entry.person else list(entry.content.get("invite", ()))


def _title(entry: OutboxEntry) -> str:
    """The beginning of what was for a room of the network, for the team alone."""
    body = entry.content.get("body", "")
    return f"« {str(body)[:60]} »" if body else entry.kind
