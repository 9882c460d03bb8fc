"""Requests for the picture of the tour, until it is drawn."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import TourRequest


async def pending(db: AsyncSession) -> Sequence[TourRequest]:
    """Oldest first."""
    return (await db.exec(select(TourRequest).order_by(col(TourRequest.at), col(TourRequest.event_id)))).all()


async def request(db: AsyncSession, event_id: str) -> TourRequest | None:
    return await db.get(TourRequest, event_id)


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(TourRequest).where(col(TourRequest.at) < before))
