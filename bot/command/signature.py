"""A command's signature is its grammar: this reads it, once, when the command is declared.

A positional parameter is a word, converted by its annotation; `X | None` or a default makes it optional; `*args` takes as many as fit.
Keyword-only `str` is the rest of the text as typed, `Answer` the rest as an answer, bare of politeness; `list[str]` its lines, or its parts
between `|`.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.command.converters import Parser, converter
from bot.text.courtesy import Answer

Kind = Literal["word", "words", "answer", "rest", "parts"]
_REQUIRED: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a handler. `take` is None for the kinds that eat all that is left."""

    name: str
    kind: Kind
    take: Parser | None
    default: Any = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED

    @property
    def free(self) -> bool:
        """Whether it is somebody's own text, to be kept as they typed it."""
        return self.kind in ("rest", "parts")


def read(handler: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters after the context. Raises TypeError for a signature that is no grammar: it shows at import, not in a room."""
    hints = typing.get_type_hints(handler)
    declared = list(inspect.signature(handler).parameters.values())[1:]
    parameters = tuple(_parameter(each, hints.get(each.name)) for each in declared)
    if sum(each.take is None for each in parameters) > 1:
        raise TypeError(f"{handler.__qualname__}: only one parameter can take the rest")
    return parameters


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    hint, default = _without_none(hint, declared.default)
    if declared.kind is inspect.Parameter.KEYWORD_ONLY:
        kinds: dict[Any, Kind] = {str: "rest", Answer: "answer", list[str]: "parts"}
        if hint not in kinds:
            raise TypeError(f"{declared.name}: a keyword-only parameter is str, Answer or list[str], not {hint}")
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
