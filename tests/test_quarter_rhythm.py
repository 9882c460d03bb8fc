"""The rhythm as people write it; its days and its rests, whatever the year."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import UserError
from bot.time import OfficeHours
from bot.time.monthly import MonthlyRule
from schedules.quarter.rest import after_rest, rest_on
from schedules.quarter.rounds import kind_in_turn
from tests.support.world import PARIS
from tests.test_config import GOOD, mistakes

MONTHS = st.sets(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]), min_size=1)
RULES = st.builds(
    MonthlyRule,
    st.sampled_from([1, 2, 3, 4, -1]),
    st.integers(0, 6),
    MONTHS.map(lambda months: tuple(sorted(months))),
    st.just(time(9, 30)),
    st.just(time(14)),
)


@given(RULES)
def test_what_a_rhythm_says_reads_back_as_the_same(rule: MonthlyRule) -> None:
    for language in ("fr", "en"):
        assert MonthlyRule.parse(rule.localized(language)) == rule


@given(RULES, st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_its_days_are_those_of_a_calendar(rule: MonthlyRule, first: date) -> None:
    last = first + timedelta(days=400)

    def is_one(day: date) -> bool:
        later, place = day + timedelta(days=7), (day.day - 1) // 7 + 1
        nth = later.month != day.month if rule.nth < 0 else place == rule.nth
        return day.weekday() == rule.weekday and day.month in rule.months and nth

    every = [first + timedelta(days=n) for n in range(401)]
    assert list(rule.days(first, last)) == [day for day in every if is_one(day)]


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.sampled_from(["A", "B", "C", None]))
def test_after_a_rest_there_is_none_and_none_is_passed_over(day: date, zone: str | None) -> None:
    hours = OfficeHours((0, 1, 2, 3, 4), time(8, 30), time(18), PARIS, "lighter", zone)
    after = after_rest(day, hours)
    assert rest_on(after, hours) is None
    assert all(rest_on(day + timedelta(days=n), hours) for n in range((after - day).days))
    assert after - day <= timedelta(days=31)


@pytest.mark.parametrize(
    "typed",
    [
        "mardi",
        "5e mardi de mars",
        "2e mardi d’août",
        "2e mardi de mars, juin, 25 h",
        "2e mardi de mars ou juin",
        "",
    ],
)
def test_what_is_no_rhythm_is_refused_with_a_way_out(typed: str) -> None:
    with pytest.raises(UserError):
        MonthlyRule.parse(typed)


def test_a_wrong_rhythm_in_the_configuration_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = GOOD + 'rhythm: {at: "2e mardi d’août", kinds: [themed]}\n'
    assert [line.partition(" : ")[0] for line in mistakes(tmp_path / "config.yaml", wrong)] == [
        "`rhythm.at` (ligne 7)",
        "`rhythm.kinds[0]` (ligne 7)",
    ]


def test_kinds_take_turns() -> None:
    kinds = ("thematic", "general")
    assert [kind_in_turn(kinds, each) for each in ("", "thematic", "general")] == [
        "thematic",
        "general",
        "thematic",
    ]
