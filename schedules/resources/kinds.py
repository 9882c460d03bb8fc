"""Kinds of resources: a tool, a guide, an experience told… and how people name it.
`Resource.kind` holds the id, or "" when nobody knows.
"""

from dataclasses import dataclass
from functools import cache

from storage.text import key

LONGEST = 60  # characters of a name


@dataclass(frozen=True)
class Kind:
    """`id`: what is stored and typed. In a sentence it says its label, in the reader's language."""

    id: str
    label: str
    english: str
    synonyms: tuple[str, ...] = ()

    def localized(self, language: str) -> str:
        return self.english if language == "en" else self.label


KINDS = (
    Kind("outil", "outil", "tool", ("kit", "grille", "trame", "méthode", "mode d’emploi")),
    Kind("guide", "guide", "guide", ("manuel", "vademecum")),
    Kind("fiche", "fiche", "factsheet", ("mémo", "fiche pratique", "memo")),
    Kind("modele", "modèle", "template", ("exemple", "charte", "convention")),
    Kind("donnees", "données", "data", ("data", "chiffres", "statistiques", "indicateurs", "carte")),
    Kind("article", "article", "article", ("actualité", "presse", "billet")),
    Kind("dossier", "dossier", "feature", ("dossier thématique",)),
    Kind("etude", "étude", "study", ("rapport", "recherche", "report")),
    Kind("experience", "retour d’expérience", "experience", ("rex", "témoignage", "fiche expérience")),
    Kind("video", "vidéo", "video", ("film", "webinaire", "replay")),
    Kind("annuaire", "annuaire", "directory", ("répertoire", "contacts")),
)


def kind(text: str) -> Kind | None:
    """The one of this id, label or synonym, however it is typed: in the singular or the plural."""
    return _named().get(_name(text[:LONGEST]))


@cache
def _named() -> dict[str, Kind]:
    return {
        _name(name): each for each in KINDS for name in (each.id, each.label, each.english, *each.synonyms)
    }


def _name(text: str) -> str:
    return key(text.strip().lstrip("#")).removesuffix("s")
