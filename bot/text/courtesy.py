"""What people put around an answer, taken off: politeness, emoji, emphasis, quotes, a signature.
« **2** svp\\n--\\nCamille » is « 2 ».

Only what is read as an answer passes here (a number, a choice, a date): never a text that is kept or shown to
others. Nothing in the middle goes, so that « oui mais » is never « oui ». All is linear in the text, whatever
is opened and never closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from storage.text import fold

LONGEST = 2_000  # characters looked at: who writes more writes a text

_OPENING = (
    "bonjour, bonsoir, salut, hello, coucou, hi, hey, rebonjour, bonjour a tous, bonjour a toutes, "
    "bonjour a toutes et a tous, bonjour a toutes et tous, bonjour tout le monde, salut tout le monde, "
    "hello all, hi all, l'animatrice, animatrice, alors, euh, please, svp, stp, s'il vous plait, "
    "s'il te plait, merci, merci de noter, ok merci"
)
_CLOSING = (
    "svp, stp, s.v.p, s.t.p, s'il vous plait, s'il te plait, sil vous plait, sil te plait, s'il-vous-plait, "
    "s'il-te-plait, please, pls, plz, merci, mercii, merci bien, merci beaucoup, merci infiniment, "
    "merci d'avance, merci par avance, d'avance merci, par avance merci, avec mes remerciements, "
    "grand merci, un grand merci, mille mercis, encore merci, merci encore, merci a vous, merci a toi, "
    "merci a tous, merci a toutes, merci a toutes et a tous, merci a toutes et tous, merci pour tout, "
    "merci pour l'organisation, merci a l'equipe, merci animatrice, merci l'animatrice, animatrice, thanks, "
    "thanks a lot, many thanks, thank you, thank you very much, thx, bonjour, hello, voila"
)
_BEGGING = "svp, stp, s'il vous plait, s'il te plait, please, merci, merci beaucoup, merci d'avance, thanks"
# After one of these nothing of what was asked comes any more: who signs.
_TO_WHOM = (
    "a tous, a toutes, a toutes et tous, a toutes et a tous, a tous et a toutes, a vous, a toi, "
    "a vous tous, a l'equipe, a toute l'equipe, tout le monde"
)
_FAREWELL = (
    "cordialement, bien cordialement, tres cordialement, cdlt, cdt, bien a vous, bien a toi, amicalement, "
    "bien amicalement, sincerement, salutations, sinceres salutations, meilleures salutations, "
    "respectueusement, bonne journee, belle journee, tres bonne journee, bonne fin de journee, "
    "bonne soiree, belle soiree, bonne semaine, bonne fin de semaine, bon week-end, bon weekend, "
    "bon courage, a bientot, a tres bientot, a tres vite, au plaisir, bises, bisous, bien amicalement, "
    "regards, best regards, kind regards, best wishes, cheers, sincerely, have a nice day, "
    "merci et bonne journee, merci et a bientot"
)
_SIGNED = re.compile(r"\s*(?:[-—–_*=]{2,}\s*|--\s.*)$")
_SENT_FROM = re.compile(
    r"(?:envoye|expedie|ecrit) (?:de|depuis|a partir de|via|avec) |sent (?:from|via|with) |(?:obtenez"
    r"|telecharger?|get) outlook"
)
_SMILE = re.compile(r"[:;=]['-]?[)(dpo|/*]+|\^\^|<3|xd+", re.IGNORECASE)
_SIGNATURE = 8  # lines
_SIDES = " \t.,;:!?…()[]@\ufe0f"
_KEPT = frozenset("❌✖❎❔❓💻🖥🔟")  # answers by themselves, whatever is said beside them
_LIST = re.compile(r"\s*(?:[-–—•·*>→➡⇒]\ufe0f?|[-=]>)\s+(?=\S)")
_EMPHASIS = re.compile(r"^[*_~`]+|[*_~`]+(?=[.,;:!?]*$)")
_QUOTES = {"«": "»", "“": "”", "„": "“", '"': '"', "‹": "›", "‘": "’", "'": "'"}
_QUOTED = re.compile(r"(?<!\w)[«“„\"‹‘']\s*([^\s«»“”„\"‹›‘’']{1,80})\s*[»”“\"›’'](?!\w)")
_WRAPPED = re.compile(r"[*_~`«“„\"‹‘']{1,4}\s*([^\n*_~`«»“”„\"‹›‘]{1,80}?)\s*[*_~`»”“\"›’']{1,4}(?!\w)")
_BUT = frozenset(
    ("oui", "non", "yes", "no", "mais", "but", "plutot", "finalement", "sauf", "ou", "or", "et", "and")
)


def _phrases(*lists: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for each in lists for phrase in each.split(", "))


_SOMEBODY = _phrases(_TO_WHOM)
_AND = ("et", "and")
_PLEASE = frozenset(_BEGGING.split(", "))
OPENING, CLOSING, FAREWELL = _phrases(_OPENING), _phrases(_CLOSING, _FAREWELL), _phrases(_FAREWELL)
_MOST_WHOM = max(map(len, _SOMEBODY))
_MOST_WORDS = max(map(len, OPENING | CLOSING)) + _MOST_WHOM


class Answer(str):
    """What somebody said as an answer, bare; `typed`: as it stood, for what may be a text after all."""

    __slots__ = ("typed",)
    typed: str

    def __new__(cls, answer: str = "", typed: str | None = None) -> Answer:
        made = super().__new__(cls, answer)
        made.typed = answer if typed is None else typed
        return made


NOTHING = Answer()


def plain(text: str, name: str = "") -> str:
    """The answer alone; "" when there is but courtesy.
    An emoji alone is what is said. `name`: of who writes, who may sign with it.
    """
    if len(text) > LONGEST:
        return text.strip()
    return _said(text, name) or (text.strip() if all(map(_decoration, text.split())) else "")


def unsigned(text: str) -> Sequence[str]:
    """The lines of a text down to a signature, as they were typed.
    A line that goes on (« Bonne journée d’étude ») is none.
    """
    lines: Sequence[str] = text.strip().splitlines()
    if not any(map(_goes_on, lines)):
        lines = _unsigned(lines, "")
    parting = (_signs(line, "") or (_farewell(line) and not _goes_on(line)) for line in lines)
    return lines[: next((at for at, ends in enumerate(parting) if ends), len(lines))]


def _goes_on(line: str) -> bool:
    """Whether it begins as a farewell, and tells something else: more than a name follows."""
    words = line.split()
    folded = _folded(words[:_MOST_WORDS])
    farewell = next((count for count in range(len(folded), 0, -1) if tuple(folded[:count]) in FAREWELL), 0)
    rest = [word for word in words[farewell:] if any(map(str.isalnum, word))]
    return bool(farewell) and any(not word[0].isupper() for word in rest)


def begs(text: str) -> bool:
    """Whether it is « svp » or « merci » and no more: all the rest may be a text of somebody's."""
    return fold(text).strip(_SIDES) in _PLEASE


def wrapped(text: str) -> tuple[str, str] | None:
    """What stands between quotes or marks of emphasis at the start, and what follows;
    None when nothing does.
    """
    found = _WRAPPED.match(text)
    return (found[1], text[found.end() :].lstrip()) if found else None


def after_greeting(text: str) -> str:
    """The text without what greets at its start."""
    words = list(re.finditer(r"\S+", text[:200]))
    greeting = _leading([word[0] for word in words])
    return text[words[greeting - 1].end() :].lstrip() if greeting else text


def _said(text: str, name: str) -> str:
    lines = _unsigned(text.strip().splitlines(), name)
    return "\n".join(bare for line in lines if (bare := _bare(line, name)))


def _unsigned(lines: Sequence[str], name: str) -> Sequence[str]:
    """The lines down to the signature."""
    spoken = False
    for at, line in enumerate(lines):
        bare = _bare(line, name)
        if spoken and (
            _signs(line, name) or _farewell(line) or (not bare and _somebody(lines[at + 1 : at + _SIGNATURE]))
        ):
            return lines[:at]
        spoken = spoken or bool(bare)
    return lines


def _signs(line: str, name: str) -> bool:
    if _SIGNED.match(line) or _SENT_FROM.match(fold(line).strip()):
        return True
    words, first = _folded(line.split()), _folded(name.split())[:1]
    return bool(first) and len(first[0]) > 1 and words[:1] == first


def _farewell(line: str) -> bool:
    words = [word for word in _folded(line.split()[: _MOST_WORDS * 2]) if word]
    return any(tuple(words[:count]) in FAREWELL for count in range(1, len(words) + 1))


def _somebody(lines: Sequence[str]) -> bool:
    """Whether what comes after thanks is who signs:
    it begins with a capital, and says neither yes nor no, nor a number but that of a telephone.
    """
    filled = [line.strip() for line in lines if line.strip()]
    digits = (sum(map(str.isdigit, line)) for line in filled)
    spoken = {word for line in filled for word in _folded(line.split())}
    return (
        bool(filled)
        and filled[0][0].isupper()
        and all(count == 0 or count >= 8 for count in digits)
        and not spoken & _BUT
    )


def _bare(line: str, name: str = "") -> str:
    """One line without what stands around what it says."""
    line = line[found.end() :] if (found := _LIST.match(line)) else line
    kept = _between(_QUOTED.sub(r"\1", line).split(), name)
    inner = kept[1:-1].split()
    if inner and kept[0] in _QUOTES and kept.endswith(_QUOTES[kept[0]]) and kept[0] not in kept[1:-1]:
        kept = _between(inner, name)
    return kept


def _between(words: Sequence[str], name: str) -> str:
    words = [_bare_word(word) for word in words]
    start = _leading(words)
    end = len(words) - _trailing(words[start:], {word for word in _folded(name.split()) if word})
    while end < len(words) and end > start + 1 and _folded(words[end - 1 : end])[0] in _AND:
        end -= 1  # « oui, et bonne journée »
    kept = " ".join(words[start:end])
    return kept.rstrip(" ,;") if end < len(words) else kept


def _bare_word(word: str) -> str:
    """Without emphasis, and without an emoji that was typed against it (« oui🙂 »)."""
    word = _EMPHASIS.sub("", word) or word
    if word.isascii() or not any(map(str.isalnum, word)):
        return word
    first, last = (
        next(at for at, char in enumerate(each) if not _emoji(char)) for each in (word, word[::-1])
    )
    return word[first : len(word) - last]


def _emoji(char: str) -> bool:
    return char in "\ufe0f\u200d" or (
        char >= "\u2190" and char not in _KEPT and unicodedata.category(char) in ("So", "Sk")
    )


def _leading(words: Sequence[str]) -> int:
    """How many of these words come before what is said."""
    at = 0
    while at < len(words) and (count := _decoration(words[at]) or _phrase(words[at : at + _MOST_WORDS])):
        at += count
    return at


def _trailing(words: Sequence[str], mine: Collection[str]) -> int:
    """How many come after it. `mine`: words of the name of who writes, which may follow a polite word."""
    signed = 0
    while signed < len(words) and _folded(words[-1 - signed :][:1])[0] in mine:
        signed += 1
    left = words[: len(words) - signed]
    count = _closing(left)
    return count + signed if count or (left and left[-1][-1:] in ",;–—-") else _closing(words)


def _closing(words: Sequence[str]) -> int:
    taken = 0
    while (left := len(words) - taken) and (
        count := _decoration(words[left - 1]) or _phrase_before(words[:left][-_MOST_WORDS:])
    ):
        taken += count
    return taken


def _phrase(words: Sequence[str]) -> int:
    folded = _folded(words)
    return next((count for count in range(len(folded), 0, -1) if tuple(folded[:count]) in OPENING), 0)


def _phrase_before(words: Sequence[str]) -> int:
    folded = _folded(words)
    lengths = range(min(len(folded) - 1, _MOST_WHOM), 0, -1)
    named = next((count for count in lengths if tuple(folded[-count:]) in _SOMEBODY), 0)
    for whom in (named, 0):
        before = folded[: len(folded) - whom]
        if count := next(
            (count for count in range(len(before), 0, -1) if tuple(before[-count:]) in CLOSING), 0
        ):
            return count + whom
    return 0


def _folded(words: Sequence[str]) -> list[str]:
    return [fold(word).strip(_SIDES) for word in words]


def _decoration(word: str) -> int:
    """1 for an emoji, a smile or mere punctuation, which say nothing beside words."""
    if _SMILE.fullmatch(word):
        return 1
    return int(not any(char in _KEPT or not _drawn(char) for char in word))


def _drawn(char: str) -> bool:
    if char.isascii():
        return char in ".,;:!-"
    return unicodedata.category(char) in ("So", "Sk", "Cf", "Mn", "Me", "Pd") or char == "…"
