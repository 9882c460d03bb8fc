"""Search: which resources answer a question, in which order, and up to where somebody was shown them,
for « suite » (it is kept a day).

A question is a list of wants: what somebody typed, each with the ways in which a resource may say it (its
stem, its theme, an acronym in full). First those that have every want, then those that have some. Then what
they are worth: for each want its best way, that is the mean weight of its stems (storage.resources.index)
times the worth of the way, and a little for each other way; times how rare the want is (the logarithm of how
many resources there are for one that has it). Of equal worth: pinned by the team, useful to more people, more
recent, of a smaller number. Dead links come last.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources.index import town_term
from storage.tables import Listing, Resource, Term, Voice

IN_PART = 0.5  # of what a way is worth, when some of its words are missing
BESIDES = 0.2  # of what a way is worth, when another is worth more


@dataclass(frozen=True)
class Way:
    """Stems that say a thing together. `worth`: 1 for what was typed, less for what only means the same.
    `together`: fewer than half of them, or one of several, say nothing.
    """

    stems: tuple[str, ...]
    worth: float = 1.0
    together: bool = False


@dataclass(frozen=True)
class Want:
    """Something that was asked for. `words`: how many words it was typed in."""

    ways: tuple[Way, ...]
    words: int = 1


@dataclass(frozen=True)
class Query:
    """`theme` and `kind` are ids; `town` a name as typed; `since`: recommended then or later.
    Without wants: everything that is left.
    """

    wants: tuple[Want, ...] = ()
    theme: str = ""
    kind: str = ""
    town: str = ""
    since: datetime | None = None

    @property
    def stems(self) -> set[str]:
        return {stem for want in self.wants for way in want.ways for stem in way.stems}


@dataclass(frozen=True)
class Match:
    """What one resource has of a query: `whole` when it has every want."""

    whole: bool
    worth: float


Weights = Mapping[str, int]  # by stem


@dataclass
class Postings:
    """The part of the index that a query needs: the weights of its stems, by resource.
    `total`: how many resources there are.
    """

    total: int
    weights: dict[int, dict[str, int]] = field(default_factory=dict)

    def matches(self, wants: Sequence[Want]) -> dict[int, Match]:
        scores = {
            want: {number: score for number, found in self.weights.items() if (score := _score(want, found))}
            for want in wants
        }
        relevant = [want for want in wants if scores[want]]  # what nothing has decides nothing
        return {number: self._match(number, relevant, scores) for number in self.weights}

    def _match(self, number: int, wants: Sequence[Want], scores: Mapping[Want, Mapping[int, Match]]) -> Match:
        whole, worth = True, 0.0
        for want in wants:
            score = scores[want].get(number)
            whole = whole and score is not None and score.whole
            worth += self._rarity(scores[want]) * want.words * score.worth if score else 0
        return Match(whole, round(worth, 2))

    def _rarity(self, having: Collection[int]) -> float:
        return math.log(1 + self.total / max(1, len(having)))


def _score(want: Want, found: Weights) -> Match | None:
    ways = sorted(
        (_way_score(way, found) for way in want.ways),
        key=lambda match: (match.whole, match.worth),
        reverse=True,
    )
    if not ways or not ways[0].worth:
        return None
    return Match(ways[0].whole, ways[0].worth + BESIDES * sum(way.worth for way in ways[1:]))


def _way_score(way: Way, found: Weights) -> Match:
    present = [found[stem] for stem in way.stems if stem in found]
    whole = len(present) == len(way.stems)
    if way.together and len(present) < max(min(2, len(way.stems)), len(way.stems) / 2):
        return Match(False, 0)
    return Match(whole, way.worth * sum(present) / len(way.stems) * (1 if whole else IN_PART))


@dataclass(frozen=True)
class Found:
    """`numbers`: of all that answer, the best first; `whole`: how many of them have every want; `worth`: by
    number, the same for those that only their date puts in an order.
    """

    numbers: Sequence[int]
    whole: int
    worth: Mapping[int, tuple[float, ...]] = field(default_factory=dict)

    def page(self, start: int, size: int) -> Sequence[int]:
        """Part of them; what is worth the same in the order of the numbers, as people read a list."""
        return sorted(self.numbers[start : start + size], key=lambda n: (self.worth.get(n, ()), n))


async def search(db: AsyncSession, query: Query) -> Found:
    matches = await _matches(db, query)
    everything = Match(True, 0)

    def place(row: Any) -> tuple[float, ...]:
        match = matches.get(row.id, everything)
        return (row.dead, not match.whole, -match.worth, not row.pinned, -row.voices)

    found = [
        row for row in await _candidates(db, query) if matches.get(row.id, everything).worth or not matches
    ]
    worth = {row.id: place(row) for row in found}
    numbers = sorted(worth, key=worth.__getitem__)  # the fresher first, as they came
    return Found(numbers, sum(matches.get(number, everything).whole for number in numbers), worth)


async def known(db: AsyncSession, stems: Iterable[str]) -> set[str]:
    """Which of these stand in some resource."""
    query = select(Term.stem).where(col(Term.stem).in_(set(stems))).distinct()
    return set((await db.exec(query)).all())


async def vocabulary(db: AsyncSession) -> Sequence[str]:
    """Every stem there is."""
    return (await db.exec(select(Term.stem).distinct())).all()


async def _matches(db: AsyncSession, query: Query) -> dict[int, Match]:
    if not query.wants:
        return {}
    total = (
        await db.exec(select(func.count()).select_from(Resource).where(Resource.status == "active"))
    ).one()
    postings = Postings(total)
    terms = select(Term.stem, Term.resource_id, Term.weight).where(col(Term.stem).in_(query.stems))
    for stem, number, weight in (await db.exec(terms)).all():
        postings.weights.setdefault(number, {})[stem] = weight
    return postings.matches(query.wants)


async def _candidates(db: AsyncSession, query: Query) -> Sequence[Any]:
    """Those that have any of the stems, with what decides between two of equal worth decided."""
    voices = (
        select(func.count(col(Voice.person).distinct()))
        .where(Voice.resource_id == Resource.id)
        .scalar_subquery()
    )
    found = select(Resource.id, Resource.dead, Resource.pinned, voices.label("voices"))
    found = found.where(Resource.status == "active")
    if query.wants:
        found = found.where(col(Resource.id).in_(_having(query.stems)))
    if query.town:
        found = found.where(col(Resource.id).in_(_having([town_term(query.town)])))
    if query.theme:
        found = found.where(Resource.theme == query.theme)
    if query.kind:
        found = found.where(Resource.kind == query.kind)
    if query.since:
        found = found.where(Resource.at >= query.since)
    order = (col(Resource.pinned).desc(), voices.desc(), col(Resource.at).desc(), col(Resource.id))
    return (await db.exec(found.order_by(*order))).all()


def _having(stems: Iterable[str]) -> Any:
    return select(Term.resource_id).where(col(Term.stem).in_(set(stems)))


async def rows(db: AsyncSession, numbers: Sequence[int]) -> list[Resource]:
    """Those of these numbers, in this order."""
    found = {
        row.id: row for row in (await db.exec(select(Resource).where(col(Resource.id).in_(numbers)))).all()
    }
    return [found[number] for number in numbers if number in found]


async def last_listing(db: AsyncSession, person: str, room: str) -> Listing | None:
    return await db.get(Listing, (person, room))


async def remember_listing(db: AsyncSession, listing: Listing) -> None:
    """In the place of the one before."""
    await db.merge(listing)
    await db.flush()


async def purge_listings(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(Listing).where(col(Listing.at) < before))
