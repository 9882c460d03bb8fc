"""Roll calls and who checked in, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import answers, seats
from storage.meetings.answers import REMOTE
from storage.meetings.meetings import ANNOUNCED
from storage.meetings.waitlist import SEATED
from storage.rollcall import presence
from storage.rollcall.presence import Act, Tally
from storage.tables import CheckIn, CheckInTry, Meeting, RollCall


async def of_meeting(db: AsyncSession, number: int) -> RollCall | None:
    return await db.get(RollCall, number)


async def open_at(db: AsyncSession, now: datetime) -> Sequence[tuple[RollCall, Meeting]]:
    """Those that are open, and their meetings."""
    query = select(RollCall, Meeting).where(
        RollCall.meeting_id == Meeting.id, RollCall.opened_at <= now, RollCall.closes_at > now
    )
    return (await db.exec(query.order_by(col(RollCall.meeting_id)))).all()


async def closed_between(
    db: AsyncSession, since: datetime, upto: datetime
) -> Sequence[tuple[RollCall, Meeting]]:
    query = select(RollCall, Meeting).where(
        RollCall.meeting_id == Meeting.id, RollCall.closes_at > since, RollCall.closes_at <= upto
    )
    return (await db.exec(query.order_by(col(RollCall.meeting_id)))).all()


async def untold(db: AsyncSession, upto: datetime) -> Sequence[tuple[RollCall, Meeting]]:
    """Those whose close, by then, nobody was told of."""
    query = select(RollCall, Meeting).where(
        RollCall.meeting_id == Meeting.id, col(RollCall.told).is_(False), RollCall.closes_at <= upto
    )
    return (await db.exec(query.order_by(col(RollCall.closes_at)))).all()


async def to_evaluate(db: AsyncSession, upto: datetime) -> Sequence[tuple[RollCall, Meeting]]:
    """Those that are over, and of which nobody was asked what they thought."""
    query = select(RollCall, Meeting).where(
        RollCall.meeting_id == Meeting.id, col(RollCall.evaluated).is_(False), RollCall.closes_at <= upto
    )
    return (await db.exec(query.order_by(col(RollCall.meeting_id)))).all()


async def latest(db: AsyncSession, upto: Meeting, most: int) -> Sequence[tuple[RollCall, Meeting]]:
    """The last meetings that had a roll call, down to that one; in the order of time."""
    query = select(RollCall, Meeting).where(
        RollCall.meeting_id == Meeting.id, Meeting.status == ANNOUNCED, Meeting.starts_at <= upto.starts_at
    )
    rows = (
        await db.exec(query.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()).limit(most))
    ).all()
    return list(reversed(rows))


async def last_begun(db: AsyncSession, before: datetime) -> Meeting | None:
    """The last announced meeting that begins before that moment."""
    query = select(Meeting).where(Meeting.status == ANNOUNCED, Meeting.starts_at < before)
    return (await db.exec(query.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()))).first()


async def check_in(db: AsyncSession, act: Act) -> CheckIn:
    known = await of_person(db, act.meeting, act.person)
    row = presence.check_in(known, act)
    db.add(row)
    await db.flush()
    return row


async def of_person(db: AsyncSession, number: int, person: str) -> CheckIn | None:
    return await db.get(CheckIn, (number, person))


async def of_event(db: AsyncSession, event_id: str) -> CheckIn | None:
    return (await db.exec(select(CheckIn).where(CheckIn.event_id == event_id))).first()


async def take_back(db: AsyncSession, row: CheckIn) -> None:
    """As if they had never checked in."""
    await db.delete(row)
    await db.flush()


async def everybody(db: AsyncSession, number: int) -> Sequence[CheckIn]:
    """In the order of their names."""
    query = select(CheckIn).where(CheckIn.meeting_id == number)
    return (await db.exec(query.order_by(col(CheckIn.name), col(CheckIn.person)))).all()


async def by_number(db: AsyncSession, number: str) -> CheckIn | None:
    """Whose attestation has this number, if they were there."""
    row = (await db.exec(select(CheckIn).where(CheckIn.number == number))).first()
    return row if row is not None and not row.removed else None


async def last_of_person(db: AsyncSession, person: str) -> Meeting | None:
    """The last meeting that they were at."""
    query = select(Meeting).where(
        CheckIn.meeting_id == Meeting.id, CheckIn.person == person, col(CheckIn.removed).is_(False)
    )
    return (await db.exec(query.order_by(col(Meeting.starts_at).desc()))).first()


async def tries(db: AsyncSession, number: int, person: str) -> int:
    row = await db.get(CheckInTry, (number, person))
    return row.tries if row else 0


async def count_try(db: AsyncSession, number: int, person: str) -> int:
    """One wrong word more; how many there are."""
    row = await db.get(CheckInTry, (number, person)) or CheckInTry(meeting_id=number, person=person)
    row.tries += 1
    db.add(row)
    await db.flush()
    return row.tries


async def forget_tries(db: AsyncSession, number: int) -> None:
    await db.exec(delete(CheckInTry).where(col(CheckInTry.meeting_id) == number))


async def expected(db: AsyncSession, number: int) -> set[str]:
    """Who has a seat, or follows from afar."""
    seated = {seat.person for seat in await seats.of_meeting(db, number) if seat.state == SEATED}
    current = await answers.of_everybody(db, number)
    return seated | {person for person, each in current.items() if each.answer == REMOTE}


async def tally(db: AsyncSession, roll: RollCall) -> Tally:
    """As of now; of a meeting long past, as it was."""
    if roll.counts:
        return Tally(**roll.counts)
    number = roll.meeting_id
    return presence.tally(await everybody(db, number), await expected(db, number))


async def forget(db: AsyncSession, number: int) -> None:
    """Keeps the counts, and nothing of who was there. Done again, it changes nothing."""
    roll = await of_meeting(db, number)
    if roll is not None:
        roll.counts = asdict(await tally(db, roll))
        db.add(roll)
    for table in (CheckIn, CheckInTry):
        await db.exec(delete(table).where(col(table.meeting_id) == number))
    await db.flush()


async def restart(db: AsyncSession, number: int) -> None:
    """The meeting is on another day: nobody was there yet."""
    for table in (CheckIn, CheckInTry):
        await db.exec(delete(table).where(col(table.meeting_id) == number))
    await db.flush()
