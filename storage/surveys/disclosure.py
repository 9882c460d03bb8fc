"""Disclosure control: what may be said of the counts of a survey, so that nobody counts a group of one to
four people, neither by reading nor by taking one number from another.

- Below five answers an item is not detailed, nor are texts below five. There is one result, counted at the
  close, and none before: two of them cannot be held against each other.
- Of one choice each, the choices add up to those who answered. When some have one to four, their counts are
  masked, and so is another one, or it would be what is missing (complementary suppression). Which one does
  not depend on the counts that are masked: the last that has five or more, those that something depends on
  after the others; then the one before it, while the masked ones together are fewer than five for each of
  those and four for each small one. So each of them keeps at least three possible values, for all that is
  told (a test tries every count of small networks). Of one other it is told that it is at least what it would
  be if the small ones all were four.
- Of several choices each, a choice that all but one to four have taken is masked too, and another one only
  where « everybody took at least one, and at most so many » would tell.
- An item that is asked to who chose something is not detailed when the count of that is masked: how many
  answered it would tell. So are the words beside a choice. How many passed over a question is no answer: it
  is not masked.

(Hundepool et al., Handbook on Statistical Disclosure Control, chapter 4.)
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.surveys.items import Item

FEW = 5


@dataclass(frozen=True)
class Cell:
    """What is said of one choice: how many, or at least how many (`least`), or fewer than five (`few`),
    or nothing.
    """

    count: int | None = None
    least: int = 0
    few: bool = False


@dataclass(frozen=True)
class Shown:
    """What is said of one item. `answered`: None when nothing is."""

    answered: int | None = None
    cells: tuple[Cell, ...] = ()


def shown(items: Sequence[Item], result: Mapping[str, Any]) -> dict[str, Shown]:
    """`result`: Survey.result."""
    counted: Mapping[str, Any] = result.get("items", {})
    found: dict[str, Shown] = {}
    for item in items:
        tally = counted.get(item.id)
        if tally is None or tally["answered"] < FEW or not _may_be_counted(item, found):
            found[item.id] = Shown()
        elif item.kind == "text":
            found[item.id] = Shown(tally["answered"])
        else:
            cells = masked(tally["counts"], tally["answered"], item.most, _depended_on(item, items))
            found[item.id] = Shown(tally["answered"], cells) if cells else Shown()
    return found


def may_be_read(name: str, items: Sequence[Item], found: Mapping[str, Shown]) -> bool:
    """Whether texts may: of an item, or those beside the last choice of one."""
    if name in found:
        return found[name].answered is not None
    cells = found[next(item.id for item in items if item.other_id == name)].cells
    return bool(cells) and cells[-1].count is not None


def _may_be_counted(item: Item, found: Mapping[str, Shown]) -> bool:
    if item.condition is None:
        return True
    cells = found[item.condition.item].cells
    return bool(cells) and all(cells[choice].count is not None for choice in item.condition.choices)


def _depended_on(item: Item, items: Sequence[Item]) -> set[int]:
    conditions = [each.condition for each in items if each.condition and each.condition.item == item.id]
    words = {len(item.choices) - 1} if item.other else set()
    return words | {choice for each in conditions for choice in each.choices}


def masked(
    counts: Sequence[int], answered: int, most: int = 1, depended_on: Collection[int] = ()
) -> tuple[Cell, ...]:
    """A cell for each choice; () when none may be told."""
    few = {n for n, count in enumerate(counts) if 0 < count < FEW}
    many = {n for n, count in enumerate(counts) if most > 1 and answered - FEW < count < answered} - few
    cover: list[int] = []
    rest = _in_order(counts, few | many, depended_on)
    while few | many and not _covered(counts, answered, most, (few, many, cover)):
        if (other := next(rest, None)) is None:
            return ()
        cover.append(other)
    return tuple(
        Cell(count=count)
        if n not in few | many | {*cover}
        else _mask(n, counts, answered, (few, many, cover))
        for n, count in enumerate(counts)
    )


Masks = tuple[Collection[int], Collection[int], Sequence[int]]


def _in_order(counts: Sequence[int], hidden: Collection[int], depended_on: Collection[int]) -> Iterator[int]:
    """The choices that may be masked besides: the last first, those that something depends on at the end."""
    large = [n for n, count in enumerate(counts) if count >= FEW and n not in hidden]
    yield from sorted(large, key=lambda n: (n in depended_on, -n))


def _covered(counts: Sequence[int], answered: int, most: int, masks: Masks) -> bool:
    """Whether the masked ones may be anything that they are said to be, whatever else is known."""
    few, many, cover = masks
    if most == 1:
        return bool(cover) and sum(counts[n] for n in (*few, *cover)) >= FEW * len(cover) + 4 * len(few)
    if many and answered < 2 * FEW - 1:
        return False  # « all but one to four » would be five or so
    told = sum(count for n, count in enumerate(counts) if n not in {*few, *many, *cover})
    lowest = len(few) + len(many) * (answered - FEW + 1) + FEW * len(cover)
    highest = 4 * len(few) + len(many) * (answered - 1) + answered * len(cover)
    return told + lowest >= answered and told + highest <= most * answered


def _mask(n: int, counts: Sequence[int], answered: int, masks: Masks) -> Cell:
    few, many, cover = masks
    if n in few:
        return Cell(few=True)
    if n in many:
        return Cell(least=answered - FEW + 1)
    if len(cover) == 1 and not many:
        return Cell(least=sum(counts[each] for each in (*few, n)) - 4 * len(few))
    return Cell()
