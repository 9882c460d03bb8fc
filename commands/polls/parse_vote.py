"""Parser of votes: « 1 4 », « 1, 4 et 2 », « oui », « 1 oui, 2 si besoin, 3 non », « retirer »."""

import re
from collections.abc import Sequence

from bot.command import Answer
from bot.text.courtesy import SIGN, plain
from storage.polls.polls import MAYBE, NO, YES
from storage.text import fold

LONGEST = 2_000  # characters: every choice of a poll, in words
WITHDRAW = ("retirer", "retire", "annuler", "0", "withdraw", "none")
NOBODY = ("aucun", "aucune", "rien")  # of a date poll: none of the dates suits
EVERYTHING = ("tout", "toutes", "tous", "all")
_NUMBER = re.compile(rf"(?<![\d\w])(?:{SIGN}|#\s?)?(\d{{1,6}})(?:(?:er|re|e|eme|nde?|st|th)\b)?(?!\d)", re.ASCII)
_LEADING = (
    "et|and|ou|le|la|les|du|pour|the|for|nr|num|numero|number|option|options|choix|choice|reponse|reponses|proposition|propositions|date|dates"
    "|je|vote|choisis|prends|prefere|opte|mon|mes|ma|c'est|ce|sera|i|my"
)
_BETWEEN = re.compile(rf"\b(?:{_LEADING})\b|\b[dl]'(?=\w)|[\s,;.()+&/|:=>#*!°-]+", re.ASCII)
_ARTICLE = re.compile("le|la|les|pour|the|for")
_ANSWER = re.compile(r"(?<!\w)(?:(oui|yes|ok|o)|(si besoin|peut-etre|peut etre|if need be|maybe)|(non|no|n))(?!\w)")


def choices(text: str, labels: Sequence[str]) -> tuple[int, ...] | None:
    """The numbers said, from 1, each once, be they of the poll or not; () withdraws; None: something else.

    A number is a number first, then the words of a choice (« 2027 », « Non merci » as it was typed), then what withdraws (« aucun », which may be
    a choice).
    """
    typed = _folded(text.typed if isinstance(text, Answer) else text)
    if not _numbers(typed) and (named := _named(typed, [fold(label).strip(" .!") for label in labels], bare=False)) is not None:
        return named
    folded_text = _folded(text)
    numbers = _numbers(folded_text)
    if numbers and all(1 <= number <= len(labels) for number in numbers):
        return numbers
    for known in ([fold(label).strip(" .!") for label in labels], [fold(plain(label) or label).strip(" .!") for label in labels]):
        if (named := _named(folded_text, known)) is not None:
            return named
    return () if folded_text in (*WITHDRAW, *NOBODY) else numbers


def dates(text: str, count: int) -> dict[int, int] | None:
    """The answer (YES, MAYBE or NO) to each date that is named, by its number from 1; {} withdraws; None: something else.

    Numbers alone are those that suit: no to the others.
    """
    folded_text = _folded(text)
    everything = range(1, count + 1)
    if folded_text in WITHDRAW:
        return {}
    if folded_text in NOBODY:
        return dict.fromkeys(everything, NO)
    if folded_text in EVERYTHING:
        return dict.fromkeys(everything, YES)
    if numbers := _numbers(folded_text):
        return dict.fromkeys(everything, NO) | dict.fromkeys(numbers, YES)
    return _answered(folded_text)


def _numbers(folded_text: str) -> tuple[int, ...] | None:
    """None when something else is said too."""
    if _BETWEEN.sub("", _NUMBER.sub("", folded_text)):
        return None
    return tuple(dict.fromkeys(int(each) for each in _NUMBER.findall(folded_text))) or None


def _folded(text: str) -> str:
    """« nº 2 » too is « n° 2 »."""
    return fold(text[:LONGEST].replace("º", "°").replace("№", "n°")).strip(" .!")


def unread(text: str) -> str:
    """Of what was said, the words that were not understood, as they were typed; all of it when it is their order that makes no sense."""
    left: list[str] = []
    leading: list[str] = []
    for word in text[:LONGEST].split():
        if _BETWEEN.sub("", _ANSWER.sub("", _NUMBER.sub("", _folded(word)))):
            left, leading = [*left, *leading, word], []
        else:
            leading = [*leading, word] if _ARTICLE.fullmatch(_folded(word)) else []
    return " ".join(left) or text


def _named(folded_text: str, folded: Sequence[str], *, bare: bool = True) -> tuple[int, ...] | None:
    """`folded`: the labels; `bare`: whether courtesy around each of them is left out."""
    for parts in ([folded_text], re.split(r"[,;|\n]+", folded_text), re.split(r"[,;|\n]+|\b(?:et|and)\b", folded_text)):
        each = [((bare and plain(part)) or part).strip(" .!") for part in parts]
        if all(part in folded for part in each):
            return tuple(dict.fromkeys(folded.index(part) + 1 for part in each))
    return None


def _answered(folded_text: str) -> dict[int, int] | None:
    """« 1 et 3 oui, 2 si besoin »: an answer is for the numbers before it."""
    if _BETWEEN.sub("", _ANSWER.sub("", _NUMBER.sub("", folded_text))):
        return None
    found: dict[int, int] = {}
    waiting: list[int] = []
    for token in re.finditer(f"{_NUMBER.pattern}|{_ANSWER.pattern}", folded_text, re.ASCII):
        number, yes, maybe, _ = token.groups()
        if number is not None:
            waiting.append(int(number))
            continue
        if not waiting:
            return None
        found |= dict.fromkeys(waiting, YES if yes else MAYBE if maybe else NO)
        waiting = []
    return found if found and not waiting else None
