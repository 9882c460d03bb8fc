"""Rooms and members, as their state events said."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import cached_query
from storage.tables import Member, Room


async def room(db: AsyncSession, room_id: str) -> Room | None:
    return await db.get(Room, room_id)


async def successor(db: AsyncSession, room_id: str) -> Room | None:
    """The room that took the place of this one, and of those after it, the last that we are in; None:
    it was not replaced.
    """
    seen, found = {room_id}, None
    row = await room(db, room_id)
    while row is not None and row.successor and row.successor not in seen:
        seen.add(row.successor)
        row = await room(db, row.successor)
        found = row if row is not None and row.membership == "join" else found
    return found


async def members(db: AsyncSession, room_id: str) -> Sequence[Member]:
    return (
        await db.exec(select(Member).where(Member.room_id == room_id).order_by(col(Member.user_id)))
    ).all()


async def member(db: AsyncSession, room_id: str, user_id: str) -> Member | None:
    return await db.get(Member, (room_id, user_id))


@cached_query(Member)
async def name_of(db: AsyncSession, room_id: str, user_id: str) -> str:
    """How they are called there; "" when they are not there, or have no name."""
    row = await member(db, room_id, user_id)
    return row.name if row else ""


async def names(
    db: AsyncSession, room_ids: Collection[str], people: Collection[str] | None = None
) -> dict[str, str]:
    """How those who have joined one of these rooms are called, by id; of these people, or of all of them."""
    query = select(Member.user_id, func.max(Member.name)).where(
        Member.membership == "join", col(Member.room_id).in_(room_ids)
    )
    if people is not None:
        query = query.where(col(Member.user_id).in_(people))
    return dict((await db.exec(query.group_by(col(Member.user_id)))).all())


@cached_query(Member)
async def member_ids(db: AsyncSession, room_id: str) -> tuple[str, ...]:
    """Who is joined or invited."""
    return tuple((await db.exec(select(Member.user_id).where(Member.room_id == room_id))).all())


class RoomFacts(NamedTuple):
    """What each event asks of its room. `membership`: ours; "" for a room that we know nothing of."""

    membership: str = ""
    joined_at: datetime | None = None
    name: str = ""
    encrypted: bool = False
    join_rule: str = ""


@cached_query(Room)
async def facts(db: AsyncSession, room_id: str) -> RoomFacts:
    row = await room(db, room_id)
    if row is None:
        return RoomFacts()
    return RoomFacts(row.membership, row.joined_at, row.name, bool(row.encrypted), row.join_rule)


@cached_query(Room)
async def joined(db: AsyncSession) -> frozenset[str]:
    """The rooms that we are in."""
    return frozenset(await db.exec(select(Room.room_id).where(Room.membership == "join")))


@cached_query(Member, Room)
async def rooms_of(db: AsyncSession, user_id: str) -> frozenset[str]:
    """The rooms this person is joined to, among those we are in:
    of others we only know what somebody claims, or what was.
    """
    ours = select(Room.room_id).where(Room.membership == "join")
    query = select(Member.room_id).where(
        Member.user_id == user_id, Member.membership == "join", col(Member.room_id).in_(ours)
    )
    return frozenset((await db.exec(query)).all())


async def count(db: AsyncSession, room_ids: Collection[str]) -> tuple[int, int]:
    """How many of these rooms we are in, and how many people are joined to them, ourselves included."""
    ours = select(Room.room_id).where(Room.membership == "join", col(Room.room_id).in_(room_ids))
    joined = select(func.count(func.distinct(Member.user_id))).where(
        Member.membership == "join", col(Member.room_id).in_(ours)
    )
    rooms = (await db.exec(select(func.count()).select_from(ours.subquery()))).one()
    return rooms, (await db.exec(joined)).one()


async def direct_with(db: AsyncSession, me: str, person: str, configured: set[str]) -> Sequence[Room]:
    """Rooms outside the configured ones where only we two are joined or invited;
    the one they joined first, then by id.
    """
    anyone = aliased(Member)
    size = (
        select(func.count(col(anyone.user_id)))
        .where(col(anyone.room_id) == col(Room.room_id))
        .correlate(Room)
        .scalar_subquery()
    )
    ours = select(Member.room_id).where(Member.user_id == me, Member.membership == "join")
    query = (
        select(Room)
        .join(Member, (col(Member.room_id) == Room.room_id) & (col(Member.user_id) == person))
        .where(
            size == 2,
            col(Room.room_id).in_(ours),
            col(Room.room_id).not_in(configured),
            Room.membership == "join",
        )
        .order_by(col(Member.membership).desc(), col(Room.room_id))
    )
    return (await db.exec(query)).all()


async def within_reach(db: AsyncSession, me: str, configured: set[str]) -> frozenset[str]:
    """Everybody who has joined a room outside the configured ones with us,
    where nobody else is joined or invited.
    """
    anyone = aliased(Member)
    size = (
        select(func.count(col(anyone.user_id)))
        .where(col(anyone.room_id) == col(Room.room_id))
        .correlate(Room)
        .scalar_subquery()
    )
    ours = select(Member.room_id).where(Member.user_id == me, Member.membership == "join")
    query = (
        select(Member.user_id)
        .join(Room, col(Member.room_id) == col(Room.room_id))
        .where(Member.user_id != me, Member.membership == "join", Room.membership == "join")
        .where(size == 2, col(Room.room_id).in_(ours), col(Room.room_id).not_in(configured))
    )
    return frozenset((await db.exec(query)).all())


async def set_member(db: AsyncSession, found: Member) -> None:
    """Records who is joined or invited; any other membership takes the row away."""
    if found.membership in ("join", "invite"):
        await db.merge(found)
    else:
        await leave(db, found.room_id, found.user_id)


async def leave(db: AsyncSession, room_id: str, user_id: str | None = None) -> None:
    statement = delete(Member).where(col(Member.room_id) == room_id)
    if user_id is not None:
        statement = statement.where(col(Member.user_id) == user_id)
    await db.exec(statement)
