"""Rules of recurrence: what they mean, at the changes of the clock and of the year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.time.recurrence import Rule, first_day, instant

PARIS = ZoneInfo("Europe/Paris")


def occurrences(rule: str, first: str, last: str, zone: ZoneInfo = PARIS) -> list[tuple[str, str]]:
    """(name, hour in the zone) from one day to another, both whole."""
    upto = datetime.combine(date.fromisoformat(last), time(23, 59), zone)
    found = Rule.parse(rule).occurrences(date.fromisoformat(first), upto, zone)
    return [
        (occurrence.name, f"{occurrence.planned.astimezone(zone):%a %d %H:%M %z}") for occurrence in found
    ]


def test_a_weekly_rule_names_weeks_and_a_daily_one_names_days() -> None:
    assert occurrences("mon 09:15", "2026-11-17", "2026-12-06") == [
        ("2026-W48", "Mon 23 09:15 +0100"),
        ("2026-W49", "Mon 30 09:15 +0100"),
    ]
    assert [name for name, _ in occurrences("daily 02:30", "2026-11-21", "2026-11-23")] == [
        "2026-11-21",
        "2026-11-22",
        "2026-11-23",
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("mon-fri 08:30", {16, 17, 18, 19, 20}),
        ("mon,thu 14:00", {16, 19}),
        ("fri-mon 9:00", {16, 20, 21, 22}),
        ("  TUE   07:05 ", {17}),
        ("daily 00:00", set(range(16, 23))),
    ],
)
def test_days_can_be_one_several_or_a_range(rule: str, days: set[int]) -> None:
    assert {int(hour.split()[1]) for _, hour in occurrences(rule, "2026-11-16", "2026-11-22")} == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lun 9:00",
        "mon",
        "09:15",
        "mon 25:00",
        "mon 9:60",
        "mon-fri-sat 9:00",
        "mon, 9:00",
        "mon 9h15",
        "day 9:00",
    ],
)
def test_what_is_no_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="mon 09:15"):
        Rule.parse(text)


def test_the_week_at_the_end_of_a_year_has_the_year_people_give_it() -> None:
    assert [name for name, _ in occurrences("fri 09:00", "2026-12-20", "2027-01-10")] == [
        "2026-W52",
        "2026-W53",
        "2027-W01",
    ]
    assert first_day("2026-W53") == date(2026, 12, 28)
    assert first_day("2026-11-23") == date(2026, 11, 23)


def test_in_autumn_the_first_of_two_instants_counts_once() -> None:
    assert occurrences("daily 02:30", "2026-10-24", "2026-10-26") == [
        ("2026-10-24", "Sat 24 02:30 +0200"),
        ("2026-10-25", "Sun 25 02:30 +0200"),
        ("2026-10-26", "Mon 26 02:30 +0100"),
    ]


def test_in_spring_an_hour_that_does_not_exist_is_the_first_moment_after() -> None:
    assert occurrences("daily 02:30", "2027-03-27", "2027-03-29") == [
        ("2027-03-27", "Sat 27 02:30 +0100"),
        ("2027-03-28", "Sun 28 03:00 +0200"),
        ("2027-03-29", "Mon 29 02:30 +0200"),
    ]
    assert instant(date(2027, 3, 28), time(2, 0), PARIS) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert instant(date(2027, 3, 28), time(1, 59), PARIS) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)


def test_a_gap_of_half_an_hour_or_of_a_whole_day_is_passed_the_same_way() -> None:
    lord_howe, apia = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")
    assert instant(date(2026, 10, 4), time(2, 15), lord_howe).astimezone(lord_howe).time() == time(2, 30)
    assert instant(date(2011, 12, 30), time(9, 0), apia).astimezone(apia).replace(tzinfo=None) == datetime(  # noqa: DTZ001
        2011, 12, 31
    )


def test_nine_o_clock_stays_nine_o_clock_all_year() -> None:
    hours = {hour.split()[2] for _, hour in occurrences("mon 09:00", "2026-01-01", "2027-12-31")}
    assert hours == {"09:00"}


def test_a_moment_belongs_to_what_is_due_then() -> None:
    rule, moment = Rule.parse("mon 09:15"), datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    assert len(list(rule.occurrences(date(2026, 11, 23), moment, PARIS))) == 1
    assert not list(rule.occurrences(date(2026, 11, 23), moment - timedelta(microseconds=1), PARIS))


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Chatham"])


@given(day=st.dates(date(1975, 1, 1), date(2037, 12, 31)), at=st.times(), name=ZONES)
def test_any_hour_of_any_day_has_one_instant_the_earliest_that_shows_it_or_later(
    day: date, at: time, name: str
) -> None:
    zone, at = ZoneInfo(name), at.replace(second=0, microsecond=0)
    found = instant(day, at, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    asked = datetime.combine(day, at)
    before = (found - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
    assert shown >= asked > before


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["mon 09:15", "sun 23:59", "mon-fri 08:30", "daily 02:30"]),
)
def test_names_sort_like_their_moments_and_lead_back_to_their_days(first: date, text: str) -> None:
    rule = Rule.parse(text)
    found = list(
        rule.occurrences(first, datetime.combine(first + timedelta(days=40), time(12), PARIS), PARIS)
    )
    assert [occurrence.name for occurrence in found] == sorted({occurrence.name for occurrence in found})
    assert all(
        rule.names_like(occurrence.name)
        and rule.name(occurrence.planned.astimezone(PARIS).date()) == occurrence.name
        for occurrence in found
    )
    assert all(
        timedelta(0)
        <= occurrence.planned.astimezone(PARIS).date() - first_day(occurrence.name)
        < timedelta(days=7)
        for occurrence in found
    )
