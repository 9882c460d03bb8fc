"""Days and hours as people read them: values for the holes of a sentence.

French is « lundi 4 janvier 2027 à 9 h »; English uses the 24-hour clock, as the network's programmes do:
"Monday 4 January 2027 at 9:00". The year is said when it is not this year's. Spaces are plain: bot.text makes
them no-break ones on output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.time.recurrence import instant
from bot.time.vocabulary import MONTHS, WEEKDAYS

_NEAR = {
    -1: {"fr": "hier", "en": "yesterday"},
    0: {"fr": "", "en": ""},
    1: {"fr": "demain", "en": "tomorrow"},
}


@dataclass(frozen=True)
class Day:
    """« mardi 1er mars » : with the year unless it is that of `today`."""

    day: date
    today: date | None = None

    def localized(self, language: str) -> str:
        day = self.day
        number = "1er" if day.day == 1 and language == "fr" else str(day.day)
        parts = [WEEKDAYS[language][day.weekday()], number, MONTHS[language][day.month - 1]]
        if self.today is None or day.year != self.today.year:
            parts.append(str(day.year))
        return " ".join(parts)


@dataclass(frozen=True)
class Weekday:
    """« jeudi »; Monday is 0."""

    number: int

    def localized(self, language: str) -> str:
        return WEEKDAYS[language][self.number]


@dataclass(frozen=True)
class Hour:
    """« 9 h », « 14 h 30 », "14:30"."""

    at: time

    def localized(self, language: str) -> str:
        hour, minute = self.at.hour, self.at.minute
        if language == "en":
            return f"{hour}:{minute:02}"
        return f"{hour} h {minute:02}" if minute else f"{hour} h"


@dataclass(frozen=True)
class Hours:
    """« de 9 h 30 à 12 h 30 », "9:30 to 12:30"."""

    start: time
    end: time

    def localized(self, language: str) -> str:
        start, end = Hour(self.start).localized(language), Hour(self.end).localized(language)
        return f"{start} to {end}" if language == "en" else f"de {start} à {end}"


@dataclass(frozen=True)
class Instant:
    """« lundi 4 janvier 2027 à 9 h » : an aware instant as it reads in a zone;
    `now` decides whether the year is said.
    """

    instant: datetime
    now: datetime
    zone: ZoneInfo

    def localized(self, language: str) -> str:
        local = self.instant.astimezone(self.zone)
        day = Day(local.date(), self.now.astimezone(self.zone).date())
        return at_hour(day, local.time(), language)


def at_hour(day: Day, hour: time, language: str) -> str:
    between = "at" if language == "en" else "à"
    return f"{day.localized(language)} {between} {Hour(hour).localized(language)}"


@dataclass(frozen=True)
class Moment:
    """A day (`start` None), a day and hour (`end` None), or a range of hours in one day, in local time.

    `today` is the day on which it is said: it only decides whether the year is part of the words.
    """

    day: date
    start: time | None
    end: time | None
    zone: ZoneInfo
    today: date | None = field(default=None, compare=False)

    def instant(self, default: time) -> datetime:
        """RelativeInstant it begins, in UTC;
        a day without an hour begins at `default`, which may be past if the day is today.
        """
        return instant(self.day, default if self.start is None else self.start, self.zone)

    def ends(self) -> datetime | None:
        """RelativeInstant its range ends, in UTC; None for a day or for one hour."""
        return None if self.end is None else instant(self.day, self.end, self.zone)

    def localized(self, language: str) -> str:
        """« mardi 16 mars 2027, de 9 h 30 à 12 h 30 »; what it says reads back as the same moment."""
        day = Day(self.day, self.today)
        if self.start is None:
            return day.localized(language)
        if self.end is None:
            return at_hour(day, self.start, language)
        return f"{day.localized(language)}, {Hours(self.start, self.end).localized(language)}"


def exists(day: date, hour: time, zone: ZoneInfo) -> bool:
    """False for an hour that the spring clock change jumps over."""
    return instant(day, hour, zone).astimezone(zone).time() == hour


@dataclass(frozen=True)
class AsOf:
    """« 24 novembre, 11 h 05 », "24 November, 11:05": when something was counted."""

    instant: datetime
    zone: ZoneInfo

    def localized(self, language: str) -> str:
        local = self.instant.astimezone(self.zone)
        number = "1er" if local.day == 1 and language == "fr" else str(local.day)
        return f"{number} {MONTHS[language][local.month - 1]}, {Hour(local.time()).localized(language)}"


@dataclass(frozen=True)
class When:
    """`today`: the year is said unless it is that of today; None: always. `capital`: it begins a line."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    today: date | None = None
    capital: bool = False

    def localized(self, language: str) -> str:
        start, end = self.starts_at.astimezone(self.zone), self.ends_at.astimezone(self.zone)
        text = Moment(start.date(), start.time(), end.time(), self.zone, self.today).localized(language)
        return f"{text[0].upper()}{text[1:]}" if self.capital else text


@dataclass(frozen=True)
class DayMonth:
    """« 20 novembre », "20 November"; with the year when it is not that of `today`. `bare`: « 20 »."""

    day: date
    today: date | None = None
    bare: bool = False

    def localized(self, language: str) -> str:
        number = "1er" if self.day.day == 1 and language == "fr" else str(self.day.day)
        if self.bare:
            return number
        year = "" if self.today and self.today.year == self.day.year else f" {self.day.year}"
        return f"{number} {MONTHS[language][self.day.month - 1]}{year}"


@dataclass(frozen=True)
class RelativeInstant:
    """« hier à 14 h », « à 16 h », « le lundi 4 janvier à 9 h » : an instant as people say it at `now`."""

    instant: datetime
    now: datetime
    zone: ZoneInfo

    def localized(self, language: str) -> str:
        local, today = self.instant.astimezone(self.zone), self.now.astimezone(self.zone).date()
        hour = (
            f"{'at' if language == 'en' else 'à'} "
            f"{Hour(local.time().replace(second=0, microsecond=0)).localized(language)}"
        )
        day = _NEAR.get((local.date() - today).days, {}).get(language)
        if day is None:
            day = f"{'on' if language == 'en' else 'le'} {Day(local.date(), today).localized(language)}"
        return f"{day} {hour}".strip()
