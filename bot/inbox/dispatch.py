"""What an event means to the bot:
our own entries coming back, what rooms are, what people say, tap and take back.
"""

import logging
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handlers import Handlers
from bot.inbox import room_state
from bot.inbox.context import Contexts, with_caption
from bot.inbox.messages import Messages
from bot.inbox.reactions import Reactions
from bot.inbox.result import DONE, IGNORED, Outcome
from bot.inbox.room_state import Rooms
from bot.matrix.events import Batch, Event, RoomUpdate
from bot.matrix.parse import string
from bot.matrix.polls import BALLOTS, ENDS
from bot.network import Network
from bot.outbox import Cause, Outbox, Rank, UnitOfWork, chips
from bot.outbox.outbox import MARKER
from bot.text import Say
from storage import inbox, rooms, settings, unreadable
from storage import outbox as entries
from storage.errors import is_operational_error
from storage.tables import OutboxEntry, ProcessedEvent, Room
from storage.transaction import savepoint

log = logging.getLogger(__name__)


class Dispatcher:
    def __init__(self, outbox: Outbox, handlers: Handlers) -> None:
        self._outbox = outbox
        self._network: Network = outbox.network
        self._rooms = Rooms(outbox.network)
        contexts = Contexts(outbox, handlers.commands)
        self._messages = Messages(contexts, handlers)
        self._reactions = Reactions(contexts, handlers)

    async def apply_room_updates(self, db: AsyncSession, batch: Batch) -> None:
        """Rooms that came, went or invite, and gaps too wide to read."""
        encrypted = {
            event.room
            for event in batch.events
            if event.type == "m.room.encryption" and event.state_key == ""
        }
        for update in batch.rooms:
            if not await self._is_news(db, update) and update.room not in encrypted:
                continue
            try:
                async with savepoint(db):
                    await self._update(db, update, batch, encrypted)
            except Exception as error:
                if is_operational_error(error):
                    raise
                log.exception("inbox: what the server says of room %s could not be taken", update.room)
        for room_id in batch.overflow:
            await self._overflowed(db, room_id, batch)

    async def _is_news(self, db: AsyncSession, update: RoomUpdate) -> bool:
        """Whether it says more of its room than what was said there."""
        joined = update.membership == "join" and (await rooms.facts(db, update.room)).membership == "join"
        return bool(update.state) or not joined

    async def _update(self, db: AsyncSession, update: RoomUpdate, batch: Batch, encrypted: set[str]) -> None:
        room = await self._rooms.update(db, update, batch.began)
        if room.room_id in encrypted:
            room.encrypted = True  # before anything is sent there, whichever slice the event is in
        await db.flush()
        if update.membership == "invite":
            cause = Cause(id=f"invite:{room.room_id}:{room.inviter}:{batch.since}", at=batch.began)
            await room_state.answer_invitation(db, self._unit(db, cause), room)
        elif any(event.type == "m.room.tombstone" for event in update.state):  # upgraded while we were away
            await self._follow(db, room, batch.began)

    async def _overflowed(self, db: AsyncSession, room_id: str, batch: Batch) -> None:
        """The team is told once, even if the batch is heard again."""
        cause = Cause(id=f"overflow:{room_id}:{batch.since}", at=batch.began)
        if await entries.caused_by(db, cause.id):
            return
        row = await rooms.room(db, room_id)
        say = Say(
            "Pendant mon absence, plus de 5 000 messages ont été écrits dans « {room} ». Je n’ai pas lu "
            "les plus anciens.",
            room=row.name if row else room_id,
        )
        await self._unit(db, cause).tell_team(say)

    async def concerns_us(self, db: AsyncSession, batch: Batch) -> bool:
        if batch.overflow or any([await self._is_news(db, update) for update in batch.rooms]):
            return True
        for event in batch.events:
            if event.unreadable or await self.is_relevant(db, event):
                return True
        return False

    async def is_relevant(self, db: AsyncSession, event: Event) -> bool:
        """Chatter, and what we said ourselves and know of, is told from the rest by reading only."""
        if event.state_key is not None or event.type == "m.room.redaction":
            return True
        if event.sender == self._network.me:
            return not self._outbox.is_settled(_txn(event), event.id)
        if event.encrypted and event.id in await unreadable.ids(db):
            return True  # its key came after all
        return event.type != "m.room.message" or await self._messages.is_relevant(db, event)

    async def handle(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        """Handles one event; returns what became of it."""
        if event.sender == self._network.me:
            await self._own(db, event)
        if event.state_key is not None:
            return await self._state(db, event)
        if event.type == "m.room.redaction" and event.redacts:
            return await self._redaction(db, event)
        joined_at = (await rooms.facts(db, event.room)).joined_at
        if event.sender == self._network.me or (joined_at and event.at < joined_at):
            return IGNORED
        if event.type == "m.room.message":
            return await self._messages.message(db, event, batch)
        if event.type in BALLOTS:
            return await self._reactions.ballot(db, event)
        if event.type in ENDS:
            return await self._reactions.ended(db, event)
        return await self._reactions.reaction(db, event) if event.type == "m.reaction" else IGNORED

    async def apologise(self, db: AsyncSession, event: Event, batch: Batch) -> None:
        await self._messages.apologise(db, with_caption(event))

    async def _own(self, db: AsyncSession, event: Event) -> None:
        """What we did comes back: recorded before anything that points to it."""
        if txn := _txn(event):
            await entries.sent(db, txn, event.id, event.at)
        if event.type == MARKER and isinstance(event.content.get("act"), str):
            await entries.sent(db, event.content["act"], event.room, event.at)
        await db.flush()

    async def _state(self, db: AsyncSession, event: Event) -> Outcome:
        room = await rooms.room(db, event.room) or Room(room_id=event.room)
        change = await self._rooms.apply(db, room, event)
        before_us = room.joined_at is not None and event.at < room.joined_at
        if change.came and not before_us and room.room_id in self._network.configured:
            await self._messages.joined(db, event, change.came)
        if change.successor:
            await self._follow(db, room, event.at)
        return DONE

    async def _follow(self, db: AsyncSession, room: Room, at: datetime) -> None:
        """A configured room was upgraded: the bot goes on in the new one."""
        address = self._network.replace(room.room_id, room.successor) if room.successor else None
        cause = Cause(id=f"upgrade:{room.room_id}:{room.successor}", at=at)
        if address is None or await entries.caused_by(db, cause.id):
            return
        await settings.set_value(db, f"alias:{address}", room.successor)
        entry = OutboxEntry(kind="join", rank=Rank.ANSWER, room_id=room.successor)
        await self._outbox.do(db, entry, cause)

    async def _redaction(self, db: AsyncSession, event: Event) -> Outcome:
        """Something was taken back: what waits for it is withdrawn;
        what we have not seen yet will not count.
        """
        target = event.redacts or ""
        row = await inbox.processed(db, target)
        if row is not None and row.room_id != event.room:
            return IGNORED  # of another room: not for this one's powers to take back
        if row is None or row.outcome == inbox.UNREADABLE:
            await db.merge(
                ProcessedEvent(event_id=target, room_id=event.room, sender="", at=event.at, outcome="removed")
            )
            await unreadable.was_read(db, target)
        else:
            await self._taken_back(db, event, row)
        entry = await entries.by_event(db, target)
        if entry is not None and entry.status == entries.SENT and entry.room_id == event.room:
            entry.status = entries.REMOVED
            db.add(entry)
            published = entry.announcement or (
                entry.message_key and not entry.message_key.startswith(entries.ANSWER)
            )
            if published and event.sender != self._network.me and event.room in self._network.configured:
                await self._tell_removed(db, entry, event)
        return DONE

    async def _taken_back(self, db: AsyncSession, event: Event, row: ProcessedEvent) -> None:
        """Undone where its subject knows how. A tap that we take away ourselves was overruled, not undone."""
        await chips.removed(self._unit(db, Cause(id=event.id, at=event.at)), row.event_id)
        if event.sender != self._network.me:
            await self._reactions.undo(db, event, row)
            await self._messages.undo(db, event, row)
        await entries.withdraw(db, row.event_id)

    async def _tell_removed(self, db: AsyncSession, entry: OutboxEntry, event: Event) -> None:
        row = await rooms.room(db, event.room)
        title = entry.title or f"« {string(entry.content, 'body')[:60]} »"
        say = Say(
            "Un de mes messages a été supprimé dans « {room} » : {title}. Je ne le publierai pas de nouveau.",
            room=row.name if row else "",
            title=title,
        )
        await self._unit(db, Cause(id=event.id, at=event.at)).tell_team(say)

    def _unit(self, db: AsyncSession, cause: Cause) -> UnitOfWork:
        return UnitOfWork(outbox=self._outbox, db=db, cause=cause, now=cause.at)


def _txn(event: Event) -> str:
    """The transaction id under which we sent this; "" if we did not, or if another session of ours did."""
    return event.txn or string(event.content, MARKER)
