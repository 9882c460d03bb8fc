"""What members said of themselves: their town."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Member, MemberTown, Room


async def town(db: AsyncSession, person: str) -> str | None:
    row = await db.get(MemberTown, person)
    return row.town if row else None


async def towns(db: AsyncSession) -> Mapping[str, str]:
    """By Matrix id, of those who said theirs."""
    return {row.person: row.town for row in (await db.exec(select(MemberTown))).all()}


async def set_town(db: AsyncSession, person: str, town: str, at: datetime) -> None:
    await db.merge(MemberTown(person=person, town=town, at=at))
    await db.flush()


async def forget(db: AsyncSession, person: str) -> None:
    await db.exec(delete(MemberTown).where(col(MemberTown.person) == person))


async def forget_departed(db: AsyncSession) -> None:
    """Of those who are in no room that we are in."""
    ours = select(Room.room_id).where(Room.membership == "join")
    present = select(Member.user_id).where(Member.membership == "join", col(Member.room_id).in_(ours))
    await db.exec(delete(MemberTown).where(col(MemberTown.person).not_in(present)))
