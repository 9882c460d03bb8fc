"""One story is one item: however many tell it, however often, and whatever they change of it meanwhile."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from storage.news import editions, feeds
from storage.news.stories import Entry
from storage.tables import Edition, Feed, Story
from tests.support.feed_server import FRIDAY, LONG_TITLE, MONDAY, TwoFeeds, make_entry
from tests.support.job_recorder import paris


@pytest.fixture
async def sources(tmp_path: Path) -> AsyncIterator[TwoFeeds]:
    async with TwoFeeds.open(tmp_path) as opened:
        yield opened


# The same story.


@pytest.mark.parametrize(
    "again",
    [
        make_entry("Un autre titre"),
        make_entry(link="https://b.example.org/copie"),
        make_entry(
            "UNE LONGUE HISTOIRE, de quartier !",
            "https://b.example.org/copie",
            published=FRIDAY + timedelta(days=29),
        ),
        make_entry(link="https://b.example.org/copie", published=None),
    ],
)
async def test_several_sources_may_tell_one_story(sources: TwoFeeds, again: Entry) -> None:
    assert await sources.record_story("A", make_entry()) == [LONG_TITLE]
    assert await sources.record_story("B", again) == []
    assert await sources.feeds_of_stories() == ["1 AB"]
    (story,) = await sources.stories()
    assert (story.title, story.link) == (LONG_TITLE, "https://example.org/1")


async def test_the_same_told_again_changes_nothing(sources: TwoFeeds) -> None:
    both = [
        make_entry(guid="1"),
        make_entry(
            "Une autre histoire de quartier", "https://example.org/2", None, guid="2", tags=("Santé",)
        ),
    ]
    await sources.record_story("A", *both)
    before = [story.model_dump() for story in await sources.stories()]
    sources.now += timedelta(days=3)
    assert await sources.record_story("A", *reversed(both)) == []
    assert [story.model_dump() for story in await sources.stories()] == before


@pytest.mark.parametrize(
    "changed",
    [
        {"guid": "autre"},
        {"guid": ""},
        {"link": "https://example.org/nouveau/1"},
        {"guid": "autre", "link": "https://example.org/nouveau/1"},
        {"title": "Un titre corrigé depuis"},
        {"title": "Un titre corrigé depuis", "link": "https://example.org/nouveau/1"},
        {"title": "Un titre corrigé depuis", "link": "https://example.org/nouveau/1", "published": None},
        {"link": "https://example.org/nouveau/1", "published": FRIDAY + timedelta(days=3)},
    ],
)
async def test_a_source_that_changes_its_ids_addresses_or_titles_repeats_nothing(
    sources: TwoFeeds, changed: dict[str, Any]
) -> None:
    for edition in (None, "2026-W48"):
        await sources.record_story("A", make_entry(guid="1"))
        async with sources.db.write() as db:
            (await db.exec(select(Story))).one().edition = edition
        assert await sources.record_story("A", make_entry(**{"guid": "1", **changed})) == []
    assert await sources.feeds_of_stories() == ["1 A"]


# Another story.


async def test_a_column_that_returns_every_week_is_a_story_each_time(sources: TwoFeeds) -> None:
    weeks = [
        make_entry("Revue de presse", f"https://example.org/{n}", FRIDAY - timedelta(days=7 * n))
        for n in range(3)
    ]
    assert await sources.record_story("A", *weeks) == ["Revue de presse"] * 3
    assert (
        await sources.record_story(
            "B", make_entry("Revue de presse", "https://b.example.org/1", FRIDAY + timedelta(hours=3))
        )
        == []
    )


async def test_a_column_that_another_source_has_too_is_another_story_a_week_later(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry("Agenda", "https://example.org/1"))
    sources.now += timedelta(days=7)
    assert await sources.record_story(
        "B", make_entry("Agenda", "https://b.example.org/1", FRIDAY + timedelta(days=7))
    ) == ["Agenda"]


async def test_the_same_title_two_months_later_is_another_story(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry())
    sources.now += timedelta(days=60)
    assert await sources.record_story(
        "A", make_entry(link="https://example.org/2", published=sources.now), last_read=sources.now
    ) == [LONG_TITLE]


async def test_an_id_given_to_several_stories_is_none(sources: TwoFeeds) -> None:
    both = [
        make_entry(f"L’histoire {n} d’un long quartier", f"https://example.org/{n}", guid="accueil")
        for n in "ab"
    ]
    assert len(await sources.record_story("A", *both)) == 2
    assert await sources.record_story("A", *reversed(both)) == []
    assert (
        len(
            await sources.record_story(
                "A", make_entry("Une troisième histoire de quartier", "https://example.org/3", guid="accueil")
            )
        )
        == 1
    )


async def test_the_last_id_of_a_story_is_remembered(sources: TwoFeeds) -> None:
    for guid in "12":
        await sources.record_story("A", make_entry(guid=guid))
    assert (
        await sources.record_story(
            "A", make_entry("Un titre corrigé depuis", "https://example.org/nouveau/1", guid="2")
        )
        == []
    )


async def test_an_id_given_in_turn_to_one_story_after_the_other_is_none(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry(guid="dernier"))
    later = make_entry(
        "Une tout autre histoire encore", "https://example.org/2", FRIDAY + timedelta(days=2), guid="dernier"
    )
    assert await sources.record_story("A", later) == ["Une tout autre histoire encore"]
    assert await sources.record_story("A", later) == []
    assert len(await sources.stories()) == 2


# Corrections.


async def test_a_correction_by_its_source_changes_the_story_until_it_is_in_an_edition(
    sources: TwoFeeds,
) -> None:
    await sources.record_story("A", make_entry(guid="1"))
    corrected = make_entry(
        "Un titre corrigé depuis", summary="Mieux dit.", tags=("Santé",), theme="sante", paid=True, guid="1"
    )
    await sources.record_story("A", corrected)
    (story,) = await sources.stories()
    assert (story.title, story.folded_title, story.summary) == (
        "Un titre corrigé depuis",
        "un titre corrige depuis",
        "Mieux dit.",
    )
    assert (story.tags, story.theme, story.paid) == (["Santé"], "sante", True)
    async with sources.db.write() as db:
        (await db.exec(select(Story))).one().edition = "2026-W48"
    await sources.record_story("A", make_entry("Trop tard", guid="1"))
    assert (await sources.stories())[0].title == "Un titre corrigé depuis"


async def test_another_source_corrects_nothing(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry())
    await sources.record_story("B", make_entry("Une tout autre façon de dire", summary="Autrement."))
    await sources.record_story("B", make_entry("Une tout autre façon de dire", summary="Autrement encore."))
    assert [(story.title, story.summary) for story in await sources.stories()] == [(LONG_TITLE, "")]


async def test_the_source_whose_page_it_is_takes_it_over_once(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry("À lire chez B"))
    await sources.record_story("B", make_entry(own=True))
    assert [story.title for story in await sources.stories()] == [LONG_TITLE]
    assert await sources.feeds_of_stories() == ["1 BA"]
    await sources.record_story("A", make_entry("À lire chez B", own=True))
    assert await sources.feeds_of_stories() == ["1 BA"]


async def test_the_same_title_on_another_page_takes_nothing_over(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry())
    await sources.record_story("B", make_entry(link="https://b.example.org/communique", own=True))
    assert await sources.feeds_of_stories() == ["1 AB"]


async def test_the_same_said_twice_in_one_reading_is_one_story(sources: TwoFeeds) -> None:
    both = [make_entry(guid="2"), make_entry(guid="1")]
    for _ in range(2):
        await sources.record_story("A", *both)
        assert [story.title for story in await sources.stories()] == [LONG_TITLE]


async def test_a_moved_page_does_not_take_the_place_of_another(sources: TwoFeeds) -> None:
    await sources.record_story(
        "A",
        make_entry(guid="1"),
        make_entry("Une autre histoire de quartier", "https://example.org/2", guid="2"),
    )
    await sources.record_story(
        "A", make_entry("Un titre neuf pour la même", "https://example.org/2", guid="1")
    )
    assert [story.clean_link[-1] for story in await sources.stories()] == ["1", "2"]


async def test_a_source_gives_its_theme_to_what_has_none(sources: TwoFeeds) -> None:
    other = make_entry("Une autre histoire de quartier", "https://example.org/2", theme="sante")
    await sources.record_story("A", make_entry(), other, theme="emploi")
    assert [story.theme for story in await sources.stories()] == ["emploi", "sante"]


# Dates, and what is old.


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, MONDAY),
        (MONDAY + timedelta(hours=10), MONDAY),
        (MONDAY + timedelta(days=40), MONDAY),
        (datetime(9999, 12, 31, tzinfo=UTC), MONDAY),
        (FRIDAY, FRIDAY),
    ],
)
async def test_a_date_that_cannot_be_is_the_moment_it_was_seen_for_good(
    sources: TwoFeeds, said: datetime | None, kept: datetime
) -> None:
    await sources.record_story("A", make_entry(published=said))
    sources.now += timedelta(days=2)
    await sources.record_story(
        "A",
        make_entry(published=said) if said != MONDAY + timedelta(hours=10) else make_entry(published=None),
    )
    assert [(story.published, story.old) for story in await sources.stories()] == [(kept, False)]


async def test_a_source_that_dates_all_it_shows_by_the_hour_of_the_reading_does_not_put_it_off_for_ever(
    sources: TwoFeeds,
) -> None:
    for _ in range(3):
        await sources.record_story("A", make_entry(published=sources.now))
        sources.now += timedelta(hours=1)
    assert [story.published for story in await sources.stories()] == [MONDAY]


def of(*dates: str) -> list[Entry]:
    return [
        make_entry(
            f"Une histoire de quartier {n}", f"https://example.org/{n}", paris(f"2026-11-{date} 12:00")
        )
        for n, date in enumerate(dates)
    ]


async def old(sources: TwoFeeds) -> list[bool]:
    return [story.old for story in await sources.stories()]


async def test_of_a_first_reading_only_the_digests_week_is_news(sources: TwoFeeds) -> None:
    undated = make_entry("Sans date, depuis toujours", "https://example.org/x", None)
    await sources.record_story("A", *of("23", "16", "14", "02"), undated, first_read=None)
    assert await old(sources) == [False, False, True, True, True]


async def test_once_this_weeks_edition_is_out_the_next_one_tells_this_week(sources: TwoFeeds) -> None:
    async with sources.db.write() as db:
        db.add(Edition(name="2026-W48", first_day=date(2026, 11, 16), planned=MONDAY, status="published"))
    await sources.record_story("A", *of("23", "21", "16"), first_read=None)
    assert await old(sources) == [False, True, True]


async def test_after_an_absence_all_that_was_published_meanwhile_is_news(sources: TwoFeeds) -> None:
    await sources.record_story("A", *of("22", "10", "02"), last_read=paris("2026-11-03 10:00"))
    assert await old(sources) == [False, False, False]


async def test_an_archive_that_shows_up_is_no_news(sources: TwoFeeds) -> None:
    await sources.record_story("A", *of("20", "12"))
    assert await old(sources) == [False, True]


# Sources that come and go.


async def remove(sources: TwoFeeds, name: str) -> Feed:
    async with sources.db.write() as db:
        row = (await db.exec(select(Feed).where(Feed.title == name))).one()
        await feeds.remove(db, row)
    return row


async def waiting(sources: TwoFeeds) -> list[str]:
    async with sources.db.read() as db:
        return sorted(story.title for story in await editions.waiting(db, MONDAY) if not story.skipped)


async def test_what_a_removed_source_alone_told_is_no_news(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry("Ce qui est paru la semaine passée", "https://example.org/0"))
    async with sources.db.write() as db:
        (await db.exec(select(Story))).one().edition = "2026-W47"
    await sources.record_story(
        "A", make_entry(), make_entry("Une autre histoire de quartier", "https://example.org/2")
    )
    await sources.record_story("B", make_entry())
    assert await waiting(sources) == ["Une autre histoire de quartier", LONG_TITLE]
    await remove(sources, "A")
    assert await waiting(sources) == [LONG_TITLE]
    await remove(sources, "B")
    assert await waiting(sources) == []


async def test_a_source_removed_by_mistake_and_added_again_is_in_the_next_panorama(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry())
    row = await remove(sources, "A")
    async with sources.db.write() as db:
        await feeds.add(db, row.url, "", sources.now)
    await sources.record_story("A", make_entry())
    assert await waiting(sources) == [LONG_TITLE]


async def test_a_removed_source_that_comes_back_has_its_number_and_repeats_nothing(sources: TwoFeeds) -> None:
    await sources.record_story("A", make_entry())
    row = await remove(sources, "A")
    async with sources.db.write() as db:
        assert [each.title for each in await feeds.listed(db)] == ["B"]
        back = await feeds.add(db, row.url, "sante", sources.now)
        assert (back.id, back.status, back.theme, back.first_read) == (row.id, feeds.ACTIVE, "sante", None)
    assert await sources.record_story("A", make_entry()) == []
