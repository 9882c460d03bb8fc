"""Pairs: who takes part, the rounds, who was drawn with whom, and what they said of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.pairs.matching import Group, Pair
from storage.tables import Member, PairMember, PairRound, PairSeat, Room

DRAWN, TOLD, ASKED, MET, MISSED = "drawn", "told", "asked", "met", "missed"
CHUNK = 50  # pairs that are written to in one transaction


async def member(db: AsyncSession, person: str) -> PairMember | None:
    return await db.get(PairMember, person)


async def members(db: AsyncSession) -> set[str]:
    """Who takes part."""
    return set((await db.exec(select(PairMember.person))).all())


async def join(db: AsyncSession, person: str, now: datetime) -> bool:
    """Whether they did not take part yet."""
    if await member(db, person):
        return False
    db.add(PairMember(person=person, since=now))
    await db.flush()
    return True


async def forget(db: AsyncSession, people: Iterable[str]) -> None:
    """Who takes part no more, and whom they met."""
    for person in people:
        await db.exec(delete(PairMember).where(col(PairMember.person) == person))
        await db.exec(delete(PairSeat).where(col(PairSeat.person) == person))


async def forget_departed(db: AsyncSession) -> None:
    """Those who are in no room that we are in."""
    ours = select(Room.room_id).where(Room.membership == "join")
    present = select(Member.user_id).where(Member.membership == "join", col(Member.room_id).in_(ours))
    await db.exec(delete(PairMember).where(col(PairMember.person).not_in(present)))
    await db.exec(delete(PairSeat).where(col(PairSeat.person).not_in(present)))


async def last_round(db: AsyncSession) -> PairRound | None:
    """The latest, closed or not."""
    return (await db.exec(select(PairRound).order_by(col(PairRound.month).desc()).limit(1))).first()


async def record(db: AsyncSession, month: str, now: datetime, groups: Sequence[Group]) -> None:
    """Writes a draw down."""
    db.add(PairRound(month=month, drawn_at=now, pairs=len(groups)))
    await db.flush()
    seats = [
        {"month": month, "person": person, "number": number, "state": DRAWN}
        for number, group in enumerate(groups)
        for person in group
    ]
    if seats:
        await db.exec(insert(PairSeat), params=seats)


async def history(db: AsyncSession) -> list[Pair]:
    """Each time that two who both still take part were drawn together."""
    groups = defaultdict[tuple[str, int], list[str]](list)
    query = select(PairSeat.month, PairSeat.number, PairSeat.person)
    for month, number, person in (await db.exec(query)).all():
        groups[month, number].append(person)
    return [pair for group in groups.values() for pair in combinations(sorted(group), 2)]


async def chunks(db: AsyncSession, month: str, state: str) -> list[int]:
    """Where seats of this round are in this state, by chunks of CHUNK pairs."""
    query = select(PairSeat.number).where(PairSeat.month == month, PairSeat.state == state).distinct()
    return sorted({number // CHUNK for number in (await db.exec(query)).all()})


async def seats(db: AsyncSession, month: str, chunk: int) -> dict[int, list[PairSeat]]:
    """By pair, those of one chunk."""
    query = select(PairSeat).where(
        PairSeat.month == month, PairSeat.number >= chunk * CHUNK, PairSeat.number < (chunk + 1) * CHUNK
    )
    found = defaultdict[int, list[PairSeat]](list)
    for seat in (await db.exec(query.order_by(col(PairSeat.number), col(PairSeat.person)))).all():
        found[seat.number].append(seat)
    return dict(found)


async def partners(db: AsyncSession, month: str, person: str) -> list[str]:
    """With whom somebody was drawn that month, as far as they still take part."""
    seat = await db.get(PairSeat, (month, person))
    if seat is None:
        return []
    query = select(PairSeat.person).where(PairSeat.month == month, PairSeat.number == seat.number)
    return [each for each in (await db.exec(query.order_by(col(PairSeat.person)))).all() if each != person]


async def answer(db: AsyncSession, month: str, person: str, state: str) -> bool:
    """Whether the round still takes it: `state` is MET or MISSED."""
    seat, round_ = await db.get(PairSeat, (month, person)), await db.get(PairRound, month)
    if seat is None or round_ is None or round_.closed:
        return False
    seat.state = state
    db.add(seat)
    await db.flush()
    return True


async def close(db: AsyncSession, round_: PairRound) -> None:
    """Counts who met. Who was asked and said nothing: one more silent round in a row; who answered: none."""
    met = select(func.count(func.distinct(PairSeat.number))).where(
        PairSeat.month == round_.month, PairSeat.state == MET
    )
    round_.closed, round_.met = True, (await db.exec(met)).one()
    db.add(round_)
    await db.flush()
    for states, value in (((ASKED,), PairMember.silent_rounds + 1), ((MET, MISSED), 0)):
        those = select(PairSeat.person).where(PairSeat.month == round_.month, col(PairSeat.state).in_(states))
        statement = update(PairMember).where(col(PairMember.person).in_(those))
        await db.exec(statement.values(silent_rounds=value))


async def silent_for(db: AsyncSession, rounds: int) -> Sequence[str]:
    """Who has said nothing for so many rounds in a row."""
    query = select(PairMember.person).where(PairMember.silent_rounds >= rounds)
    return (await db.exec(query.order_by(col(PairMember.person)))).all()
