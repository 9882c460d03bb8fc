"""Co-animation: who offers to, who was asked, and how much time people would give."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Availability, CoHost

VOLUNTEER, ASKED, ACCEPTED, DECLINED, SILENT = "volunteer", "asked", "accepted", "declined", "silent"
COHOSTING = (VOLUNTEER, ACCEPTED)


async def cohost(db: AsyncSession, meeting: int, person: str) -> CoHost | None:
    return await db.get(CoHost, (meeting, person))


async def volunteered_by(db: AsyncSession, event_id: str) -> CoHost | None:
    """Who volunteered with this message, and still does."""
    query = select(CoHost).where(CoHost.event_id == event_id, CoHost.state == VOLUNTEER)
    return (await db.exec(query)).first()


async def of_meeting(db: AsyncSession, meeting: int) -> Sequence[CoHost]:
    """In the order in which they said so, or were asked."""
    query = select(CoHost).where(CoHost.meeting_id == meeting)
    return (await db.exec(query.order_by(col(CoHost.at), col(CoHost.person)))).all()


async def names(db: AsyncSession, meeting: int) -> list[str]:
    """Of those who co-animate it."""
    return [row.name for row in await of_meeting(db, meeting) if row.state in COHOSTING]


async def asked(db: AsyncSession) -> Sequence[CoHost]:
    """Those who have not answered yet."""
    query = select(CoHost).where(CoHost.state == ASKED)
    return (await db.exec(query.order_by(col(CoHost.at), col(CoHost.person)))).all()


async def how_often(db: AsyncSession, since: datetime) -> Mapping[str, int]:
    """How many meetings each person has co-animated, or will, of those agreed since."""
    query = select(CoHost.person, func.count()).where(col(CoHost.state).in_(COHOSTING), CoHost.at >= since)
    return dict((await db.exec(query.group_by(col(CoHost.person)))).all())


async def ever_asked(db: AsyncSession) -> set[str]:
    """Who was asked by the team, or offered: within what is kept."""
    return set((await db.exec(select(CoHost.person).distinct())).all())


async def availability(db: AsyncSession, person: str) -> Availability | None:
    return await db.get(Availability, person)


async def available_by(db: AsyncSession, event_id: str) -> Availability | None:
    """What this message said."""
    return (await db.exec(select(Availability).where(Availability.event_id == event_id))).first()


async def available(db: AsyncSession) -> Sequence[Availability]:
    """Whoever said how much time they have; the one who said so first goes first."""
    return (
        await db.exec(select(Availability).order_by(col(Availability.at), col(Availability.person)))
    ).all()
