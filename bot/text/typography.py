"""French typography, applied to everything the bot says: people and sentences type plain spaces.

Rules: the house's (no-break space before « : » and « % » and inside « », a narrow one before « ; ! ? »),
no-break spaces in hours and between a number and its month or what it counts, ’ and …, "1er".
Spaces are hardened where they are, hardly ever added, so what is pasted stays true; web addresses and Matrix
ids are left alone; applying it twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PIECES = "\U000f0000-\U000ffffd"  # markup stands as one of these characters while a line is being made
_KEPT = 0x100000

_NO_BREAK, _NARROW = "\u00a0", "\u202f"
_BLANK = f"[ {_NO_BREAK}{_NARROW}]"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# What the bot counts: the number stays on the line of its word.
_COUNTED = (
    "votes?|voix|réponses?|places?|personnes?|titres?|fiches?|membres?|minutes?|jours?|mois|ans?"
    "|choix|questions?|sur place|en visio|peut-être|absences?"
)

_ADDRESS = re.compile(
    rf"[a-z][a-z0-9+.-]{{0,20}}://[^\s{PIECES}]+|@[^\s:@{PIECES}]{{1,255}}:[\w.:-]+", re.IGNORECASE
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<!\.)\.\.\.(?!\.)", "…"),
        (rf"(?<=[^\W\d_])'(?=[^\W_]|[«“{PIECES}])", "’"),
        (rf"«{_BLANK}*(?=\S)", "«" + _NO_BREAK),
        (rf"(?<=\S){_BLANK}*»", _NO_BREAK + "»"),
        (rf"(?<=\S){_BLANK}+:(?=[\s{PIECES}]|$)", _NO_BREAK + ":"),
        # Only a sign that ends something: « !vote » after a space is a command, not an exclamation.
        (rf"(?<=\S){_BLANK}+(?=[;!?]+(?:[\s.,…)\]»”\"{PIECES}]|$))", _NARROW),
        (rf"(?<=[\d{PIECES}]){_BLANK}+%", _NO_BREAK + "%"),
        (rf"(?<=\d){_BLANK}+h(?![\w’'])", _NO_BREAK + "h"),
        (rf"(?<=\d{_NO_BREAK}h){_BLANK}+(?=\d\d(?!\d))", _NO_BREAK),
        (rf"(?<![\w.,/:-])1(?={_BLANK}(?:{_MONTHS})\b)", "1er"),
        (rf"(?:(?<=\d)|(?<=1er)){_BLANK}(?=(?:{_MONTHS})\b)", _NO_BREAK),
        (rf"(?<=\d){_BLANK}(?=(?:{_COUNTED})\b)", _NO_BREAK),
    )
)


def french_typography(text: str) -> str:
    kept: list[str] = []
    text = _ADDRESS.sub(_put_aside(kept), text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return (
        re.sub("[\U00100000-\U0010fffd]", lambda found: kept[ord(found[0]) - _KEPT], text) if kept else text
    )


def _put_aside(kept: list[str]) -> Callable[[re.Match[str]], str]:
    def put(found: re.Match[str]) -> str:
        kept.append(found[0])
        return chr(_KEPT + len(kept) - 1)

    return put
