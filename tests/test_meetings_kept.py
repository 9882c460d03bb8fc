"""What is remembered of a meeting:
acts taken back, seats brought in line with them, and a bot that is killed in between.
"""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import rooms
from storage.db import Database
from storage.meetings import answers, counts, meetings, messages, needs, preferences, seats, waitlist
from storage.meetings.waitlist import OFFERED, SEATED, WAITING, Tick
from storage.migrate import upgrade
from storage.tables import Attendance, Meeting, Member, Need, Room

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = ("alix", "camille", "dominique", "lou", "sacha")


def a_meeting(
    name: str = "2026-T4", starts_at: datetime = START, capacity: int | None = 2, status: str = "announced"
) -> Meeting:
    ends_at = starts_at + timedelta(hours=4)
    return Meeting(
        event_id=f"${name}",
        name=name,
        uid=name,
        starts_at=starts_at,
        ends_at=ends_at,
        author="",
        capacity=capacity,
        status=status,
        rooms=["!reseau"],
    )


def a_need(text: str) -> Need:
    return Need(meeting_id=1, person="lou", kind=needs.ACCESS, event_id="$need", text=text, at=NOW)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/meetings.sqlite")
    await upgrade(database)
    async with database.write() as session:
        session.add(a_meeting())
    yield database
    await database.close()


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.write() as session:
        yield session


async def the_meeting(db: AsyncSession) -> Meeting:
    row = await meetings.meeting(db, 1)
    assert row
    return row


def entry(event_id: str, person: str, answer: str, minute: int = 0, **more: Any) -> Attendance:
    known: dict[str, Any] = {"way": "text", "party": 1} | more
    return Attendance(
        event_id=event_id, meeting_id=1, person=person, at=NOW + minute * MINUTE, answer=answer, **known
    )


async def says(db: AsyncSession, row: Attendance) -> waitlist.Outcome:
    await answers.record(db, row)
    meeting = await the_meeting(db)
    return await seats.reallocate(
        db, meeting, seats.AnswerChange(row.person, row.event_id), seats.rules(meeting, row.at)
    )


async def takes_back(db: AsyncSession, event_id: str, event: str, minute: int) -> None:
    gone = await answers.take_back(db, event_id)
    assert gone
    meeting = await the_meeting(db)
    await seats.reallocate(
        db, meeting, seats.AnswerChange(gone.person, event), seats.rules(meeting, NOW + minute * MINUTE)
    )


async def states(db: AsyncSession) -> dict[str, str]:
    return {place.person: place.state for place in await seats.of_meeting(db, 1)}


# --- answers


def test_the_latest_answer_counts_whichever_the_order_they_are_heard_in() -> None:
    entries = [entry("$c", "lou", "no", 5), entry("$a", "lou", "yes", 1), entry("$b", "lou", "maybe", 3)]
    found = answers.current(entries)
    assert found
    assert (found.answer, found.event_id) == ("no", "$c")
    assert answers.current([]) is None


def test_a_tap_after_words_keeps_who_comes_along() -> None:
    words = entry("$a", "lou", "yes", 1, party=2, others="régie de quartier")
    found = answers.current([words, entry("$b", "lou", "yes", 2, way="tap")])
    assert found
    assert (found.party, found.others) == (2, "régie de quartier")


def test_a_tap_after_another_answer_says_that_one_comes_alone() -> None:
    words = entry("$a", "lou", "yes", 1, party=2)
    found = answers.current(
        [words, entry("$b", "lou", "no", 2, way="tap"), entry("$c", "lou", "yes", 3, way="tap")]
    )
    assert found
    assert (found.answer, found.party) == ("yes", 1)


async def test_an_answer_taken_back_brings_back_the_one_before(db: AsyncSession) -> None:
    await says(db, entry("$a", "lou", "maybe", 1))
    await says(db, entry("$b", "lou", "yes", 2, way="tap"))
    assert await states(db) == {"lou": SEATED}
    await takes_back(db, "$b", "$redaction", 3)
    assert await states(db) == {}
    found = await answers.answer_of(db, 1, "lou")
    assert found
    assert found.answer == "maybe"
    await takes_back(db, "$a", "$other", 4)
    assert await answers.respondents(db, 1) == set()
    assert await answers.take_back(db, "$a") is None


async def test_a_yes_that_is_brought_back_has_no_rank_from_before(db: AsyncSession) -> None:
    for minute, person in enumerate(("alix", "camille", "lou", "sacha")):
        await says(db, entry(f"${person}", person, "yes", minute))
    await says(db, entry("$no", "lou", "no", 10))
    await takes_back(db, "$no", "$redaction", 11)
    places = await seats.of_meeting(db, 1)
    assert [waitlist.rank(places, person) for person in ("sacha", "lou")] == [1, 2]


async def test_who_taps_twice_and_takes_one_back_keeps_the_seat(db: AsyncSession) -> None:
    await says(db, entry("$a", "lou", "yes", 1, way="tap"))
    await says(db, entry("$b", "lou", "yes", 2, way="tap"))
    await takes_back(db, "$a", "$redaction", 3)
    assert await states(db) == {"lou": SEATED}


async def test_who_is_offered_a_seat_and_takes_back_a_tap_has_not_said_yes_to_it(db: AsyncSession) -> None:
    row = await the_meeting(db)
    row.capacity = 0
    for event_id in ("$a", "$b"):
        await says(db, entry(event_id, "lou", "yes", 1, way="tap"))
    row.capacity = 1
    await seats.apply(db, 1, Tick(), seats.rules(row, NOW + HOUR, NOW + DAY, frozenset({"lou"})))
    await takes_back(db, "$b", "$redaction", 90)
    assert await states(db) == {"lou": OFFERED}
    await says(db, entry("$c", "lou", "yes", 91))
    assert await states(db) == {"lou": SEATED}


async def test_answers_to_an_earlier_date_are_to_be_confirmed(db: AsyncSession) -> None:
    row = await the_meeting(db)
    await says(db, entry("$a", "lou", "yes", 1))
    await says(db, entry("$b", "alix", "no", 1))
    row.revision = 1
    await says(db, entry("$c", "sacha", "remote", 1, revision=1))
    found = await counts.of_meeting(db, row)
    assert (found.seated, found.no, found.remote, found.to_confirm, found.answered, found.free) == (
        1,
        1,
        1,
        1,
        3,
        1,
    )


# --- stopped in between


@dataclass
class Step:
    """One event or tick, as it will be heard again after a kill."""

    what: str
    event: str
    person: str = ""
    answer: str = "yes"
    party: int = 1
    capacity: int | None = None
    minute: int = 0


def steps(chance: random.Random) -> list[Step]:
    whats = chance.choices(["says", "back", "seats", "tick"], [6, 2, 1, 3], k=40)
    said = ("yes", "yes", "yes", "no", "remote", "maybe")
    return [
        Step(
            what,
            f"${n:02}",
            chance.choice(PEOPLE),
            chance.choice(said),
            chance.choice((1, 1, 2)),
            chance.choice((1, 2, 3, 4)),
            n * 180,
        )
        for n, what in enumerate(whats)
    ]


async def happens(db: AsyncSession, step: Step) -> None:
    row, now = await the_meeting(db), NOW + step.minute * MINUTE
    if step.what == "says":
        await says(db, entry(step.event, step.person, step.answer, step.minute, party=step.party))
    elif step.what == "back":
        theirs = await answers.of_person(db, 1, step.person)
        if theirs:
            await takes_back(db, theirs[-1].event_id, step.event, step.minute)
    else:
        row.capacity = step.capacity if step.what == "seats" else row.capacity
        await seats.apply(db, 1, Tick(), seats.rules(row, now, now + 8 * HOUR, frozenset(PEOPLE[1:])))


class Killed(Exception):
    """As if the power had gone."""


async def lived(file: Path, done: list[Step], chance: random.Random | None) -> tuple[object, ...]:
    """What is remembered at the end;
    with `chance`, transactions of several steps are cut anywhere and begun again.
    """
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    async with database.write() as db:
        db.add(a_meeting())
    place = 0
    while place < len(done):
        size = chance.randrange(1, 6) if chance else 1
        cut = chance.randrange(size + 1) if chance and chance.random() < 0.5 else None
        try:
            async with database.write() as db:
                for n, step in enumerate(done[place : place + size]):
                    if n == cut:
                        raise Killed
                    await happens(db, step)
            place += size
        except Killed:
            continue
    async with database.read() as db:
        found = (
            await seats.of_meeting(db, 1),
            await answers.of_everybody(db, 1),
            await counts.of_meeting(db, await the_meeting(db)),
        )
    await database.close()
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_killed_anywhere_it_ends_as_if_it_had_not_been(tmp_path: Path, seed: int) -> None:
    done = steps(random.Random(seed))
    assert await lived(tmp_path / "whole", done, None) == await lived(
        tmp_path / "cut", done, random.Random(seed)
    )


@pytest.mark.long
async def test_200_ask_for_30_places_and_each_has_one_or_a_rank(database: Database) -> None:
    async with database.write() as db:
        (await the_meeting(db)).capacity = 30
        for number in range(200):
            await says(db, entry(f"${number:03}", f"person {number:03}", "yes", 0, way="tap"))
    async with database.read() as db:
        found = await seats.of_meeting(db, 1)
    assert [place.state for place in found] == [SEATED] * 30 + [WAITING] * 170
    assert [waitlist.rank(found, f"person {number:03}") for number in range(30, 200)] == list(range(1, 171))


async def test_time_is_looked_at_where_somebody_waits_or_is_offered_a_seat(db: AsyncSession) -> None:
    row = await the_meeting(db)
    row.capacity = 1
    await says(db, entry("$a", "lou", "yes", 1))
    assert not await seats.with_waitlist(db, NOW)
    await says(db, entry("$b", "alix", "yes", 2))
    assert [found.id for found in await seats.with_waitlist(db, NOW)] == [1]
    await says(db, entry("$c", "lou", "no", 3))
    await seats.apply(db, 1, Tick(), seats.rules(row, NOW + HOUR, NOW + DAY, frozenset({"alix"})))
    kept = await seats.of_person(db, 1, "alix")
    assert kept
    assert (kept.state, kept.expires_at) == (OFFERED, NOW + DAY)
    assert [found.id for found in await seats.with_waitlist(db, NOW)] == [1]
    assert not await seats.with_waitlist(db, START)


# --- after it


async def test_of_a_meeting_long_past_only_the_counts_stay(db: AsyncSession) -> None:
    row = await the_meeting(db)
    await says(db, entry("$a", "lou", "yes", 1, party=2))
    await says(db, entry("$b", "alix", "remote", 1))
    await needs.record(db, a_need("place adaptée"))
    before = await counts.of_meeting(db, row)
    assert await meetings.to_forget(db, START) == []
    assert await meetings.to_forget(db, START + DAY) == [row]
    for _ in range(2):
        await counts.forget(db, row)
    assert await counts.of_meeting(db, row) == before
    assert (
        await answers.of_meeting(db, 1),
        await seats.of_meeting(db, 1),
        await needs.of_meeting(db, 1),
    ) == ([], (), [])
    assert await meetings.to_forget(db, START + DAY) == []


async def test_needs_are_erased_when_their_meeting_is_over(db: AsyncSession) -> None:
    for text in ("sans gluten", "place adaptée"):
        await needs.record(db, a_need(text))
    assert [need.text for need in await needs.of_meeting(db, 1)] == ["place adaptée"]
    assert not await needs.forget(db, START)
    assert await needs.forget(db, START + DAY)
    assert await needs.of_person(db, 1, "lou") == []


async def test_nobody_is_asked_twice_for_their_answer(db: AsyncSession) -> None:
    assert [await preferences.plan_followup(db, 1, "lou", NOW) for _ in range(2)] == [True, False]
    assert await preferences.followed_up(db, 1) == {"lou"}


# --- names


async def test_t4_is_the_next_of_its_quarter_and_else_the_last(db: AsyncSession) -> None:
    year = timedelta(days=364)
    db.add_all(
        [
            a_meeting("2025-T4", START - year),
            a_meeting("2027-T4", START + year),
            a_meeting("2027-T1", START + 90 * DAY),
        ]
    )
    await db.flush()

    async def meant(name: str, now: datetime = NOW) -> str | None:
        row = await meetings.by_name(db, name, now)
        return row.name if row else None

    assert [await meant(name) for name in ("T4", "2025-T4", "T1", "T3", "4", "2026", "%")] == [
        "2026-T4",
        "2025-T4",
        "2027-T1",
        None,
        None,
        None,
        None,
    ]
    assert await meant("T4", START + DAY) == "2027-T4"
    assert await meant("T4", START + 2 * year) == "2027-T4"
    assert await meant("T1", START + 2 * year) == "2027-T1"


async def test_t4_is_the_one_entered_anew_when_the_first_is_cancelled(db: AsyncSession) -> None:
    assert await meetings.free_name(db, START.date()) == "2026-T4-2"
    await db.exec(update(Meeting).values(status="cancelled"))
    found = await meetings.by_name(db, "T4", NOW)
    assert found
    assert found.name == "2026-T4"
    db.add(a_meeting("2026-T4-2", START + DAY))
    await db.flush()
    assert await meetings.free_name(db, START.date()) == "2026-T4-3"
    found = await meetings.by_name(db, "T4", NOW)
    assert found
    assert found.name == "2026-T4-2"


async def test_the_agenda_is_of_the_rooms_of_whoever_asks(db: AsyncSession) -> None:
    others = (
        a_meeting("2027-T1", START + 90 * DAY),
        a_meeting("2027-T2", START + 180 * DAY, status="draft"),
        a_meeting("2026-T3", START - 60 * DAY),
    )
    db.add_all(others)
    assert [row.name for row in await meetings.upcoming(db, START)] == ["2026-T4", "2027-T1"]
    assert [row.name for row in await meetings.upcoming(db, START + DAY, rooms={"!reseau", "!other"})] == [
        "2027-T1"
    ]
    assert await meetings.upcoming(db, NOW, rooms={"!other"}) == []
    last = await meetings.previous(db, START + 90 * DAY)
    assert last
    assert last.name == "2026-T4"


@pytest.mark.parametrize(
    ("key", "what", "of"),
    [
        (messages.card_key(12), messages.CARD, ""),
        (messages.count_key(12), messages.COUNT, ""),
        (messages.offers_key(12, "@lou:reseau.example.org"), messages.OFFER, "@lou:reseau.example.org"),
        (messages.reminder_key(12, "J-7"), messages.REMINDER, "J-7"),
    ],
)
def test_a_message_of_a_meeting_is_known_by_its_key(key: str, what: str, of: str) -> None:
    assert messages.parse_key(key) == (what, 12, of)
    assert messages.parse_key(f"x{key}") is None


async def test_who_has_joined_a_room_with_the_bot_alone_can_be_reached(db: AsyncSession) -> None:
    people = {"!lou": ("lou",), "!three": ("alix", "sacha"), "!team": ("camille",), "!empty": ()}
    for room_id, others in people.items():
        db.add(Room(room_id=room_id, membership="join"))
        for person in ("bot", *others):
            await rooms.set_member(db, Member(room_id=room_id, user_id=person, membership="join"))
    db.add(Room(room_id="!asked", membership="join"))
    await rooms.set_member(db, Member(room_id="!asked", user_id="bot", membership="join"))
    await rooms.set_member(db, Member(room_id="!asked", user_id="dominique", membership="invite"))
    assert await rooms.within_reach(db, "bot", {"!team"}) == {"lou"}
