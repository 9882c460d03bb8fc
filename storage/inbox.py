"""Inbox: which events were processed, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import ProcessedEvent

UNREADABLE = "unreadable"


async def outcomes(db: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """What became of those of these events that are known."""
    query = select(ProcessedEvent.event_id, ProcessedEvent.outcome).where(
        col(ProcessedEvent.event_id).in_(ids)
    )
    return dict((await db.exec(query)).all())


async def processed(db: AsyncSession, event_id: str) -> ProcessedEvent | None:
    return await db.get(ProcessedEvent, event_id)


async def count(db: AsyncSession, sender: str, outcomes: Sequence[str], since: datetime) -> int:
    """How many events of this sender since an instant had one of these outcomes."""
    query = select(func.count()).where(
        ProcessedEvent.sender == sender,
        ProcessedEvent.at > since,
        col(ProcessedEvent.outcome).in_(outcomes),
    )
    return (await db.exec(query)).one()


async def last_of(db: AsyncSession, sender: str, before: datetime) -> datetime | None:
    """When this person last said or did something that concerned us, before an instant."""
    query = select(func.max(ProcessedEvent.at)).where(
        ProcessedEvent.sender == sender, ProcessedEvent.at < before
    )
    return (await db.exec(query)).one()


async def unreadable(db: AsyncSession, rooms: set[str] | None, since: datetime) -> list[tuple[str, str]]:
    """(room, event) of what could not be read since an instant, the latest 500, latest first."""
    query = select(ProcessedEvent.room_id, ProcessedEvent.event_id).where(
        ProcessedEvent.outcome == UNREADABLE, ProcessedEvent.at >= since
    )
    if rooms is not None:
        query = query.where(col(ProcessedEvent.room_id).in_(rooms))
    return list((await db.exec(query.order_by(col(ProcessedEvent.at).desc()).limit(500))).all())


async def forget(db: AsyncSession, before: datetime) -> int:
    """Event ids are kept 30 days: a sync never goes back further."""
    return int((await db.exec(delete(ProcessedEvent).where(col(ProcessedEvent.at) < before))).rowcount)
