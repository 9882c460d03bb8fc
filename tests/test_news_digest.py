"""The Monday panorama by itself:
its form, once in each room, late, merged, suspended, lighter in the holidays; harmless whatever it quotes.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from storage.tables import Edition, Story
from tests.support.news_fixture import FOLDER, MONDAY, add_sample_week, add_story
from tests.support.world import PARIS, MemoryWorld, World, in_memory, on_synapse

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=PARIS)
PANORAMA = "Panorama d’actualités – semaine"


def golden(language: str) -> str:
    return (FOLDER / f"panorama-{language}.txt").read_text("utf-8").rstrip("\n")


@pytest.fixture
async def week(tmp_path: Path) -> AsyncIterator[World]:
    """The bot, three days before its first panorama."""
    async with in_memory(tmp_path, at=FRIDAY) as world:
        yield world


async def at(world: World, moment: datetime) -> list[str]:
    return await world.wait_until_instant(moment)


async def away_until(world: World, moment: datetime) -> None:
    await world.stop()
    world.clock.offset += moment - world.clock.now()
    await world.start()


async def panoramas(world: World, room: str = "network") -> list[str]:
    return [
        said.splitlines()[0].removeprefix("Panorama d’actualités – ")
        for said in await world.reads(room)
        if said.startswith("Panorama")
    ]


async def in_editions(world: World) -> dict[str, str | None]:
    async with world.db.read() as db:
        return {story.title: story.edition for story in (await db.exec(select(Story))).all()}


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_sample_week_reads_as_it_should(tmp_path: Path, language: str) -> None:
    async with in_memory(tmp_path, at=FRIDAY, language=language) as world:
        await add_sample_week(world)
        assert await at(world, MONDAY - timedelta(minutes=1)) == []
        assert await at(world, MONDAY) == [golden(language)]
        await world.restart()
        assert await at(world, MONDAY + timedelta(days=6)) == []
        assert len(await world.reads()) == 1


async def test_on_a_real_server_each_network_and_local_room_reads_it_in_its_language(tmp_path: Path) -> None:
    rooms = [
        {"room": "#reseau:reseau.example.org", "kind": "network"},
        {"room": "#animation:reseau.example.org", "kind": "team"},
        {"room": "#entraide:reseau.example.org", "kind": "local", "language": "en"},
    ]
    async with on_synapse(tmp_path, at=FRIDAY, rooms=rooms) as world:
        await add_sample_week(world)
        assert await at(world, MONDAY) == [golden("fr")]
        assert await world.reads("help") == [golden("en")]
        assert not any(said.startswith("Panorama") for said in await world.reads("team"))


async def test_every_story_considered_is_behind_us_and_the_next_week_has_only_its_own(week: World) -> None:
    await add_sample_week(week)
    await add_story(week, "Lundi matin", published=MONDAY - timedelta(hours=1))
    assert await at(week, MONDAY) == [golden("fr")]
    behind = await in_editions(week)
    assert behind.pop("Lundi matin") is None
    assert set(behind.values()) == {"2026-W48"}
    (said,) = await at(week, MONDAY + timedelta(weeks=1))
    assert said.splitlines()[:5] == [
        "Panorama d’actualités – semaine du 23 au 27 novembre",
        "1 titre retenu sur 1 – lecture : 1 minute",
        "",
        "Et aussi",
        *[line for line in said.splitlines() if line.startswith("1. Lundi matin (")],
    ]
    assert said.splitlines()[-2].startswith("En savoir plus : `!plus 1`")


async def test_a_story_published_in_time_and_read_too_late_is_in_the_next_one(week: World) -> None:
    await add_story(week, "À temps")
    await at(week, MONDAY)
    await add_story(week, "Lue mardi", published=MONDAY - timedelta(days=2))
    (said,) = await at(week, MONDAY + timedelta(weeks=1))
    assert "Lue mardi" in said
    assert "À temps" not in said


async def test_two_feeds_of_one_source_are_named_once(week: World) -> None:
    await add_story(
        week, "Racontée deux fois", source="Journal – à la une", also=("Journal – quartiers", "Gazette")
    )
    (said,) = await at(week, MONDAY)
    assert "– Journal, 19 novembre, aussi chez Gazette\n" in said


async def test_nothing_to_say_says_nothing_and_uses_up_nothing(week: World) -> None:
    await add_story(week, "Ancienne", old=True)
    await add_story(week, "Écartée", skipped=True)
    assert await at(week, MONDAY) == []
    assert set((await in_editions(week)).values()) == {None}


async def test_what_the_source_corrects_before_the_hour_is_corrected(week: World) -> None:
    number = await add_story(week, "Avec une fote")
    await at(week, FRIDAY.replace(hour=17))
    assert "Avec une fote" in (await week.reads("team"))[-1]
    async with week.db.write() as db:
        story = await db.get(Story, number)
        assert story is not None
        story.title = "Avec une faute"
        db.add(story)
    (said,) = await at(week, MONDAY)
    assert "Avec une faute" in said


async def test_after_an_outage_it_appears_at_the_next_open_hour_of_its_week(week: World) -> None:
    await add_sample_week(week)
    await away_until(week, MONDAY.replace(hour=20) + timedelta(days=1))
    assert await panoramas(week) == []
    assert await at(week, MONDAY.replace(hour=8, minute=30) + timedelta(days=2)) == [golden("fr")]


async def test_after_wednesday_evening_it_is_merged_into_the_next_and_the_team_knows(week: World) -> None:
    await add_story(week, "Première semaine")
    await away_until(week, MONDAY.replace(hour=18, minute=1) + timedelta(days=2))
    assert (await week.reads("team"))[-1] == (
        "Le panorama (semaine du 16 au 20 novembre) n’a pas pu paraître à temps : ses titres seront dans "
        "le prochain. Rien à faire."
    )
    await add_story(week, "Seconde semaine", published=MONDAY + timedelta(days=3))
    (said,) = await at(week, MONDAY + timedelta(weeks=1))
    assert "Première semaine" in said
    assert "Seconde semaine" in said
    assert await panoramas(week) == ["semaines du 16 au 27 novembre"]


async def test_after_two_weeks_away_one_panorama_tells_both_and_says_so(week: World) -> None:
    await add_sample_week(week)
    await at(week, MONDAY)
    for days in (2, 9):
        await add_story(week, f"Jour {days}", published=MONDAY + timedelta(days=days))
    await away_until(week, MONDAY + timedelta(weeks=2, hours=1))
    assert (await panoramas(week))[1:] == ["semaines du 23 novembre au 4 décembre"]
    said = (await week.reads())[-1]
    assert "Jour 2" in said
    assert "Jour 9" in said


@pytest.mark.parametrize(
    ("start", "appears"),
    [(datetime(2027, 3, 26, 10, tzinfo=PARIS), datetime(2027, 3, 30, 8, 30, tzinfo=PARIS))],
)
async def test_on_a_public_holiday_it_waits_for_the_day_after(
    tmp_path: Path, start: datetime, appears: datetime
) -> None:
    """Easter Monday."""
    async with in_memory(tmp_path, at=start) as world:
        await add_story(world, "Pâques", published=start)
        assert await at(world, appears - timedelta(minutes=1)) == []
        assert len(await at(world, appears)) == 1


async def test_in_school_holidays_one_week_in_two_is_left_out_and_merged(tmp_path: Path) -> None:
    """Christmas: 2026-W52 is even."""
    async with in_memory(tmp_path, at=datetime(2026, 12, 11, 10, tzinfo=PARIS)) as world:
        for day in (11, 17, 23):
            await add_story(world, f"Le {day}", published=datetime(2026, 12, day, 12, tzinfo=PARIS))
        for day in (14, 21, 28):
            await at(world, datetime(2026, 12, day, 10, tzinfo=PARIS))
        assert await panoramas(world) == ["semaine du 7 au 11 décembre", "semaines du 14 au 25 décembre"]
        await add_story(world, "Le 30", published=datetime(2026, 12, 30, 12, tzinfo=PARIS))
        await at(world, datetime(2027, 1, 5, 17, tzinfo=PARIS))
        assert (await panoramas(world))[-1] == "semaine du 28 décembre 2026 au 1er janvier 2027"


async def test_when_school_holidays_are_as_usual_every_week_has_its_own(tmp_path: Path) -> None:
    async with in_memory(
        tmp_path, at=datetime(2026, 12, 18, 10, tzinfo=PARIS), office_hours={"holidays": "usual"}
    ) as world:
        await add_story(world, "Le 17", published=datetime(2026, 12, 17, 12, tzinfo=PARIS))
        await at(world, datetime(2026, 12, 21, 10, tzinfo=PARIS))
        assert await panoramas(world) == ["semaine du 14 au 18 décembre"]


async def test_when_the_office_closes_for_the_holidays_one_panorama_tells_them(tmp_path: Path) -> None:
    async with in_memory(
        tmp_path, at=datetime(2026, 12, 11, 10, tzinfo=PARIS), office_hours={"holidays": "closed"}
    ) as world:
        await add_story(world, "Le 11", published=datetime(2026, 12, 11, 12, tzinfo=PARIS))
        await at(world, datetime(2026, 12, 14, 10, tzinfo=PARIS))
        await add_story(world, "Le 17", published=datetime(2026, 12, 17, 12, tzinfo=PARIS))
        await at(world, datetime(2027, 1, 6, 10, tzinfo=PARIS))
        assert await panoramas(world) == [
            "semaine du 7 au 11 décembre",
            "semaines du 14 décembre 2026 au 1er janvier 2027",
        ]


async def test_the_team_sees_the_draft_the_evening_before(week: World) -> None:
    await add_sample_week(week)
    assert await week.wait_until_instant(FRIDAY.replace(hour=16, minute=59), room="team") == []
    (draft,) = await week.wait_until_instant(FRIDAY.replace(hour=17), room="team")
    assert draft.startswith(
        "Brouillon – il paraîtra le lundi 23 novembre à 9 h 15, avec ce qui arrivera d’ici là.\n"
        "Panorama d’actualités – semaine"
    )
    assert draft.endswith(
        "Écarter un titre : `!ecarter 8` – Le mettre en tête : `!epingler 8` – Ne pas attendre : `!publier`"
    )
    assert set((await in_editions(week)).values()) == {None}


async def test_without_a_draft_in_the_configuration_there_is_none(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=FRIDAY, digest={"draft": False}) as world:
        await add_sample_week(world)
        assert await world.wait_until_instant(MONDAY - timedelta(hours=2), room="team") == []


async def test_a_bot_in_no_room_of_the_network_uses_up_nothing(tmp_path: Path) -> None:
    rooms = [{"room": "#animation:reseau.example.org", "kind": "team"}]
    async with in_memory(tmp_path, at=FRIDAY, rooms=rooms) as world:
        await add_sample_week(world)
        await at(world, MONDAY)
        assert set((await in_editions(world)).values()) == {None}


HOSTILE = (
    "<script>alert(1)</script> @camille:reseau.example.org **gras** [ici](javascript:1) @room 🎉 \u202ertl"
)


async def test_what_is_quoted_is_shown_harmless(week: World) -> None:
    await add_story(
        week,
        HOSTILE,
        summary=f"{HOSTILE}. Suite.",
        link="javascript:alert(1)",
        source="<b>Source</b> @room",
        tags=["Agenda"],
    )
    await at(week, MONDAY)
    line = await week.last()
    assert (
        "<script>alert(1)</script> @camille:reseau.example.org **gras** [ici](javascript:1) @room rtl"
        in line.text
    )
    async with week.db.read() as db:
        (edition,) = (await db.exec(select(Edition))).all()
    assert isinstance(week, MemoryWorld)
    (content,) = [
        event["content"]
        for *_, event in week.homeserver.events
        if event["content"].get("body", "").startswith("Panorama")
    ]
    html = content["formatted_body"]
    assert "<script" not in html
    assert "<a " not in html
    assert "<b>" not in html
    assert "🎉" not in html
    assert content["m.mentions"] == {}
    assert edition.total == 1
