"""Audit trail, who changed what of a resource: kept as long as the resource, shown to the team."""

from collections.abc import Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Change

RETIRED, BACK, PINNED, UNPINNED = "retired", "back", "pinned", "unpinned"  # besides the name of a field


async def history(db: AsyncSession, n: int, most: int) -> Sequence[Change]:
    """The latest changes of a resource, the last one first."""
    return (
        await db.exec(
            select(Change).where(Change.resource_id == n).order_by(col(Change.id).desc()).limit(most)
        )
    ).all()


async def count(db: AsyncSession, n: int) -> int:
    return (await db.exec(select(func.count()).select_from(Change).where(Change.resource_id == n))).one()
