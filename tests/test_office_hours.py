"""The right to disconnect: when the bot may speak, when it should, and the reason it gives."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.text import Say
from bot.time import HolidayPolicy, OfficeHours, holidays, public_holiday, school_holiday
from tests.support import holiday_table

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = yaml.safe_load((Path(__file__).parent / "data" / "calendrier.yaml").read_text("utf-8"))
POLICIES: tuple[HolidayPolicy, ...] = ("usual", "lighter", "closed")


def office(policy: HolidayPolicy = "lighter", zone: str | None = "B") -> OfficeHours:
    return OfficeHours((0, 1, 2, 3, 4), time(8, 30), time(18), PARIS, policy, zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def local(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%Y-%m-%d %H:%M}"


def why(
    when: str, now: str | None = None, policy: HolidayPolicy = "lighter", language: str = "fr"
) -> str | None:
    reason = office(policy).why_closed(at(when), at(now) if now else None)
    return None if reason is None else " ".join(reason.text(language).split())


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        ("2026-11-23 08:29", False),
        ("2026-11-23 08:30", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 10:00", False),
        ("2026-11-11 10:00", False),
        ("2026-12-22 10:00", True),
    ],
)
def test_it_is_open_in_working_hours_that_are_no_public_holiday(when: str, opened: bool) -> None:
    assert office().open(at(when)) is opened
    assert office().open(at(when).astimezone(UTC)) is opened


@pytest.mark.parametrize(
    ("when", "opening"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 07:00", "2026-11-23 08:30"),
        ("2026-11-23 18:00", "2026-11-24 08:30"),
        ("2026-11-27 19:00", "2026-11-30 08:30"),
        ("2026-12-24 19:00", "2026-12-28 08:30"),
        ("2027-05-05 19:00", "2027-05-07 08:30"),
        ("2027-03-27 12:00", "2027-03-30 08:30"),
    ],
)
def test_the_next_opening_skips_nights_weekends_and_public_holidays(when: str, opening: str) -> None:
    assert local(office().next_open(at(when))) == opening


def test_when_school_holidays_are_closed_the_next_opening_is_after_them() -> None:
    assert not office("closed").open(at("2026-12-22 10:00"))
    assert local(office("closed").next_open(at("2026-12-18 19:40"))) == "2027-01-04 08:30"


def test_a_good_hour_is_now_if_open_else_nine_out_of_school_holidays() -> None:
    assert local(office().next_good(at("2026-11-23 08:31"))) == "2026-11-23 08:31"
    assert local(office().next_good(at("2026-11-23 07:00"))) == "2026-11-23 09:00"
    assert local(office().next_good(at("2026-11-27 18:30"))) == "2026-11-30 09:00"
    assert local(office().next_good(at("2026-12-18 19:40"))) == "2027-01-04 09:00"
    assert local(office().next_good(at("2026-12-22 10:00"))) == "2027-01-04 09:00"
    assert local(office("usual").next_good(at("2026-12-22 10:00"))) == "2026-12-22 10:00"
    assert local(office("usual").next_good(at("2026-12-18 19:40"))) == "2026-12-21 09:00"


def test_an_office_closed_at_nine_proposes_its_own_opening() -> None:
    afternoons = OfficeHours((0, 1), time(14), time(18), PARIS)
    assert local(afternoons.next_good(at("2026-11-23 10:00"))) == "2026-11-23 14:00"


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("2026-11-23 10:00", None),
        ("2026-11-26 19:40", "Il est 19 h 40."),
        ("2026-11-28 10:00", "Nous sommes samedi."),
        ("2026-11-11 10:00", "C’est férié (Armistice)."),
        ("2026-12-18 10:00", None),
        ("2026-12-18 07:00", "Il est 7 h."),
        ("2026-12-18 19:40", "Il est 19 h 40 et les vacances de Noël commencent demain (zone B)."),
        ("2026-12-22 10:00", "Ce sont les vacances de Noël (zone B)."),
        ("2026-12-26 10:00", "Nous sommes samedi et ce sont les vacances de Noël (zone B)."),
        ("2026-12-25 10:00", "C’est férié (Noël) et ce sont les vacances de Noël (zone B)."),
        ("2027-05-05 19:40", "Il est 19 h 40 et le pont de l’Ascension commence demain (zone B)."),
        ("2027-05-07 10:00", "C’est le pont de l’Ascension (zone B)."),
    ],
)
def test_the_reason_is_said_in_one_sentence(when: str, reason: str | None) -> None:
    assert why(when) == reason


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("2026-11-26 19:40", "Le jeudi 26 novembre à 19 h 40, c’est hors des heures de bureau."),
        ("2026-11-28 10:00", "Le samedi 28 novembre n’est pas un jour de bureau."),
        (
            "2026-12-18 19:40",
            (
                "Le vendredi 18 décembre à 19 h 40, c’est hors des heures de bureau et les vacances de "
                "Noël commencent le lendemain (zone B)."
            ),
        ),
        ("2026-12-22 10:00", "Le mardi 22 décembre, ce sont les vacances de Noël (zone B)."),
        ("2027-05-17 10:00", "Le lundi 17 mai 2027 est férié (Lundi de Pentecôte)."),
    ],
)
def test_the_reason_against_a_time_to_come_names_it(when: str, reason: str) -> None:
    assert why(when, now="2026-11-23 09:14") == reason


def test_a_time_that_is_now_or_past_is_spoken_of_as_now() -> None:
    assert (
        why("2026-11-26 19:40", now="2026-11-26 19:40")
        == why("2026-11-26 19:40", now="2026-11-26 19:45")
        == "Il est 19 h 40."
    )


def test_the_reason_is_also_said_in_english() -> None:
    assert (
        why("2026-12-18 19:40", language="en")
        == "It is 19:40 and the Christmas break starts tomorrow (zone B)."
    )
    assert why("2026-11-11 10:00", language="en") == "It is a public holiday (Armistice Day)."
    assert why("2026-11-28 10:00", language="en") == "It is Saturday."
    then = why("2026-12-22 10:00", now="2026-11-23 09:14", language="en")
    assert then == "On Tuesday 22 December, the Christmas break is on (zone B)."
    assert (
        why("2026-11-28 10:00", now="2026-11-23 09:14", language="en")
        == "Saturday 28 November is not a working day."
    )


def test_school_holidays_are_no_reason_when_they_are_as_usual() -> None:
    assert why("2026-12-22 10:00", policy="usual") is None
    assert why("2026-12-18 19:40", policy="usual") == "Il est 19 h 40."


def test_french_public_holidays_are_those_of_the_calendar() -> None:
    named = {row["date"]: row["nom"].replace("'", "’") for row in CALENDAR["jours_feries"]}
    first = min(named)
    found = {
        day: str(name)
        for day in (first + timedelta(days=n) for n in range(366))
        if (name := public_holiday(day))
    }
    assert found == named


def test_two_feasts_on_one_day_go_by_the_first() -> None:
    assert str(public_holiday(date(2008, 5, 1))) == "Ascension"


def test_school_holidays_of_zone_b_are_those_of_the_calendar() -> None:
    for row in CALENDAR["vacances_zone_b"]:
        short = row["nom"].replace("'", "’").lower()
        day = row["du"]
        while day <= row["au"]:
            name = school_holiday(day, "B")
            assert name is not None, day
            assert short in name.french.lower(), day
            day += timedelta(days=1)
        assert school_holiday(row["du"] - timedelta(days=1), "B") is None
    known = {
        row["du"] + timedelta(days=n)
        for row in CALENDAR["vacances_zone_b"]
        for n in range((row["au"] - row["du"]).days + 1)
    }
    days = (date(2026, 12, 1) + timedelta(days=n) for n in range(365))
    more = {day for day in days if school_holiday(day, "B") and day not in known and day < date(2027, 12, 18)}
    # The calendar stops the bridge on its Saturday, and the summer on 31 August; pupils are back on Thursday
    # 2 September.
    assert more == {date(2027, 5, 9), date(2027, 9, 1)}


def test_the_table_says_what_the_package_that_it_was_made_from_says() -> None:
    assert holidays.TABLE.read_text("utf-8") == holiday_table.text(), "python -m tests.support.holiday_table"


def test_zones_have_their_own_weeks() -> None:
    assert str(school_holiday(date(2027, 2, 22), "B")) == "vacances d’hiver"
    assert [zone for zone in ("A", "B", "C") if school_holiday(date(2027, 2, 8), zone)] == ["C"]
    assert school_holiday(date(2027, 2, 22), None) is None


def test_what_no_calendar_says_is_no_holiday_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    holidays._known.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert school_holiday(date(2026, 12, 25), "Corse") is None
            assert school_holiday(holidays.SCHOOL_KNOWN_UNTIL + timedelta(days=1), "B") is None
            assert school_holiday(holidays.SCHOOL_KNOWN_UNTIL, "B") is not None
    assert [record.getMessage() for record in caplog.records] == [
        "No school calendar for zone Corse: its school holidays are ignored",
        "No school calendar after 2028-08-31: later school holidays are ignored",
    ]


@pytest.mark.parametrize(("days", "end"), [((), time(18)), ((0,), time(8, 30))])
def test_office_hours_that_never_open_are_refused_at_the_start(days: tuple[int, ...], end: time) -> None:
    with pytest.raises(ValueError, match="never open"):
        OfficeHours(days, time(8, 30), end, PARIS)


MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS, st.sampled_from(POLICIES))
def test_what_is_proposed_is_open_good_and_never_earlier(when: datetime, policy: HolidayPolicy) -> None:
    hours = office(policy)
    opening, good = hours.next_open(when), hours.next_good(when)
    assert when <= opening <= good
    assert hours.open(opening)
    assert hours.open(good)
    assert hours.next_good(good) == good
    assert isinstance(hours.why_closed(when), Say) is (good != when)
    assert hours.why_closed(good) is None
