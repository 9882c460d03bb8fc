"""When something happens again: rules such as "mon 09:15", their instants,
and the names of their occurrences.

A name is what people would say (the week 2026-W48, the day 2026-11-23), never an instant: a schedule whose
hour is moved stays the same occurrence. Names of one rhythm sort in the order of time.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULE = re.compile(r"(?P<days>[a-z,-]+)\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})")


@dataclass(frozen=True)
class Occurrence:
    """One occurrence: its name and its moment (aware, UTC)."""

    name: str
    planned: datetime


@dataclass(frozen=True)
class Rule:
    """`days`: weekdays, Monday is 0; `at`: the hour on people's clocks."""

    days: frozenset[int]
    at: time

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """`mon 09:15`, `mon-fri 08:30`, `mon,thu 14:00` or `daily 02:30`.
        Raises ValueError, with an example.
        """
        found = RULE.fullmatch(text.strip().lower())
        days = _days(found["days"]) if found else frozenset[int]()
        if not found or not days or int(found["hour"]) > 23 or int(found["minute"]) > 59:
            raise ValueError(
                f'"{text}" is no schedule: write a day and an hour, such as "mon 09:15", "mon-fri 08:30" '
                'or "daily 02:30"'
            )
        return cls(days, time(int(found["hour"]), int(found["minute"])))

    @property
    def weekly(self) -> bool:
        return len(self.days) == 1

    def name(self, day: date) -> str:
        """A week for what happens once a week, else a day."""
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}" if self.weekly else day.isoformat()

    def names_like(self, name: str) -> bool:
        """Whether this name could be one of ours: not when the rhythm was changed from weeks to days."""
        return ("W" in name) == self.weekly

    def occurrences(self, first: date, upto: datetime, zone: ZoneInfo) -> Iterator[Occurrence]:
        """The occurrences from the day `first` to the moment `upto` (both included), in order."""
        last = upto.astimezone(zone).date()
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            if day.weekday() in self.days and (planned := instant(day, self.at, zone)) <= upto:
                yield Occurrence(self.name(day), planned)


def first_day(name: str) -> date:
    """The day that an occurrence's name stands for; the Monday of a week."""
    return date.fromisoformat(name)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of an hour on people's clocks:
    the first of two in autumn, the first one after a gap in spring.
    """
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # in a gap, fold=1 reads the hour with the later offset: before the change
    start = local.replace(fold=1).astimezone(UTC)
    after = found.astimezone(zone).utcoffset()
    seconds = range(int((found - start).total_seconds()))
    passed = bisect_left(
        seconds,
        True,
        key=lambda second: (start + timedelta(seconds=second)).astimezone(zone).utcoffset() == after,
    )
    return start + timedelta(seconds=passed)


def _days(text: str) -> frozenset[int]:
    """No day at all when one of them isn't known."""
    if text == "daily":
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not all(end in DAYS for end in ends):
            return frozenset()
        start, end = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(found)
