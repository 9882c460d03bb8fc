"""The rhythm of meetings: « 2e mardi de mars, juin, septembre, décembre, 9 h 30 – 14 h ».

A weekday counted in a few months of the year, as BYDAY=2TU with BYMONTH in RFC 5545 § 3.3.10, and its hours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.text import UserError
from bot.time.format import Hours
from bot.time.parse_day import NTH
from bot.time.parse_hour import parse_hours
from bot.time.scanner import Scanner
from bot.time.vocabulary import FULL_WEEKDAY, MONTH, MONTH_OF, MONTHS, WEEKDAY_OF, WEEKDAYS

AUGUST = 8
EXAMPLE = "2e mardi de mars, juin, septembre, décembre, 9 h 30 – 14 h"
USUAL = (time(9, 30), time(12, 30))
_NTH = re.compile(
    rf"(?:le |the )?(?P<nth>{'|'.join(NTH)}) {FULL_WEEKDAY}s?(?: (?:du mois )?(?:de|of|in) | ?d'|,? )"
)
_MONTH = re.compile(rf"(?:de |d'|en |in )?{MONTH}")
_BETWEEN = re.compile(r" ?, ?(?:et |and )?(?=[^\W\d])| (?:et|and|&) ")
_BEFORE_HOURS = re.compile(r" ?,? ?(?:- )?")
_END = re.compile(r"[ .!]*$")
_ORDINALS = {1: ("1er", "first"), 2: ("2e", "second"), 3: ("3e", "third"), 4: ("4e", "fourth")}
_LAST = ("dernier", "last")


@dataclass(frozen=True)
class MonthlyRule:
    """`nth`: 1 to 4, or -1 for the last; `weekday`: Monday is 0; `months`: 1 to 12, in order; local hours."""

    nth: int
    weekday: int
    months: tuple[int, ...]
    start: time = USUAL[0]
    end: time = USUAL[1]

    @classmethod
    def parse(cls, text: str) -> MonthlyRule:
        """As people write it, with its hours or without. Raises UserError, with an example."""
        cursor = Scanner(text)
        found = cursor.take(_NTH)
        months = sorted(set(_months(cursor))) if found else []
        if found is None or not months:
            raise _not_understood(text)
        if AUGUST in months:
            raise UserError("Pas de rencontre en août, c’est la pause : choisissez d’autres mois.")
        if cursor.take(_END):
            return cls(NTH[found["nth"]], WEEKDAY_OF[found["weekday"]], tuple(months))
        cursor.take(_BEFORE_HOURS)
        span = parse_hours(cursor)
        if span is None or span.end is None or not cursor.take(_END):
            raise _not_understood(text)
        return cls(NTH[found["nth"]], WEEKDAY_OF[found["weekday"]], tuple(months), span.start, span.end)

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days between two, both included, in order."""
        for year in range(first.year, last.year + 1):
            for month in self.months:
                if first <= (day := self._day(year, month)) <= last:
                    yield day

    def _day(self, year: int, month: int) -> date:
        if self.nth > 0:
            start = date(year, month, 1)
            return start + timedelta(days=(self.weekday - start.weekday()) % 7 + 7 * (self.nth - 1))
        end = date(year, month, monthrange(year, month)[1])
        return end - timedelta(days=(end.weekday() - self.weekday) % 7)

    def localized(self, language: str) -> str:
        """« 2e mardi de mars, juin, septembre et décembre, de 9 h 30 à 14 h »; it reads back as the same."""
        english = language == "en"
        nth = (_LAST if self.nth < 0 else _ORDINALS[self.nth])[english]
        *first, last = [MONTHS[language][month - 1] for month in self.months]
        months = f"{', '.join(first)} {'and' if english else 'et'} {last}" if first else last
        of = "of " if english else "d’" if months[0] in "ao" else "de "
        hours = Hours(self.start, self.end).localized(language)
        return f"{nth} {WEEKDAYS[language][self.weekday]} {of}{months}, {hours}"


def _months(cursor: Scanner) -> Iterator[int]:
    while (found := cursor.take(_MONTH)) is not None:
        yield MONTH_OF[found["month"]]
        after = cursor.at
        if not cursor.take(_BETWEEN):
            return
        if not cursor.sees(_MONTH):
            cursor.at = after
            return


def _not_understood(text: str) -> UserError:
    return UserError(
        "Je ne comprends pas ce rythme : « {said} ». Exemple : « {example} ».",
        said=text.strip()[:80],
        example=EXAMPLE,
    )
