"""Parser of polls: from what somebody typed after `!sondage` to a poll,
or to one sentence on what is wrong and their own line mended.

`Question ? | choix | choix | max 2 | jusqu’à vendredi 12 h`, or the question and then one choice a line, with
bullets or numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.command.quotes import between_bars, unquoted
from bot.text import Long, UserError
from bot.text.clean import clean_text
from commands.polls import options, parse_deadline
from commands.polls.options import SEVERAL, WORDS, Mode, Options, Words
from commands.polls.parse_deadline import Clock
from storage.text import fold

LONGEST_QUESTION, LONGEST_CHOICE = 200, 100  # characters
FEWEST, MANY = 2, 20  # choices: clients show no more than 20
_LONGEST = 20_000  # characters looked at
_BLANK = re.compile(r"[^\S\n]")  # phones type no-break ones
_BULLET = re.compile(r"(?:(?:[-–—*•◦▪·]|\d\ufe0f?\u20e3)\s+)+(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})\s?[.)°/-]\s+(?=\S)")
_QUOTES = re.compile(r'[«»“”"]')


@dataclass(frozen=True)
class ParsedQuestion:
    """`choices`: none for yes or no.
    `most`: how many answers a person may give. `closes_at`: None when nothing was said.
    """

    question: str
    choices: tuple[str, ...]
    most: int
    closes_at: datetime | None
    mode: Mode
    members_only: bool


@dataclass
class Typed:
    """A line in pieces, before anybody has judged it."""

    question: str
    choices: list[str]
    options: Options = field(default_factory=Options)


def parse(text: str, clock: Clock) -> ParsedQuestion:
    """Raises UserError with the line mended when the poll cannot be put as it is."""
    typed = _typed(text)
    try:
        return _judged(typed, clock)
    except UserError as error:
        raise with_line(error, mended(typed, clock)) from None


def with_line(error: UserError, line: str) -> UserError:
    """The refusal with the whole line put right; some, of dates, have an example of their own already."""
    if "exemple" in str(error):
        return UserError("{reason} La ligne entière : `{line}`.", reason=error.say, line=Long(line))
    return UserError("{reason} Par exemple `{line}`.", reason=error.say, line=Long(line))


def _typed(text: str) -> Typed:
    """The first piece is the question; of the others, what is no option is a choice."""
    lines = _BLANK.sub(" ", text.strip()[:_LONGEST]).splitlines()
    first, *others = [piece.strip() for line in lines if line.strip() for piece in between_bars(line)]
    typed = Typed(clean_text(unquoted(first), _LONGEST), [])
    for piece in others:
        given = clean_text(unquoted(piece), _LONGEST)
        if unquoted(piece) != piece or not typed.options.consume(given):
            typed.choices.append(given)
    typed.choices = _bare(typed.choices)
    return typed


def _bare(choices: list[str]) -> list[str]:
    """Choices without their bullets; without their numbers, if they count them: « 2.
    étage » may be a choice.
    """
    while True:
        bare = [each[found.end() :] if (found := _BULLET.match(each)) else each for each in choices]
        numbers = [_NUMBER.match(each) for each in bare]
        if bare and all(found and int(found[1]) == n for n, found in enumerate(numbers, 1)):
            bare = [each[found.end() :] for each, found in zip(bare, numbers, strict=True) if found]
        if bare == choices:
            return bare
        choices = bare


def _judged(typed: Typed, clock: Clock) -> ParsedQuestion:
    given = typed.options
    check_question(typed.question)
    closes_at = None if given.closing is None else parse_deadline.parse(given.closing, clock)
    _check_choices(typed.choices)
    offered = len(typed.choices) or FEWEST
    most = offered if given.most == SEVERAL else given.most
    if not 1 <= most <= offered:
        raise UserError("Le nombre de réponses va de 1 à {last}, le nombre de choix.", last=offered)
    return ParsedQuestion(
        typed.question,
        tuple(typed.choices),
        most,
        closes_at,
        options.one_mode(given.modes),
        given.members_only,
    )


def check_question(question: str) -> None:
    if not fold(question).strip():
        raise UserError("Il manque la question : écrivez-la en premier.")
    if len(question) > LONGEST_QUESTION:
        raise UserError(
            "Cette question est trop longue : {size} signes, pour {most} au plus.",
            size=len(question),
            most=LONGEST_QUESTION,
        )


def _check_choices(choices: Sequence[str]) -> None:
    if any(not fold(each).strip() for each in choices):
        raise UserError("L’un des choix est vide.")
    if (endless := max(choices, key=len, default="")) and len(endless) > LONGEST_CHOICE:
        raise UserError(
            "Ce choix est trop long : « {choice} », pour {most} signes au plus.",
            choice=clean_text(endless, 60),
            most=LONGEST_CHOICE,
        )
    if (twice := _repeated(choices)) is not None:
        raise UserError("Ce choix est là deux fois : « {choice} ».", choice=twice)
    if len(choices) == 1:
        raise UserError("Il faut au moins deux choix, ou aucun : je propose alors Oui et Non.")
    if len(choices) > MANY:
        raise UserError("C’est trop : {count} choix, pour {most} au plus.", count=len(choices), most=MANY)


def _repeated(choices: Sequence[str]) -> str | None:
    seen: set[str] = set()
    for each in choices:
        if fold(each) in seen:
            return each
        seen.add(fold(each))
    return None


def mended(typed: Typed, clock: Clock) -> str:
    """The same line with everything put right that can be: it is accepted as it stands."""
    words = WORDS[clock.language]
    question = short(typed.question, LONGEST_QUESTION)
    question = question if fold(question).strip() else words.question
    choices = _distinct([short(each, LONGEST_CHOICE) for each in typed.choices], words)
    return f"{words.poll} " + " | ".join(
        [question, *map(_quoted, choices), *_mended_options(typed.options, len(choices) or FEWEST, clock)]
    )


def _distinct(choices: Sequence[str], words: Words) -> list[str]:
    """At most as many as clients show, none empty or there twice, and never a single one."""
    found: dict[str, str] = {}
    for each in choices:
        if fold(each).strip():
            found.setdefault(fold(each), each)
    if len(found) == 1:
        first, second = words.others
        found["other"] = second if fold(first) in found else first
    return list(found.values())[:MANY]


def short(text: str, most: int) -> str:
    """One piece of a line: nothing in it opens a quote, or another piece."""
    return clean_text(_QUOTES.sub("", text).replace("|", "/"), most)


def _quoted(choice: str) -> str:
    return f"« {choice} »" if Options().consume(choice) else choice


def _mended_options(given: Options, offered: int, clock: Clock) -> list[str]:
    found: list[str] = []
    most = offered if given.most == SEVERAL else min(max(given.most, 1), offered)
    if most > 1:
        found.append(f"max {most}")
    if given.closing is not None:
        found.append(parse_deadline.option(parse_deadline.parse_or_default(given.closing, clock), clock))
    if given.modes:
        found.append(WORDS[clock.language].modes[given.modes[-1]])
    return [*found, WORDS[clock.language].members] if given.members_only else found
