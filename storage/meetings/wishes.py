"""What people told in private about meetings: which reminders they accept, what they need; and who was asked for an answer already."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Meeting, Need, Relaunch, ReminderWish

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


async def need(db: AsyncSession, number: int, person: str) -> Need | None:
    return await db.get(Need, (number, person))


async def needs(db: AsyncSession, number: int) -> Sequence[Need]:
    """By person."""
    return (await db.exec(select(Need).where(Need.meeting_id == number).order_by(col(Need.person)))).all()


async def say_need(db: AsyncSession, row: Need) -> None:
    """In place of what they said before; an empty one takes it away."""
    if row.text:
        await db.merge(row)
    else:
        await db.exec(delete(Need).where(col(Need.meeting_id) == row.meeting_id, col(Need.person) == row.person))
    await db.flush()


async def forget_needs(db: AsyncSession, ended: datetime) -> bool:
    """Those of meetings that ended by then; whether there were any."""
    old = select(Meeting.id).where(col(Meeting.ends_at) <= ended)
    return bool((await db.exec(delete(Need).where(col(Need.meeting_id).in_(old)))).rowcount)


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
