"""From lines « clé : valeur » to the values of a meeting, or to all that is wrong at once, with the same lines mended.

Keys in French or English, in any order, however typed; a line without a key goes on with the programme above it.
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

    said: dict[str, str] = field(default_factory=dict)
    wrong: list[Say] = field(default_factory=list)


@dataclass
class Judged:
    draft: Draft
    wrong: list[Say]
    bad: set[str]  # names of fields


def any_in(text: str) -> bool:
    """Whether this is written as lines « clé : valeur »."""
    return any((found := _LINE.match(piece)) and fields.known(found[1]) for piece in _lines(text))


def like_any(text: str) -> bool:
    """Whether something is written as one, be its key unknown."""
    return any(_LINE.match(piece) for piece in _lines(text))


def read(text: str, base: Draft, clock: Clock, line: str) -> Draft:
    """`base`: what holds for the rest. `line`: the command that the mended lines go with, with its name; "" for an answer to a question.

    Raises UserError with everything that is wrong.
    """
    typed = pieces(text)
    judged = judge(typed, base, clock)
    if not judged.wrong:
        return judged.draft
    reasons = [Say("- {reason}", reason=each) for each in judged.wrong]
    title = Say("Rien n’est enregistré. Il reste à corriger :") if len(reasons) > 1 else Say("Rien n’est enregistré :")
    raise UserError("{say}", say=Say.lines(title, *reasons, _way_out(line, mended(typed, base, clock))))


def _way_out(line: str, right: str) -> Say:
    """What was typed, put right; when nothing of it can be, what may be typed."""
    if right:
        return Say("Par exemple `{line}`", line=Long(f"{line} {right}".strip()))
    keys = Long(", ".join(each.keys[0] for each in FIELDS))
    return Say("Je connais : {keys}. Par exemple `{line}`", keys=keys, line=Long(f"{line} lieu : Mairie de Bruaville".strip()))


def pieces(text: str) -> Typed:
    typed, last = Typed(), ""
    for piece in _lines(text):
        found = _LINE.match(piece)
        called = fields.known(found[1]) if found else None
        if found and called:
            last = called.name
            _add(typed, found[1], found[2].strip())
        elif last == PROGRAMME.name and not (found and fields.meant(found[1])):
            typed.said[last] = f"{typed.said[last]}\n{piece}"
        elif found and (near := fields.meant(found[1])):
            typed.wrong.append(Say("je ne connais pas « {typed} » : vouliez-vous dire « {key} » ?", typed=clean_text(found[1], 40), key=near))
            _add(typed, near, found[2].strip())
        else:
            typed.wrong.append(Say("je n’ai pas compris « {typed} ».", typed=clean_text(piece, 60)))
    return typed


def _lines(text: str) -> list[str]:
    """Those with something in them; runs of spaces are one, so that nothing makes reading slow."""
    return [line for piece in _BETWEEN.split(text[:MOST]) if (line := " ".join(piece.split()))]


def _add(typed: Typed, key: str, said: str) -> None:
    """A date and its hours may be two lines, in either order."""
    called = fields.known(key) or WHEN
    before = typed.said.get(called.name)
    if before is None:
        typed.said[called.name] = said
    elif called is WHEN:
        typed.said[called.name] = f"{before}, {said}" if fields.is_hours(key) else f"{said}, {before}"
    else:
        typed.wrong.append(Say("« {key} » est là deux fois.", key=called.keys[0]))


def judge(typed: Typed, base: Draft, clock: Clock) -> Judged:
    """In the order of the fields: a date first, since others depend on it."""
    judged = Judged(base, list(typed.wrong), set())
    for each in FIELDS:
        if each.name in typed.said:
            _take(judged, each, typed.said[each.name], clock)
    if judged.draft.starts_at is None and WHEN.name not in judged.bad:
        judged.wrong.insert(0, Say("il manque la date et l’horaire."))
        judged.bad.add(WHEN.name)
    _check_answer_by(judged, base, clock)
    return judged


def _take(judged: Judged, called: Field, said: str, clock: Clock) -> None:
    try:
        judged.draft = called.take(said, judged.draft, clock)
    except UserError as error:
        judged.wrong.append(Say("{key} : {reason}", key=called.keys[0], reason=error.say))
        judged.bad.add(called.name)


def _check_answer_by(judged: Judged, base: Draft, clock: Clock) -> None:
    """One that was said before may no longer do for a new date."""
    if judged.draft.starts_at == base.starts_at or ANSWER_BY.name in judged.bad:
        return
    try:
        parse_values.check_answer_by(judged.draft.answer_by, judged.draft, clock)
    except UserError as error:
        judged.wrong.append(Say("{key} : {reason}", key=ANSWER_BY.keys[0], reason=error.say))
        judged.bad.add(ANSWER_BY.name)


def mended(typed: Typed, base: Draft, clock: Clock) -> str:
    """What was typed with everything put right that can be: it is accepted as it stands."""
    line = _put_right(typed, judge(typed, base, clock), clock)
    again = pieces(line)
    judged = judge(again, base, clock)  # what was good may not go with a date that was put in
    return _put_right(again, judged, clock) if judged.wrong else line


def _put_right(typed: Typed, judged: Judged, clock: Clock) -> str:
    draft = WHEN.take(WHEN.mend("", judged.draft, clock), judged.draft, clock) if WHEN.name in judged.bad else judged.draft
    found = []
    for each in FIELDS:
        if each.name in judged.bad:
            found.append(_line(each, each.mend(typed.said.get(each.name, ""), draft, clock)))
        elif each.name in typed.said:
            found.append(_line(each, typed.said[each.name]))
    return " | ".join(found)


def _line(called: Field, value: str) -> str:
    """Of a message that is one line."""
    return f"{called.keys[0]} : {_SPLITS.sub(' ; ', value).strip() or 'aucun'}"


_SPLITS = re.compile(r"\s*[\n|]\s*")
