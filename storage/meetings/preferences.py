"""Reminder preferences, told in private; and follow-ups: who was asked for an answer already."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import FollowUp, ReminderPreference

YES, EVE, NO = "yes", "eve", "no"


async def reminders_of(db: AsyncSession, person: str) -> str | None:
    """YES, EVE or NO; None: never said."""
    row = await db.get(ReminderPreference, person)
    return row.wish if row else None


async def who_chose(db: AsyncSession, choices: Collection[str]) -> set[str]:
    return set(
        (
            await db.exec(select(ReminderPreference.person).where(col(ReminderPreference.wish).in_(choices)))
        ).all()
    )


async def set_reminders(db: AsyncSession, person: str, choice: str, at: datetime) -> None:
    await db.merge(ReminderPreference(person=person, wish=choice, at=at))
    await db.flush()


async def followed_up(db: AsyncSession, number: int) -> set[str]:
    """Who was asked for their answer, once and for all."""
    return set((await db.exec(select(FollowUp.person).where(FollowUp.meeting_id == number))).all())


async def plan_followup(db: AsyncSession, number: int, person: str, at: datetime) -> bool:
    """Whether they may be asked now; the second time never."""
    if await db.get(FollowUp, (number, person)):
        return False
    db.add(FollowUp(meeting_id=number, person=person, at=at))
    await db.flush()
    return True


async def followups(db: AsyncSession, upto: datetime) -> Sequence[tuple[int, datetime]]:
    """The meeting and the moment of each time that people are, or were, asked."""
    query = select(FollowUp.meeting_id, FollowUp.at).where(FollowUp.at <= upto).distinct()
    return [
        (number, at)
        for number, at in (await db.exec(query.order_by(col(FollowUp.at), col(FollowUp.meeting_id)))).all()
    ]


async def followups_at(db: AsyncSession, number: int, at: datetime) -> Sequence[FollowUp]:
    """Who is to be asked at that moment."""
    query = select(FollowUp).where(FollowUp.meeting_id == number, FollowUp.at == at)
    return (await db.exec(query.order_by(col(FollowUp.person)))).all()


async def next_followup(db: AsyncSession, number: int, now: datetime) -> datetime | None:
    """When the next people are to be asked."""
    query = select(FollowUp.at).where(FollowUp.meeting_id == number, FollowUp.at > now)
    return (await db.exec(query.order_by(col(FollowUp.at)).limit(1))).first()
