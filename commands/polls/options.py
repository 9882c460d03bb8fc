"""Options of a poll: what the words among the choices of a poll decide:
how many answers, until when, who sees what, who may vote.

« max 2 », « jusqu’à vendredi 12 h », « confidentiel », « membres seulement »: in French or English, in any
order. A piece between quotes is never one of them: that is how a choice may be called « Visible ».
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.text import UserError
from storage.text import fold

Mode = Literal["visible", "discreet", "secret"]

MODES: dict[Mode, tuple[str, ...]] = {
    "visible": ("visible", "vote visible", "votes visibles"),
    "discreet": ("discret", "vote discret", "discrètement", "discreet"),
    "secret": (
        "confidentiel",
        "vote confidentiel",
        "secret",
        "vote secret",
        "anonyme",
        "vote anonyme",
        "confidential",
        "anonymous",
    ),
}


@dataclass(frozen=True)
class Words:
    """In what words a line is put right; each is read back by the same name."""

    poll: str
    dates: str
    question: str
    others: tuple[str, str]  # a second choice where there was one
    until: str
    members: str
    modes: dict[Mode, str]


WORDS = {
    "fr": Words(
        "!sondage",
        "!dates",
        "Votre question ?",
        ("Autre", "Aucun"),
        "jusqu’au",
        "membres seulement",
        {"visible": "visible", "discreet": "discret", "secret": "confidentiel"},
    ),
    "en": Words(
        "!poll",
        "!findate",
        "Your question?",
        ("Other", "Neither"),
        "until",
        "members only",
        {"visible": "visible", "discreet": "discreet", "secret": "confidential"},
    ),
}
_MODE_OF = {fold(word): mode for mode, words in MODES.items() for word in words}
_MEMBERS = re.compile(
    r"(?:pour les |reserve aux )?membres?(?: du reseau)?(?: (?:seulement|uniquement))|reserve aux "
    r"membres(?: du reseau)?|members only"
)

_WORDS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {"une": 1} | {word: n for words in (_WORDS, _ENGLISH) for n, word in enumerate(words, 1)}
_N = rf"(-?\d{{1,9}}|{'|'.join(_COUNTS)})"
_ANSWERS = r"(?:reponses?|choix|votes?|answers?|choices?)"
_MOST = re.compile(
    rf"(?:au )?max(?:i|imum)?\.? ?:? ?{_N}(?: {_ANSWERS})?"
    rf"|{_N} ?(?:{_ANSWERS} )?(?:max(?:i|imum)?|au plus|au maximum|possibles?|at most)"
    rf"|(?:jusqu'a|up to|at most|au plus) {_N} {_ANSWERS}"
    r"|(?P<single>une seule reponse|un seul choix|single choice)"
    rf"|(?P<several>plusieurs(?: {_ANSWERS})?(?: possibles?)?|choix multiples?|several"
    rf"|multiple(?: {_ANSWERS})?)"
)
SEVERAL = 0  # as many as there are choices

_UNTIL = re.compile(
    r"(?:jusqu\s?['’ʼ′]\s?(?:[àaÀA]|au|aux|en)|until|till)\b\s*(?:le\b|the\b)?\s*", re.IGNORECASE
)
_CLOSES = re.compile(
    r"(?:cl[oôÔ]tur(?:e|er|é|és)|clos|date limite|closing|closes|deadline)\b\s*"
    r"(?:(?:le|la|on|à|au|at)\b)?\s*:?\s*",
    re.IGNORECASE,
)


@dataclass
class Options:
    """`most`: SEVERAL is all of them.
    `closing`: as typed, without « jusqu’à »; None when nothing was said.
    """

    most: int = 1
    closing: str | None = None
    modes: list[Mode] = field(default_factory=list)
    members_only: bool = False

    def consume(self, piece: str) -> bool:
        """Whether a piece is an option; it then counts."""
        folded = fold(piece).strip(" .")
        if mode := _MODE_OF.get(folded):
            self.modes.append(mode)
        elif _MEMBERS.fullmatch(folded):
            self.members_only = True
        elif found := _MOST.fullmatch(folded):
            self.most = _count(found)
        elif (until := _UNTIL.match(piece) or _CLOSES.match(piece)) and until.end() < len(piece):
            self.closing = piece[until.end() :].strip()
        else:
            return False
        return True


def _count(found: re.Match[str]) -> int:
    if found["several"]:
        return SEVERAL
    word = next((each for each in found.groups() if each), "")
    return 1 if found["single"] else _COUNTS.get(word) or _number(word)


def _number(word: str) -> int:
    # SEVERAL is no number that people may write.
    return int(word) or -1


def one_mode(modes: list[Mode]) -> Mode:
    """UserError for two that contradict each other."""
    if len(set(modes)) > 1:
        raise UserError("Un sondage est visible, discret ou confidentiel : gardez un seul de ces mots.")
    return modes[0] if modes else "visible"
