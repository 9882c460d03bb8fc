"""Items: what a questionnaire asks, one at a time; which of them concern somebody.

A question is one item; a grid is one for each of its lines. What is written beside a choice (« Autre ») is an
item of its own that nobody is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from storage.tables import Survey

OTHER = ".autre"  # how the id of what is written beside a choice ends

Given = Mapping[str, Sequence[int]]  # choices, from 0, by item


@dataclass(frozen=True)
class Condition:
    """Asked only to who chose one of these, from 0, in an earlier item."""

    item: str
    choices: tuple[int, ...]


@dataclass(frozen=True)
class Item:
    """`number`: of its question, from 1. `most`: how many choices at most. `other`: the last choice takes
    words. `row`: the line of a grid; `place`: which of how many.
    """

    id: str
    number: int
    kind: Literal["choices", "text"]
    text: str
    section: str = ""
    choices: tuple[str, ...] = ()
    most: int = 1
    other: bool = False
    row: str = ""
    place: tuple[int, int] = (1, 1)
    condition: Condition | None = None

    @property
    def other_id(self) -> str:
        return f"{self.id}{OTHER}"


def as_row(item: Item) -> dict[str, Any]:
    return asdict(item)


def _read(row: Mapping[str, Any]) -> Item:
    condition = row["condition"] and Condition(row["condition"]["item"], tuple(row["condition"]["choices"]))
    lists = {"choices": tuple(row["choices"]), "place": tuple(row["place"])}
    return Item(**{**row, **lists, "condition": condition})


def items_of(survey: Survey) -> tuple[Item, ...]:
    return tuple(map(_read, survey.items))


def questions(items: Sequence[Item]) -> int:
    """How many questions they are, as people count them."""
    return max((item.number for item in items), default=0)


def concerns(item: Item, items: Sequence[Item], given: Given) -> bool:
    """Whether it is asked to somebody who has answered so:
    its condition holds, and that of what it depends on.
    """
    if item.condition is None:
        return True
    asked = next(each for each in items if each.id == item.condition.item)
    return bool(set(given.get(asked.id, ())) & set(item.condition.choices)) and concerns(asked, items, given)


def before(item: Item, items: Sequence[Item], given: Given) -> Item | None:
    """The one that this person was asked before it."""
    earlier = items[: [each.id for each in items].index(item.id)]
    return next((each for each in reversed(earlier) if concerns(each, items, given)), None)
