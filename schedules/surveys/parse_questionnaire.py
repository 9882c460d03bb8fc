"""Questionnaires (YAML): read, judged as a whole with every mistake at its line, and turned into items.

The file comes from a person: no alias, with which bombs begin, a bounded size and depth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError

from bot.config.errors import KeyPath, Mistake, told
from bot.config.load import Source, in_order, read
from bot.text import Count, Say, UserError
from schedules.surveys.fields import CHOICES, EXAMPLES, GRID, TEXT, File, Question, clean
from schedules.themes import all_themes
from storage.surveys.items import Condition, Item

LARGEST = 100_000  # bytes
MOST_NODES, DEEPEST = 5_000, 8
SHOWN = 30  # mistakes
START = Say("Modèle : `!enquete nouvelle`, sans fichier.")
OTHER = "Autre"
COMMENT = Say("Un commentaire, si vous le souhaitez ?")


@dataclass(frozen=True)
class Questionnaire:
    title: str
    introduction: str
    items: tuple[Item, ...]


class WrongFile(UserError):
    """All that is wrong in it, one mistake a line."""

    def __init__(self, mistakes: Sequence[Say]) -> None:
        count = Count(len(mistakes), "une chose à corriger", "{n} choses à corriger")
        rest = len(mistakes) - SHOWN
        more = Say("… et {count}.", count=Count(rest, "une autre", "{n} autres")) if rest > 0 else None
        whole = Say.lines(
            Say("**Ce questionnaire n’est pas encore prêt : {count}**", count=count),
            *(Say("- {mistake}", mistake=mistake) for mistake in mistakes[:SHOWN]),
            more,
            Say("Corrigez le fichier, postez-le de nouveau, puis répondez-lui `!enquete nouvelle`."),
        )
        super().__init__("{whole}", whole=whole)


def parse(data: bytes) -> Questionnaire:
    """Raises WrongFile, which names every mistake."""
    try:
        text = data[: LARGEST + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongFile([Say("Ce fichier n’est pas du texte en UTF-8. {start}", start=START)]) from None
    if (unsafe := _unsafe(text, len(data))) is not None:
        raise WrongFile([unsafe])
    source = read(text, START)
    model = _judged(source) if isinstance(source.data, dict) else None
    if model is None or source.mistakes:
        raise WrongFile(in_order(source))
    survey = model.enquete
    return Questionnaire(survey.titre, survey.introduction, tuple(_items(survey.questions)))


def _unsafe(text: str, size: int) -> Say | None:
    """What is refused before anything is built."""
    if size > LARGEST:
        return Say("Ce fichier dépasse {n} ko : un questionnaire est plus court.", n=LARGEST // 1000)
    depth = nodes = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                return Say(
                    "Ligne {line} : « *{name} » renvoie à une autre ligne, ce que je ne lis pas. "
                    "Recopiez la valeur.",
                    line=line,
                    name=str(event.anchor),
                )
            nodes += isinstance(event, yaml.NodeEvent)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or nodes > MOST_NODES:
                return Say(
                    "Ligne {line} : ce n’est plus un questionnaire. {start}",
                    line=line,
                    start=START,
                )
    except yaml.YAMLError:
        return None  # told with its line by what reads it
    return None


def _judged(source: Source) -> File | None:
    if not source.lines:
        return None  # a syntax error
    source.mistakes += _across(source.data)
    try:
        return File.model_validate(source.data)
    except ValidationError as error:
        source.mistakes += [_with_line(each, source) for each in told(error, File, EXAMPLES)]
        return None


def _with_line(mistake: Mistake, source: Source) -> Mistake:
    """A key that is missing has the line of what it is missing in."""
    ends = range(len(mistake.path), 0, -1)
    line = next((source.lines[mistake.path[:n]] for n in ends if mistake.path[:n] in source.lines), None)
    return replace(mistake, line=line)


def _across(data: dict[str, Any]) -> Iterator[Mistake]:
    """What no question knows by itself: each id once, conditions on what was asked before."""
    survey = data.get("enquete")
    rows = survey.get("questions") if isinstance(survey, dict) else None
    known: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(row, dict):
            continue
        path: KeyPath = ("enquete", "questions", index)
        if isinstance(row.get("si"), dict):
            yield from (Mistake((*path, "si"), say) for say in _condition(row["si"], known))
        name = str(row.get("id"))
        if name in known:
            yield Mistake((*path, "id"), Say("« {name} » est déjà le nom d’une autre question.", name=name))
        known[name] = row


def _condition(wanted: dict[str, Any], known: dict[str, dict[str, Any]]) -> Iterator[Say]:
    if len(wanted) != 1:
        yield Say(
            "Une seule condition est possible. Exemple : `si: {example}`.", example='{appartenance: "Non"}'
        )
        return
    name, values = next(iter(wanted.items()))
    before = known.get(str(name))
    if before is None or before.get("type") not in CHOICES:
        yield Say("« {name} » n’est pas une question à choix posée avant celle-ci.", name=str(name))
        return
    labels = _labels(before)
    wanted_labels = values if isinstance(values, list) else [values]
    if not wanted_labels:
        yield Say(
            "Il manque le choix de « {name} ». Ses choix : {choices}.",
            name=str(name),
            choices=", ".join(labels),
        )
    for value in wanted_labels:
        if not isinstance(value, str) or clean(value) not in labels:
            yield Say(
                "« {value} » n’est pas un choix de « {name} ». Ses choix : {choices}.",
                value=str(value),
                name=str(name),
                choices=", ".join(labels),
            )


def _labels(row: dict[str, Any]) -> list[str]:
    given = row.get("choix") if isinstance(row.get("choix"), list) else []
    return _with_other(
        [clean(str(each)) for each in given or []], row.get("choix_depuis"), other=bool(row.get("autre"))
    )


def _with_other(given: list[str], source: object, *, other: bool) -> list[str]:
    labels = given or ([theme.label for theme in all_themes()] if source else [])
    return [*labels, OTHER] if other and OTHER not in labels else labels


def _items(questions: Sequence[Question]) -> Iterator[Item]:
    choices: dict[str, list[str]] = {}
    for number, each in enumerate(questions, 1):
        choices[each.id] = _with_other(list(each.choix), each.choix_depuis, other=each.autre)
        yield from _of_question(each, number, choices)


def _of_question(each: Question, number: int, choices: dict[str, list[str]]) -> Iterator[Item]:
    base = Item(each.id, number, "choices", each.texte, each.section, condition=_where(each, choices))
    if each.type == TEXT:
        yield replace(base, kind="text")
        return
    if each.type != GRID:
        yield replace(base, choices=tuple(choices[each.id]), most=each.max, other=each.autre)
        return
    total = len(each.lignes) + each.commentaire_libre
    for n, row in enumerate(each.lignes, 1):
        yield replace(base, id=f"{each.id}.{n}", choices=each.colonnes, row=row, place=(n, total))
    if each.commentaire_libre:
        yield replace(
            base, id=f"{each.id}.commentaire", kind="text", row=COMMENT.text(), place=(total, total)
        )


def _where(each: Question, choices: dict[str, list[str]]) -> Condition | None:
    if each.si is None:
        return None
    name, values = next(iter(each.si.items()))
    wanted = values if isinstance(values, tuple) else (values,)
    return Condition(name, tuple(choices[name].index(clean(value)) for value in wanted))


@cache
def built_in(name: str) -> Questionnaire:
    """A questionnaire that comes with the bot."""
    return parse(source_of(name))


def source_of(name: str) -> bytes:
    return files("schedules").joinpath(f"surveys/{name}.yaml").read_bytes()
