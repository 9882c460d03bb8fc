"""What somebody was shown the beginning of, for « suite ». It says what they looked for: kept a day."""

from datetime import datetime

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Listing


async def last(db: AsyncSession, person: str, room: str) -> Listing | None:
    return await db.get(Listing, (person, room))


async def remember(db: AsyncSession, listing: Listing) -> None:
    """In the place of the one before."""
    await db.merge(listing)
    await db.flush()


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(Listing).where(col(Listing.at) < before))
