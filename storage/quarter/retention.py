"""Retention of what the quarter knows of people."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.quarter import hosts, steps, tours
from storage.tables import (
    AgendaPoint,
    Availability,
    CoHost,
    HostOffer,
    Meeting,
    Member,
    PointVoice,
    Room,
)

A_YEAR, HALF_A_YEAR, A_DAY = timedelta(days=365), timedelta(days=183), timedelta(days=1)


async def purge(db: AsyncSession, now: datetime) -> None:
    """Offers and time 12 months after they were said, co-animation 12 months and points 6 months after the
    meeting; what somebody offers goes with them.
    """
    await hosts.forget(db, now - A_YEAR)
    await steps.forget(db, (now - A_DAY).date())
    await tours.purge(db, now - A_DAY)
    await db.exec(delete(Availability).where(col(Availability.at) < now - A_YEAR))
    await db.exec(delete(CoHost).where(col(CoHost.meeting_id).in_(_over(now - A_YEAR))))
    old = select(AgendaPoint.id).where(col(AgendaPoint.meeting_id).in_(_over(now - HALF_A_YEAR)))
    await db.exec(delete(PointVoice).where(col(PointVoice.point_id).in_(old)))
    await db.exec(delete(AgendaPoint).where(col(AgendaPoint.id).in_(old)))
    ours = select(Room.room_id).where(Room.membership == "join")
    present = select(Member.user_id).where(Member.membership == "join", col(Member.room_id).in_(ours))
    await db.exec(delete(Availability).where(col(Availability.person).not_in(present)))
    gone = delete(HostOffer).where(col(HostOffer.person).not_in(present), col(HostOffer.status) == hosts.OPEN)
    await db.exec(gone)


def _over(before: datetime) -> SelectOfScalar[int]:
    return select(Meeting.id).where(col(Meeting.ends_at) < before)
