"""What the team asked to have announced."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Announcement


async def announcement(db: AsyncSession, number: int) -> Announcement | None:
    return await db.get(Announcement, number)


async def asked_by(db: AsyncSession, event_id: str) -> Announcement | None:
    return (await db.exec(select(Announcement).where(Announcement.event_id == event_id))).first()


async def planned(db: AsyncSession) -> Sequence[Announcement]:
    """What will go out, soonest first."""
    query = select(Announcement).where(Announcement.status == "planned").order_by(col(Announcement.at), col(Announcement.id))
    return (await db.exec(query)).all()


async def due(db: AsyncSession, upto: datetime) -> Sequence[Announcement]:
    return [row for row in await planned(db) if row.at <= upto]


async def next_at(db: AsyncSession, after: datetime) -> datetime | None:
    """The next instant after `after` at which one is to go out."""
    query = select(func.min(Announcement.at)).where(Announcement.status == "planned", Announcement.at > after)
    return (await db.exec(query)).one_or_none()
