"""A place in a text somebody typed, which reads it without case, accents, no-break spaces and iOS dashes.

The original is kept beside: what is left after a date is given back exactly as it was typed. Only the
beginning is looked at, and runs of spaces are one, so that no text can make reading slow.
"""

from __future__ import annotations

import re
import unicodedata

# Far longer than the longest date, far shorter than what a pattern could choke on.
HEAD = 200
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_QUOTES = dict.fromkeys("’‘ʼ′`´", "'")
_SAME = _DASHES | _QUOTES


class Scanner:
    """`folded` is what patterns see; `at` is a place in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.folded, self._origins = _fold(text)
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over the pattern if it is right here."""
        match = pattern.match(self.folded, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def sees(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.folded, self.at) is not None

    def text_since(self, since: int) -> str:
        """The original text from a place to here."""
        return self._text[self._origins[since] : self._origins[self.at]].strip()

    def rest(self) -> str:
        return self._text[self._origins[self.at] :]


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded beginning of a text and, for each of its places and its end, the place in the original."""
    folded: list[str] = []
    origins: list[int] = []
    place = len(text) - len(text.lstrip())
    while place < len(text) and len(folded) < HEAD and place < 10 * HEAD:
        for letter in _plain(text[place]):
            if letter != " " or folded[-1:] != [" "]:
                folded.append(letter)
                origins.append(place)
        place += 1
    return "".join(folded), [*origins, place]


def _plain(character: str) -> str:
    """A character as patterns see it:
    a line break stays one (a date is on one line), marks and invisible ones go.
    """
    if character in _SAME:
        return _SAME[character]
    if character.isspace():
        return "\n" if character.splitlines() == [""] else " "
    parts = unicodedata.normalize("NFD", character.lower())
    return "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Cf"))
