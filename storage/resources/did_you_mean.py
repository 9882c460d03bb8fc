"""Spelling correction: the words of the index that somebody probably meant by one that it does not have.

The index holds stems, and a slip changes where a stem ends (« relogemnt » has none): what is compared is the
stem of what was typed, and its beginnings, up to the whole word, each with the stems of about their length.
"""

from collections.abc import Iterable, Iterator

from storage.resources.words import stem
from storage.text import forgiven

_LENGTHS = (4, 8)  # letters: from each on, one more slip is forgiven
_SHORTEST_BEGINNING = 4  # « numérisation » begins with numer, everything with a letter
_LONGEST_ENDING = 6  # « -issement »; what follows the beginning is no other word
_OF_AN_ENDING = 0.25  # of a slip, each letter
_MOST = 3


def nearest(word: str, vocabulary: Iterable[str]) -> list[str]:
    """The stems of `vocabulary` that are nearest to a folded word, all as near; none when they are far."""
    by_length: dict[int, list[str]] = {}
    for known in vocabulary:
        if known.isalnum():
            by_length.setdefault(len(known), []).append(known)
    found: dict[str, float] = {}
    for typed, ending in _forms(word):
        slips = forgiven(typed, _LENGTHS)
        for length in range(len(typed) - slips, len(typed) + slips + 1):
            for known, far in _close(typed, by_length.get(length, [])):
                found[known] = min(found.get(known, far + ending), far + ending)
    least = min(found.values(), default=0)
    return sorted(known for known, far in found.items() if far == least)[:_MOST]


def _forms(word: str) -> Iterator[tuple[str, float]]:
    """Each with what it leaves out of the word, in slips."""
    yield stem(word), 0
    if word.isalpha():
        for end in range(max(_SHORTEST_BEGINNING, len(word) - _LONGEST_ENDING), len(word) + 1):
            yield word[:end], (len(word) - end) * _OF_AN_ENDING


def _close(typed: str, known: list[str]) -> list[tuple[str, int]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    matches = process.extract(
        typed, known, scorer=OSA.distance, score_cutoff=forgiven(typed, _LENGTHS), limit=None
    )
    return [(name, slips) for name, slips, _ in matches]
