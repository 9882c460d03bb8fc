"""The month's pairs: everybody once, nobody twice until all were met, towns apart."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.pairs.matching import BLOCK, Group, Pair, draw, repeats


def every_way(people: Sequence[str]) -> Iterator[list[Group]]:
    """All the ways to put these people in pairs; in pairs and one trio, when they are odd."""
    if not people:
        yield []
    elif len(people) % 2 == 0:
        first, *others = people
        for other in others:
            for rest in every_way([each for each in others if each != other]):
                yield [(first, other), *rest]
    else:
        for trio in combinations(people, 3):
            for rest in every_way([each for each in people if each not in trio]):
                yield [trio, *rest]


def again(groups: Sequence[Group], history: Sequence[Pair]) -> int:
    return sum(repeats(group, history) for group in groups)


def neighbours(groups: Sequence[Group], towns: dict[str, str]) -> int:
    return sum(towns[a] == towns[b] for group in groups for a, b in combinations(group, 2))


def pairs_of(groups: Sequence[Group]) -> list[Pair]:
    return [(a, b) for group in groups for a, b in combinations(sorted(group), 2)]


@st.composite
def networks(drawn: st.DrawFn) -> tuple[list[str], dict[str, str], list[Pair]]:
    people = list("abcdefgh")[: drawn(st.integers(2, 8))]
    towns = {each: drawn(st.sampled_from("123")) for each in people}
    history = drawn(st.lists(st.sampled_from(list(combinations(people, 2))), max_size=60))
    return people, towns, history


@given(networks())
def test_nobody_meets_again_while_that_can_be_avoided(
    network: tuple[list[str], dict[str, str], list[Pair]],
) -> None:
    people, towns, history = network
    groups = draw(people, towns, history, "2026-12")
    assert sorted(each for group in groups for each in group) == people
    assert sorted(map(len, groups))[:-1] == [2] * (len(groups) - 1)
    ways = list(every_way(people)) if len(people) > 2 else [[(people[0], people[1])]]
    assert again(groups, history) == min(again(way, history) for way in ways)
    if len(people) % 2 == 0:
        best = min((again(way, history), neighbours(way, towns)) for way in ways)
        assert (again(groups, history), neighbours(groups, towns)) == best


@pytest.mark.parametrize("count", [2, 4, 6, 12, 20])
def test_when_nobody_leaves_everybody_is_met_before_anybody_is_met_again(count: int) -> None:
    people = [f"p{number:02}" for number in range(count)]
    history: list[Pair] = []
    for month in range(count - 1):
        history += pairs_of(draw(people, {}, history, str(month)))
    assert sorted(history) == list(combinations(people, 2))


def test_one_person_is_in_no_pair_and_three_are_a_trio() -> None:
    assert draw(["a"], {}, [], "2026-12") == []
    assert draw([], {}, [], "2026-12") == []
    assert [sorted(group) for group in draw("abc", {}, [], "2026-12")] == [["a", "b", "c"]]


def test_the_same_draw_is_made_again_after_a_kill() -> None:
    people = [f"p{number}" for number in range(3 * BLOCK + 1)]
    assert draw(people, {}, [], "2026-12") == draw(reversed(people), {}, [], "2026-12")


def lives(count: int, months: int) -> None:
    """A network in which people from as many towns as half of them come, and some are away each month."""
    towns = {f"p{number}": f"t{number % (count // 2)}" for number in range(count)}
    history: list[Pair] = []
    for month in range(months):
        there = [each for number, each in enumerate(towns) if (number + month) % 10]
        groups = draw(there, towns, history, str(month))
        assert sorted(each for group in groups for each in group) == sorted(there)
        assert sum(len(group) == 3 for group in groups) == len(there) % 2
        assert neighbours(groups, towns) == 0
        history += pairs_of(groups)
    assert len(set(history)) == len(history)


def test_a_network_of_three_hundred_meets_nobody_again_in_two_years() -> None:
    lives(301, 24)


@pytest.mark.long
def test_a_network_of_ten_thousand_meets_nobody_again_in_two_years() -> None:
    lives(10_001, 24)
