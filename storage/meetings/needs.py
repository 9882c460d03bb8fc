"""Access and meal needs, as people told them in private: for the team, and not for long."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Meeting, Need

ACCESS, MEAL = "access", "meal"
KINDS = (ACCESS, MEAL)


async def need(db: AsyncSession, number: int, person: str, kind: str) -> Need | None:
    return await db.get(Need, (number, person, kind))


async def of_person(db: AsyncSession, number: int, person: str) -> Sequence[Need]:
    """What it takes to come, then what they eat."""
    return (
        await db.exec(
            select(Need).where(Need.meeting_id == number, Need.person == person).order_by(col(Need.kind))
        )
    ).all()


async def of_meeting(db: AsyncSession, number: int) -> Sequence[Need]:
    """By kind, in the order in which they were told."""
    return (
        await db.exec(
            select(Need)
            .where(Need.meeting_id == number)
            .order_by(col(Need.kind), col(Need.at), col(Need.person))
        )
    ).all()


async def record(db: AsyncSession, row: Need) -> None:
    """In place of what they said before; an empty one takes it away."""
    if row.text:
        await db.merge(row)
    else:
        same = (
            col(Need.meeting_id) == row.meeting_id,
            col(Need.person) == row.person,
            col(Need.kind) == row.kind,
        )
        await db.exec(delete(Need).where(*same))
    await db.flush()


async def take_back(db: AsyncSession, person: str, event_id: str) -> bool:
    """The message that told it is gone; whether it told something that was still known."""
    same = (col(Need.event_id) == event_id, col(Need.person) == person)
    return bool((await db.exec(delete(Need).where(*same))).rowcount)


async def forget(db: AsyncSession, ended: datetime) -> bool:
    """Those of meetings that ended by then; whether there were any."""
    old = select(Meeting.id).where(col(Meeting.ends_at) <= ended)
    return bool((await db.exec(delete(Need).where(col(Need.meeting_id).in_(old)))).rowcount)
