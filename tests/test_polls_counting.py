"""One person, one ballot: whatever they did and took back, however they did it;
counted here a second time, in another way.
"""

import random
import stat
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.db import Database
from storage.migrate import upgrade
from storage.polls import ballots, counting, polls, secrets
from storage.tables import Ballot, Poll, SecretBallot

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = ("alix", "camille", "lou")


def a_poll(most: int = 1, choices: int = 4) -> Poll:
    labels = [f"choix {number}" for number in range(1, choices + 1)]
    return Poll(
        id=1,
        event_id="$asked",
        question="?",
        choices=labels,
        most=most,
        author="",
        asked_in="",
        opens_at=NOW,
        closes_at=NOW,
    )


def of_dates(dates: int = 3) -> Poll:
    return Poll(
        id=1,
        kind="dates",
        event_id="$asked",
        question="?",
        days=[{}] * dates,
        choices=[],
        author="",
        asked_in="",
        opens_at=NOW,
        closes_at=NOW,
    )


@dataclass(frozen=True)
class Deed:
    """Something that a person did: `ids` as sent natively (None: malformed), typed or tapped."""

    who: str
    way: str
    ids: tuple[str, ...] | None
    second: int = 0
    event: str = ""
    removed: bool = False


def rows(poll: Poll, deeds: Sequence[Deed]) -> list[Ballot]:
    """What the bot remembers of them."""
    return [
        Ballot(
            event_id=deed.event,
            poll_id=1,
            person=deed.who,
            at=NOW + timedelta(seconds=deed.second),
            way=deed.way,
            choices=(chosen := counting.native_choices(poll, deed.ids)),
            filled=bool(chosen),
        )
        for deed in deeds
        if not deed.removed
    ]


def counted(poll: Poll, *deeds: Deed) -> tuple[int, ...]:
    """The counts when these are done one after the other."""
    return counting.outcome(
        poll, rows(poll, [replace(deed, second=n, event=f"${n}") for n, deed in enumerate(deeds)])
    ).counts


def native(*ids: str) -> Deed:
    return Deed("alix", "native", ids)


def typed(*ids: str) -> Deed:
    return Deed("alix", "text", ids)


def tap(choice: str) -> Deed:
    return Deed("alix", "tap", (choice,))


SPOILED = Deed("alix", "native", None)


def test_the_last_vote_counts_whichever_the_way() -> None:
    assert counted(a_poll(), native("1"), typed("2")) == (0, 1, 0, 0)
    assert counted(a_poll(), typed("2"), native("1")) == (1, 0, 0, 0)
    assert counted(a_poll(), native("1"), tap("3")) == (0, 0, 1, 0)


def test_a_vote_that_is_taken_back_brings_back_the_one_before() -> None:
    assert counted(a_poll(), native("1"), replace(typed("2"), removed=True)) == (1, 0, 0, 0)


def test_an_empty_vote_withdraws() -> None:
    assert counted(a_poll(), native("1"), native()) == (0, 0, 0, 0)


def test_a_spoiled_ballot_counts_for_nothing_and_does_not_bring_back_the_one_before() -> None:
    assert counted(a_poll(), native("1"), SPOILED) == (0, 0, 0, 0)
    assert counted(a_poll(2), native("1"), native("1", "9")) == (0, 0, 0, 0)


def test_of_too_many_choices_the_first_count() -> None:
    assert counted(a_poll(2), native("4", "1", "2")) == (1, 0, 0, 1)


def test_a_choice_said_twice_counts_once() -> None:
    assert counted(a_poll(2), native("1", "1", "2")) == (1, 1, 0, 0)


def test_of_too_many_taps_the_last_count() -> None:
    assert counted(a_poll(2), tap("1"), tap("2"), tap("3")) == (0, 1, 1, 0)


def test_a_tap_taken_back_leaves_the_others() -> None:
    assert counted(a_poll(2), tap("1"), tap("2"), replace(tap("3"), removed=True)) == (1, 1, 0, 0)


def test_when_every_tap_is_taken_back_the_vote_before_them_counts_again() -> None:
    assert counted(a_poll(), typed("1"), replace(tap("2"), removed=True)) == (1, 0, 0, 0)


def test_of_two_votes_in_the_same_millisecond_one_counts_always_the_same() -> None:
    deeds = [replace(native("1"), event="$a"), replace(native("2"), event="$b")]
    assert (
        counting.outcome(a_poll(), rows(a_poll(), deeds)).counts
        == counting.outcome(a_poll(), rows(a_poll(), deeds[::-1])).counts
        == (0, 1, 0, 0)
    )


def test_each_date_has_its_own_answer() -> None:
    poll = of_dates()
    said = [
        (0, counting.native_choices(poll, ("1",))),
        (1, counting.native_choices(poll, ("2",))),
        (2, counting.native_choices(poll, ())),
    ]
    entries = [
        Ballot(event_id=f"${part}", part=part, poll_id=1, person="alix", at=NOW, way="native", choices=chosen)
        for part, chosen in said
    ]
    entries.append(
        Ballot(event_id="$no", part=0, poll_id=1, person="lou", at=NOW, way="text", choices=[polls.NO])
    )
    found = counting.outcome(poll, entries)
    assert found.days == ((1, 0, 1), (0, 1, 0), (0, 0, 0))
    assert (found.voters, found.answers, found.counts) == (2, 3, (1, 0, 0))


# --- the same, counted a second time


def second_count(deeds: Sequence[Deed], most: int, choices: int) -> Counter[int]:
    """By replaying what happened, person by person, as a participant would follow it by hand."""
    total: Counter[int] = Counter()
    for who in PEOPLE:
        whole: list[str] = []
        taps: list[str] = []
        for deed in sorted(
            (deed for deed in deeds if deed.who == who), key=lambda deed: (deed.second, deed.event)
        ):
            if deed.removed:
                continue
            if deed.way == "tap":
                assert deed.ids
                taps = [each for each in taps if each != deed.ids[0]] + [deed.ids[0]]
                continue
            taps, whole = [], []
            known = {str(number + 1) for number in range(choices)}
            if deed.ids is not None and all(each in known for each in deed.ids):
                for each in deed.ids:
                    if each not in whole and len(whole) < most:
                        whole.append(each)
        total.update(int(each) - 1 for each in (taps[-most:] or whole))
        total.update({-1: 1} if taps or whole else {})
    return total


def deeds(choices: int) -> st.SearchStrategy[list[Deed]]:
    ids = st.sampled_from([str(number) for number in range(1, choices + 1)])
    answers = st.lists(ids | st.sampled_from(["0", "9", "01", "", "é"]), max_size=4).map(tuple)
    whole = st.tuples(st.just("native"), answers | st.none()) | st.tuples(
        st.just("text"), st.lists(ids, max_size=2, unique=True).map(tuple)
    )
    one = whole | st.tuples(st.just("tap"), ids.map(lambda each: (each,)))
    deed = st.tuples(st.sampled_from(PEOPLE), one, st.integers(0, 12), st.booleans())
    return st.lists(deed, max_size=25).map(
        lambda all_: [
            Deed(who, way, ids, second, f"${n}", removed)
            for n, (who, (way, ids), second, removed) in enumerate(all_)
        ]
    )


@given(deeds(4), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_second_count_finds_the_same(done: list[Deed], most: int, chance: random.Random) -> None:
    poll = a_poll(most)
    heard = rows(poll, done)
    chance.shuffle(heard)
    expected = second_count(done, most, 4)
    found = counting.outcome(poll, heard)
    assert found.counts == tuple(expected[number] for number in range(4))
    assert (found.voters, found.answers) == (expected[-1], sum(found.counts))


# --- as rows


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[AsyncSession]:
    database = Database(f"sqlite:///{tmp_path}/votes.sqlite")
    await upgrade(database)
    async with database.write() as session:
        session.add(a_poll(2))
        await session.flush()
        yield session
    await database.close()


async def test_the_voters_shown_are_those_who_count(db: AsyncSession) -> None:
    chance, poll = random.Random(4), a_poll(2)
    for _ in range(20):
        await ballots.erase(db, 1)
        for n in range(chance.randrange(12)):
            ids = None if chance.random() < 0.2 else tuple(chance.choices("12349", k=chance.randrange(3)))
            way = chance.choice(["native", "text", "tap"])
            deed = Deed(
                chance.choice(PEOPLE), way, ("1",) if way == "tap" else ids, chance.randrange(5), f"${n}"
            )
            await ballots.record(db, *rows(poll, [deed]))
        assert await ballots.voters(db, 1) == counting.outcome(poll, await ballots.of_poll(db, 1)).voters


async def test_the_same_act_heard_twice_is_one(db: AsyncSession) -> None:
    for _ in range(2):
        await ballots.record(db, *rows(a_poll(), [Deed("alix", "native", ("1",), 0, "$one")]))
    assert len(await ballots.of_poll(db, 1)) == await ballots.voters(db, 1) == 1
    assert await ballots.take_back(db, "$one") == 1
    assert await ballots.take_back(db, "$one") is None
    assert await ballots.voters(db, 1) == 0


async def test_a_secret_ballot_is_one_a_person_and_tells_no_order(db: AsyncSession, tmp_path: Path) -> None:
    key = secrets.make_key(tmp_path, 1)
    assert await secrets.put(db, 1, secrets.digest(key, "alix"), [3, 0]) is False
    assert await secrets.put(db, 1, secrets.digest(key, "alix"), [2, 1]) is True
    assert await secrets.put(db, 1, secrets.digest(key, "lou"), [1]) is False
    found = await ballots.of_secret(db, 1)
    assert sorted(each.choices for each in found) == [[1], [1, 2]]
    assert await ballots.voters(db, 1) == 2
    outcome = counting.secret_outcome(a_poll(2), found)
    assert (outcome.voters, outcome.answers, outcome.counts) == (2, 3, (0, 2, 1, 0))
    await secrets.put(db, 1, secrets.digest(key, "alix"), [])
    assert await ballots.voters(db, 1) == 1


def test_no_secret_ballot_is_ordered_by_its_row() -> None:
    assert SecretBallot.__table__.dialect_options["sqlite"]["with_rowid"] is False  # type: ignore[attr-defined]


def test_the_key_of_a_secret_poll_is_ours_alone_stays_and_is_destroyed(tmp_path: Path) -> None:
    made = secrets.make_key(tmp_path, 4)
    file = secrets.key_file(tmp_path, 4)
    assert (len(made), secrets.make_key(tmp_path, 4), secrets.key(tmp_path, 4)) == (32, made, made)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert secrets.make_key(tmp_path, 5) != made
    for _ in range(2):
        secrets.destroy_key(tmp_path, 4)
    assert secrets.key(tmp_path, 4) is None
    assert not file.exists()
