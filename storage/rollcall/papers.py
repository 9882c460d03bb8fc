"""Papers that were asked for: rows left for tasks."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import PaperRequest

ATTESTATION, REPORT, MINUTES = "attestation", "report", "minutes"


class DuePaper(NamedTuple):
    """`content`: what the task needs; see each."""

    cause: str
    content: dict[str, object]


async def pending(db: AsyncSession, kind: str) -> Sequence[DuePaper]:
    """Oldest first."""
    query = select(PaperRequest).where(PaperRequest.kind == kind).order_by(col(PaperRequest.at))
    return [DuePaper(row.event_id, dict(row.content)) for row in (await db.exec(query)).all()]


async def take(db: AsyncSession, event_id: str) -> PaperRequest | None:
    """The request, which asks no more; None: it was seen to already."""
    row = await db.get(PaperRequest, event_id)
    if row is not None:
        await db.delete(row)
    return row


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(PaperRequest).where(col(PaperRequest.at) < before))
