"""TODO docstring."""

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import KeyValue

SYNC_TOKEN = "sync_token"


async def value(db: AsyncSession, name: str) -> str | None:
    row = await db.get(KeyValue, name)
    return row.value if row else None


async def set_value(db: AsyncSession, name: str, value: str) -> None:
    await db.merge(KeyValue(name=name, value=value))
