"""How many come, and in which way: the numbers that everybody may read. Pure rules over what stands."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings import answers, seats, waitlist
from storage.meetings.answers import MAYBE, NO, REMOTE
from storage.meetings.waitlist import OFFERED, SEATED, WAITING, Place
from storage.tables import Attendance, Meeting, Need, Relaunch, Seat


@dataclass(frozen=True, slots=True)
class Counts:
    """Of people who come with others, `seated`, `offered` and `waiting` count them all; the rest counts answers, one a person.

    `companions`: among the seated. `answered`: people who gave an answer. `to_confirm`: among them, those whose answer was to an earlier date.
    `polled`: besides, those who said yes to its date in a poll and have not confirmed it.
    `free`: seats that nobody has or is offered; None: there is no limit.
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


def counted(row: Meeting, entries: Iterable[Attendance], places: Sequence[Place]) -> Counts:
    everybody = answers.everybody(entries).values()
    wanted = [each for each in everybody if not each.unconfirmed]
    said = [each.answer for each in wanted]
    people = {state: sum(place.party for place in places if place.state == state) for state in (SEATED, OFFERED, WAITING)}
    return Counts(
        seated=people[SEATED],
        offered=people[OFFERED],
        waiting=people[WAITING],
        companions=sum(place.party - 1 for place in places if place.state == SEATED),
        remote=said.count(REMOTE),
        maybe=said.count(MAYBE),
        no=said.count(NO),
        answered=len(said),
        to_confirm=sum(each.revision < row.revision for each in wanted if each.answer != NO),
        polled=0 if row.revision else len(everybody) - len(wanted),  # once it has moved, they said nothing of its date
        free=waitlist.free(places, row.capacity),
    )


async def counts(db: AsyncSession, row: Meeting) -> Counts:
    """As of now; of a meeting long past, whose answers are forgotten, as they were."""
    if row.counts:
        return Counts(**row.counts)
    number = row.id
    return counted(row, await answers.of_meeting(db, number), await seats.places(db, number))


async def forget(db: AsyncSession, row: Meeting) -> None:
    """Keeps the counts, and nothing of who answered what. Done again, it changes nothing."""
    row.counts = asdict(await counts(db, row))
    db.add(row)
    for table in (Attendance, Seat, Need, Relaunch):
        await db.exec(delete(table).where(col(table.meeting_id) == row.id))
    await db.flush()
