"""RSVP: the acts of answering, kept one by one, so that taking one back brings back the answer before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, takewhile

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Attendance

TAP, TEXT, TEAM = "tap", "text", "team"
YES, REMOTE, MAYBE, NO = "yes", "remote", "maybe", "no"
UNCONFIRMED = -1  # the revision of a yes to a poll on dates: it answers no date of the meeting yet


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wants. `party`: people, themselves included; `others`: who they are; `event_id`:
    the act that decided.
    """

    person: str
    name: str
    answer: str
    party: int
    others: str
    event_id: str
    at: datetime
    revision: int
    by: str

    @property
    def unconfirmed(self) -> bool:
        """A yes to a poll on dates, and nothing since: no answer to the meeting yet, and no seat."""
        return self.revision == UNCONFIRMED


def current(entries: Iterable[Attendance]) -> Answer | None:
    """What one person wants, from all their acts that stand:
    the latest decides, by server time, then by event id.

    A tap, or what was answered as shortly, says nothing of who comes along: that stays as the latest words of
    the same answer said, if nothing else was answered since.
    """
    newest_first = sorted(entries, key=lambda entry: (entry.at, entry.event_id), reverse=True)
    if not newest_first:
        return None
    last = newest_first[0]
    same = list(takewhile(lambda entry: entry.answer == last.answer, newest_first))
    in_words = next((entry for entry in same if entry.way != TAP), last)
    return Answer(
        last.person,
        last.name,
        last.answer,
        in_words.party,
        in_words.others,
        last.event_id,
        last.at,
        last.revision,
        last.by,
    )


def by_person(entries: Iterable[Attendance]) -> dict[str, Answer]:
    """What each one wants, by person."""
    grouped = groupby(sorted(entries, key=lambda entry: entry.person), key=lambda entry: entry.person)
    return {person: answer for person, each in grouped if (answer := current(each))}


async def record(db: AsyncSession, row: Attendance) -> None:
    """The same act again takes its own place."""
    await db.merge(row)
    await db.flush()


async def of_event(db: AsyncSession, event_id: str) -> Attendance | None:
    return await db.get(Attendance, event_id)


async def take_back(db: AsyncSession, event_id: str) -> Attendance | None:
    """As if this act had never been; returns what it was, None when it was no answer that stands."""
    row = await of_event(db, event_id)
    if row is not None:
        await db.delete(row)
        await db.flush()
    return row


async def of_meeting(db: AsyncSession, number: int) -> Sequence[Attendance]:
    """Every act that stands, of everybody, in their order."""
    query = select(Attendance).where(Attendance.meeting_id == number)
    return (await db.exec(query.order_by(col(Attendance.at), col(Attendance.event_id)))).all()


async def of_person(db: AsyncSession, number: int, person: str) -> Sequence[Attendance]:
    """Their acts that stand, in their order."""
    query = select(Attendance).where(Attendance.meeting_id == number, Attendance.person == person)
    return (await db.exec(query.order_by(col(Attendance.at), col(Attendance.event_id)))).all()


async def answer_of(db: AsyncSession, number: int, person: str) -> Answer | None:
    return current(await of_person(db, number, person))


async def of_everybody(db: AsyncSession, number: int) -> dict[str, Answer]:
    return by_person(await of_meeting(db, number))


async def respondents(db: AsyncSession, number: int) -> set[str]:
    """Who has an answer that stands, whichever; a yes to the poll on its date is none."""
    query = select(Attendance.person).where(
        Attendance.meeting_id == number, Attendance.revision != UNCONFIRMED
    )
    return set((await db.exec(query.distinct())).all())


async def revalidate(db: AsyncSession, number: int, earlier: int, revision: int) -> None:
    """What answered that earlier revision of the meeting's date answers this one."""
    answered = update(Attendance).where(
        col(Attendance.meeting_id) == number, col(Attendance.revision) == earlier
    )
    await db.exec(answered.values(revision=revision))


async def forget(db: AsyncSession, number: int, person: str) -> None:
    """Whatever they did about this meeting."""
    await db.exec(
        delete(Attendance).where(col(Attendance.meeting_id) == number, col(Attendance.person) == person)
    )
