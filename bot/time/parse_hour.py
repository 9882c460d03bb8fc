"""The hours people type: « 14 h », « 9h30-12h30 », « de 9 h à midi », « matin », "2 pm"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.text import UserError
from bot.time.format import Hour, Hours
from bot.time.scanner import Scanner
from bot.time.vocabulary import BARE_MONTH


@dataclass(frozen=True)
class Span:
    """An hour, or a range of hours in one day."""

    start: time
    end: time | None = None


# A half day is the hours at which a professional meeting may be held.
MORNING = Span(time(9), time(12))
AFTERNOON = Span(time(14), time(17))

_HALF = r"(?P<half>matinee|matin|apres-? ?midi|aprem|soiree|soir|morning|afternoon|evening)(?!\w)"
_OF_HALF = r"(?: (?:du |de l'|in the )(?P<half>matin|apres-? ?midi|soir|morning|afternoon|evening)(?!\w))?"
_HALF_DAY = re.compile(rf"(?:le |l'|au |dans l'|en |in the )?{_HALF}")
_INTRO = re.compile(r"(?P<bounds>de |entre |from |between )|(?:a|at|des) ")
# Two figures after the hour are minutes, unless they begin a date ("14 h 15 décembre", "14 h 15/12").
_MARKED = re.compile(
    rf"(?P<hour>\d\d?) ?(?:heures?|hrs?|h)(?: ?(?P<minute>\d\d)(?!\w| ?/| ?{BARE_MONTH}))?"
    rf"(?!\w)(?: et (?P<part>demie?|quart)(?!\w))?{_OF_HALF}"
)
_COLON = re.compile(
    rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d)?(?![\d:])(?: ?(?P<ampm>[ap])\.?m\.?)?(?!\w){_OF_HALF}"
)
_ENGLISH = re.compile(r"(?P<hour>\d\d?) ?(?P<ampm>[ap])\.?m\.?(?!\w)")
_NOON = re.compile(r"(?P<noon>midi|noon)(?!\w)(?: et (?P<part>demie?|quart)(?!\w))?")
_MIDNIGHT = re.compile(r"(?:minuit|midnight)(?!\w)")
_BARE = re.compile(r"(?P<hour>\d\d?)(?!\w)")
_TO = re.compile(r" ?- ?| (?:a|to|until|till) |,? jusqu'a ")
_AND = re.compile(r" (?:et|and) ")
_TIGHT = re.compile(r"-")
_SPACE = re.compile(r",? ?")


def parse_hours(cursor: Scanner) -> Span | None:
    """The half day, hour or range here, or None;
    UserError for one that cannot be (25 h, an end before its start).
    """
    match = cursor.take(_HALF_DAY)
    half = _named_half(match["half"]) if match is not None else None
    if half is not None:
        cursor.take(_SPACE)
    span = parse_clock(cursor)
    if span is not None:
        return _within(span, half)
    if half == "morning":
        return MORNING
    if half == "afternoon":
        return AFTERNOON
    return None


def parse_clock(cursor: Scanner) -> Span | None:
    """The same without half days: an hour or a range said in figures, or noon."""
    begun = cursor.at
    intro = cursor.take(_INTRO)
    span = _range(cursor, bounded=intro is not None and intro["bounds"] is not None)
    if span is None:
        start = _hour(cursor)
        span = None if start is None else Span(start)
    if span is None:
        cursor.at = begun
    return span


def _range(cursor: Scanner, *, bounded: bool) -> Span | None:
    """A range, one of whose ends may be a bare number when it is « de 9 à 12 h » or « 9-12h »."""
    begun = cursor.at
    start = _hour(cursor)
    bare = None if start is not None else cursor.take(_BARE)
    bounded = bounded or cursor.sees(_TIGHT)
    if (start is not None or (bare is not None and bounded)) and (
        cursor.take(_TO) or (bounded and cursor.take(_AND))
    ):
        end = _hour(cursor)
        if bare is not None and end is not None:
            start = _time(int(bare["hour"]), 0, bare[0])
        elif end is None and bounded:
            end = _bare(cursor)
        if start is not None and end is not None:
            return _forward(start, end)
    cursor.at = begun
    return None


def _forward(start: time, end: time) -> Span:
    if end <= start:
        raise UserError(
            "L’heure de fin ({end}) doit venir après l’heure de début ({start}). "
            "Écrivez par exemple « {example} ».",
            start=Hour(start),
            end=Hour(end),
            example=Hours(time(9, 30), time(12, 30)),
        )
    return Span(start, end)


def _hour(cursor: Scanner) -> time | None:
    begun = cursor.at
    for pattern in (_MARKED, _COLON, _ENGLISH, _NOON):
        match = cursor.take(pattern)
        if match is not None:
            return _hour_of(match.groupdict(), cursor.text_since(begun))
    if cursor.take(_MIDNIGHT):
        raise UserError(
            "« Minuit » peut être le début ou la fin du jour. Écrivez « {first} » ou « {last} ».",
            first=Hour(time(0)),
            last=Hour(time(23, 59)),
        )
    return None


def _hour_of(match: dict[str, str | None], whole: str) -> time:
    hour = 12 if match.get("noon") else int(match["hour"] or 0)
    minute = int(match.get("minute") or 0)
    part = match.get("part")
    if part is not None:
        minute += 15 if part == "quart" else 30
    ampm = match.get("ampm")
    if ampm is not None:
        hour = hour % 12 + (12 if ampm == "p" else 0) if 1 <= hour <= 12 else 99
    return _in_half(_time(hour, minute, whole), match.get("half"))


def _in_half(hour: time, half: str | None) -> time:
    """« 3 h de l’après-midi » is 15 h."""
    if half is None:
        return hour
    named = _named_half(half)
    if named != "morning" and hour.hour < 12:
        hour = hour.replace(hour=hour.hour + 12)
    return _within(Span(hour), named).start


def _bare(cursor: Scanner) -> time | None:
    match = cursor.take(_BARE)
    return None if match is None else _time(int(match["hour"]), 0, match[0])


def _time(hour: int, minute: int, whole: str) -> time:
    if hour > 23 or minute > 59:
        raise UserError(
            "« {said} » n’est pas une heure. Écrivez par exemple « {example} ».",
            said=whole,
            example=Hour(time(14, 30)),
        )
    return time(hour, minute)


def _named_half(match: str) -> str:
    if match.startswith(("mat", "mor")):
        return "morning"
    return "afternoon" if match.startswith("a") else "evening"


_BOUNDS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 23)}


def _within(span: Span, half: str | None) -> Span:
    if half is None or _BOUNDS[half][0] <= span.start.hour <= _BOUNDS[half][1]:
        return span
    raise UserError(
        "Le moment du jour et l’heure ({hour}) ne vont pas ensemble. "
        "Écrivez l’heure seule, par exemple « {example} ».",
        hour=Hour(span.start),
        example=Hour(span.start),
    )
