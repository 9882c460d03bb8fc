"""Parser of votes: « 1 4 », « 1, 4 et 2 », « oui », « 1 oui, 2 si besoin, 3 non », « retirer »."""

import re
from collections.abc import Callable, Sequence

from bot.command import Answer
from bot.text.courtesy import plain
from bot.text.numbering import SIGN, with_one_sign
from storage.polls.polls import MAYBE, NO, YES
from storage.text import fold

LONGEST = 2_000  # characters: every choice of a poll, in words
_WITHDRAWS = re.compile(
    r"0|none|(?:je |j'|merci de |veuillez )?"
    r"(?:retire|retirer|annule|annuler|supprime|supprimer|enleve|enlever|withdraw|cancel)"
    r"(?: (?:tout|(?:le|la|ma|mon|mes|ce|ces|les|my) (?:votes?|choix|reponses?)))?"
)
NOBODY = ("aucun", "aucune", "rien")  # of a date poll: none of the dates suits
EVERYTHING = ("tout", "toutes", "tous", "all")
_NUMBER = re.compile(
    rf"(?<![\d\w])(?:{SIGN}|#\s?)?(\d{{1,6}})(?:(?:er|re|e|eme|nde?|st|th)\b)?(?!\d)", re.ASCII
)
_LEADING = (
    "et|and|ou|le|la|les|du|pour|the|for|nr|num|numero|number|option|options|choix|choice|reponse|reponses"
    "|proposition|propositions|date|dates"
    "|je|j'ai|vote|choisis|prends|prefere|opte|opterais|voudrais|aimerais|souhaite|dis|mon|mes|ma"
    "|c'est|ce|ca|sera|serait|i|my|point"
    "|moi|part|plutot|finalement|puis|evidemment|bien sur|sans hesiter|preference|va|au|a"
)
_BETWEEN = re.compile(rf"\b(?:{_LEADING})\b|\b[dl]'(?=\w)|[\s,;.()\[\]+&/|:=>#*!°-]+", re.ASCII)
_AGREED = re.compile(r"\b(?:oui|ok|yes)\b|\bno[s.]?(?= ?\d)")  # beside a number, where dates are not answered
_LED = re.compile(rf"(?:(?:{_LEADING})\b[\s:]*|[dl]'(?=\w))+", re.ASCII)
_SIDE = r"\s*[.):(\[\]–—-]+\s*"
_BOTH = (
    re.compile(rf"(?:{SIGN}|#)?(?P<number>\d{{1,3}}){_SIDE}(?P<label>.+?)[)\]]?"),
    re.compile(rf"(?P<label>.+?){_SIDE}(?:{SIGN}|#)?(?P<number>\d{{1,3}})[)\]]?"),
)
_ARTICLE = re.compile("le|la|les|pour|the|for")
_ANSWER = re.compile(
    r"(?<!\w)(?:(oui|yes|ok|o)|(si besoin|peut-etre|peut etre|if need be|maybe)|(non|no|n))(?!\w)"
)


def choices(text: str, labels: Sequence[str]) -> tuple[int, ...] | None:
    """The numbers said, from 1, each once, be they of the poll or not; () withdraws; None: something else.

    A number is a number first, then the words of a choice (« 2027 », « Non merci » as it was typed), then
    what withdraws (« aucun », which may be a choice).
    """
    typed = _folded(text.typed if isinstance(text, Answer) else text)
    whole = [_folded(label) for label in labels]
    if not _numbers(typed) and (named := _named(typed, whole, str)) is not None:
        return named
    folded = _folded(text)
    numbers = _numbers(_AGREED.sub("", folded))
    if numbers and all(1 <= number <= len(labels) for number in numbers):
        return numbers
    bare = [_folded(plain(label) or label) for label in labels]
    for known, strip in (
        (whole, plain),
        (bare, plain),
        ([_led(label) for label in bare], lambda part: _led(plain(part))),
    ):
        if (named := _named(folded, known, strip)) is not None:
            return named
    if _WITHDRAWS.fullmatch(folded) or folded in NOBODY:
        return ()
    return numbers


def dates(text: str, count: int) -> dict[int, int] | None:
    """The answer (YES, MAYBE or NO) to each date that is named, by its number from 1; {} withdraws; None:
    something else.

    Numbers alone are those that suit: no to the others.
    """
    folded = _folded(text)
    everything = range(1, count + 1)
    if _WITHDRAWS.fullmatch(folded):
        return {}
    if folded in NOBODY:
        return dict.fromkeys(everything, NO)
    if folded in EVERYTHING:
        return dict.fromkeys(everything, YES)
    if numbers := _numbers(folded):
        return dict.fromkeys(everything, NO) | dict.fromkeys(numbers, YES)
    return _answered(folded)


def _numbers(folded: str) -> tuple[int, ...] | None:
    """None when something else is said too."""
    if _BETWEEN.sub("", _NUMBER.sub("", folded)):
        return None
    return tuple(dict.fromkeys(int(each) for each in _NUMBER.findall(folded))) or None


def _folded(text: str) -> str:
    """« nº 2 » too is « n° 2 », and « emploi & santé » is « emploi et santé »."""
    return fold(with_one_sign(text[:LONGEST]).replace(" & ", " et ")).strip(" .!")


def _led(words: str) -> str:
    """Without what leads to it: « je vote pour la santé »."""
    return _LED.sub("", words, count=1) if _LED.match(words) else words


def unread(text: str) -> str:
    """Of what was said, the words that were not understood, as they were typed;
    all of it when it is their order that makes no sense.
    """
    left: list[str] = []
    leading: list[str] = []
    for word in text[:LONGEST].split():
        if _BETWEEN.sub("", _ANSWER.sub("", _NUMBER.sub("", _folded(word)))):
            left, leading = [*left, *leading, word], []
        else:
            leading = [*leading, word] if _ARTICLE.fullmatch(_folded(word)) else []
    return " ".join(left) or text


def _named(words: str, folded: Sequence[str], strip: Callable[[str], str]) -> tuple[int, ...] | None:
    """`folded`: the labels; `strip`: what takes off what stands around each of them."""
    for parts in ([words], re.split(r"[,;|\n]+", words), re.split(r"[,;|\n+]+|\b(?:et|and|puis)\b", words)):
        found = [_choice((strip(part) or part).strip(" .!"), folded) for part in parts]
        if all(found):
            return tuple(dict.fromkeys(filter(None, found)))
    return None


def _choice(words: str, folded: Sequence[str]) -> int | None:
    """The number of the choice of these words, or of these words and its number: « 2.
    Santé », as the card has it.
    """
    if words in folded:
        return folded.index(words) + 1
    for form in _BOTH:
        found = form.fullmatch(words)
        number = int(found["number"]) if found else 0
        if found and 1 <= number <= len(folded) and found["label"].strip() == folded[number - 1]:
            return number
    return None


def _answered(folded: str) -> dict[int, int] | None:
    """« 1 et 3 oui, 2 si besoin »: an answer is for the numbers before it."""
    if _BETWEEN.sub("", _ANSWER.sub("", _NUMBER.sub("", folded))):
        return None
    found: dict[int, int] = {}
    waiting: list[int] = []
    for token in re.finditer(f"{_NUMBER.pattern}|{_ANSWER.pattern}", folded, re.ASCII):
        number, yes, maybe, _ = token.groups()
        if number is not None:
            waiting.append(int(number))
            continue
        if not waiting:
            return None
        found |= dict.fromkeys(waiting, YES if yes else MAYBE if maybe else NO)
        waiting = []
    return found if found and not waiting else None
