"""Offers to host a meeting, until one is taken."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import meetings
from storage.tables import HostOffer, Meeting
from storage.text import fold

OPEN, TAKEN = "open", "taken"


async def open_offers(db: AsyncSession, month: int | None = None) -> Sequence[HostOffer]:
    """The oldest first; `month`: those for this month, or for any."""
    query = select(HostOffer).where(HostOffer.status == OPEN)
    if month is not None:
        query = query.where(col(HostOffer.month).is_(None) | (col(HostOffer.month) == month))
    return (await db.exec(query.order_by(col(HostOffer.at), col(HostOffer.id)))).all()


async def same(db: AsyncSession, offer: HostOffer) -> HostOffer | None:
    """The offer of this person that says the same."""
    known = [each for each in await open_offers(db, offer.month) if each.person == offer.person]
    what = (offer.month, offer.capacity, fold(offer.place), fold(offer.town))
    return next(
        (row for row in known if what == (row.month, row.capacity, fold(row.place), fold(row.town))), None
    )


async def count(db: AsyncSession, person: str) -> int:
    """How many open offers they have."""
    return sum(each.person == person for each in await open_offers(db))


async def taken(db: AsyncSession, person: str, now: datetime) -> Meeting | None:
    """The meeting to come that they host."""
    query = select(Meeting).where(
        HostOffer.meeting_id == Meeting.id, HostOffer.person == person, Meeting.ends_at > now
    )
    return (await db.exec(query.where(Meeting.status == meetings.ANNOUNCED))).first()


async def hosted(db: AsyncSession, now: datetime) -> Sequence[tuple[HostOffer, Meeting]]:
    """Offers that were taken, and their meetings to come, cancelled ones too."""
    query = select(HostOffer, Meeting).where(
        HostOffer.meeting_id == Meeting.id, HostOffer.status == TAKEN, Meeting.ends_at > now
    )
    return (await db.exec(query.order_by(col(HostOffer.id)))).all()


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
