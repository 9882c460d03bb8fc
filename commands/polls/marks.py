"""What people write to vote, read: « 1 4 », « 1, 4 et 2 », « oui », « 1 oui, 2 si besoin, 3 non », « retirer »."""

import re
from collections.abc import Sequence

from storage.polls.polls import MAYBE, NO, YES
from storage.text import fold

LONGEST = 2_000  # characters: every choice of a poll, in words
WITHDRAW = ("retirer", "retire", "annuler", "0", "withdraw", "none")
NOBODY = ("aucun", "aucune", "rien")  # of a date poll: none of the dates suits
EVERYTHING = ("tout", "toutes", "tous", "all")
_NUMBER = re.compile(r"(?<![\d\w])(?:n\s?°\s?)?(\d{1,6})(?!\d)", re.ASCII)
_BETWEEN = re.compile(r"\b(?:et|and|ou)\b|[\s,;.()+&/|:=-]+", re.ASCII)
_ANSWER = re.compile(r"(?<!\w)(?:(oui|yes|ok|o)|(si besoin|peut-etre|peut etre|if need be|maybe)|(non|no|n))(?!\w)")


def choices(text: str, labels: Sequence[str]) -> tuple[int, ...] | None:
    """The numbers said, from 1, each once, be they of the poll or not; () withdraws; None: something else.

    A number is a number first, then the words of a choice (« 2027 »), then what withdraws (« aucun », which may be a choice).
    """
    said = fold(text[:LONGEST]).strip(" .!")
    numbers = _numbers(said)
    if numbers and all(1 <= number <= len(labels) for number in numbers):
        return numbers
    if (named := _named(said, labels)) is not None:
        return named
    return () if said in (*WITHDRAW, *NOBODY) else numbers


def dates(text: str, count: int) -> dict[int, int] | None:
    """The answer (YES, MAYBE or NO) to each date that is named, by its number from 1; {} withdraws; None: something else.

    Numbers alone are those that suit: no to the others.
    """
    said = fold(text[:LONGEST]).strip(" .!")
    everything = range(1, count + 1)
    if said in WITHDRAW:
        return {}
    if said in NOBODY:
        return dict.fromkeys(everything, NO)
    if said in EVERYTHING:
        return dict.fromkeys(everything, YES)
    if numbers := _numbers(said):
        return dict.fromkeys(everything, NO) | dict.fromkeys(numbers, YES)
    return _answered(said)


def _numbers(said: str) -> tuple[int, ...] | None:
    """None when something else is said too."""
    if _BETWEEN.sub("", _NUMBER.sub("", said)):
        return None
    return tuple(dict.fromkeys(int(each) for each in _NUMBER.findall(said))) or None


def _named(said: str, labels: Sequence[str]) -> tuple[int, ...] | None:
    folded = [fold(label).strip(" .!") for label in labels]
    for parts in ([said], re.split(r"[,;|\n]+", said)):
        each = [part.strip(" .!") for part in parts]
        if all(part in folded for part in each):
            return tuple(dict.fromkeys(folded.index(part) + 1 for part in each))
    return None


def _answered(said: str) -> dict[int, int] | None:
    """« 1 et 3 oui, 2 si besoin »: an answer is for the numbers before it."""
    if _BETWEEN.sub("", _ANSWER.sub("", _NUMBER.sub("", said))):
        return None
    found: dict[int, int] = {}
    waiting: list[int] = []
    for token in re.finditer(f"{_NUMBER.pattern}|{_ANSWER.pattern}", said, re.ASCII):
        number, yes, maybe, _ = token.groups()
        if number is not None:
            waiting.append(int(number))
            continue
        if not waiting:
            return None
        found |= dict.fromkeys(waiting, YES if yes else MAYBE if maybe else NO)
        waiting = []
    return found if found and not waiting else None
