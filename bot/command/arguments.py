"""The words after a command's name, as the values its handler declares."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Sequence
from typing import Any, Literal

from bot.command.context import Context
from bot.command.registry import Command
from bot.command.signature import Parameter
from bot.text import UserError
from bot.time import Moment, leading
from storage.text import key

_CLOSING = {"«": "»", "“": "”", '"': '"'}
_MARK = re.compile(r'[«“"|]')
_WORD = re.compile(r"\S+")


def word(text: str) -> tuple[str, str] | None:
    """The first word of `text` (or the words between quotes) and what follows it; None when there is none.

    A quote that doesn't close on its line is a character like others.
    """
    text = text.lstrip()
    if text[:1] in _CLOSING:
        end = _Closings(text).after(0)
        if end is not None:
            return text[1 : end - 1].strip(), text[end:].lstrip()
    found = _WORD.match(text)
    return (found[0], text[found.end() :].lstrip()) if found else None


def parts(text: str) -> list[str]:
    """The parts between `|`, or the lines when no `|` stands outside quotes; trimmed, none empty, quotes around a whole part taken off."""
    pieces = between_bars(text)
    if len(pieces) == 1:
        pieces = text.splitlines()
    return [part for piece in pieces if (part := unquoted(piece.strip()))]


def between_bars(text: str) -> list[str]:
    """The pieces between the `|` that stand outside quotes, as typed: empty ones too."""
    pieces, start, at = [], 0, 0
    closings = _Closings(text)
    while (mark := _MARK.search(text, at)) is not None:
        at = mark.end()
        if mark[0] == "|":
            pieces.append(text[start : mark.start()])
            start = at
        else:
            at = closings.after(mark.start()) or at
    return [*pieces, text[start:]]


def unquoted(piece: str) -> str:
    """A piece without the quotes around the whole of it."""
    if piece[:1] in _CLOSING and _Closings(piece).after(0) == len(piece):
        return piece[1:-1].strip()
    return piece


class _Closings:
    """Where quotes close. Remembers the last place found for each mark, so that asking from left to right reads the text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def after(self, opening: int) -> int | None:
        """The index just past the closing of the quote opened at `opening`, None when it doesn't close on that line."""
        close = self._find(_CLOSING[self._text[opening]], opening + 1)
        return close + 1 if close < self._find("\n", opening + 1) else None

    def _find(self, char: str, start: int) -> int:
        known = self._next.get(char, -1)
        if known < start:
            found = self._text.find(char, start)
            known = self._next[char] = found if found >= 0 else len(self._text)
        return known


MOST_WORDS = 50  # for one *parameter: nobody types more by hand


def arguments(command: Command, rest: str, ctx: Context) -> tuple[Sequence[Any], dict[str, Any]]:
    """What to call the handler with, after `ctx`. Raises UserError, with the usage and an example, when `rest` does not fit."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    rest = rest.strip()
    for parameter in command.parameters:
        if parameter.kind == "word":
            value, rest = _one(parameter, command, rest, ctx)
            args.append(value)
        elif parameter.kind == "words":
            values, rest = _many(parameter, rest, ctx)
            args += values
        else:
            kwargs[parameter.name] = _all(parameter, command, rest)
            rest = ""
    if rest:
        raise _misfit(command, rest)
    return args, kwargs


def _one(parameter: Parameter, command: Command, rest: str, ctx: Context) -> tuple[Any, str]:
    assert parameter.take is not None
    found = parameter.take(rest, ctx) if rest else None
    if found is not None:
        return found[0], found[1].lstrip()
    if parameter.required:
        raise _misfit(command, rest)
    return parameter.default, rest


def _many(parameter: Parameter, rest: str, ctx: Context) -> tuple[list[Any], str]:
    assert parameter.take is not None
    values: list[Any] = []
    while rest and len(values) < MOST_WORDS and (found := parameter.take(rest, ctx)) is not None:
        values.append(found[0])
        rest = found[1].lstrip()
    return values, rest


def _all(parameter: Parameter, command: Command, rest: str) -> Any:
    value = rest if parameter.kind == "rest" else parts(rest)
    if value:
        return value
    if parameter.required:
        raise _misfit(command, "")
    return parameter.default


def _misfit(command: Command, text: str) -> UserError:
    """What was not understood, how it is written, and a line to copy."""
    usage, example, word = command.usage, command.example, text.partition("\n")[0][:60]
    if not text:
        return UserError("Il me manque une précision. Écrivez {usage}, par exemple `{example}`.", usage=usage, example=example)
    if not command.parameters:
        return UserError("Je n’ai pas compris « {text} ». Écrivez seulement {usage}.", text=word, usage=usage)
    return UserError("Je n’ai pas compris « {text} ». Écrivez {usage}, par exemple `{example}`.", text=word, usage=usage, example=example)


Take = Callable[[str, Context], tuple[Any, str] | None]
"""(text, context) → the value at its start and what follows, or None when it does not begin with one. Raises UserError when it is one, but wrong."""

_converters: dict[Any, Take] = {}

# « 1, 2 et 4 », « n° 7 », « 2. »: ways of writing numbers one after the other. Nine digits fit in any database.
_NUMBER = re.compile(r"(?:(?:et|and|&)\s+)?(?:n\s?[°ºo]\s?|#)?(\d{1,9})\ufe0f?\u20e3?(?:\s*[,;]+|[.)]?(?=\s|$))\s*", re.ASCII | re.IGNORECASE)
_LONGEST_CHOICE = 4  # words


def register(kind: Any, take: Take) -> None:
    _converters[kind] = take


def converter(hint: Any) -> Take:
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
    return leading(text, ctx.now, ctx.config.zone)


def _choice(values: Sequence[str]) -> Take:
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


register(str, _word)
register(int, _number)
register(Moment, _moment)
