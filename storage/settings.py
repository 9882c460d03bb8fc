"""Settings: single remembered values by name:
where the sync is (`sync_token`), what an alias resolved to (`alias:#…`),
whether our device is trusted (`device_trust`).
"""

from collections.abc import Collection

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import KeyValue

SYNC_TOKEN = "sync_token"
WRITTEN = "written settings"  # in a session's info: the names it has set
DEVICE_TRUST = "device_trust"  # whether the bot's device is signed by its account


async def value(db: AsyncSession, name: str) -> str | None:
    row = await db.get(KeyValue, name)
    return row.value if row else None


async def values(db: AsyncSession, names: Collection[str]) -> dict[str, str]:
    """Of those that are set."""
    rows = await db.exec(select(KeyValue).where(col(KeyValue.name).in_(names)))
    return {row.name: row.value for row in rows}


async def set_value(db: AsyncSession, name: str, value: str) -> None:
    db.info.setdefault(WRITTEN, set()).add(name)
    changed = await db.exec(update(KeyValue).where(col(KeyValue.name) == name).values(value=value))
    if not changed.rowcount:
        db.add(KeyValue(name=name, value=value))
