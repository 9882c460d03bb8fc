"""Unreadable: encrypted events whose key never came, and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import cached_query
from storage.tables import ProcessedEvent, UnreadableEvent

MOST = 500


async def remember(db: AsyncSession, event: ProcessedEvent, withheld: str) -> None:
    await db.merge(
        UnreadableEvent(
            event_id=event.event_id,
            room_id=event.room_id,
            sender=event.sender,
            at=event.at,
            withheld=withheld,
        )
    )


@cached_query(UnreadableEvent)
async def ids(db: AsyncSession) -> frozenset[str]:
    return frozenset((await db.exec(select(UnreadableEvent.event_id))).all())


async def was_read(db: AsyncSession, event_id: str) -> None:
    """Its key came after all, or it was taken back."""
    await db.exec(delete(UnreadableEvent).where(col(UnreadableEvent.event_id) == event_id))


async def latest(db: AsyncSession) -> Sequence[UnreadableEvent]:
    """Those that stand, latest first, as many as anybody would care about."""
    query = select(UnreadableEvent).order_by(col(UnreadableEvent.at).desc(), col(UnreadableEvent.event_id))
    return (await db.exec(query.limit(MOST))).all()


async def count(db: AsyncSession, moment: datetime, *, but: str) -> int:
    """Since a moment, by others than this one."""
    query = select(func.count()).where(col(UnreadableEvent.at) >= moment, col(UnreadableEvent.sender) != but)
    return int((await db.exec(query)).one())


async def forget(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(UnreadableEvent).where(col(UnreadableEvent.at) < before))
