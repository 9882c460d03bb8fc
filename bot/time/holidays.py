"""French public holidays and school holidays by zone, from the `holidays` package.

The package works school holidays out by rule and never says where the official calendar ends: past
SCHOOL_KNOWN_UNTIL it would be guessing, so here the answer is none and the log says so once. It knows no zone
but A, B and C. Alsace and Moselle's two days more, and the overseas calendars, are not looked at: nothing in
config.yaml asks for them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

log = logging.getLogger(__name__)

# The end of the last school year fixed by an order known to holidays 0.109 (21 July 2026, for 2027-2028). To
# be moved
# on with the package, once its france.py cites the next order.
SCHOOL_KNOWN_UNTIL = date(2028, 8, 31)
_ZONES = ("A", "B", "C")


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
    """The national public holiday on this day (code du travail, L3133-1)."""
    french = _calendar("fr", None).get(day)
    return None if french is None else _named(french, _calendar("en_US", None)[day])


def school_holiday(day: date, zone: str | None) -> Holiday | None:
    """The school holidays of a zone on this day; None out of them, and when they are not known."""
    if zone is None or not _known(zone, day > SCHOOL_KNOWN_UNTIL):
        return None
    french = _calendar("fr", zone).get(day)
    if french is None:
        return None
    english = _calendar("en_US", zone)[day]
    return _named(french[0].lower() + french[1:], english[0] + english[1:].replace(" Break", " break"))


def _named(french: str, english: str) -> Holiday:
    # Two feasts on one day come as "Ascension; Fête du Travail".
    return Holiday(*(name.split("; ")[0].replace("'", "’") for name in (french, english)))


@cache
def _known(zone: str, beyond: bool) -> bool:
    """Cached so that what is not known is logged once a run."""
    if zone not in _ZONES:
        log.warning("No school calendar for zone %s: its school holidays are ignored", zone)
    elif beyond:
        log.warning("No school calendar after %s: later school holidays are ignored", SCHOOL_KNOWN_UNTIL)
    return zone in _ZONES and not beyond


@cache
def _calendar(language: str, zone: str | None) -> holidays.HolidayBase:
    if zone is None:
        return holidays.country_holidays("FR", language=language)
    return holidays.country_holidays("FR", subdiv=f"Zone {zone}", language=language, categories=("school",))
