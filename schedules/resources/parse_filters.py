"""Search filters: what narrows a search, taken out of what was typed:
« #santé », « type:outil », « depuis 2025 », « depuis mars », « de Marquemont »; or in English, “since March”,
“from Marquemont”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.text import UserError
from bot.time.vocabulary import MONTHS
from schedules.resources.kinds import KINDS, kind
from schedules.themes import require_theme, theme
from storage.resources.index import town_term
from storage.resources.search import known
from storage.text import fold

# of months
NUMBERS = {fold(name): number for names in MONTHS.values() for number, name in enumerate(names, 1)}
_MOST_WORDS = 5  # of a theme, a kind or a town

_THEME = re.compile(r"(?<!\S)(?:#|th[eè]me\s?:\s?)(?=[\w«“\"])", re.IGNORECASE)
_KIND = re.compile(r"(?<!\S)type\s?:\s?(?=[\w«“\"])", re.IGNORECASE)
_SINCE = re.compile(
    r"(?<!\S)(?:depuis|since)\s+(?:(?:le|l[’']ann[ée]e|1er)\s+)*"
    r"([a-zéû]+)?\s*(\d{4})?(?!\w)(?:\s+derni[eè]re?\b)?",
    re.IGNORECASE,
)
_OF = re.compile(r"(?<!\S)(?:de\s+|from\s+|du\s+|des\s+|d[’']\s?|[àa]\s+)(?=\w)", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_AROUND = ".,;:!?«»“”\"'()"


@dataclass(frozen=True)
class Filters:
    """`rest`: what was typed besides."""

    rest: str
    theme: str = ""
    kind: str = ""
    town: str = ""
    since: datetime | None = None

    @property
    def any(self) -> bool:
        return bool(self.theme or self.kind or self.town or self.since)


async def filters(db: AsyncSession, text: str, now: datetime) -> Filters:
    """`now`: in the zone of the network. Raises UserError for a theme or a kind that is none."""
    return await _town(db, _since(_kind(_theme(Filters(text))), now))


def _theme(typed: Filters) -> Filters:
    found = _THEME.search(typed.rest)
    if found is None:
        return typed
    for name, end in _beginnings(typed.rest, found.end()):
        if each := theme(name):
            return replace(typed, rest=_without(typed.rest, found.start(), end), theme=each.id)
    require_theme(_beginnings(typed.rest, found.end())[-1][0])  # refuses
    return typed


def _kind(typed: Filters) -> Filters:
    found = _KIND.search(typed.rest)
    if found is None:
        return typed
    for name, end in _beginnings(typed.rest, found.end()):
        if each := kind(name):
            return replace(typed, rest=_without(typed.rest, found.start(), end), kind=each.id)
    word = _beginnings(typed.rest, found.end())[-1][0][:40]
    raise UserError(
        "Je ne connais pas le type « {word} ». Les types : {names}.",
        word=word,
        names=", ".join(each.id for each in KINDS),
    )


def _since(typed: Filters, now: datetime) -> Filters:
    """A month without its year is the last one of that name."""
    found = _SINCE.search(typed.rest)
    if found is None or not (found[1] or found[2]):
        return typed
    name, year = fold(found[1] or ""), int(found[2] or now.year)
    if (name and name not in NUMBERS) or not 1900 <= year <= now.year + 1:
        return typed
    month = NUMBERS[name] if name else 1
    if not found[2] and month > now.month:
        year -= 1
    since = now.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
    return replace(typed, rest=_without(typed.rest, *found.span()), since=since)


async def _town(db: AsyncSession, typed: Filters) -> Filters:
    """« de Marquemont », when somebody of Marquemont recommended something;
    any other « de » is a word like others.
    """
    places = [
        (found.start(), name, end)
        for found in _OF.finditer(typed.rest)
        for name, end in _beginnings(typed.rest, found.end())
    ]
    there = await known(db, {town_term(name) for _, name, _ in places}) if places else set()
    for start, name, end in places:
        if town_term(name) in there:
            return replace(typed, rest=_without(typed.rest, start, end), town=name)
    return typed


def _beginnings(text: str, start: int) -> Sequence[tuple[str, int]]:
    """What may be a name of one word or several from there on, with where it ends; the longest first."""
    ends = [found.end() for found in _WORD.finditer(text, start)][:_MOST_WORDS]
    return [(text[start:end].strip(_AROUND + " "), end) for end in reversed(ends)]


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}".strip()
