"""Whoever was there, came late, was added or taken back, in whatever order: the counts are those of a
recount, and an attestation exists exactly for who was there.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.rollcall import presence
from storage.rollcall.presence import TAP, TEAM, WORD, Act
from storage.tables import CheckIn

START = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
PEOPLE = ("a", "b", "c", "d", "e")
Step = tuple[str, str, bool]  # what, who, whether from afar
steps = st.lists(
    st.tuples(st.sampled_from((WORD, TAP, TEAM, "remove", "undo")), st.sampled_from(PEOPLE), st.booleans()),
    max_size=30,
)


def play(done: list[Step]) -> dict[str, CheckIn]:
    """As the rows have it."""
    rows: dict[str, CheckIn] = {}
    for n, (what, who, remote) in enumerate(done):
        row = rows.get(who)
        if what == "remove" and row is not None:
            row.removed = True
        elif what == "undo" and row is not None and presence.may_take_back(row):
            del rows[who]
        elif what in (WORD, TAP, TEAM):
            at = START + timedelta(minutes=n)
            act = Act(meeting=1, person=who, name=who, at=at, way=what, event_id=f"${n}", remote=remote)
            rows[who] = presence.check_in(row, act)
    return rows


def recount(done: list[Step], who: str) -> bool:
    """Whether somebody is there, told from their steps alone."""
    there, removed, by_team = False, False, False
    for what, person, _ in done:
        if person != who:
            continue
        if what == TEAM and (removed or not there):
            there, removed, by_team = True, False, True
        elif what in (WORD, TAP) and not removed:
            there = True
        elif what == "remove" and there:
            there, removed, by_team = False, True, False
        elif what == "undo" and there and not by_team:
            there = False
    return there


@given(steps, st.sets(st.sampled_from(PEOPLE)))
def test_the_counts_are_a_recount_and_the_attestations_those_of_who_was_there(
    done: list[Step], expected: set[str]
) -> None:
    rows = play(done)
    present = {who for who in PEOPLE if recount(done, who)}
    counted = presence.tally(rows.values(), expected)
    assert {row.person for row in presence.there(rows.values())} == present
    assert counted.there == len(present)
    assert counted.missing == len(expected - present)
    assert counted.unexpected == len(present - expected)
    numbers = [row.number for row in presence.there(rows.values())]
    assert len(set(numbers)) == len(numbers) == len(present)


@given(st.text(max_size=30))
def test_a_number_is_read_as_it_was_given_or_not_at_all(text: str) -> None:
    number = presence.new_number()
    assert presence.read_number(number.lower().replace("-", " ")) == number
    read = presence.read_number(text)
    assert read is None or presence.read_number(read) == read
