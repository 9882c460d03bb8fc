"""Requests left for a task: what the team asked to have read before it counts: a feed, or a list of feeds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import FeedRequest

FEED, LIST, SEEN = "asked", "list asked", "seen"
POSTED = "event:"  # before the id of the event that shows a list, in the place of an address


async def pending(db: AsyncSession, what: str) -> Sequence[FeedRequest]:
    """Those still to be read, oldest first. `what`: FEED or LIST."""
    return (
        await db.exec(select(FeedRequest).where(FeedRequest.status == what).order_by(col(FeedRequest.at)))
    ).all()


async def request(db: AsyncSession, event_id: str) -> FeedRequest | None:
    return await db.get(FeedRequest, event_id)


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(FeedRequest).where(col(FeedRequest.at) < before))
