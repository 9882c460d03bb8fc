"""Offers to host a meeting, until one is taken."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import meetings
from storage.tables import HostOffer, Meeting

OPEN, TAKEN = "open", "taken"


async def open_offers(db: AsyncSession, month: int | None = None) -> Sequence[HostOffer]:
    """The oldest first; `month`: those for this month, or for any."""
    query = select(HostOffer).where(HostOffer.status == OPEN)
    if month is not None:
        query = query.where(col(HostOffer.month).is_(None) | (col(HostOffer.month) == month))
    return (await db.exec(query.order_by(col(HostOffer.at), col(HostOffer.id)))).all()


async def withdraw(db: AsyncSession, person: str) -> int:
    """How many of theirs there were."""
    rows = (
        await db.exec(select(HostOffer).where(HostOffer.person == person, HostOffer.status == OPEN))
    ).all()
    for row in rows:
        await db.delete(row)
    return len(rows)


async def made_by(db: AsyncSession, event_id: str) -> HostOffer | None:
    return (await db.exec(select(HostOffer).where(HostOffer.event_id == event_id))).first()


async def placed(db: AsyncSession, now: datetime) -> Sequence[Meeting]:
    """Announced meetings to come that have a place."""
    rows = await meetings.upcoming(db, now, (meetings.ANNOUNCED,))
    return [row for row in rows if row.place or row.town]


async def forget(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(HostOffer).where(col(HostOffer.at) < before))
