"""Synonyms: the names of themes and kinds, and the acronyms of the glossary in full. All by stems.

Read by what seeks a resource; the index knows nothing of it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.glossary import Entry, entries
from schedules.resources.kinds import KINDS
from schedules.themes import Theme, all_themes
from storage.resources.index import kind_term, theme_term
from storage.resources.search import Way
from storage.resources.words import stems

Phrase = tuple[str, ...]
Lexicon = Mapping[Phrase, Sequence[Way]]

FILED = 0.8  # being filed under a theme or a kind, for somebody who typed its name
IN_FULL = 0.9  # an acronym for its words, and the other way round
MOST_WORDS = 6  # of a phrase

_AND = re.compile(r" (?:et|and) ")


async def lexicon(db: AsyncSession) -> Lexicon:
    return _built(tuple((await entries(db)).values()))


@lru_cache(maxsize=4)
def _built(acronyms: tuple[Entry, ...]) -> Lexicon:
    ways: dict[Phrase, list[Way]] = {}
    for theme in all_themes():
        for name in _names(theme):
            _add(ways, name, Way((theme_term(theme.id),), FILED))
    for kind in KINDS:
        for name in (kind.id, kind.label, kind.english, *kind.synonyms):
            _add(ways, name, Way((kind_term(kind.id),), FILED))
    for entry in acronyms:
        _pair(ways, tuple(stems(entry.name)), tuple(stems(entry.meaning)))
    return ways


def _names(theme: Theme) -> Sequence[str]:
    """« Emploi et insertion » is also emploi, and insertion."""
    labels = [part for label in (theme.label, theme.english) for part in (label, *_AND.split(label))]
    return (theme.id, *labels, *theme.synonyms)


def _add(ways: dict[Phrase, list[Way]], name: str, way: Way) -> None:
    phrase = tuple(stems(name))
    if 0 < len(phrase) <= MOST_WORDS and way not in ways.setdefault(phrase, []):
        ways[phrase].append(way)


def _pair(ways: dict[Phrase, list[Way]], name: Phrase, meaning: Phrase) -> None:
    """Each says the other, half of its words at least, and is filed where the other is:
    « ANCT » does not seek whatever is of a territory.
    """
    if not name or not meaning or name == meaning:
        return
    filed = [*ways.get(name, ()), *ways.get(meaning, ())]
    for phrase, other in ((name, meaning), (meaning, name)):
        if len(phrase) <= MOST_WORDS:
            ways[phrase] = list(
                dict.fromkeys([*ways.get(phrase, ()), *filed, Way(other, IN_FULL, together=True)])
            )
