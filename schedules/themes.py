"""Themes (taxonomy): the themes that news, resources and people's interests are filed under (themes.yaml),
and how people name them.

A handler parameter annotated `Theme` takes one: « santé », « #santé », « Participation des habitants », a
synonym, the English name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from bot.command import Context
from bot.command.quotes import word
from bot.packaged import read_yaml
from bot.text import UserError
from storage.text import fold

_WORD = re.compile(r"\S+")
_MOST_WORDS = 5  # of a label: « Lutte contre les discriminations »


@dataclass(frozen=True)
class Theme:
    """`id`: what is stored and typed. In a sentence it says its label, in the reader's language."""

    id: str
    label: str
    english: str
    synonyms: tuple[str, ...]
    priority: bool = False

    def localized(self, language: str) -> str:
        return self.english if language == "en" else self.label

    @classmethod
    def parse_prefix(cls, text: str, ctx: Context, /) -> tuple[Theme, str] | None:
        """The longest name of a theme at the start of `text`.
        An unknown word is no theme, unless it has a #: then it is a wrong one.
        """
        quoted = word(text)
        if quoted is None:
            return None
        if (found := theme(quoted[0])) is not None and quoted[0][:1] != text.lstrip()[:1]:
            return found, quoted[1]
        for last in reversed(list(islice(_WORD.finditer(text), _MOST_WORDS))):
            if (found := theme(text[: last.end()].rstrip(".,;:!?"))) is not None:
                return found, text[last.end() :].lstrip()
        return (require_theme(quoted[0]), quoted[1]) if quoted[0].startswith("#") else None


@cache
def all_themes() -> Sequence[Theme]:
    """In the order of themes.yaml, which is that of an edition: those of priority come first."""
    rows = read_yaml("schedules", "themes.yaml")["themes"]
    return tuple(
        Theme(row["id"], row["libelle"], row["en"], tuple(row["synonymes"]), row.get("prioritaire", False))
        for row in rows
    )


def theme(text: str) -> Theme | None:
    """The theme of this id, label or synonym, however it is typed:
    with # or without, in the singular or the plural.
    """
    return _named().get(_name(text[:100]))


@cache
def _named() -> dict[str, Theme]:
    return {
        _name(name): each
        for each in all_themes()
        for name in (each.id, each.label, each.english, *each.synonyms)
    }


def _name(text: str) -> str:
    words = re.split(r"[\s'-]+", fold(text.strip().lstrip("#")))
    return "".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words)


def require_theme(text: str) -> Theme:
    """The same; raises UserError, with the themes there are, when it is none."""
    found = theme(text)
    if found is None:
        raise UserError(
            "Je ne connais pas le thème « {word} ». Les thèmes : {names}.",
            word=text.lstrip("#")[:40],
            names=", ".join(each.id for each in all_themes()),
        )
    return found
