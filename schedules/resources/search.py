"""Query parser: from what somebody typed to find a resource, to what is sought in the index:
filters apart, words by their stems, phrases with what else they are called; a word that nobody wrote gives
way to the nearest ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.text.clean import clean_text
from schedules.resources.parse_filters import Filters, filters
from schedules.resources.synonyms import MOST_WORDS, Lexicon, lexicon
from storage.resources.did_you_mean import nearest
from storage.resources.index import town_term
from storage.resources.search import Query, Want, Way, known, vocabulary
from storage.resources.words import counts, stem, words

LONGEST = 200  # characters
MOST_TYPED = 2_000  # before it is cleaned
NEAR = 0.6  # what is only spelled like what was typed
FROM_THERE = 0.6  # recommended by somebody of a town of this name

# What one says when asking, and no page is about.
_ASKING = """
    bonjour bonsoir merci svp stp plait cherche chercher cherchons recherche recherches trouver trouve besoin
    voudrais aimerais aurait auriez avez
    connait connaissez existe faut comment pourquoi quelqu quelque quelques chose truc sujet propos
    concernant ressource ressources fiche fiches
    document documents doc docs
"""
ASKING = frozenset(_ASKING.split())


@dataclass(frozen=True)
class ParsedQuery:
    """`text`: as typed, cleaned; `words`: without the filters; `replaced`:
    words that nobody wrote, each with the stems sought instead, none when there is nothing near.
    """

    text: str
    words: str
    query: Query
    replaced: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def wider(self) -> Query | None:
        """The same without its filters, when it has some."""
        wide = Query(self.query.wants)
        return wide if self.query.wants and wide != self.query else None


async def parse_query(db: AsyncSession, text: str, now: datetime) -> ParsedQuery:
    """`now`: in the zone of the network. Raises UserError for a filter that is none."""
    cleaned = clean_text(normalize("NFC", text[:MOST_TYPED]), LONGEST)
    narrowed = await filters(db, cleaned, now)
    typed = list(dict.fromkeys(_typed(narrowed)))
    names = await lexicon(db)
    replaced = await _replaced(db, typed, names)
    wants = tuple(_wants([(each, replaced.get(each)) for each in typed], names))
    query = Query(wants, narrowed.theme, narrowed.kind, narrowed.town, narrowed.since)
    return ParsedQuery(
        cleaned, narrowed.rest, query, tuple((each, tuple(near)) for each, near in replaced.items())
    )


def _typed(narrowed: Filters) -> Sequence[str]:
    """The words that say what is sought; those of the asking too when there are no others and no filter."""
    counting = [word for word in words(narrowed.rest) if counts(word)]
    meant = [word for word in counting if word not in ASKING]
    return meant or ([] if narrowed.any else counting)


async def _replaced(db: AsyncSession, typed: Sequence[str], names: Lexicon) -> dict[str, list[str]]:
    """The words that are neither in the index nor in the lexicon, with the nearest stems."""
    named = {each for phrase in names for each in phrase}
    there = named | await known(db, {*map(stem, typed), *map(town_term, typed)})
    strange = [word for word in typed if stem(word) not in there and town_term(word) not in there]
    if not strange:
        return {}
    near = {*await vocabulary(db), *(phrase[0] for phrase in names if len(phrase) == 1)}
    return {word: nearest(word, near) for word in strange}


def _wants(typed: Sequence[tuple[str, list[str] | None]], names: Lexicon) -> Iterator[Want]:
    """The longest phrases of the lexicon first, from the left; each other word by itself."""
    first = [(near or [stem(word)])[0] for word, near in typed]
    at = 0
    while at < len(first):
        length = next(
            (n for n in range(min(MOST_WORDS, len(first) - at), 1, -1) if tuple(first[at : at + n]) in names),
            1,
        )
        yield _phrase(tuple(first[at : at + length]), names) if length > 1 else _word(*typed[at], names)
        at += length


def _phrase(phrase: tuple[str, ...], names: Lexicon) -> Want:
    return Want((Way(phrase), *names[phrase]), len(phrase))


def _word(word: str, near: list[str] | None, names: Lexicon) -> Want:
    if near is None:
        own = stem(word)
        return Want((Way((own,)), Way((town_term(word),), FROM_THERE), *names.get((own,), ())))
    instead = [Way((each,), NEAR) for each in near]
    return Want(
        (*instead, *(Way(way.stems, way.worth * NEAR) for each in near for way in names.get((each,), ())))
    )
