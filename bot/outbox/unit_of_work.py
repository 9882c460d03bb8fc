"""The outbox as whoever speaks sees it, inside one transaction."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.network import Network
from bot.outbox.outbox import Outbox
from bot.outbox.post import Cause, Post, Rank
from bot.text import Say
from bot.time import OfficeHours
from storage.tables import OutboxEntry


@dataclass(frozen=True)
class Posting:
    """The outbox as a handler or a job sees it: in its transaction, in its name."""

    outbox: Outbox
    db: AsyncSession
    cause: Cause

    @property
    def network(self) -> Network:
        return self.outbox.network

    @property
    def hours(self) -> OfficeHours:
        return self.outbox.hours

    async def post(self, post: Post) -> OutboxEntry:
        return await self.outbox.post(self.db, post, self.cause)

    async def amend(self, target: OutboxEntry, say: Say) -> OutboxEntry:
        return await self.outbox.amend(self.db, target, say, self.cause)

    async def remove(self, target: OutboxEntry) -> None:
        await self.outbox.remove(self.db, target, self.cause)

    async def tick(self, room: str, event: str) -> OutboxEntry:
        """✅ under somebody's message whose effect shows by itself."""
        entry = OutboxEntry(kind="event", rank=Rank.ANSWER, room_id=room, type="m.reaction", content={"key": "✅"}, target_event=event, relation="reaction")  # type: ignore[call-arg]
        return await self.outbox.do(self.db, entry, self.cause)

    async def tell_team(self, say: Say) -> None:
        """One line of bookkeeping in the team's room, if there is one."""
        if self.network.team:
            await self.post(Post(room=self.network.team, say=say, rank=Rank.BOOKKEEPING))
