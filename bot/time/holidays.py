"""French public holidays and school holidays by zone: a table with a line for each,
from the package `holidays` (tests/support/holiday_table.py).

School holidays are worked out by rule past SCHOOL_KNOWN_UNTIL, which would be guessing: there the answer is
none and the log says so once. There is no zone but A, B and C. Alsace and Moselle's two days more, and the
overseas calendars, are not looked at: nothing in config.yaml asks for them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

log = logging.getLogger(__name__)

# The end of the last school year fixed by an order known to holidays 0.109 (21 July 2026, for 2027-2028). To
# be moved on with the table, once the package's france.py cites the next order.
SCHOOL_KNOWN_UNTIL = date(2028, 8, 31)
SCHOOL_ZONES = ("A", "B", "C")
TABLE = files("bot").joinpath("time", "holidays.csv")


@dataclass(frozen=True)
class Holiday:
    """The name of a public holiday (« Noël ») or of school holidays (« vacances de Noël »)."""

    french: str
    english: str

    def __str__(self) -> str:
        return self.french

    def localized(self, language: str) -> str:
        return self.english if language == "en" else self.french


def public_holiday(day: date) -> Holiday | None:
    """The national public holiday on this day (code du travail, L3133-1), from 2000 to 2060."""
    return _calendar("").get(day)


def school_holiday(day: date, zone: str | None) -> Holiday | None:
    """The school holidays of a zone on this day; None out of them, and when they are not known."""
    if zone is None or not _known(zone, day > SCHOOL_KNOWN_UNTIL):
        return None
    return _calendar(zone).get(day)


@cache
def _known(zone: str, beyond: bool) -> bool:
    """Cached so that what is not known is logged once a run."""
    if zone not in SCHOOL_ZONES:
        log.warning("No school calendar for zone %s: its school holidays are ignored", zone)
    elif beyond:
        log.warning("No school calendar after %s: later school holidays are ignored", SCHOOL_KNOWN_UNTIL)
    return zone in SCHOOL_ZONES and not beyond


@cache
def _calendar(zone: str) -> Mapping[date, Holiday]:
    """Day by day, the school holidays of a zone; without one, the public holidays."""
    found: dict[date, Holiday] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        first, last, where, french, english = line.split(",")
        if where == zone:
            start, holiday = date.fromisoformat(first), Holiday(french, english)
            days = (date.fromisoformat(last) - start).days + 1
            found.update((start + timedelta(days=n), holiday) for n in range(days))
    return found
