"""Seats and the line as they are remembered; who gets what is decided in line.py."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Seat


async def of_meeting(db: AsyncSession, number: int) -> Sequence[Seat]:
    """Everybody who wants to come, in the order in which they asked."""
    query = select(Seat).where(Seat.meeting_id == number)
    return (await db.exec(query.order_by(col(Seat.since), col(Seat.asked_by), col(Seat.person)))).all()


async def of_person(db: AsyncSession, number: int, person: str) -> Seat | None:
    return await db.get(Seat, (number, person))


async def erase(db: AsyncSession, number: int) -> None:
    await db.exec(delete(Seat).where(col(Seat.meeting_id) == number))
