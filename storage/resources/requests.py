"""What somebody recommended by replying to a message, until its link is read."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import LinkWish


async def asked(db: AsyncSession) -> Sequence[LinkWish]:
    """Oldest first."""
    return (await db.exec(select(LinkWish).order_by(col(LinkWish.at), col(LinkWish.event_id)))).all()


async def wish(db: AsyncSession, event_id: str) -> LinkWish | None:
    return await db.get(LinkWish, event_id)
