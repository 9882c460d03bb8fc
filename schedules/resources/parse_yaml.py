"""YAML parser: lists of resources in YAML, or in JSON, which is YAML.

Only the events of the parser are used. Nothing is built from a tag; an alias, with which bombs begin, stops
the reading; so does a depth that no list of resources has; « no » and « 14:00 » stay what was typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bot.text import UserError
from schedules.resources.fields import LONGEST, Line, Name, column

DEEPEST = 6  # a mapping, the list in it, a resource, its themes; and a little more, which says nothing
NOTHING = ("~", "null", "Null", "NULL", "")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mapping:
    """`number`: the line where it begins, from 1."""

    number: int
    pairs: list[tuple["Node", "Node"]]


Node = str | list[Any] | Mapping


def read(text: str) -> Iterator[Line]:
    """The resources of the first list there is, by itself or under a name (« ressources: »).
    Raises UserError.
    """
    items = _list(_whole(text))
    if not all(isinstance(item, Mapping) for item in items):
        raise _no_list()
    # on one line, as programs write JSON: then their places name them
    several = len({item.number for item in items}) < len(items)
    for place, item in enumerate(items, 1):
        yield Line(place if several else item.number, dict(_cells(item)))


def _list(node: Node) -> list[Any]:
    if isinstance(node, Mapping):
        node = next((value for _, value in node.pairs if isinstance(value, list)), node)
    if not isinstance(node, list):
        raise _no_list()
    return node


def _cells(item: Mapping) -> Iterator[tuple[Name, str]]:
    for name, value in item.pairs:
        known = column(name) if isinstance(name, str) else None
        texts = [each for each in value if isinstance(each, str)] if isinstance(value, list) else [value]
        if known:
            yield known, ", ".join(each for each in texts if isinstance(each, str)).strip()[:LONGEST]


def _whole(text: str) -> Node:
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER)).whole()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(
            "Je ne peux pas lire ce fichier à partir de la ligne {n}. Rien n’est ajouté. Modèle : "
            "`!ressources exporter`",
            n=line,
        ) from None
    except yaml.YAMLError:
        raise _no_list() from None


def _no_list() -> UserError:
    return UserError(
        "Je ne trouve pas de ressources dans ce fichier : sa première ligne doit nommer les colonnes, dont "
        "« lien ». Modèle : `!ressources exporter`"
    )


class _Reader:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._depth = 0

    def whole(self) -> Node:
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                return self._node(event)
        return ""

    def _node(self, event: Any) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return "" if event.implicit[0] and event.value in NOTHING else str(event.value)
        if isinstance(event, yaml.AliasEvent):
            raise UserError(
                "Ce fichier renvoie d’une ligne à une autre (« *{name} »), ce que je ne sais pas lire. "
                "Recopiez la valeur.",
                name=str(event.anchor),
            )
        self._depth += 1
        if self._depth > DEEPEST:
            raise _no_list()
        found = (
            self._sequence()
            if isinstance(event, yaml.SequenceStartEvent)
            else self._mapping(event.start_mark.line + 1)
        )
        self._depth -= 1
        return found

    def _sequence(self) -> Node:
        found = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._node(event))
        return found

    def _mapping(self, number: int) -> Node:
        found = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            found.append((self._node(event), self._node(next(self._events))))
        return Mapping(number, found)
