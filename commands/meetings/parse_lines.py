"""Parses lines « clé : valeur » into a draft, or into all that is wrong at once,
with the same lines corrected.

Keys in French or English, in any order, however typed; a line without a key goes on with the programme above
it.
"""

import re
from dataclasses import dataclass, field

from bot.text import Long, Say, UserError
from bot.text.clean import clean_text
from commands.meetings import fields, parse_values
from commands.meetings.fields import ANSWER_BY, FIELDS, PROGRAMME, WHEN, Field
from commands.meetings.form import Clock, Draft

MOST = 20_000  # characters looked at
_BETWEEN = re.compile(r"[\n|]")
_LINE = re.compile(r"[\s\-–—*•]*([^:=]{1,40}?)\s*[:=]\s*(.*)", re.DOTALL)


@dataclass
class Typed:
    """What was typed for each field, by its name, before anybody has judged it; and what is wrong already."""

    values: dict[str, str] = field(default_factory=dict)
    errors: list[Say] = field(default_factory=list)


@dataclass
class Validated:
    draft: Draft
    errors: list[Say]
    invalid: set[str]  # names of fields


def has_lines(text: str) -> bool:
    """Whether this is written as lines « clé : valeur »."""
    return any((match := _LINE.match(piece)) and fields.by_key(match[1]) for piece in _lines(text))


def begins_with_line(text: str) -> bool:
    """Whether its first line is « clé : valeur », with a key that is known."""
    return any(has_lines(piece) for piece in _lines(text)[:1])


def looks_like_lines(text: str) -> bool:
    """Whether something is written as one, be its key unknown."""
    return any(_LINE.match(piece) for piece in _lines(text))


def parse(text: str, base: Draft, clock: Clock, line: str) -> Draft:
    """`base`: what holds for the rest.
    `line`: the command that the mended lines go with, with its name; "" for an answer to a question.

    Raises UserError with everything that is wrong.
    """
    typed = split(text)
    validated = validate(typed, base, clock)
    if not validated.errors:
        return validated.draft
    reasons = [Say("- {reason}", reason=each) for each in validated.errors]
    title = (
        Say("Rien n’est enregistré. Il reste à corriger :")
        if len(reasons) > 1
        else Say("Rien n’est enregistré :")
    )
    raise UserError("{say}", say=Say.lines(title, *reasons, _way_out(line, corrected(typed, base, clock))))


def _way_out(line: str, right: str) -> Say:
    """What was typed, put right; when nothing of it can be, what may be typed."""
    if right:
        return Say("Par exemple `{line}`", line=Long(f"{line} {right}".strip()))
    keys = Long(", ".join(each.keys[0] for each in FIELDS))
    return Say(
        "Je connais : {keys}. Par exemple `{line}`",
        keys=keys,
        line=Long(f"{line} lieu : Mairie de Bruaville".strip()),
    )


def split(text: str) -> Typed:
    typed, last = Typed(), ""
    for piece in _lines(text):
        match = _LINE.match(piece)
        target = fields.by_key(match[1]) if match else None
        if match and target:
            last = target.name
            _add(typed, match[1], match[2].strip())
        elif last == PROGRAMME.name and not (match and fields.nearest_key(match[1])):
            typed.values[last] = f"{typed.values[last]}\n{piece}"
        elif match and (near := fields.nearest_key(match[1])):
            typed.errors.append(
                Say(
                    "je ne connais pas « {typed} » : vouliez-vous dire « {key} » ?",
                    typed=clean_text(match[1], 40),
                    key=near,
                )
            )
            _add(typed, near, match[2].strip())
        else:
            typed.errors.append(Say("je n’ai pas compris « {typed} ».", typed=clean_text(piece, 60)))
    return typed


def _lines(text: str) -> list[str]:
    """Those with something in them; runs of spaces are one, so that nothing makes reading slow."""
    return [line for piece in _BETWEEN.split(text[:MOST]) if (line := " ".join(piece.split()))]


def _add(typed: Typed, key: str, value: str) -> None:
    """A date and its hours may be two lines, in either order."""
    target = fields.by_key(key) or WHEN
    previous = typed.values.get(target.name)
    if previous is None:
        typed.values[target.name] = value
    elif target is WHEN:
        typed.values[target.name] = f"{previous}, {value}" if fields.is_hours(key) else f"{value}, {previous}"
    else:
        typed.errors.append(Say("« {key} » est là deux fois.", key=target.keys[0]))


def validate(typed: Typed, base: Draft, clock: Clock) -> Validated:
    """In the order of the fields: a date first, since others depend on it."""
    validated = Validated(base, list(typed.errors), set())
    for each in FIELDS:
        if each.name in typed.values:
            _parse_field(validated, each, typed.values[each.name], clock)
    if validated.draft.starts_at is None and WHEN.name not in validated.invalid:
        validated.errors.insert(0, Say("il manque la date et l’horaire."))
        validated.invalid.add(WHEN.name)
    _check_answer_by(validated, base, clock)
    return validated


def _parse_field(validated: Validated, target: Field, value: str, clock: Clock) -> None:
    try:
        validated.draft = target.parse(value, validated.draft, clock)
    except UserError as error:
        validated.errors.append(Say("{key} : {reason}", key=target.keys[0], reason=error.say))
        validated.invalid.add(target.name)


def _check_answer_by(validated: Validated, base: Draft, clock: Clock) -> None:
    """One that was said before may no longer do for a new date."""
    if validated.draft.starts_at == base.starts_at or ANSWER_BY.name in validated.invalid:
        return
    try:
        parse_values.check_answer_by(validated.draft.answer_by, validated.draft, clock)
    except UserError as error:
        validated.errors.append(Say("{key} : {reason}", key=ANSWER_BY.keys[0], reason=error.say))
        validated.invalid.add(ANSWER_BY.name)


def corrected(typed: Typed, base: Draft, clock: Clock) -> str:
    """What was typed with everything put right that can be: it is accepted as it stands."""
    line = _corrected_line(typed, validate(typed, base, clock), clock)
    again = split(line)
    validated = validate(again, base, clock)  # what was good may not go with a date that was put in
    return _corrected_line(again, validated, clock) if validated.errors else line


def _corrected_line(typed: Typed, validated: Validated, clock: Clock) -> str:
    draft = (
        WHEN.parse(WHEN.correct("", validated.draft, clock), validated.draft, clock)
        if WHEN.name in validated.invalid
        else validated.draft
    )
    lines = []
    for each in FIELDS:
        if each.name in validated.invalid:
            lines.append(_line(each, each.correct(typed.values.get(each.name, ""), draft, clock)))
        elif each.name in typed.values:
            lines.append(_line(each, typed.values[each.name]))
    return " | ".join(lines)


def _line(target: Field, value: str) -> str:
    """Of a message that is one line."""
    return f"{target.keys[0]} : {_SPLITS.sub(' ; ', value).strip() or 'aucun'}"


_SPLITS = re.compile(r"\s*[\n|]\s*")
