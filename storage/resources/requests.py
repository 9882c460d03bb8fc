"""Requests left for a task: what was recommended by replying to a message, until its link is read;
a file to take in, until it is reported on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import ImportRequest, LinkRequest

ASKED, SEEN = "asked", "seen"  # of a file


async def pending_links(db: AsyncSession) -> Sequence[LinkRequest]:
    """Oldest first."""
    return (await db.exec(select(LinkRequest).order_by(col(LinkRequest.at), col(LinkRequest.event_id)))).all()


async def link_request(db: AsyncSession, event_id: str) -> LinkRequest | None:
    return await db.get(LinkRequest, event_id)


async def pending_imports(db: AsyncSession) -> Sequence[ImportRequest]:
    """The files still to be read, oldest first."""
    return (
        await db.exec(
            select(ImportRequest).where(ImportRequest.status == ASKED).order_by(col(ImportRequest.at))
        )
    ).all()


async def import_request(db: AsyncSession, event_id: str) -> ImportRequest | None:
    return await db.get(ImportRequest, event_id)


async def purge_imports(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(ImportRequest).where(col(ImportRequest.at) < before))
