"""A day somebody named, with the hour or the range of hours if they said one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.dates.phrases import Day, Hours, at_hour
from bot.schedule.recurrence import instant


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
        """When it begins, in UTC; a day without an hour begins at `default`, which may be past if the day is today."""
        return instant(self.day, default if self.start is None else self.start, self.zone)

    def ends(self) -> datetime | None:
        """When its range ends, in UTC; None for a day or for one hour."""
        return None if self.end is None else instant(self.day, self.end, self.zone)

    def words(self, language: str) -> str:
        """« mardi 16 mars 2027, de 9 h 30 à 12 h 30 »; what it says reads back as the same moment."""
        day = Day(self.day, self.today)
        if self.start is None:
            return day.words(language)
        if self.end is None:
            return at_hour(day, self.start, language)
        return f"{day.words(language)}, {Hours(self.start, self.end).words(language)}"


def exists(day: date, hour: time, zone: ZoneInfo) -> bool:
    """False for an hour that the spring clock change jumps over."""
    return instant(day, hour, zone).astimezone(zone).time() == hour
