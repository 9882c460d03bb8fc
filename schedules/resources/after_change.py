"""What follows from any change of a resource: it is found by what it says now, and its cards say it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from schedules.resources.card import refreshed
from storage.resources import index
from storage.tables import Resource


async def changed(db: AsyncSession, row: Resource, rank: Rank = Rank.BOOKKEEPING) -> list[Post]:
    """To be called with a row that was changed, or is new: the posts bring its cards up to date, where it has any (see `refreshed`)."""
    db.add(row)
    await db.flush()
    await index.index(db, row)
    return await refreshed(db, row, rank)
