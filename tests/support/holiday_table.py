"""Makes the table that bot/time/holidays.py reads, from the package `holidays`.

    python -m tests.support.holiday_table

To be run again when an order fixes another school year and a new release of the package cites it. The package
itself stays out of the bot: one country of it brings all of them, 13 MiB.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import holidays

from bot.time.holidays import SCHOOL_KNOWN_UNTIL, SCHOOL_ZONES, TABLE

FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
Row = tuple[date, date, str, str, str]  # first day, last day, zone (none: public), French, English


def rows() -> Iterator[Row]:
    """Consecutive days of one name are one row."""
    years = range(FIRST.year, LAST.year + 1)
    french = holidays.country_holidays("FR", language="fr", years=years)
    english = holidays.country_holidays("FR", language="en_US", years=years)
    for day in sorted(french):
        yield (day, day, "", *_named(french[day], english[day]))
    for zone in SCHOOL_ZONES:
        yield from _school(zone, range(FIRST.year, SCHOOL_KNOWN_UNTIL.year + 1))


def _school(zone: str, years: range) -> Iterator[Row]:
    def calendar(language: str) -> Mapping[date, str]:
        return holidays.country_holidays(
            "FR", subdiv=f"Zone {zone}", language=language, categories=("school",), years=years
        )

    french, english = calendar("fr"), calendar("en_US")
    first = last = date.min
    for day in chain(sorted(day for day in french if day <= SCHOOL_KNOWN_UNTIL), [date.max]):
        if day - last != timedelta(days=1) or french[day] != french[first]:
            if first > date.min:
                one, other = _named(french[first], english[first])
                one, other = one[0].lower() + one[1:], other[0] + other[1:].replace(" Break", " break")
                yield (first, last, zone, one, other)
            first = day
        last = day


def _named(french: str, english: str) -> tuple[str, str]:
    """Two feasts on one day come as « Ascension; Fête du Travail »."""
    one, other = (name.split("; ")[0].replace("'", "’") for name in (french, english))
    return one, other


def text() -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows())


if __name__ == "__main__":
    Path(str(TABLE)).write_text(text(), "utf-8")
