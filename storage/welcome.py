"""Welcome: who was greeted, who waits for it, and who was there before us."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Member, Room, Welcome

KNOWN, WAITING, GREETED = "known", "waiting", "greeted"


async def status(db: AsyncSession, person: str) -> str | None:
    """None: never seen."""
    row = await db.get(Welcome, person)
    return row.status if row else None


async def record(db: AsyncSession, person: str, status: str, at: datetime) -> None:
    await db.merge(Welcome(person=person, status=status, at=at))
    await db.flush()


async def add(db: AsyncSession, moments: Mapping[str, datetime], status: str) -> None:
    """People who were never seen, with the moment of each."""
    if moments:
        rows = [{"person": each, "status": status, "at": at} for each, at in moments.items()]
        await db.exec(insert(Welcome), params=rows)


async def unknown(db: AsyncSession, people: Collection[str]) -> list[str]:
    """Those of these people who were never seen."""
    seen = set((await db.exec(select(Welcome.person))).all())
    return sorted(set(people) - seen)


async def waiting(db: AsyncSession, upto: datetime) -> Sequence[Welcome]:
    """Who is to be greeted by then, the first one first."""
    query = select(Welcome).where(Welcome.status == WAITING, Welcome.at <= upto)
    return (await db.exec(query.order_by(col(Welcome.at), col(Welcome.person)))).all()


async def count_since(db: AsyncSession, since: datetime) -> int:
    """How many were greeted since then, or are to be."""
    query = select(func.count()).where(col(Welcome.status).in_((WAITING, GREETED)), Welcome.at > since)
    return (await db.exec(query)).one()


async def purge(db: AsyncSession, now: datetime, before: datetime) -> None:
    """Notes who is in no room of ours any more; forgets those who were found so before an instant."""
    ours = select(Room.room_id).where(Room.membership == "join")
    present = select(Member.user_id).where(Member.membership == "join", col(Member.room_id).in_(ours))
    there, gone = col(Welcome.person).in_(present), col(Welcome.left_at)
    await db.exec(update(Welcome).where(there, gone.is_not(None)).values(left_at=None))
    await db.exec(update(Welcome).where(~there, gone.is_(None)).values(left_at=now))
    await db.exec(delete(Welcome).where(gone < before))
