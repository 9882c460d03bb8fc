"""Fields: the columns of a library as a file:
how they are called when it goes out, how people may call them when it comes in.

Names are folded before they are compared: « Thème », « THEMES » and « theme » are one column.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from storage.text import key

Name = Literal[
    "number",
    "title",
    "link",
    "kind",
    "theme",
    "why",
    "by",
    "town",
    "at",
    "minutes",
    "access",
    "voices",
    "site",
    "state",
]

LONGEST = 4_000  # characters of a cell


@dataclass(frozen=True)
class Column:
    name: Name
    french: str
    english: str
    others: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        return self.english if language == "en" else self.french


COLUMNS = (
    Column("number", "fiche", "card", ("id", "n°", "numéro")),
    Column("title", "titre", "title", ("nom", "intitulé", "name")),
    Column("link", "lien", "link", ("url", "adresse", "address", "lien internet", "site internet")),
    Column("kind", "type", "type", ("nature", "kind", "format")),
    Column("theme", "thème", "theme", ("thématique", "rubrique", "topic")),
    Column("why", "pourquoi", "why", ("commentaire", "raison", "avis", "comment")),
    Column("by", "recommandée par", "recommended by", ("par", "auteur", "proposée par", "by", "prénom")),
    Column("town", "ville", "town", ("commune", "territoire")),
    Column("at", "le", "on", ("date", "ajoutée le", "recommandée le")),
    Column("minutes", "minutes", "minutes of reading", ("durée", "lecture", "temps de lecture", "duration")),
    Column("access", "accès", "access"),
    Column("voices", "voix", "voices", ("utile",)),
    Column("site", "site", "site", ("source",)),
    Column("state", "état", "state", ("statut", "status")),
)


@dataclass(frozen=True)
class Line:
    """What a file says of one resource, as text.
    `number`: its own, its line there, from 1; `extra`: it has more cells than there are columns.
    """

    number: int
    cells: Mapping[Name, str]
    extra: bool = False


def column(typed: str) -> Name | None:
    """The column of this name, in the singular or the plural; None: one of which we know nothing."""
    return _named().get(_name(typed[:60]))


def columns(row: Iterable[str]) -> list[Name | None]:
    return [column(cell) for cell in row]


@cache
def _named() -> dict[str, Name]:
    return {_name(name): each.name for each in COLUMNS for name in (each.french, each.english, *each.others)}


def _name(text: str) -> str:
    """« Lien(s) : » is « lien »."""
    return key(text.replace("_", " ").replace("(s)", "").rstrip(" :*")).removesuffix("s")
