"""The words after a command's name, as the values its handler declares.

What is no text of its own is read through `courtesy`: a « merci », a second line with a signature, quotes or
emphasis change no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.command.context import Context
from bot.command.quotes import parts
from bot.command.registry import Command
from bot.command.signature import Parameter, Parser
from bot.text import UserError
from bot.text.courtesy import Answer, begs, plain, wrapped

MOST_WORDS = 50  # for one *parameter: nobody types more by hand


def arguments(command: Command, rest: str, ctx: Context) -> tuple[Sequence[Any], dict[str, Any]]:
    """What to call the handler with, after `ctx`.
    Raises UserError, with the usage and an example, when `rest` does not fit.
    """
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    typed = rest = rest.strip()
    if not any(parameter.free for parameter in command.parameters):
        rest = plain(rest, ctx.person.full_name)
    for parameter in command.parameters:
        if parameter.kind == "word":
            value, rest = _one(parameter, command, rest, ctx)
            args.append(value)
        elif parameter.kind == "words":
            values, rest = _many(parameter, rest, ctx)
            args += values
        else:
            kwargs[parameter.name] = _all(parameter, command, rest, typed if not args else rest)
            rest = ""
    if rest:
        raise _misfit(command, rest)
    return args, kwargs


def _one(parameter: Parameter, command: Command, rest: str, ctx: Context) -> tuple[Any, str]:
    assert parameter.parser is not None
    found = parameter.parser(rest, ctx) or _marked(parameter.parser, rest, ctx) if rest else None
    if found is not None:
        return found[0], found[1].lstrip()
    if parameter.required:
        raise _misfit(command, rest)
    return parameter.default, rest


def _marked(take: Parser, rest: str, ctx: Context) -> tuple[Any, str] | None:
    """The value between quotes or marks of emphasis at the start: « **T4** grève »."""
    if (between := wrapped(rest)) is None:
        return None
    found = take(between[0], ctx)
    return (found[0], between[1]) if found is not None and not found[1].strip() else None


def _many(parameter: Parameter, rest: str, ctx: Context) -> tuple[list[Any], str]:
    assert parameter.parser is not None
    values: list[Any] = []
    while rest and len(values) < MOST_WORDS and (found := parameter.parser(rest, ctx)) is not None:
        values.append(found[0])
        rest = found[1].lstrip()
    return values, rest


def _all(parameter: Parameter, command: Command, rest: str, typed: str) -> Any:
    value = (
        parts(rest)
        if parameter.kind == "parts"
        else Answer(rest, typed)
        if parameter.kind == "answer"
        else rest
    )
    if parameter.free and not parameter.required and begs(rest):
        return parameter.default
    if value or (isinstance(value, Answer) and value.typed and not parameter.required):
        return value
    if parameter.required:
        raise _misfit(command, "")
    return parameter.default


def _misfit(command: Command, text: str) -> UserError:
    """What was not understood, how it is written, and a line to copy."""
    usage, example, word = command.usage, command.example, text.partition("\n")[0][:60]
    if not text:
        return UserError(
            "Il me manque une précision. Écrivez {usage}, par exemple `{example}`.",
            usage=usage,
            example=example,
        )
    if not command.parameters:
        return UserError("Je n’ai pas compris « {text} ». Écrivez seulement {usage}.", text=word, usage=usage)
    return UserError(
        "Je n’ai pas compris « {text} ». Écrivez {usage}, par exemple `{example}`.",
        text=word,
        usage=usage,
        example=example,
    )


"""(text, context) → the value at its start and what follows, or None when it does not begin with one.
Raises UserError when it is one, but wrong.
"""
