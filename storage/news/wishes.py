"""What the team asked to have read before it counts: a feed, or a list of feeds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import FeedWish

FEED, LIST, SEEN = "asked", "list asked", "seen"
POSTED = "event:"  # before the id of the event that shows a list, in the place of an address


async def asked(db: AsyncSession, what: str) -> Sequence[FeedWish]:
    """Those still to be read, oldest first. `what`: FEED or LIST."""
    return (await db.exec(select(FeedWish).where(FeedWish.status == what).order_by(col(FeedWish.at)))).all()


async def wish(db: AsyncSession, event_id: str) -> FeedWish | None:
    return await db.get(FeedWish, event_id)


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(FeedWish).where(col(FeedWish.at) < before))
