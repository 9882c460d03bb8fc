"""The minutes of meetings."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Minutes


async def of_meeting(db: AsyncSession, number: int) -> Minutes | None:
    return await db.get(Minutes, number)


async def record(db: AsyncSession, row: Minutes) -> None:
    """In the place of earlier ones."""
    await db.merge(row)
    await db.flush()
