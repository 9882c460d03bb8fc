"""When the contact is away, and who stands in."""

from datetime import date

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Absence


async def on(db: AsyncSession, day: date) -> Absence | None:
    query = select(Absence).where(Absence.first <= day, Absence.last >= day)
    return (await db.exec(query.order_by(col(Absence.id).desc()))).first()


async def following(db: AsyncSession, day: date) -> Absence | None:
    """The one that is on, or the next."""
    query = select(Absence).where(Absence.last >= day)
    return (await db.exec(query.order_by(col(Absence.first)))).first()


async def replace(db: AsyncSession, row: Absence | None, today: date) -> None:
    """What was planned gives way to it; None: nothing is planned any more. The past stays a year."""
    await db.exec(delete(Absence).where(col(Absence.last) >= today))
    if row is not None:
        db.add(row)


async def forget(db: AsyncSession, before: date) -> None:
    await db.exec(delete(Absence).where(col(Absence.last) < before))
