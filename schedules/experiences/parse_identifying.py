"""Identifying passages: what in a text may point to one inhabitant. They are asked about before it is
published; no list is complete, so the question says that the reader is who judges.
"""

import re
from collections.abc import Iterator

MOST = 6  # passages shown
_PEOPLE = (
    r"famille|habitante?|enfant|jeune|femme|homme|personne|m[èe]re|p[èe]re|couple|m[ée]nage|locataire|"
    r"adolescente?|mineure?|fille|gar[çc]on|voisine?|r[ée]sidente?"
)
_PATTERNS = (
    # a place: « 12 bis, rue des Tilleuls », « bâtiment C », « hall 4 »
    r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|all[ée]e|impasse|chemin|square|quai|cours)"
    r"\b[^.,;:\n]{0,40}",
    r"\b(?:appartement|logement|b[âa]timent|cage|escalier|hall|porte)\s(?:n°\s?)?(?:\d{1,4}|[A-Z])\b",
    # how to reach somebody
    r"\b(?:\+33\s?|0)[1-9](?:[\s.]?\d{2}){4}\b",
    r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b",
    # a name: « Mme Dupont »
    r"\b(?:M\.|Mr|Mme|Mlle|[Mm]onsieur|[Mm]adame)\s[A-ZÉÈÀ]\w+",
    # a figure so small that one knows who: « une famille », « 3 jeunes », « 14 ans »
    rf"\b(?i:une?|deux|trois|quatre|[1-4])\s(?:(?:seule?|jeunes?|petite?s?)\s)?(?:{_PEOPLE})s?\b",
    r"\b\d{1,3}\sans\b",
)
_ANY = re.compile("|".join(f"(?:{each})" for each in _PATTERNS))
_LONGEST = 20_000  # characters looked at


def identifying(text: str) -> list[str]:
    """The passages, as they stand in the text, each once."""
    return list(dict.fromkeys(_passages(text)))[:MOST]


def _passages(text: str) -> Iterator[str]:
    for found in _ANY.finditer(text[:_LONGEST].replace("\u00a0", " ").replace("\u202f", " ")):
        yield " ".join(found[0].split())
