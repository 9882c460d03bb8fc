"""« À garder »: the first panorama of a month ends with what was most useful in the month before."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import update

from storage.resources.index import index
from storage.tables import Feed, Resource, Voice
from tests.support.news_fixture import add_story
from tests.support.world import PARIS, World, in_memory

FRIDAY = datetime(2026, 11, 27, 10, tzinfo=PARIS)
LAST, FIRST, SECOND = (
    datetime(2026, 11, 30, 9, 15, tzinfo=PARIS) + timedelta(weeks=week) for week in range(3)
)


@pytest.fixture
async def month(tmp_path: Path) -> AsyncIterator[World]:
    """A Friday of November, with a story for each Monday to come."""
    async with in_memory(tmp_path, at=FRIDAY) as world:
        for monday in (LAST, FIRST, SECOND):
            await add_story(world, f"Avant le {monday.day}", published=monday - timedelta(days=4))
        async with world.db.write() as db:
            await db.exec(update(Feed).values(next_at=SECOND + timedelta(weeks=9)))  # nobody reads them
        yield world


async def shelve(world: World, title: str, *days: int, **more: Any) -> int:
    """A resource that as many people found useful, each on a day of November (from 0, in October)."""
    async with world.db.write() as db:
        at = datetime(2026, 10, 31, 12, tzinfo=PARIS)
        link = f"https://example.org/{title}"
        row = Resource(
            event_id=title,
            link=link,
            clean_link=link,
            title=title,
            at=at,
            read_at=at,
            next_check=at + timedelta(weeks=99),
            **more,
        )
        db.add(row)
        await db.flush()
        n = row.id
        db.add_all(
            Voice(
                event_id=f"{title}{i}", resource_id=n, person=f"@{i}", at=at + timedelta(days=day), way="said"
            )
            for i, day in enumerate(days)
        )
        await index(db, row)
    return n


async def kept(world: World, moment: datetime) -> list[str]:
    """What the panorama of this Monday says to keep."""
    (said,) = [text for text in await world.wait_until_instant(moment) if text.startswith("Panorama")]
    return kept_in(said)


def kept_in(said: str) -> list[str]:
    lines = said.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("À garder")), len(lines))
    return lines[start : lines.index("", start)] if start < len(lines) else []


async def test_the_first_panorama_of_the_month_ends_with_the_three_most_useful_of_the_month_before(
    month: World,
) -> None:
    await shelve(month, "Octobre", 0, 0, 0, 0, 0)
    await shelve(month, "Trame", 2, 9, 30)
    await shelve(month, "Kit", 0, 5, 6)
    await shelve(month, "Décembre", 31, 31, 31, 31)
    await shelve(month, "Retirée", 1, 2, 3, 4, status="retired")
    await shelve(month, "Morte", 1, 2, 3, 4, dead=True)
    await shelve(month, "Seule", 3)
    await shelve(month, "Aussi", 3)
    assert await kept(month, FIRST) == [
        "À garder : les ressources les plus utiles en novembre",
        "- Fiche 2, Trame (https://example.org/Trame) – 3 voix",
        "- Fiche 3, Kit (https://example.org/Kit) – 3 voix",
        "- Fiche 8, Aussi (https://example.org/Aussi)",
    ]
    (again,) = await month.says("camille", "!panorama")
    assert len(kept_in(again)) == 4
    assert await kept(month, SECOND) == []


async def test_one_person_is_one_voice_whatever_they_tap(month: World) -> None:
    n = await shelve(month, "Trame", 3)
    await shelve(month, "Kit", 4, 5)
    async with month.db.write() as db:
        db.add_all(
            Voice(event_id=f"encore{i}", resource_id=n, person="@0", at=FRIDAY, way="tap") for i in range(5)
        )
    assert (await kept(month, FIRST))[1].startswith("- Fiche 2, Kit")


async def test_an_empty_month_says_nothing(month: World) -> None:
    await shelve(month, "Octobre", 0)
    assert await kept(month, FIRST) == []


async def test_the_first_that_appears_is_the_first(month: World) -> None:
    await shelve(month, "Trame", 2, 9)
    await month.says("morgan", "!suspendre jusqu’au 8 décembre", room="team")
    assert not any(text.startswith("Panorama") for text in await month.wait_until_instant(FIRST))
    assert len(await kept(month, SECOND)) == 2


async def test_what_the_team_pinned_comes_first_and_the_draft_and_the_preview_show_it(month: World) -> None:
    await shelve(month, "Trame", 2, 9)
    n = await shelve(month, "Charte", 4, 5, 6)
    await month.says("morgan", f"!ressource epingler {n}", room="team")
    wanted = [
        "À garder : les ressources les plus utiles en novembre",
        "- Fiche 2, Charte (https://example.org/Charte) – épinglée par l’équipe",
        "- Fiche 1, Trame (https://example.org/Trame) – 2 voix",
    ]
    await month.wait_until_instant(FIRST - timedelta(days=3) + timedelta(hours=7, minutes=45))
    draft = next(
        text for text in await month.reads("team") if text.startswith("Brouillon – il paraîtra le lundi 7")
    )
    assert kept_in(draft) == wanted
    preview = next(
        text for text in await month.says("morgan", "!publier", room="team") if text.startswith("Aperçu")
    )
    assert kept_in(preview) == wanted
    assert await kept(month, FIRST) == wanted


async def test_in_an_english_network_it_is_in_english(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=FRIDAY, language="en") as world:
        await add_story(world, "News", published=FIRST - timedelta(days=4))
        await shelve(world, "Trame", 2, 9)
        (said,) = [text for text in await world.wait_until_instant(FIRST) if "Trame" in text]
        assert (
            "Worth keeping: the most useful resources in November\n"
            "- Card 1, Trame (https://example.org/Trame) – 2 voices"
        ) in said
