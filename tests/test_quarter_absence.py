"""Stopped for days, or killed at any moment: nothing is proposed or asked twice, nothing is forgotten."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, MemoryWorld, World, in_memory
from tests.test_evaluation import DAY, PEOPLE
from tests.test_quarter_steps import at, killed, proposals
from tests.test_quarter_together import MARCH, MEMBERS, march
from tests.test_quarter_year import RHYTHM
from tests.test_rollcall import roll_call


async def away_until(world: World, moment: datetime) -> None:
    """Stopped, and started again at that moment."""
    await world.stop()
    world.clock.offset += moment - world.clock.now()
    await world.start()


async def heads(world: MemoryWorld) -> list[str]:
    return [text.split("\n")[0].removeprefix("Rencontre de ") for text in await proposals(world)]


async def test_after_days_away_each_step_that_still_makes_sense_is_proposed_once(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=at("2026-12-30"), rhythm=RHYTHM) as world:
        await away_until(world, at("2027-01-13"))  # J-75 and J-60 are past
        both = ["mars 2027 – choisir la date", "mars 2027 – choisir le thème"]
        assert await heads(world) == both
        await away_until(world, at("2027-02-10"))  # J-45 and J-30 are past; nothing was entered
        assert await heads(world) == [*both, "mars 2027 – entrer la rencontre"]
        await away_until(world, at("2027-03-08"))  # the day before: no more can be done
        assert len(await heads(world)) == 3
        await away_until(world, at("2027-03-30"))
        assert (await heads(world))[3:] == ["juin 2027 – choisir la date"]


async def test_polls_that_are_too_late_are_passed_over_and_the_team_sees_it(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=at("2026-12-30"), rhythm=RHYTHM) as world:
        await away_until(world, at("2027-02-10"))
        assert await heads(world) == ["mars 2027 – entrer la rencontre"]
        said = (await world.says("morgan", "!trimestre", room="team"))[-1]
        assert "➖ choisir la date : le moment est passé" in said
        assert "➖ choisir le thème : le moment est passé" in said


async def test_an_action_is_reminded_once_after_weeks_away(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    await quick.wait_until_instant(at("2026-12-11"))
    for line in ("Lou : envoyer la grille", "Jean Dupont : relire, avant le 5 janvier"):
        await quick.says("morgan", f"!action T4 {line}", "team")
    await away_until(quick, at("2027-02-10"))
    assert sum(text.startswith("À faire") for text in await quick.reads(direct)) == 2
    assert sum(text.startswith("À rappeler à Jean") for text in await quick.reads("team")) == 1


async def test_who_was_asked_to_cohost_is_not_reminded_when_it_is_over(quick: World) -> None:
    await march(quick)
    direct = await quick.direct("lou")
    await quick.says("lou", "disponible 2 heures par mois", room=direct)
    await quick.says("morgan", "!coanimation T1", room="team")
    await quick.taps("morgan", "1️⃣", room="team")
    await away_until(quick, quick.clock.now() + timedelta(days=9))
    assert sum("co-animer une rencontre ?" in text for text in await quick.reads(direct)) == 1
    assert sum("n’a pas répondu" in text for text in await quick.reads("team")) == 1


async def test_an_evaluation_that_has_no_open_days_left_is_not_asked_and_the_team_hears(quick: World) -> None:
    await announced_meeting(quick)
    rooms = {who: await quick.direct(who) for who in PEOPLE}
    await quick.wait_until_instant(DAY)
    await quick.says("morgan", "!pointage T4", "team")
    word = (await roll_call(quick)).word
    for who, room in rooms.items():
        await quick.says(who, word, room)
    await away_until(quick, datetime(2026, 12, 17, 17, tzinfo=PARIS))  # it would close an hour later
    assert not [text for room in rooms.values() for text in await quick.reads(room) if "nquête" in text]
    assert sum("L’évaluation" in text for text in await quick.reads("team")) == 1


async def count(world: World, room: str, beginning: str) -> int:
    return sum(text.startswith(beginning) for text in await world.reads(room))


async def test_killed_within_an_offer_to_host_the_team_and_the_host_hear_once(
    tmp_path: Path, chance: Random
) -> None:
    settings: dict[str, Any] = {"at": at("2027-01-11"), "members": MEMBERS}
    async with in_memory(tmp_path, **settings) as world:
        direct = await world.direct("dominique")
        await world.tells("dominique", "accueillir mars, La Filature, 40 places", direct)
        await killed(world, chance)
        await announced_meeting(
            world, starts_at=MARCH, ends_at=MARCH + timedelta(hours=3), town="Wambrecourt", name="2027-T1"
        )
        await killed(world, chance)
        assert await count(world, "team", "Un lieu est proposé") == 1
        assert await count(world, direct, "Merci ! C’est noté") == 1
        assert await count(world, direct, "Merci, Dominique : la rencontre") == 1


async def test_killed_within_an_ask_to_cohost_one_person_is_asked_once_and_reminded_once(
    tmp_path: Path, chance: Random
) -> None:
    async with in_memory(tmp_path) as world:
        await march(world)
        direct = await world.direct("lou")
        await world.says("lou", "disponible 2 heures par mois", room=direct)
        await world.says("morgan", "!coanimation T1", room="team")
        await world.person("morgan").react(world.rooms["team"], (await world.last("team")).id, "1️⃣")
        await killed(world, chance)
        world.clock.offset += timedelta(days=3, hours=1)
        await killed(world, chance)
        assert await count(world, direct, "Voulez-vous co-animer") == 1
        assert await count(world, direct, "Petit rappel : voulez-vous") == 1
        await world.tells("lou", "oui", direct)
        await killed(world, chance)
        assert await count(world, direct, "Merci ! C’est noté : vous co-animez") == 1
        assert await count(world, "team", "Lou accepte de co-animer") == 1
