"""Parser of date polls: from what somebody typed after `!dates` to the dates of a poll,
or to one sentence on what is wrong and their own line mended.

`23 février ; 9 mars matin ; 16 mars, 14 h - 17 h`, between `;`, `|` or on lines, with a title first if wanted
(« Atelier : 9 mars ; … »).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.text import UserError
from bot.text.clean import clean_text
from bot.time import parse_moment
from commands.polls import parse_deadline
from commands.polls.options import WORDS, Options
from commands.polls.parse_deadline import Clock
from commands.polls.parse_question import LONGEST_QUESTION, check_question, short, with_line
from schedules.polls.wording import PARTS, Slot
from storage.text import fold

FEWEST, MANY = 2, 10  # dates
_LONGEST = 5_000  # characters looked at
_BETWEEN = re.compile(r"[;|\n]")
_COMMAS = re.compile(r",| et | ou | and | or ")
_COLON = re.compile(r"(?<!\d):|:(?!\d)")  # not that of 14:30
_PART = re.compile(
    r"(?:,|\s|(?<=\d))\s*(?:(?:au|le|la|en|dans|the|in)\s+|(?:dans\s+)?l['’]\s?)*"
    r"(?:(?P<morning>matin(?:[ée]e)?|morning)|(?P<afternoon>apr[èe]s[- ]?midi|aprem|afternoon)"
    r"|(?P<evening>soir(?:[ée]e)?|evening)"
    r"|(?:toute\s+la\s+)?journ[ée]e)\s*$",
    re.IGNORECASE,
)
_PARTS = {"": time(0), "morning": time(6), "afternoon": time(12), "evening": time(18)}
_SAMPLES = (timedelta(days=14), timedelta(days=21))  # after the closing


@dataclass(frozen=True)
class ParsedDates:
    """`title`: "" for none. `slots`: in their order in time. `closes_at`: None when nothing was said."""

    title: str
    slots: tuple[Slot, ...]
    closes_at: datetime | None
    members_only: bool


@dataclass
class _Typed:
    title: str = ""
    pieces: list[str] = field(default_factory=list)
    options: Options = field(default_factory=Options)


def parse(text: str, clock: Clock) -> ParsedDates:
    """Raises UserError with the line mended when these cannot be the dates of a poll."""
    typed = _typed(clean_text(text, _LONGEST, lines=True), clock)
    try:
        return _checked(typed, clock)
    except UserError as error:
        raise with_line(error, _corrected_line(typed, clock)) from None


def slot(piece: str, clock: Clock) -> Slot | None:
    """The date that a piece is, with its hours or its part of the day; None when it is none.
    UserError when it cannot be.
    """
    half = _PART.search(piece)
    if (
        half is not None
        and (moment := parse_moment(piece[: half.start()], clock.now, clock.hours.zone))
        and moment.start is None
    ):
        return Slot(moment.day, part=next((part for part in PARTS if half[part]), ""))
    moment = parse_moment(piece, clock.now, clock.hours.zone)
    return Slot(moment.day, moment.start, moment.end) if moment else None


def begins(slot: Slot) -> datetime:
    """By what dates are sorted, in local time: a part of a day is where it lies."""
    return datetime.combine(slot.day, slot.start or _PARTS[slot.part])


def _typed(text: str, clock: Clock) -> _Typed:
    pieces = [piece.strip() for piece in _BETWEEN.split(text)]
    typed = _Typed()
    typed.title, pieces[0] = _titled(pieces[0], clock)
    if not typed.title and "\n" in text and len(pieces) > FEWEST and _is_title(pieces[0], clock):
        typed.title = pieces.pop(0)
    typed.pieces = [piece for piece in pieces if piece and not typed.options.consume(piece)]
    if len(typed.pieces) == 1 and _no_date(typed.pieces[0], clock):
        typed.pieces = [piece.strip() for piece in _COMMAS.split(typed.pieces[0]) if piece.strip()]
    return typed


def _titled(piece: str, clock: Clock) -> tuple[str, str]:
    """« Atelier : 9 mars » is a title and a date; « clôture : mardi » is none."""
    colon = _COLON.search(piece)
    title = piece[: colon.start()].strip() if colon else ""
    if colon is None or Options().consume(piece) or not _no_date(title, clock):
        return "", piece
    return title, piece[colon.end() :].strip()


def _is_title(line: str, clock: Clock) -> bool:
    """With figures in it, a line that is no date is rather a date with a slip."""
    return not any(char.isdigit() for char in line) and not Options().consume(line) and _no_date(line, clock)


def _no_date(piece: str, clock: Clock) -> bool:
    """Whether it is something else than a date, and than one that cannot be."""
    try:
        return slot(piece, clock) is None
    except UserError:
        return False


def _checked(typed: _Typed, clock: Clock) -> ParsedDates:
    if typed.title:
        check_question(typed.title)
    _check_options(typed.options)
    slots = [_parse_date(piece, clock) for piece in typed.pieces]
    for place, each in enumerate(slots):
        if each in slots[:place]:
            raise UserError("Cette date est là deux fois : {day}.", day=each)
    if len(slots) < FEWEST:
        raise UserError("Il faut au moins deux dates.")
    if len(slots) > MANY:
        raise UserError("C’est trop : {count} dates, pour {most} au plus.", count=len(slots), most=MANY)
    given = typed.options
    closes_at = None if given.closing is None else parse_deadline.parse(given.closing, clock)
    if closes_at and _passes(closes_at, slots, clock):
        raise UserError("La clôture vient après la première des dates.")
    return ParsedDates(typed.title, tuple(sorted(slots, key=begins)), closes_at, given.members_only)


def _passes(closes_at: datetime, slots: Sequence[Slot], clock: Clock) -> bool:
    return min(map(begins, slots)) < closes_at.astimezone(clock.hours.zone).replace(tzinfo=None)


def _parse_date(piece: str, clock: Clock) -> Slot:
    found = slot(piece, clock)
    if found is None:
        raise UserError("Je n’ai pas compris la date « {said} ».", said=piece[:60])
    if found.day <= clock.now.astimezone(clock.hours.zone).date():
        raise UserError("C’est trop tôt : {day}. Laissez au moins un jour pour répondre.", day=found)
    return found


def _check_options(given: Options) -> None:
    if given.most != 1 or set(given.modes) - {"visible"}:
        raise UserError(
            "Un sondage de dates est visible, et chacun y répond à chaque date : il n’a pas d’autre "
            "réglage que sa clôture."
        )


def _corrected_line(typed: _Typed, clock: Clock) -> str:
    """The same line with what can be put right: it is accepted as it stands."""
    slots, given, words = _good(typed.pieces, clock), typed.options, WORDS[clock.language]
    pieces = [each.localized(clock.language) for each in slots]
    if given.closing is not None and not _passes(
        at := parse_deadline.parse_or_default(given.closing, clock), slots, clock
    ):
        pieces.append(parse_deadline.option(at, clock))
    if given.members_only:
        pieces.append(words.members)
    title = short(_COLON.sub(",", typed.title), LONGEST_QUESTION)
    return (
        f"{words.dates} {title} : {' ; '.join(pieces)}"
        if fold(title).strip()
        else f"{words.dates} {' ; '.join(pieces)}"
    )


def _good(pieces: Sequence[str], clock: Clock) -> list[Slot]:
    """The dates that are understood, each once, and others when they are too few."""
    found: dict[Slot, None] = {}
    for piece in pieces:
        with suppress(UserError):
            found.setdefault(_parse_date(piece, clock))
    first = clock.closing.astimezone(clock.hours.zone).date()
    for later in _SAMPLES:
        if len(found) < FEWEST:
            found.setdefault(Slot(first + later))
    return sorted(list(found)[:MANY], key=begins)
