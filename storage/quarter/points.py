"""Points that members propose for a meeting's programme, and who supports them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, distinct, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import AgendaPoint, PointVoice

CARD = "point:"


def card_key(number: int) -> str:
    return f"{CARD}{number}"


async def point(db: AsyncSession, number: int) -> AgendaPoint | None:
    return await db.get(AgendaPoint, number)


async def made_by(db: AsyncSession, event_id: str) -> AgendaPoint | None:
    return (await db.exec(select(AgendaPoint).where(AgendaPoint.event_id == event_id))).first()


async def of_meeting(db: AsyncSession, meeting: int) -> list[AgendaPoint]:
    """Most supported first, then the oldest."""
    rows = (await db.exec(select(AgendaPoint).where(AgendaPoint.meeting_id == meeting))).all()
    votes = await voices(db, [row.id for row in rows])
    return sorted(rows, key=lambda row: (-votes.get(row.id, 0), row.id))


async def voices(db: AsyncSession, numbers: Sequence[int]) -> Mapping[int, int]:
    """How many people support each."""
    query = select(PointVoice.point_id, func.count(distinct(col(PointVoice.person)))).where(
        col(PointVoice.point_id).in_(numbers)
    )
    return dict((await db.exec(query.group_by(col(PointVoice.point_id)))).all())


async def take_back_voice(db: AsyncSession, event_id: str) -> None:
    await db.exec(delete(PointVoice).where(col(PointVoice.event_id) == event_id))


async def withdraw(db: AsyncSession, row: AgendaPoint) -> None:
    await db.exec(delete(PointVoice).where(col(PointVoice.point_id) == row.id))
    await db.delete(row)
