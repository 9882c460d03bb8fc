"""Counting: from the answers of everybody to what is kept of them: how many answered each item,
how many chose each of its choices, and the texts apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storage.surveys.items import Item
from storage.tables import SurveyAnswer


@dataclass
class Tally:
    """Of one item. `answered`: people who chose something, or wrote; `counts`: by choice."""

    answered: int = 0
    counts: list[int] = field(default_factory=list)


@dataclass
class Outcome:
    """By item. `texts`: as they came, to be mixed."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)


def outcome(items: Sequence[Item], answers: Iterable[SurveyAnswer]) -> Outcome:
    """What was passed over is no answer."""
    found = Outcome({item.id: Tally(counts=[0] * len(item.choices)) for item in items})
    for row in answers:
        if row.text:
            found.texts.setdefault(row.item, []).append(row.text)
        tally = found.tallies.get(row.item)
        if tally is None or not (row.choices or row.text):
            continue
        tally.answered += 1
        for choice in row.choices:
            tally.counts[choice] += 1
    return found
