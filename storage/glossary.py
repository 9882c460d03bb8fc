"""Glossary: what the team added to it, or put right."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Acronym


async def added(db: AsyncSession) -> Sequence[Acronym]:
    return (await db.exec(select(Acronym).order_by(col(Acronym.folded)))).all()


async def write(db: AsyncSession, entry: Acronym) -> None:
    """In the place of what it said before."""
    await db.merge(entry)
    await db.flush()


async def remove(db: AsyncSession, folded: str) -> bool:
    """Whether there was one."""
    row = await db.get(Acronym, folded)
    if row is None:
        return False
    await db.delete(row)
    await db.flush()
    return True
