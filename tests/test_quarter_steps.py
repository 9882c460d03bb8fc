"""Each step of a round is proposed to the team once, done by one tap, and not when it is done already."""

import asyncio
import random
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.world import PARIS, MemoryWorld, in_memory
from tests.test_quarter_year import RHYTHM

BEGIN = datetime(2027, 1, 4, 8, 35, tzinfo=PARIS)


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


def world(folder: Path, begin: datetime = BEGIN, **more: Any) -> Any:
    return in_memory(folder, at=begin, **{"rhythm": RHYTHM} | more)


async def proposals(world: MemoryWorld) -> list[str]:
    return [text for text in await world.reads("team") if text.startswith("Rencontre de ")]


async def test_dates_are_proposed_with_what_speaks_against_them_and_one_tap_publishes(tmp_path: Path) -> None:
    async with world(tmp_path) as quick:
        await quick.says("morgan", "!rythme eviter 16 mars réseau des bailleurs", room="team")
        (said,) = await quick.wait_until_instant(at("2027-01-04", "09:01"), "team")
        assert said.splitlines()[:5] == [
            "Rencontre de mars 2027 – choisir la date",
            "D’après le rythme : le mardi 9 mars. Dates proposées :",
            "1. Mardi 23 février 2027, de 9 h 30 à 14 h – déconseillé : vacances d’hiver (zone B)",
            "2. Mardi 2 mars 2027, de 9 h 30 à 14 h – déconseillé : vacances d’hiver (zone B)",
            "3. Mardi 9 mars 2027, de 9 h 30 à 14 h – possible",
        ]
        assert "5. Mardi 16 mars 2027, de 9 h 30 à 14 h – déconseillé : réseau des bailleurs" in said
        assert await quick.taps("camille", "✅", on=(await quick.last("team")).id, room="team") == []
        (said,) = await quick.taps("morgan", "✅", room="team")
        assert "Sondage n° 1. Je publie maintenant" in said
        card = (await quick.reads())[0]
        assert "1. Mardi 9 mars 2027, de 9 h 30 à 14 h\n2. Jeudi 11 mars" in card
        assert "16 mars" not in card


async def test_what_the_team_did_by_hand_is_not_proposed(tmp_path: Path) -> None:
    async with world(tmp_path, at("2026-12-14")) as quick:
        for line in ("!dates 9 mars ; 23 mars", "oui"):
            await quick.says("morgan", line, room="team")
        await quick.wait_until_instant(at("2027-01-05"), "team")
        assert await proposals(quick) == []
        (said,) = await quick.says("morgan", "!trimestre", room="team")
        assert said.splitlines()[1:3] == [
            "✅ choisir la date : fait",
            "▫️ choisir le thème : le vendredi 8 janvier",
        ]


async def test_not_this_time_is_seen_and_may_be_changed(tmp_path: Path) -> None:
    async with world(tmp_path) as quick:
        await quick.wait_until_instant(at("2027-01-04", "09:01"), "team")
        target = (await quick.last("team")).id
        (said,) = await quick.taps("morgan", "❌", room="team")
        assert "Pas cette fois, c’est noté. Si vous changez d’avis : `!dates 9 mars ; 16 mars`" in said
        (said,) = await quick.says("morgan", "!trimestre", room="team")
        assert "➖ choisir la date : pas cette fois – `!dates 9 mars ; 16 mars`" in said
        (said,) = await quick.taps("referent", "✅", on=target, room="team")
        assert "Sondage n° 1." in said
        (said,) = await quick.taps("morgan", "✅", on=target, room="team")
        assert said.startswith("C’est déjà fait.")


async def killed(world: MemoryWorld, chance: random.Random) -> None:
    """In the middle of a turn, three times; then it lives on."""
    for _ in range(3):
        turn = asyncio.ensure_future(world.app.turn(0))
        for _ in range(chance.randint(0, 8)):
            await asyncio.sleep(0)
        await world.kill(turn)
        await world.start()
    await world.settle()


async def test_killed_at_any_moment_it_proposes_and_does_each_step_once(
    tmp_path: Path, chance: random.Random
) -> None:
    async with world(tmp_path) as quick:
        for day in ("2027-01-04", "2027-01-08", "2027-01-25"):
            quick.clock.offset += at(day, "09:01") - quick.clock.now()
            await killed(quick, chance)
            if day != "2027-01-25":
                target = (await quick.last("team")).id
                await quick.person("morgan").react(quick.rooms["team"], target, "✅")
                await killed(quick, chance)
        heads = [text.split("\n")[0] for text in await proposals(quick)]
        assert heads == [
            f"Rencontre de mars 2027 – {what}"
            for what in ("choisir la date", "choisir le thème", "entrer la rencontre")
        ]
        cards = [text.split("\n")[0] for text in await quick.reads() if text.startswith("Sondage")]
        assert len(cards) == 2


async def test_a_team_that_answers_a_month_late_gets_dates_that_can_still_be_held(tmp_path: Path) -> None:
    async with world(tmp_path) as quick:
        await quick.wait_until_instant(at("2027-01-04", "09:01"), "team")
        target = (await quick.last("team")).id
        await quick.wait_until_instant(at("2027-02-15"), "team")
        await quick.taps("morgan", "✅", on=target, room="team")
        assert "Mardi 9 mars" in (await quick.reads())[-4]


async def test_an_announcement_that_changed_since_it_was_shown_is_shown_again(tmp_path: Path) -> None:
    line = "!rencontre nouvelle date : 9 mars, 9h30-14h | titre : Santé | lieu : La Filature | accès : tram"
    async with world(tmp_path) as quick:
        for text in (line, "oui"):
            await quick.says("morgan", text, room="team")
        await quick.wait_until_instant(at("2027-02-08"), "team")
        target = (await quick.last("team")).id
        for text in ("!rencontre modifier T1 titre = Santé mentale", "oui"):
            await quick.says("morgan", text, room="team")
        (said,) = await quick.taps("morgan", "✅", on=target, room="team")
        assert said.startswith("Aperçu de l’annonce")
        assert await quick.reads() == []


async def test_the_team_sets_the_rhythm_in_its_room_and_stops_it(tmp_path: Path) -> None:
    async with world(tmp_path, rhythm=None) as quick:
        (said,) = await quick.says("morgan", "!trimestre", room="team")
        assert said.startswith("Aucun rythme n’est fixé. Pour en donner un : `!rythme 2e mardi de mars")
        (said,) = await quick.says("morgan", "!rythme 5e mardi de mars", room="team")
        assert said.startswith("Je ne comprends pas ce rythme : « 5e mardi de mars ».")
        (said,) = await quick.says("morgan", "!rythme dernier jeudi d’avril et octobre, 14h-17h", room="team")
        assert said.splitlines()[:2] == [
            "Rythme : dernier jeudi d’avril et octobre, de 14 h à 17 h",
            "Prochaines dates : jeudi 29 avril 2027, jeudi 28 octobre 2027.",
        ]
        await quick.says("morgan", "oui", room="team")
        assert (await quick.says("morgan", "!trimestre", room="team"))[0].startswith("Rencontre d’avril 2027")
        await quick.says("morgan", "!rythme non", room="team")
        assert (await quick.says("morgan", "!trimestre", room="team"))[0].startswith("Aucun rythme")
        assert (await quick.says("camille", "!rythme"))[0].startswith("Seule l’équipe d’animation")
