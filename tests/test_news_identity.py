"""In one source a page, a place or a title that several stories carry identifies none:
nothing that it publishes is lost.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.news.stories import Entry
from tests.support.feed_server import FRIDAY, TwoFeeds, make_entry

PAGE = "https://v.example.org/travaux"


@pytest.fixture
async def sources(tmp_path: Path) -> AsyncIterator[TwoFeeds]:
    async with TwoFeeds.open(tmp_path) as opened:
        yield opened


def works(number: int, *, guid: bool = True, fragment: str = "", days: int = 0) -> Entry:
    entry = make_entry(
        f"Travaux de la rue {number}", PAGE, FRIDAY + timedelta(days=days), guid=f"t{number}" if guid else ""
    )
    return Entry(**{name: getattr(entry, name) for name in Entry.__slots__} | {"link": PAGE + fragment})


@pytest.mark.parametrize("guid", [True, False])
@pytest.mark.parametrize("fragments", [("", "", ""), ("#a", "#b", "#c")])
async def test_three_stories_of_one_page_are_three_and_stay_themselves(
    sources: TwoFeeds, guid: bool, fragments: tuple[str, ...]
) -> None:
    three = [works(number, guid=guid, fragment=fragment) for number, fragment in enumerate(fragments)]
    assert await sources.record_story("A", *three) == [entry.title for entry in three]
    assert await sources.record_story("A", *reversed(three)) == []
    new = works(7, guid=guid, fragment="#d" if fragments[0] else "", days=3)
    assert await sources.record_story("A", new, three[2]) == [new.title]
    assert [story.title for story in await sources.stories()] == [
        *(entry.title for entry in three),
        new.title,
    ]


async def test_a_week_later_a_new_item_alone_on_the_page_is_new_and_changes_no_other(
    sources: TwoFeeds,
) -> None:
    await sources.record_story("A", works(1))
    sources.now += timedelta(days=7)
    assert await sources.record_story("A", works(2, days=7)) == ["Travaux de la rue 2"]
    assert await sources.record_story("A", works(2, days=7), works(1)) == []
    assert [story.title for story in await sources.stories()] == [
        "Travaux de la rue 1",
        "Travaux de la rue 2",
    ]


async def test_a_new_place_on_a_known_page_is_a_new_story(sources: TwoFeeds) -> None:
    await sources.record_story("A", works(1, guid=False, fragment="#un"))
    assert await sources.record_story("A", works(2, guid=False, fragment="#deux", days=1)) == [
        "Travaux de la rue 2"
    ]


@pytest.mark.parametrize("days", [1, 6])
@pytest.mark.parametrize("together", [True, False])
async def test_a_column_of_a_long_title_is_a_story_each_time(
    sources: TwoFeeds, days: int, together: bool
) -> None:
    title = "Les marchés publics ouverts cette semaine"
    both = [
        make_entry(title, f"https://v.example.org/m{n}", FRIDAY + timedelta(days=days * n), guid=f"m{n}")
        for n in range(2)
    ]
    sources.now += timedelta(days=6)
    parts = [both] if together else [both[:1], both[1:]]
    found = [each for part in parts for each in await sources.record_story("A", *part)]
    assert found == [title, title]
    assert await sources.record_story("A", *both) == []
    assert len(await sources.stories()) == 2


async def test_two_stories_of_one_title_and_no_date_are_told_apart_by_their_ids(sources: TwoFeeds) -> None:
    both = [
        make_entry("Avis de réunion publique du conseil", f"https://v.example.org/r{n}", None, guid=f"r{n}")
        for n in range(2)
    ]
    assert len([*await sources.record_story("A", both[0]), *await sources.record_story("A", both[1])]) == 2


async def test_an_address_given_as_the_id_of_several_is_none(sources: TwoFeeds) -> None:
    both = [
        make_entry(f"Brève numéro {n} de la semaine", PAGE, FRIDAY + timedelta(hours=n), guid=PAGE)
        for n in range(2)
    ]
    assert len(await sources.record_story("A", *both)) == 2
    assert await sources.record_story("A", *both) == []


async def test_numbers_that_only_count_what_is_shown_lose_nothing_of_one_page(sources: TwoFeeds) -> None:
    day = [
        make_entry(f"Brève numéro {n} de la semaine", PAGE, FRIDAY + timedelta(days=n), guid=str(n % 2))
        for n in range(4)
    ]
    sources.now += timedelta(days=2)
    assert len(await sources.record_story("A", *day[:2])) == 2
    assert len(await sources.record_story("A", *day[2:])) == 2
    assert len(await sources.stories()) == 4


async def test_another_source_that_tells_one_of_them_tells_that_one(sources: TwoFeeds) -> None:
    await sources.record_story("A", works(1), works(2))
    assert (
        await sources.record_story("B", make_entry("Travaux de la rue 2", "https://b.example.org/copie"))
        == []
    )
    assert await sources.feeds_of_stories() == ["1 A", "2 AB"]


async def test_a_source_whose_ids_and_dates_change_at_each_reading_repeats_nothing(sources: TwoFeeds) -> None:
    for hour in range(30):
        sources.now += timedelta(hours=1)
        await sources.record_story(
            "A", make_entry("Une page qui se date de l’instant", PAGE, sources.now, guid=f"x{hour}")
        )
    assert len(await sources.stories()) == 1
