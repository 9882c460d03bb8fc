"""Phrase patterns: small, anchored, read in full or not at all, so that nothing is guessed.

    c'est quand [{meeting}]        a word, or several; [optional]; (one|or other); {a part that has a name}
    que veut dire <tail>           the rest, up to eight words

A sentence is read without case, accents, punctuation, apostrophe or hyphen, and without what is polite
around it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.text.courtesy import plain
from storage.text import fold

LONGEST = 160  # characters: who writes more tells something
_MOST_TAIL = 8  # words
_TOKEN = re.compile(r"\w+")
_PIECE = re.compile(r"\{\w+\}|<tail>|[()|\[\]]|[^\s()|\[\]{}<>]+")
_SIGNS = {"(": "(?:", ")": ")", "|": "|", "[": "(?:", "]": ")?"}
_TAIL = rf"(?P<tail>(?:\w+ ){{1,{_MOST_TAIL}}}?)"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The patterns of one intent; `lead`: what may stand before each."""

    lead: re.Pattern[str]
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, lead: str, patterns: Sequence[str], parts: Mapping[str, str]) -> "Phrases":
        """Raises KeyError for a {part} that is not there, re.error for brackets that do not close."""
        lead, *each = (_source(one, parts) for one in (lead, *patterns))
        return cls(re.compile(lead), tuple(map(re.compile, each)))

    def read(self, text: str) -> str | None:
        """What the <tail> of the first pattern that fits is, as typed, "" when it has none;
        None when none fits.
        """
        if len(text) > LONGEST:
            return None
        for said in dict.fromkeys((text, plain(text.rstrip(" ?!.…\u202f\u00a0")))):
            words = list(_TOKEN.finditer(said))
            spoken = "".join(f"{fold(word[0])} " for word in words)
            asking = self.lead.match(spoken)
            for start in (0, asking.end()) if asking else (0,):
                for pattern in self.patterns:
                    if (found := pattern.fullmatch(spoken, start)) is not None:
                        return _as_typed(said, words, found)
        return None


def _source(pattern: str, parts: Mapping[str, str]) -> str:
    """As a regular expression over words that each have a space after them."""
    found = []
    for piece in _PIECE.findall(fold(pattern)):
        if piece in _SIGNS:
            found.append(_SIGNS[piece])
        elif piece == "<tail>":
            found.append(_TAIL)
        elif piece[0] == "{":
            found.append(f"(?:{_source(parts[piece[1:-1]], parts)})")
        else:
            found += [f"{word} " for word in _TOKEN.findall(piece)]
    return "".join(found)


def _as_typed(said: str, words: Sequence[re.Match[str]], found: re.Match[str]) -> str:
    if "tail" not in found.re.groupindex:
        return ""
    first, end = (found.string[:at].count(" ") for at in found.span("tail"))
    return said[words[first].start() : words[end - 1].end()]
