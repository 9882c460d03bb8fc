"""The name somebody probably meant: a slip of the finger, not a guess at their mind.

Short names need to be exact or one slip away, because ordinary words are close to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.text import fold, forgiven, key

_LENGTHS = (3, 7, 10)  # letters typed: from each on, one more slip is forgiven


@dataclass(frozen=True, slots=True)
class Nearest:
    """The name as it should have been typed, and how many of the words it stands for."""

    name: str
    words: int


def nearest(words: Sequence[str], names: Iterable[str]) -> Nearest | None:
    """The one of `names` that the first of `words` nearly spell; a name of two words before a name of one;
    None when all are far.
    """
    by_length: dict[int, list[str]] = {}
    for name in names:
        by_length.setdefault(len(name.split()), []).append(name)
    for length in sorted(by_length, reverse=True):
        found = _closest(words[:length], by_length[length]) if length <= len(words) else None
        if found is not None:
            return Nearest(found, length)
    return None


def _closest(words: Sequence[str], names: Iterable[str]) -> str | None:
    """The fewest slips win; among equals the one with the same first letter, then the first declared."""
    typed = [key(word) for word in words]
    ranked = [
        (slips, key(name)[:1] != typed[0][:1], place, name)
        for place, name in enumerate(names)
        if (slips := _slips(typed, fold(name).split())) is not None
    ]
    return min(ranked)[-1] if ranked else None


def _slips(typed: Sequence[str], name: Sequence[str]) -> int | None:
    """How many slips lie between them, each word for itself; None when one is too far."""
    from rapidfuzz.distance import OSA

    total = 0
    for mine, theirs in zip(typed, map(key, name), strict=True):
        allowed = forgiven(mine, _LENGTHS)
        slips = OSA.distance(mine, theirs, score_cutoff=allowed)
        if slips > allowed:
            return None
        total += slips
    return total
