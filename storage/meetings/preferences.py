"""What people told in private about meetings: which reminders they accept; and who was asked for an answer already."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Relaunch, ReminderWish

YES, EVE, NO = "yes", "eve", "no"


async def wish(db: AsyncSession, person: str) -> str | None:
    """YES, EVE or NO; None: never said."""
    row = await db.get(ReminderWish, person)
    return row.wish if row else None


async def wishing(db: AsyncSession, wishes: Collection[str]) -> set[str]:
    return set((await db.exec(select(ReminderWish.person).where(col(ReminderWish.wish).in_(wishes)))).all())


async def say_wish(db: AsyncSession, person: str, said: str, at: datetime) -> None:
    await db.merge(ReminderWish(person=person, wish=said, at=at))
    await db.flush()


async def relaunched(db: AsyncSession, number: int) -> set[str]:
    """Who was asked for their answer, once and for all."""
    return set((await db.exec(select(Relaunch.person).where(Relaunch.meeting_id == number))).all())


async def relaunch(db: AsyncSession, number: int, person: str, at: datetime) -> bool:
    """Whether they may be asked now; the second time never."""
    if await db.get(Relaunch, (number, person)):
        return False
    db.add(Relaunch(meeting_id=number, person=person, at=at))
    await db.flush()
    return True


async def relaunches(db: AsyncSession, upto: datetime) -> Sequence[tuple[int, datetime]]:
    """The meeting and the moment of each time that people are, or were, asked."""
    query = select(Relaunch.meeting_id, Relaunch.at).where(Relaunch.at <= upto).distinct()
    return [(number, at) for number, at in (await db.exec(query.order_by(col(Relaunch.at), col(Relaunch.meeting_id)))).all()]


async def to_relaunch(db: AsyncSession, number: int, at: datetime) -> Sequence[Relaunch]:
    """Who is to be asked at that moment."""
    query = select(Relaunch).where(Relaunch.meeting_id == number, Relaunch.at == at)
    return (await db.exec(query.order_by(col(Relaunch.person)))).all()


async def relaunch_ahead(db: AsyncSession, number: int, now: datetime) -> datetime | None:
    """When the next people are to be asked."""
    query = select(Relaunch.at).where(Relaunch.meeting_id == number, Relaunch.at > now)
    return (await db.exec(query.order_by(col(Relaunch.at)).limit(1))).first()
