"""The words a person typed, cut without shlex:
an apostrophe is a letter here, and « », “ ” or "" hold words together.
"""

from __future__ import annotations

import re

_CLOSING = {"«": "»", "“": "”", '"': '"'}
_MARK = re.compile(r'[«“"|]')
_WORD = re.compile(r"\S+")


def word(text: str) -> tuple[str, str] | None:
    """The first word of `text` (or the words between quotes) and what follows it; None when there is none.

    A quote that doesn't close on its line is a character like others.
    """
    text = text.lstrip()
    if text[:1] in _CLOSING:
        end = _Closings(text).after(0)
        if end is not None:
            return text[1 : end - 1].strip(), text[end:].lstrip()
    found = _WORD.match(text)
    return (found[0], text[found.end() :].lstrip()) if found else None


def parts(text: str) -> list[str]:
    """The parts between `|`, or the lines when no `|` stands outside quotes;
    trimmed, none empty, quotes around a whole part taken off.
    """
    pieces = between_bars(text)
    if len(pieces) == 1:
        pieces = text.splitlines()
    return [part for piece in pieces if (part := unquoted(piece.strip()))]


def between_bars(text: str) -> list[str]:
    """The pieces between the `|` that stand outside quotes, as typed: empty ones too."""
    pieces, start, at = [], 0, 0
    closings = _Closings(text)
    while (mark := _MARK.search(text, at)) is not None:
        at = mark.end()
        if mark[0] == "|":
            pieces.append(text[start : mark.start()])
            start = at
        else:
            at = closings.after(mark.start()) or at
    return [*pieces, text[start:]]


def unquoted(piece: str) -> str:
    """A piece without the quotes around the whole of it."""
    if piece[:1] in _CLOSING and _Closings(piece).after(0) == len(piece):
        return piece[1:-1].strip()
    return piece


class _Closings:
    """Where quotes close. Remembers the last place found for each mark,
    so that asking from left to right reads the text once.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def after(self, opening: int) -> int | None:
        """The index just past the closing of the quote opened at
        `opening`, None when it doesn't close on that line.
        """
        close = self._find(_CLOSING[self._text[opening]], opening + 1)
        return close + 1 if close < self._find("\n", opening + 1) else None

    def _find(self, char: str, start: int) -> int:
        known = self._next.get(char, -1)
        if known < start:
            found = self._text.find(char, start)
            known = self._next[char] = found if found >= 0 else len(self._text)
        return known
