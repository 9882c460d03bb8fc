"""Attendance counts: how many come, and in which way; the numbers that everybody may read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import answers, seats, waitlist
from storage.meetings.answers import MAYBE, NO, REMOTE
from storage.meetings.waitlist import OFFERED, SEATED, WAITING, Seat
from storage.tables import Attendance, FollowUp, Meeting, Need, SeatRecord


@dataclass(frozen=True, slots=True)
class Counts:
    """Of people who come with others, `seated`, `offered` and `waiting` count them all;
    the rest counts answers, one a person.

    `companions`: among the seated. `answered`: people who gave an answer. `to_confirm`: among them, those
    whose answer was to an earlier date. `polled`: besides, those who said yes to its date in a poll and have
    not confirmed it. `free`: seats that nobody has or is offered; None: there is no limit.
    """

    seated: int = 0
    offered: int = 0
    waiting: int = 0
    companions: int = 0
    remote: int = 0
    maybe: int = 0
    no: int = 0
    answered: int = 0
    to_confirm: int = 0
    polled: int = 0
    free: int | None = None


def count(row: Meeting, entries: Iterable[Attendance], seats: Sequence[Seat]) -> Counts:
    everybody = answers.by_person(entries).values()
    wanted = [each for each in everybody if not each.unconfirmed]
    given = [each.answer for each in wanted]
    seated = {
        state: sum(seat.party for seat in seats if seat.state == state)
        for state in (SEATED, OFFERED, WAITING)
    }
    return Counts(
        seated=seated[SEATED],
        offered=seated[OFFERED],
        waiting=seated[WAITING],
        companions=sum(seat.party - 1 for seat in seats if seat.state == SEATED),
        remote=given.count(REMOTE),
        maybe=given.count(MAYBE),
        no=given.count(NO),
        answered=len(given),
        to_confirm=sum(each.revision < row.revision for each in wanted if each.answer != NO),
        # once it has moved, they said nothing of its date
        polled=0 if row.revision else len(everybody) - len(wanted),
        free=waitlist.free_seats(seats, row.capacity),
    )


async def of_meeting(db: AsyncSession, row: Meeting) -> Counts:
    """As of now; of a meeting long past, whose answers are forgotten, as they were."""
    if row.counts:
        return Counts(**row.counts)
    number = row.id
    return count(row, await answers.of_meeting(db, number), await seats.of_meeting(db, number))


async def forget(db: AsyncSession, row: Meeting) -> None:
    """Keeps the counts, and nothing of who answered what. Done again, it changes nothing."""
    row.counts = asdict(await of_meeting(db, row))
    db.add(row)
    for table in (Attendance, SeatRecord, Need, FollowUp):
        await db.exec(delete(table).where(col(table.meeting_id) == row.id))
    await db.flush()
