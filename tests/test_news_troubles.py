"""What the team is told of its sources: what has been failing for a day, what is gone, what is back;
once, in office hours.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.time.format import RelativeInstant
from storage.news import feeds
from tests.support.feed_server import item, rss
from tests.support.http_server import Site, reply
from tests.support.world import PARIS, MemoryWorld, in_memory

NEWS = rss(item("Une nouvelle de la semaine"))
SATURDAY = datetime(2026, 11, 21, 14, 0, tzinfo=PARIS)
MONDAY_AT_OPENING = datetime(2026, 11, 23, 8, 30, tzinfo=PARIS)


@asynccontextmanager
async def in_the_network(folder: Path, site: Site) -> AsyncIterator[MemoryWorld]:
    """Two sources that work on Saturday afternoon."""
    async with in_memory(folder, at=SATURDAY, web={"allow_private": True}) as world:
        for path, title in (("/a", "L’Écho des quartiers"), ("/b", "Territoires et cohésion")):
            site.says(path, reply(200, rss(item(f"Une nouvelle de {title}"), title=title)))
            async with world.db.write() as db:
                await feeds.add(db, site.url(path), "", world.clock.now())
        await world.settle()
        yield world


async def lives_until(world: MemoryWorld, moment: datetime, step: float = 6) -> list[str]:
    """Some hours at a time; what the team reads."""
    said = []
    while world.clock.now() < moment:
        said += await world.wait_until_instant(min(world.clock.now() + timedelta(hours=step), moment), "team")
    return said


async def test_the_team_is_told_once_of_a_source_that_fails_for_a_day_and_once_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        good = rss(item("Une autre nouvelle"), title="Territoires et cohésion")
        site.says("/b", reply(503))
        # nobody is at work
        assert await lives_until(world, MONDAY_AT_OPENING - timedelta(minutes=1), step=2) == []
        (told,) = await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=1))
        assert told == (
            "La source « Territoires et cohésion » ne répond plus depuis le samedi 21 novembre à 16 h (6 "
            "essais). "
            "Les autres sources fonctionnent. Rien à faire pour l’instant : nouvel essai demain à 0 h. "
            "Pour l’écarter : `!flux suspendre 2`."
        )
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=12)) == []
        site.says("/b", reply(200, good))
        (told,) = await lives_until(world, MONDAY_AT_OPENING + timedelta(days=1, hours=1))
        assert told == "La source « Territoires et cohésion » fonctionne de nouveau."
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(days=2)) == []


async def test_a_source_that_fails_for_less_than_a_day_is_nobodys_business(tmp_path: Path) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        site.says("/b", *[reply(503)] * 3, reply(200, NEWS))
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=1)) == []


async def test_the_team_is_told_that_a_source_is_gone(tmp_path: Path) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        site.says("/b", reply(410))
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=2)) == [
            (
                "La source « Territoires et cohésion » a été supprimée par son site : je ne la lis plus. "
                "Pour la retirer de la liste : `!flux retirer 2`."
            )
        ]


async def test_when_nothing_answers_the_team_reads_one_message(tmp_path: Path) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        for path in ("/a", "/b"):
            site.says(path, reply(200))
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=2)) == [
            "2 sources ne répondent plus. Rien à faire pour l’instant : je réessaie.\n"
            "- « L’Écho des quartiers », depuis le samedi 21 novembre à 20 h ; pour l’écarter : `!flux "
            "suspendre 1`\n"
            "- « Territoires et cohésion », depuis le samedi 21 novembre à 20 h ; pour l’écarter : `!flux "
            "suspendre 2`"
        ]


async def test_only_what_is_new_is_told(tmp_path: Path) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        site.says("/b", reply(404))
        await lives_until(world, SATURDAY + timedelta(hours=24))
        site.says("/a", reply(404))
        (first,) = await lives_until(world, MONDAY_AT_OPENING)
        (second,) = await lives_until(world, MONDAY_AT_OPENING + timedelta(days=1))
        assert ("Territoires" in first, "Écho" in first, "Territoires" in second, "Écho" in second) == (
            True,
            False,
            False,
            True,
        )


async def test_a_source_that_the_team_put_aside_is_not_talked_about(tmp_path: Path) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        site.says("/b", reply(503))
        await lives_until(world, SATURDAY + timedelta(hours=10))
        async with world.db.write() as db:
            row = await feeds.feed(db, 2)
            assert row
            feeds.suspend(row)
            db.add(row)
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(hours=2)) == []


async def test_what_a_suspension_holds_back_is_told_at_its_end_and_not_waited_for_in_the_past(
    tmp_path: Path,
) -> None:
    async with Site() as site, in_the_network(tmp_path, site) as world:
        await world.says("morgan", "!suspendre jusqu’au vendredi 27 novembre", room="team")
        site.says("/b", reply(503))
        assert await lives_until(world, MONDAY_AT_OPENING + timedelta(days=2)) == []
        due = await world.app.scheduler.next_due(world.db, world.clock.now())
        assert due is not None
        assert due > world.clock.now()
        (told,) = await lives_until(world, MONDAY_AT_OPENING + timedelta(days=4))
        assert told.startswith(
            "La source « Territoires et cohésion » ne répond plus depuis le samedi 21 novembre"
        )


def test_moments_near_by_are_said_as_people_say_them() -> None:
    now = datetime(2026, 11, 24, 9, 30, 12, tzinfo=PARIS)
    moments = [now + timedelta(hours=hours) for hours in (-72, -19.5, 6.5, 24, 48)]
    assert [RelativeInstant(moment, now, PARIS).localized("fr") for moment in moments] == [
        "le samedi 21 novembre à 9 h 30",
        "hier à 14 h",
        "à 16 h",
        "demain à 9 h 30",
        "le jeudi 26 novembre à 9 h 30",
    ]
    assert [RelativeInstant(moment, now, PARIS).localized("en") for moment in moments[1:3]] == [
        "yesterday at 14:00",
        "at 16:00",
    ]
