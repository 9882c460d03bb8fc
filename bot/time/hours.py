"""Office hours: when the bot may speak unasked, when it should, and why not now (the right to disconnect)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.text import Say
from bot.time.format import Day, Hour, at_hour
from bot.time.holidays import Holiday, public_holiday, school_holiday
from bot.time.recurrence import instant
from bot.time.vocabulary import WEEKDAYS

# "usual": school holidays are days like others; "lighter": open, but nothing is proposed in them; "closed":
# closed.
HolidayPolicy = Literal["usual", "lighter", "closed"]
# What is proposed goes out when people have arrived, not at the very opening.
PROPOSED = time(9)
# Longer than any summer, and than any office that opens once a week.
_HORIZON = 400


@dataclass(frozen=True)
class OfficeHours:
    """`days` are weekdays, Monday is 0; `start` and `end` are local; public holidays are always closed."""

    days: Collection[int]
    start: time
    end: time
    zone: ZoneInfo
    holidays_policy: HolidayPolicy = "lighter"
    school_zone: str | None = None

    def __post_init__(self) -> None:
        if not self.days or not self.start < self.end:
            raise ValueError("office hours that never open")

    def public_holiday(self, day: date) -> Holiday | None:
        return public_holiday(day)

    def school_holiday(self, day: date) -> Holiday | None:
        return school_holiday(day, self.school_zone)

    def open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return self._opens(local.date()) and self.start <= local.time() < self.end

    def good(self, at: datetime) -> bool:
        """Open, and out of school holidays unless they are as usual."""
        return self._closed(at) is None

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when it is open, else the next opening, in UTC."""
        return at if self.open(at) else self._next(at, self.start, quiet=False)

    def after_open(self, at: datetime, span: timedelta) -> datetime:
        """When it will have been open for that long since `at`, in UTC:
        what waits for an answer counts neither nights nor holidays.
        """
        begun = self.next_open(at.astimezone(UTC))
        closing = instant(begun.astimezone(self.zone).date(), self.end, self.zone)
        while begun + span > closing:
            span -= closing - begun
            begun = self.next_open(closing)
            closing = instant(begun.astimezone(self.zone).date(), self.end, self.zone)
        return begun + span

    def open_days(self, count: int) -> timedelta:
        """So many days, in open hours: what `after_open` takes."""
        return count * timedelta(
            hours=self.end.hour - self.start.hour, minutes=self.end.minute - self.start.minute
        )

    def next_good(self, at: datetime) -> datetime:
        """Like next_open, but out of school holidays unless they are as usual,
        and at 9 h when it has to wait.
        """
        if self.good(at):
            return at
        hour = PROPOSED if self.start <= PROPOSED < self.end else self.start
        return self._next(at, hour, quiet=self.holidays_policy != "usual")

    def why_closed(self, at: datetime, now: datetime | None = None) -> Say | None:
        """One sentence on why next_good is not `at` itself, None when it is;
        `now` if that is earlier than `at`.
        """
        closed = self._closed(at)
        if closed is None:
            return None
        today = None if now is None or at <= now else now.astimezone(self.zone).date()
        return Say("{reason}.", reason=Reason(closed, today))

    def _closed(self, at: datetime) -> Closed | None:
        local = at.astimezone(self.zone)
        day, opened, avoided = local.date(), self.open(at), self.holidays_policy != "usual"
        now_off = self.school_holiday(day) if avoided else None
        if opened and now_off is None:
            return None
        next_off = self.school_holiday(day + timedelta(days=1)) if avoided else None
        if next_off is not None and self.next_open(at).astimezone(self.zone).date() == day:
            next_off = None  # this morning is good enough: the holidays are not the reason
        return Closed(
            at=local,
            public_holiday=self.public_holiday(day),
            day_off=day.weekday() not in self.days,
            out_of_hours=not self.start <= local.time() < self.end,
            school=now_off,
            school_tomorrow=next_off,
            school_zone=self.school_zone,
        )

    def _opens(self, day: date) -> bool:
        if day.weekday() not in self.days or self.public_holiday(day) is not None:
            return False
        return self.holidays_policy != "closed" or self.school_holiday(day) is None

    def _next(self, at: datetime, hour: time, *, quiet: bool) -> datetime:
        first = at.astimezone(self.zone).date()
        for ahead in range(_HORIZON):
            day = first + timedelta(days=ahead)
            opening = instant(day, hour, self.zone)
            if opening > at and self._opens(day) and not (quiet and self.school_holiday(day)):
                return opening
        raise ValueError("no opening within a year")


@dataclass(frozen=True)
class Closed:
    """What stands against a local time: at least one of the five is true or named."""

    at: datetime
    public_holiday: Holiday | None
    day_off: bool
    out_of_hours: bool
    school: Holiday | None
    school_tomorrow: Holiday | None
    school_zone: str | None


@dataclass(frozen=True)
class Reason:
    """`today` when the time is still to come, None when it is now."""

    closed: Closed
    today: date | None

    def localized(self, language: str) -> str:
        english = language == "en"
        if self.today is None:
            clauses = _english_now(self.closed) if english else _french_now(self.closed)
        else:
            clauses = (
                _english_then(self.closed, self.today) if english else _french_then(self.closed, self.today)
            )
        text = (" and " if english else " et ").join(clause for clause in clauses if clause)
        return text[0].upper() + text[1:]


def _french_now(closed: Closed) -> tuple[str, str]:
    if closed.public_holiday is not None:
        today = f"c’est férié ({closed.public_holiday})"
    elif closed.day_off:
        today = f"nous sommes {WEEKDAYS['fr'][closed.at.weekday()]}"
    else:
        today = f"il est {Hour(closed.at.time()).localized('fr')}" if closed.out_of_hours else ""
    return today, _french_school(closed, "demain")


def _french_then(closed: Closed, today: date) -> tuple[str, str]:
    day = Day(closed.at.date(), today)
    if closed.public_holiday is not None:
        then = f"le {day.localized('fr')} est férié ({closed.public_holiday})"
    elif closed.day_off:
        then = f"le {day.localized('fr')} n’est pas un jour de bureau"
    elif closed.out_of_hours:
        then = f"le {at_hour(day, closed.at.time(), 'fr')}, c’est hors des heures de bureau"
    else:
        then = f"le {day.localized('fr')}"
        return f"{then}, {_french_school(closed, 'le lendemain')}", ""
    return then, _french_school(closed, "le lendemain")


def _french_school(closed: Closed, tomorrow: str) -> str:
    holiday = closed.school or closed.school_tomorrow
    if holiday is None:
        return ""
    several, zone = str(holiday).startswith("vacances"), f"(zone {closed.school_zone})"
    if closed.school is not None:
        return f"{'ce sont les' if several else 'c’est le'} {holiday} {zone}"
    return (
        f"{'les' if several else 'le'} {holiday} {'commencent' if several else 'commence'} {tomorrow} {zone}"
    )


def _english_now(closed: Closed) -> tuple[str, str]:
    if closed.public_holiday is not None:
        today = f"it is a public holiday ({closed.public_holiday.english})"
    elif closed.day_off:
        today = f"it is {WEEKDAYS['en'][closed.at.weekday()]}"
    else:
        today = f"it is {Hour(closed.at.time()).localized('en')}" if closed.out_of_hours else ""
    return today, _english_school(closed, "tomorrow")


def _english_then(closed: Closed, today: date) -> tuple[str, str]:
    day = Day(closed.at.date(), today)
    if closed.public_holiday is not None:
        then = f"{day.localized('en')} is a public holiday ({closed.public_holiday.english})"
    elif closed.day_off:
        then = f"{day.localized('en')} is not a working day"
    elif closed.out_of_hours:
        then = f"{at_hour(day, closed.at.time(), 'en')} is out of office hours"
    else:
        return f"on {day.localized('en')}, {_english_school(closed, 'the day after')}", ""
    return then, _english_school(closed, "the day after")


def _english_school(closed: Closed, tomorrow: str) -> str:
    holiday = closed.school or closed.school_tomorrow
    if holiday is None:
        return ""
    when = "is on" if closed.school is not None else f"starts {tomorrow}"
    return f"the {holiday.english} {when} (zone {closed.school_zone})"
