"""A command's signature is its grammar: this reads it, once, when the command is declared.

A positional parameter is a word, converted by its annotation; `X | None` or a default makes it optional;
`*args` takes as many as fit. Keyword-only `str` is the rest of the text as typed, `Answer` the rest as an
answer, bare of politeness; `list[str]` its lines, or its parts between `|`.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from bot.command.context import Context
from bot.command.quotes import word
from bot.text.courtesy import Answer
from bot.text.numbering import CALLED
from bot.time import Moment, parse_prefix
from storage.text import key

Parser = Callable[[str, Context], tuple[Any, str] | None]
"""(text, context) → the value at its start and what follows, or None when it does not begin with one.
Raises UserError when it is one, but wrong.
"""


@runtime_checkable
class Parsed(Protocol):
    """A class that reads its own values (with a classmethod): a parameter may be annotated with it."""

    def parse_prefix(self, text: str, ctx: Context, /) -> tuple[Any, str] | None:
        """As a `Parser`."""


# « 1, 2 et 4 », « n° 7 », « le 2 », « option 2 », « 2. »: ways of writing numbers one after the other. Nine
# digits fit in any database.
_NUMBER = re.compile(
    rf"(?:(?:et|and|&)\s+)?{CALLED}(\d{{1,9}})\ufe0f?\u20e3?(?:er|[eè]me|nde?)?"
    r"(?:\s*[,;]+|[.):!]*(?=\s|$))\s*",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_CHOICE = 4  # words


def converter(hint: Any) -> Parser:
    """How to read a parameter so annotated. Raises TypeError when nothing says it."""
    if typing.get_origin(hint) is Literal:
        return _choice(typing.get_args(hint))
    if hint in _CONVERTERS:
        return _CONVERTERS[hint]
    if isinstance(hint, Parsed):
        return hint.parse_prefix
    raise TypeError(f"{hint!r} does not say how it is read")


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


_CONVERTERS: Mapping[Any, Parser] = {str: _word, int: _number, Moment: _moment}

Kind = Literal["word", "words", "answer", "rest", "parts"]
_REQUIRED: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a handler. `parser` is None for the kinds that eat all that is left."""

    name: str
    kind: Kind
    parser: Parser | None
    default: Any = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED

    @property
    def free(self) -> bool:
        """Whether it is somebody's own text, to be kept as they typed it."""
        return self.kind in ("rest", "parts")


def parse_signature(handler: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters after the context.
    Raises TypeError for a signature that is no grammar: it shows at import, not in a room.
    """
    hints = typing.get_type_hints(handler)
    declared = list(inspect.signature(handler).parameters.values())[1:]
    parameters = tuple(_parameter(each, hints.get(each.name)) for each in declared)
    if sum(each.parser is None for each in parameters) > 1:
        raise TypeError(f"{handler.__qualname__}: only one parameter can take the rest")
    return parameters


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    hint, default = _without_none(hint, declared.default)
    if declared.kind is inspect.Parameter.KEYWORD_ONLY:
        kinds: dict[Any, Kind] = {str: "rest", Answer: "answer", list[str]: "parts"}
        if hint not in kinds:
            raise TypeError(
                f"{declared.name}: a keyword-only parameter is str, Answer or list[str], not {hint}"
            )
        return Parameter(declared.name, kinds[hint], None, default)
    if declared.kind is inspect.Parameter.VAR_POSITIONAL:
        return Parameter(declared.name, "words", converter(hint), ())
    return Parameter(declared.name, "word", converter(hint), default)


def _without_none(hint: Any, default: Any) -> tuple[Any, Any]:
    """`X | None` as X, optional: None when nothing fits."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union) and types.NoneType in typing.get_args(hint):
        kept = [each for each in typing.get_args(hint) if each is not types.NoneType]
        return kept[0] if len(kept) == 1 else hint, None if default is _REQUIRED else default
    return hint, default
