"""Unit of work: one transaction, what is read and written in it, and what it has said and done on the server.

Handlers of events (`Context`), runs of jobs (`Run`) and the ends of tasks are units of work: all post into
it, and what they post is committed with what they changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.network import Network
from bot.outbox.outbox import Outbox
from bot.outbox.post import Asker, Cause, File, Post, Rank
from bot.outbox.question import Ask
from bot.state_events import may_redact
from bot.text import Say
from bot.time import OfficeHours
from storage import rooms
from storage.tables import OutboxEntry


@dataclass(frozen=True, kw_only=True)
class UnitOfWork:
    """`now`: the moment by which it judges, aware UTC:
    the event's server time, or the job's planned moment, never a clock.

    `cause`: what its entries are made for; their transaction ids are hashes of it.
    """

    db: AsyncSession
    outbox: Outbox
    cause: Cause
    now: datetime

    @property
    def network(self) -> Network:
        return self.outbox.network

    @property
    def config(self) -> Config:
        return self.network.config

    @property
    def hours(self) -> OfficeHours:
        return self.outbox.hours

    async def post(self, post: Post) -> OutboxEntry:
        return await self.outbox.post(self.db, post, self.cause)

    async def post_answer(
        self, asker: Asker, answer: Say | Ask, key: str, *, files: tuple[File, ...] = ()
    ) -> OutboxEntry:
        """In place of what was answered before under this key. A question waits for its person.
        Who asked is answered, be they in silence.
        """
        return await self.outbox.post(
            self.db,
            Post(
                room=asker.room,
                person=asker.person if asker.direct else None,
                say=answer if isinstance(answer, Say) else None,
                ask=answer if isinstance(answer, Ask) else None,
                asked_to=asker.person,
                rank=Rank.ANSWER,
                key=key,
                reply_to=asker.reply_to,
                unquoted=asker.unquoted,
                thread=asker.thread,
                sealed=asker.sealed,
                files=files,
            ),
            replace(self.cause, by=asker.person),
        )

    async def amend(self, target: OutboxEntry, say: Say) -> OutboxEntry:
        """Gives a message of ours another text."""
        return await self.outbox.amend(self.db, target, say, self.cause)

    async def remove(self, target: OutboxEntry) -> None:
        """Redacts a message of ours, its edits and its files."""
        await self.outbox.remove(self.db, target, self.cause)

    async def acknowledge(self, room: str, event: str) -> OutboxEntry:
        """✅ under somebody's message whose effect shows by itself."""
        entry = OutboxEntry(
            kind="event",
            rank=Rank.ANSWER,
            room_id=room,
            type="m.reaction",
            content={"key": "✅"},
            target_event=event,
            relation="reaction",
        )
        return await self.outbox.do(self.db, entry, self.cause)

    async def redact(self, room: str, event: str) -> OutboxEntry:
        """Takes down somebody's message, where we have the power to (see `may_redact`)."""
        entry = OutboxEntry(
            kind="redact", rank=Rank.ANSWER, room_id=room, target_event=event, relation="redact"
        )
        return await self.outbox.do(self.db, entry, self.cause)

    async def may_redact(self, room: str) -> bool:
        """Whether we have the power to take down what others wrote there."""
        row = await rooms.room(self.db, room)
        return row is not None and may_redact(row, self.network.me)

    async def tell_team(self, say: Say) -> None:
        """One line of bookkeeping in the team's room, if there is one."""
        if self.network.team:
            await self.post(Post(room=self.network.team, say=say, rank=Rank.BOOKKEEPING))

    async def private_room(self, person: str) -> str | None:
        """The private room that this person has joined; None: they cannot be reached in private."""
        for room in await rooms.direct_with(self.db, self.network.me, person, self.network.configured):
            member = await rooms.member(self.db, room.room_id, person)
            if member is not None and member.membership == "join":
                return room.room_id
        return None
