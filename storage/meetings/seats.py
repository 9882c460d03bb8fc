"""Seats and the line as they are remembered; who gets what is decided in waitlist.py.

Whoever changes something here holds the one write transaction: nobody else sees, or takes, the same seat meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import answers, waitlist
from storage.meetings.meetings import ANNOUNCED
from storage.meetings.waitlist import OFFERED, WAITING, Place, Request, Rules, WaitlistEvent, Withdraw
from storage.tables import Meeting, Seat

# Its columns and no rows: hundreds of people are read again at each of hundreds of taps.
_PLACES: Any = columns(*(getattr(Seat, each) for each in Place.__slots__))


@dataclass(frozen=True, slots=True)
class Cause:
    """What made the answer of this person look different: an act of theirs, or one that takes an act back. `whole`: see waitlist.Request."""

    person: str
    event_id: str
    whole: bool = False


def terms(row: Meeting, now: datetime, until: datetime | None = None, reachable: frozenset[str] = frozenset()) -> Rules:
    """Of this meeting; without `until` nothing is offered yet: the next tick does it."""
    return Rules(now, row.starts_at, row.capacity, until, reachable)


async def places(db: AsyncSession, number: int) -> tuple[Place, ...]:
    """Of everybody who wants to come, in the order in which they asked."""
    query = _PLACES.where(col(Seat.meeting_id) == number)
    found = (await db.exec(query.order_by(col(Seat.since), col(Seat.asked_by), col(Seat.person)))).all()
    return tuple(Place(*row) for row in found)


async def place(db: AsyncSession, number: int, person: str) -> Place | None:
    row = await db.get(Seat, (number, person))
    return Place(**row.model_dump(exclude={"meeting_id"})) if row else None


async def apply(db: AsyncSession, number: int, happened: WaitlistEvent, known: Rules) -> waitlist.Outcome:
    """Does what the rules say, and returns it: what is to be said is for the caller to say."""
    before = await places(db, number)
    after = waitlist.after(before, happened, known)
    for gone in {each.person for each in before} - {each.person for each in after.places}:
        await db.exec(delete(Seat).where(col(Seat.meeting_id) == number, col(Seat.person) == gone))
    for each in set(after.places) - set(before):
        await db.merge(Seat(meeting_id=number, **{name: getattr(each, name) for name in each.__slots__}))
    await db.flush()
    return after


async def settle(db: AsyncSession, row: Meeting, cause: Cause, known: Rules) -> waitlist.Outcome:
    """Brings the seats in line with what this person wants, from their acts that stand.

    To be called after each act of theirs, and after each one taken back; any number of times.
    """
    number, person, event_id = row.id, cause.person, cause.event_id
    wanted = await answers.answer_of(db, number, person)
    if wanted is None or wanted.answer != answers.YES or wanted.unconfirmed:
        return await apply(db, number, Withdraw(person), known)
    wish = Request(person, wanted.party, event_id, said=wanted.event_id == event_id, whole=cause.whole)
    return await apply(db, number, wish, known)


async def to_look_at(db: AsyncSession, now: datetime) -> Sequence[Meeting]:
    """Announced, not begun, and somebody waits or is offered a seat: time may change something there."""
    moving = select(Seat.meeting_id).where(col(Seat.state).in_((WAITING, OFFERED)))
    query = select(Meeting).where(Meeting.status == ANNOUNCED, Meeting.starts_at > now, col(Meeting.id).in_(moving))
    return (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
