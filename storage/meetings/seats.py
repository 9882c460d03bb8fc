"""Seats and the waitlist in the database; who gets what is decided in waitlist.py.

Whoever changes something here holds the one write transaction: nobody else sees, or takes, the same seat
meanwhile.
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
from storage.meetings.waitlist import OFFERED, WAITING, Request, Rules, Seat, WaitlistEvent, Withdraw
from storage.tables import Meeting, SeatRecord

# Its columns and no rows: hundreds of people are read again at each of hundreds of taps.
_COLUMNS: Any = columns(*(getattr(SeatRecord, each) for each in Seat.__slots__))


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What made the answer of this person look different: an act of theirs, or one that takes an act back.
    `together`: see Request.
    """

    person: str
    event_id: str
    together: bool = False


def rules(
    row: Meeting, now: datetime, until: datetime | None = None, reachable: frozenset[str] = frozenset()
) -> Rules:
    """Of this meeting; without `until` nothing is offered yet: the next tick does it."""
    return Rules(now, row.starts_at, row.capacity, until, reachable)


async def of_meeting(db: AsyncSession, number: int) -> tuple[Seat, ...]:
    """Of everybody who wants to come, in the order in which they asked."""
    query = _COLUMNS.where(col(SeatRecord.meeting_id) == number)
    found = (
        await db.exec(query.order_by(col(SeatRecord.since), col(SeatRecord.asked_by), col(SeatRecord.person)))
    ).all()
    return tuple(Seat(*row) for row in found)


async def of_person(db: AsyncSession, number: int, person: str) -> Seat | None:
    row = await db.get(SeatRecord, (number, person))
    return Seat(**row.model_dump(exclude={"meeting_id"})) if row else None


async def apply(db: AsyncSession, number: int, event: WaitlistEvent, rules: Rules) -> waitlist.Outcome:
    """Does what the rules say, and returns it: what is to be said is for the caller to say."""
    before = await of_meeting(db, number)
    outcome = waitlist.allocate(before, event, rules)
    for person in {each.person for each in before} - {each.person for each in outcome.seats}:
        await db.exec(
            delete(SeatRecord).where(col(SeatRecord.meeting_id) == number, col(SeatRecord.person) == person)
        )
    for each in set(outcome.seats) - set(before):
        await db.merge(
            SeatRecord(meeting_id=number, **{name: getattr(each, name) for name in each.__slots__})
        )
    await db.flush()
    return outcome


async def reallocate(db: AsyncSession, row: Meeting, change: AnswerChange, rules: Rules) -> waitlist.Outcome:
    """Brings the seats in line with what this person wants, from their acts that stand.

    To be called after each act of theirs, and after each one taken back; any number of times.
    """
    number, person, event_id = row.id, change.person, change.event_id
    wanted = await answers.answer_of(db, number, person)
    if wanted is None or wanted.answer != answers.YES or wanted.unconfirmed:
        return await apply(db, number, Withdraw(person), rules)
    request = Request(
        person, wanted.party, event_id, is_new=wanted.event_id == event_id, together=change.together
    )
    return await apply(db, number, request, rules)


async def with_waitlist(db: AsyncSession, now: datetime) -> Sequence[Meeting]:
    """Announced, not begun, and somebody waits or is offered a seat: time may change something there."""
    moving = select(SeatRecord.meeting_id).where(col(SeatRecord.state).in_((WAITING, OFFERED)))
    query = select(Meeting).where(
        Meeting.status == ANNOUNCED, Meeting.starts_at > now, col(Meeting.id).in_(moving)
    )
    return (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
