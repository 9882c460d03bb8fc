"""Actions decided at a meeting: who does what, before when."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Action

OPEN, DONE, DROPPED = "open", "done", "dropped"


async def of_event(db: AsyncSession, event_id: str) -> Action | None:
    return (await db.exec(select(Action).where(Action.event_id == event_id))).first()


async def action(db: AsyncSession, number: int) -> Action | None:
    return await db.get(Action, number)


async def open_ones(db: AsyncSession, person: str | None = None) -> Sequence[Action]:
    """Of everybody or of one person; the most urgent first."""
    query = select(Action).where(Action.status == OPEN)
    if person is not None:
        query = query.where(Action.person == person)
    rows = (await db.exec(query.order_by(col(Action.id)))).all()
    return sorted(rows, key=lambda row: (row.before or date.max, row.id))


async def due(db: AsyncSession, upto: datetime) -> Sequence[Action]:
    query = select(Action).where(Action.status == OPEN, Action.next_at <= upto)
    return (await db.exec(query.order_by(col(Action.next_at), col(Action.id)))).all()


async def settle(db: AsyncSession, row: Action, status: str, now: datetime, event: str) -> None:
    """`event`: the act that says so; the last one counts."""
    row.status, row.closed_at, row.closed_event = status, now, event
    db.add(row)
    await db.flush()


async def reopen(db: AsyncSession, event: str) -> Action | None:
    """The act that said it was over was taken back."""
    row = (await db.exec(select(Action).where(Action.closed_event == event))).first()
    if row is not None:
        row.status, row.closed_at, row.closed_event = OPEN, None, ""
        db.add(row)
        await db.flush()
    return row


async def purge(db: AsyncSession, before: datetime) -> None:
    """Those that were over by then."""
    await db.exec(delete(Action).where(col(Action.closed_at) < before))


async def forget(db: AsyncSession, number: int) -> None:
    """Of a meeting long past."""
    await db.exec(delete(Action).where(col(Action.meeting_id) == number))
