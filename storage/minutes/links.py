"""Links that were said in the rooms of a meeting on its day: which messages, then what is proposed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import DayLink

SAID, PROPOSED, KEPT = "said", "proposed", "kept"


class DueLinks(NamedTuple):
    """The messages of a meeting that hold links: room and event."""

    cause: str
    meeting: int
    events: tuple[tuple[str, str], ...]


async def due(db: AsyncSession, now: datetime) -> Sequence[DueLinks]:
    query = select(DayLink).where(DayLink.status == SAID, DayLink.due_at <= now)
    rows = (await db.exec(query.order_by(col(DayLink.meeting_id), col(DayLink.at)))).all()
    return [
        DueLinks(f"links of meeting {number}", number, tuple((row.room_id, row.event_id) for row in group))
        for number, group in groupby(rows, key=lambda row: row.meeting_id)
    ]


async def message(db: AsyncSession, event_id: str) -> DayLink | None:
    return await db.get(DayLink, event_id)


async def proposed(db: AsyncSession, meeting: int, number: int) -> DayLink | None:
    query = select(DayLink).where(
        DayLink.meeting_id == meeting, DayLink.number == number, col(DayLink.status).in_((PROPOSED, KEPT))
    )
    return (await db.exec(query)).first()


async def forget(db: AsyncSession, event_id: str) -> None:
    """The message was removed."""
    await db.exec(delete(DayLink).where(col(DayLink.event_id) == event_id))


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(DayLink).where(col(DayLink.at) < before))
