"""Announcements that the team asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Announcement


async def announcement(db: AsyncSession, number: int) -> Announcement | None:
    return await db.get(Announcement, number)


async def by_event(db: AsyncSession, event_id: str) -> Announcement | None:
    return (await db.exec(select(Announcement).where(Announcement.event_id == event_id))).first()


async def planned(db: AsyncSession) -> Sequence[Announcement]:
    """What will go out, soonest first."""
    query = (
        select(Announcement)
        .where(Announcement.status == "planned")
        .order_by(col(Announcement.at), col(Announcement.id))
    )
    return (await db.exec(query)).all()


async def due(db: AsyncSession, upto: datetime) -> Sequence[Announcement]:
    return [row for row in await planned(db) if row.at <= upto]


async def purge(db: AsyncSession, before: datetime) -> None:
    """Forgets those that were for before an instant and wait for nothing any more:
    published, cancelled, never confirmed.
    """
    await db.exec(
        delete(Announcement).where(col(Announcement.at) < before, col(Announcement.status) != "planned")
    )
