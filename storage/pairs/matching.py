"""Matching: a month's pairs, as a perfect matching of least cost (Edmonds' blossom algorithm, by rustworkx).

First nobody meets again while that can be avoided, then the towns differ. Among pairs that are equal in both,
one round of the circle method (a 1-factorisation of the complete graph) is preferred: when nobody leaves, n
people meet in n - 1 months. A large network is drawn in blocks. Each is larger than twice what anybody has
met, so that it has a matching without a repeat (Dirac 1952): none is lost by it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

Pair = tuple[str, str]
Group = tuple[str, ...]  # a pair; a trio when the number of people is odd

BLOCK = 64  # people; of a network smaller than two, the best matching of all is found
_STEPS = range(1, 6)  # along a ring: the candidates of each person, tried before all of a block
_MOST_TRIOS = 2_000  # tried, when none was found that is without fault
_REPEAT, _SAME_TOWN = 1_000_000, 1_000


def draw(people: Iterable[str], towns: Mapping[str, str], history: Iterable[Pair], seed: str) -> list[Group]:
    """Everybody once, in pairs; one trio when they are odd. `towns`: those that are known; `history`: each
    time that two have met, whatever their order; `seed`: the same draws the same.
    """
    everybody = sorted(set(people))
    if len(everybody) < 2:
        return []
    met = Counter(_pair(*each) for each in history)
    groups: list[Group] = []
    chance = random.Random(seed)
    for block in _blocks(everybody, towns, met, chance):
        groups += _Costs(block, towns, met, _fewest(block, met)).matching(chance)
    return groups


def repeats(group: Group, history: Iterable[Pair]) -> int:
    """How many times those of a group have met before."""
    inside = {_pair(*each) for each in combinations(group, 2)}
    return sum(_pair(*each) in inside for each in history)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _fewest(people: Sequence[str], met: Mapping[Pair, int]) -> int:
    """How often each two of them have met at least: it weighs on nothing."""
    pairs = list(combinations(people, 2))
    return min(met[pair] for pair in pairs) if all(pair in met for pair in pairs) else 0


def _blocks(
    people: Sequence[str], towns: Mapping[str, str], met: Mapping[Pair, int], chance: random.Random
) -> Iterator[list[str]]:
    """Of even sizes but the last; the people of a town are dealt over all of them."""
    known = Counter(chain.from_iterable(met))
    most_met = max((known[each] for each in people), default=0)
    count = len(people) // max(BLOCK, 2 * most_met + 4)
    if count < 2:
        yield list(people)
        return
    shuffled = chance.sample(people, len(people))
    by_town = sorted(shuffled, key=lambda each: towns.get(each, ""))
    blocks = [by_town[first::count] for first in range(count)]
    spare: list[str] = []
    for block in blocks:
        if len(block) % 2:
            spare.append(block.pop())
    for block, start in zip(blocks, range(0, len(spare), 2), strict=False):
        block += spare[start : start + 2]
    yield from blocks


@dataclass(frozen=True)
class _Costs:
    """What it costs to draw two of these people together."""

    people: Sequence[str]
    towns: Mapping[str, str]
    met: Mapping[Pair, int]
    fewest: int

    def matching(self, chance: random.Random) -> list[Group]:
        if len(self.people) % 2:
            return self._with_trio(chance)
        return self._without_fault(chance) or self._best(self.people)

    def _cost(self, one: str, other: str) -> int:
        town = self.towns.get(one)
        same = town is not None and town == self.towns.get(other)
        return (self.met.get(_pair(one, other), 0) - self.fewest) * _REPEAT + same * _SAME_TOWN

    def _without_fault(self, chance: random.Random) -> list[Group] | None:
        """A matching of pairs that cost nothing among a few candidates, in a block of many."""
        if len(self.people) < BLOCK:
            return None
        ring = chance.sample(self.people, len(self.people))
        near = ((one, ring[place - step]) for place, one in enumerate(ring) for step in _STEPS)
        free = [(*pair, 0) for pair in near if not self._cost(*pair)]
        found = _matched(self.people, free)
        return found if 2 * len(found) == len(self.people) else None

    def _best(self, people: Sequence[str]) -> list[Group]:
        """The pairs that cost least; of equal ones, those of one round."""
        edges = {(one, other): self._cost(one, other) for one, other in combinations(people, 2)}
        rounds = _rounds(people)
        fresh = Counter(rounds[pair] for pair, cost in edges.items() if cost < _REPEAT)
        chosen = max(range(len(people)), key=lambda each: fresh[each])
        return _matched(people, [(*pair, cost + (rounds[pair] != chosen)) for pair, cost in edges.items()])

    def _with_trio(self, chance: random.Random) -> list[Group]:
        """Somebody joins a pair: the best of a few, when nobody meets again in it; else of every trio."""
        found = min((self._joined(third) for third in chance.sample(self.people, 3)), key=self._total)
        least = self._total(found)
        if least < _REPEAT:
            return found
        for trio in self._trios():
            if least < _REPEAT or self._total([trio]) >= least:
                break
            groups = [trio, *self._best([each for each in self.people if each not in trio])]
            if (cost := self._total(groups)) < least:
                found, least = groups, cost
        return found

    def _joined(self, third: str) -> list[Group]:
        """The others in pairs, one of which this person joins."""
        pairs = self._best([each for each in self.people if each != third])
        host = min(pairs, key=lambda pair: self._total([(*pair, third)]))
        return [(*host, third), *(pair for pair in pairs if pair != host)]

    def _trios(self) -> list[Group]:
        """Those that cost least first."""
        cost: dict[Group, int] = {trio: self._total([trio]) for trio in combinations(self.people, 3)}
        return sorted(cost, key=lambda trio: cost[trio])[:_MOST_TRIOS]

    def _total(self, groups: Iterable[Group]) -> int:
        return sum(self._cost(*pair) for group in groups for pair in combinations(group, 2))


def _rounds(people: Sequence[str]) -> dict[Pair, int]:
    """In which round of the circle method each two would meet."""
    last = len(people) - 1
    turns = last if len(people) % 2 == 0 else len(people)
    return {
        (people[i], people[j]): (2 * i if j == last and turns == last else i + j) % max(turns, 1)
        for i, j in combinations(range(len(people)), 2)
    }


def _matched(people: Sequence[str], edges: Sequence[tuple[str, str, int]]) -> list[Group]:
    """As many pairs as these edges allow, at the least cost."""
    import rustworkx  # brings numpy: once a month is no reason to load it at every start

    numbers = {each: number for number, each in enumerate(people)}
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(people)))
    graph.add_edges_from([(numbers[one], numbers[other], cost) for one, other, cost in edges])
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda cost: -cost)
    return sorted((people[min(pair)], people[max(pair)]) for pair in found)
