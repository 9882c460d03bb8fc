"""Folding: one spelling for what people type (case, accents, quotes and dashes folded):
that under which it is also stored and sought.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_SAME = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ′´`", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # iOS turns -- into —
        "œ": "oe",
        "æ": "ae",
    }
)
_BETWEEN = str.maketrans("", "", " \t\r\n'-")


def fold(text: str) -> str:
    """`text` without case, accents, ligatures, invisible characters, variants of space, apostrophe and dash.
    Folding twice changes nothing.
    """
    # Marks go before normalising too: sorting a long run of them would be quadratic.
    bare = _unmarked(text.casefold().translate(_SAME))
    return _unmarked(unicodedata.normalize("NFKD", bare).casefold().translate(_SAME))


def key(text: str) -> str:
    """The fold of a name without its spaces, hyphens and apostrophes:
    `mes lectures` is `meslectures`, `co-animer` is `coanimer`.
    """
    return fold(text).translate(_BETWEEN)


def forgiven(typed: str, lengths: Sequence[int]) -> int:
    """How many slips a word may have: one more from each of these lengths on."""
    return sum(len(typed) >= length for length in lengths)


def _unmarked(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in text if not _mark(char))


def _mark(char: str) -> bool:
    return unicodedata.combining(char) != 0 or unicodedata.category(char) in ("Mn", "Me", "Cf")
