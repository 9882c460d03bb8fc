"""Pause: until when the team has suspended what is sent by itself; the reminders of the eve do not ask."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox, settings
from storage.tables import KeyValue

HOLD = "hold"


async def held(db: AsyncSession, at: datetime) -> bool:
    """Whether what would go out by itself at this moment is suspended."""
    until = await held_until(db)
    return until is not None and at < until


async def held_until(db: AsyncSession) -> datetime | None:
    """The moment of the last suspension's end, be it past."""
    value = await settings.value(db, HOLD)
    return datetime.fromisoformat(value) if value else None


async def hold(db: AsyncSession, until: datetime) -> None:
    """What waits for the end of a suspension that is there already waits for this one."""
    if (before := await held_until(db)) is not None:
        await outbox.put_off(db, before, until)
    await settings.set_value(db, HOLD, until.isoformat())


async def release(db: AsyncSession, now: datetime) -> None:
    """What waits for the end need not wait longer."""
    if (before := await held_until(db)) is not None:
        await outbox.put_off(db, before, now)
    if (row := await db.get(KeyValue, HOLD)) is not None:
        await db.delete(row)
