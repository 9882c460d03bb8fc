"""What somebody recommended by replying to a message, until its link is read."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import LinkRequest


async def asked(db: AsyncSession) -> Sequence[LinkRequest]:
    """Oldest first."""
    return (await db.exec(select(LinkRequest).order_by(col(LinkRequest.at), col(LinkRequest.event_id)))).all()


async def wish(db: AsyncSession, event_id: str) -> LinkRequest | None:
    return await db.get(LinkRequest, event_id)
