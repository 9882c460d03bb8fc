"""From the words a person typed to the values a handler declares: one converter by type."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Sequence
from typing import Any, Literal

from bot.command.context import Context
from bot.command.quotes import word
from bot.text.numbers import CALLED
from bot.time import Moment, parse_prefix
from storage.text import key

Parser = Callable[[str, Context], tuple[Any, str] | None]
"""(text, context) → the value at its start and what follows, or None when it does not begin with one. Raises UserError when it is one, but wrong."""

_converters: dict[Any, Parser] = {}
# « 1, 2 et 4 », « n° 7 », « le 2 », « option 2 », « 2. »: ways of writing numbers one after the other. Nine digits fit in any database.
_NUMBER = re.compile(
    rf"(?:(?:et|and|&)\s+)?{CALLED}(\d{{1,9}})\ufe0f?\u20e3?(?:er|[eè]me|nde?)?(?:\s*[,;]+|[.):!]*(?=\s|$))\s*", re.ASCII | re.IGNORECASE
)
_LONGEST_CHOICE = 4  # words


def register_parser(kind: Any, take: Parser) -> None:
    _converters[kind] = take


def converter(hint: Any) -> Parser:
    """How to read a parameter so annotated. Raises TypeError when nobody registered it."""
    if typing.get_origin(hint) is Literal:
        return _choice(typing.get_args(hint))
    if hint not in _converters:
        raise TypeError(f"no converter is registered for {hint!r}")
    return _converters[hint]


def _word(text: str, ctx: Context) -> tuple[str, str] | None:
    found = word(text)
    return found if found and found[0] else None


def _number(text: str, ctx: Context) -> tuple[int, str] | None:
    found = _NUMBER.match(text)
    return (int(found[1]), text[found.end() :]) if found else None


def _moment(text: str, ctx: Context) -> tuple[Moment, str] | None:
    return parse_prefix(text, ctx.now, ctx.config.zone)


def _choice(values: Sequence[str]) -> Parser:
    """One of a few words, however typed: « peut être » is `peut-être`. The value is the one declared."""
    known = {key(value): value for value in values}

    def take(text: str, ctx: Context) -> tuple[str, str] | None:
        first = list(re.finditer(r"\S+", text[:200]))[:_LONGEST_CHOICE]
        for last in reversed(first):
            value = known.get(key(text[: last.end()]).rstrip(".,;:!?"))
            if value is not None:
                return value, text[last.end() :].lstrip()
        return None

    return take


register_parser(str, _word)
register_parser(int, _number)
register_parser(Moment, _moment)
