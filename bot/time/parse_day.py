"""The days people type: « mardi », « 15/12 », « 1er mars », « lundi en huit », « dernier jeudi d’avril »…

Each way of saying a day is a pattern over folded text and what it means on a given day; the first that fits
is it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NoReturn

from bot.text import UserError
from bot.time.format import Day, Weekday
from bot.time.scanner import Scanner
from bot.time.vocabulary import (
    ENGLISH_MONTH,
    FULL_WEEKDAY,
    MONTH,
    MONTH_OF,
    NUMBER,
    WEEKDAY,
    WEEKDAY_OF,
    number,
)

_NAMED = rf"(?:{WEEKDAY}[ ,]*(?:(?:le|the) )?)?"
_ORDINAL = r"(?:er|nd|rd|st|th|e)?"
_YEAR = r"(?:,? (?P<year>\d{4})(?! ?[h:]|\w))?"
_HOUR_NEXT = r"(?=[ .!]*(?:\n|$)|,? (?:(?:a|at|de|from|des) )?\d{1,2} ?[h:]|,? (?:a )?(?:midi|noon))"

NTH = {
    "premier": 1,
    "1er": 1,
    "first": 1,
    "1st": 1,
    "deuxieme": 2,
    "2e": 2,
    "2eme": 2,
    "second": 2,
    "2nd": 2,
    "troisieme": 3,
    "3e": 3,
    "3eme": 3,
    "third": 3,
    "3rd": 3,
    "quatrieme": 4,
    "4e": 4,
    "4eme": 4,
    "fourth": 4,
    "4th": 4,
    "dernier": -1,
    "last": -1,
}
_FROM_TODAY = {"aujourd'hui": 0, "today": 0, "demain": 1, "tomorrow": 1}


def parse_day(cursor: Scanner, today: date) -> date | None:
    """The day named here, or None if none is; UserError if it is named and does not exist."""
    begun = cursor.at
    for pattern, meaning in _WAYS:
        match = cursor.take(pattern)
        if match is not None:
            return meaning(match, today, cursor.text_since(begun))
    return None


def sample(today: date) -> Day:
    """A day that may be copied as an example."""
    return Day(today + timedelta(days=7), today)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _iso(parts: re.Match[str], today: date, whole: str) -> date:
    found = _dated(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    return _agreeing(found or _refuse(whole, today, int(parts["month"])), parts["weekday"], today)


def _in_numbers(parts: re.Match[str], today: date, whole: str) -> date:
    return _calendar(parts, int(parts["month"]), today, whole)


def _in_words(parts: re.Match[str], today: date, whole: str) -> date:
    return _calendar(parts, MONTH_OF[parts["month"]], today, whole)


def _calendar(parts: re.Match[str], month: int, today: date, whole: str) -> date:
    """Day and month, perhaps a year, perhaps a weekday; without a year it is the next one, today included."""
    number = 1 if parts["day"] in ("premier", "first") else int(parts["day"])
    year = parts["year"]
    if year is not None:
        found = _dated(int(year) + (2000 if len(year) == 2 else 0), month, number)
    else:
        tries = (_dated(today.year + later, month, number) for later in range(9))
        found = next((one for one in tries if one is not None and one >= today), None)
    return _agreeing(found or _refuse(whole, today, month), parts["weekday"], today)


def _number_alone(parts: re.Match[str], today: date, whole: str) -> date:
    """« mardi 15 », « le 15 » : the next 15th, today included."""
    firsts = (months_later(today.replace(day=1), later) for later in range(12))
    tries = (_dated(first.year, first.month, int(parts["day"])) for first in firsts)
    found = next((one for one in tries if one is not None and one >= today), None)
    return _agreeing(found or _refuse(whole, today), parts["weekday"], today)


def _nth(parts: re.Match[str], today: date, whole: str) -> date:
    """« premier mardi de mars » is the next such day;
    « du mois » is this month, or the next when it is past.
    """
    weekday, nth = WEEKDAY_OF[parts["weekday"]], NTH[parts["nth"]]
    if parts["month"] is not None:
        years = (int(parts["year"]),) if parts["year"] else (today.year, today.year + 1)
        firsts = [_dated(year, MONTH_OF[parts["month"]], 1) or _refuse(whole, today) for year in years]
    else:
        firsts = [
            months_later(today.replace(day=1), later) for later in ((1,) if parts["coming"] else (0, 1))
        ]
    days = [_nth_of_month(first, weekday, nth) for first in firsts]
    return next((one for one in days if one >= today), days[-1])


def _nth_of_month(first: date, weekday: int, nth: int) -> date:
    if nth < 0:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _near(parts: re.Match[str], today: date, whole: str) -> date:
    return today + timedelta(days=_FROM_TODAY[parts["near"]] + _weeks(parts["far"]))


def _day_after_tomorrow(parts: re.Match[str], today: date, whole: str) -> date:
    return today + timedelta(days=2)


def _this_part_of_today(parts: re.Match[str], today: date, whole: str) -> date:
    return today


def _weekday(parts: re.Match[str], today: date, whole: str) -> date:
    """The first such day after today; « ce mardi » may be today;
    « de la semaine prochaine » counts from Monday.
    """
    weekday = WEEKDAY_OF[parts["weekday"]]
    if parts["week"]:
        return today + timedelta(days=7 - today.weekday() + weekday)
    first = today if parts["this"] else today + timedelta(days=1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + _weeks(parts["far"]))


def _weeks(far: str | None) -> int:
    """« en huit » is one week more, « en quinze » two."""
    return 0 if far is None else 7 if far in ("huit", "8") else 14


def _from_now(parts: re.Match[str], today: date, whole: str) -> date:
    """« huit jours » is a week and « quinze jours » two for many people: then the day has to be said."""
    count, unit = number(parts["number"]), parts["unit"]
    if unit[0] == "j" and count in (8, 15):
        raise UserError(
            "« {said} » peut se comprendre de deux façons. Écrivez plutôt « {first} » ou « {second} ».",
            said=whole,
            first=Day(today + timedelta(days=count - 1), today),
            second=Day(today + timedelta(days=count), today),
        )
    if unit[0] in "aym":
        return months_later(today, count * (1 if unit[0] == "m" else 12))
    return today + timedelta(days=count if unit[0] in "jd" else 7 * count)


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _agreeing(found: date, weekday: str | None, today: date) -> date:
    if weekday and WEEKDAY_OF[weekday] != found.weekday():
        raise UserError(
            "Cette date est un {weekday} : écrivez « {day} », ou changez la date.",
            weekday=Weekday(found.weekday()),
            day=Day(found, today),
        )
    return found


def _refuse(whole: str, today: date, month: int = 0) -> NoReturn:
    """Say that this day does not exist, with the nearest that does when it is the end of a month."""
    example = sample(today)
    if 1 <= month <= 12:
        lasts = (date(year, month, monthrange(year, month)[1]) for year in (today.year, today.year + 1))
        example = Day(next(last for last in lasts if last >= today), today)
    raise UserError(
        "« {said} » n’existe pas. Écrivez par exemple « {example} ».", said=whole, example=example
    )


_Meaning = Callable[[re.Match[str], date, str], date]
_WAYS: tuple[tuple[re.Pattern[str], _Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (rf"{_NAMED}(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)(?=t\d|\W|$)(?!-)", _iso),
        (
            rf"{_NAMED}(?P<day>\d\d?) ?/ ?(?P<month>\d\d?)(?: ?/ ?(?P<year>\d{{4}}|\d\d))?(?![\w/])",
            _in_numbers,
        ),
        (
            rf"{_NAMED}(?P<day>\d\d?)(?P<mark>[.-])(?P<month>\d\d?)(?P=mark)(?P<year>\d{{4}}|\d\d)(?![\w-])",
            _in_numbers,
        ),
        (rf"{_NAMED}(?P<day>\d\d?|premier|first){_ORDINAL} ?(?:of )?{MONTH}{_YEAR}", _in_words),
        (rf"{_NAMED}{ENGLISH_MONTH} (?P<day>\d\d?){_ORDINAL}(?! ?[h:/]|\w){_YEAR}", _in_words),
        (
            rf"{WEEKDAY}[ ,]*(?:(?:le|the) )?(?P<day>\d\d?){_ORDINAL}(?! ?(?:[h:/]|[ap]m)|-\d|\w)",
            _number_alone,
        ),
        (rf"(?P<weekday>)(?:(?<=le )|(?<=au )|(?<=the ))(?P<day>\d\d?){_ORDINAL}{_HOUR_NEXT}", _number_alone),
        (
            rf"(?P<nth>{'|'.join(NTH)}) {FULL_WEEKDAY} "
            rf"(?:(?:de |d'|of |in |du mois de |du mois d'){MONTH}{_YEAR}"
            r"|du mois(?P<coming> prochain)?(?!\w))",
            _nth,
        ),
        (r"apres-? ?demain(?!\w)|(?:the )?day after tomorrow(?!\w)", _day_after_tomorrow),
        (r"(?P<near>aujourd'hui|today|demain|tomorrow)(?!\w)(?: en (?P<far>huit|8|quinze|15)(?!\w))?", _near),
        (r"(?:cet?|this)(?= (?:matin|midi|apres|aprem|morning|afternoon))", _this_part_of_today),
        (
            rf"(?:(?P<this>ce|this) |(?:prochain|next) )?{WEEKDAY}(?: (?:prochain|qui vient)(?!\w)"
            r"| en (?P<far>huit|8|quinze|15)(?!\w)|(?P<week> de la semaine prochaine)(?!\w))?",
            _weekday,
        ),
        (
            rf"(?:dans|in) {NUMBER} ?(?P<unit>jours?|days?|semaines?|weeks?|mois|months?|ans?|years?)(?!\w)",
            _from_now,
        ),
    )
)
