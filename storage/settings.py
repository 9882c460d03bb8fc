"""TODO docstring."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Mark

SYNC_TOKEN = "sync_token"


async def mark(db: AsyncSession, name: str) -> str | None:
    row = await db.get(Mark, name)
    return row.value if row else None


async def set_mark(db: AsyncSession, name: str, value: str) -> None:
    await db.merge(Mark(name=name, value=value))
