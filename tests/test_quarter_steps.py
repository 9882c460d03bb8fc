"""Each step of a round is proposed to the team once, done by one tap, and not when it is done already."""

import asyncio
import random
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from storage.quarter import retention
from storage.tables import AgendaPoint, Availability, CoHost, HostOffer, Meeting
from tests.support.meeting_fixture import announced_meeting
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
        for day in ("2027-01-04", "2027-01-08", "2027-01-14", "2027-01-25"):
            quick.clock.offset += at(day, "09:01") - quick.clock.now()
            await killed(quick, chance)
            if day < "2027-01-14":
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


async def test_the_entry_is_filled_in_with_what_the_polls_the_place_and_the_host_said(tmp_path: Path) -> None:
    members = [{"user": "@lou:reseau.example.org", "town": "Wambrecourt"}]
    async with world(tmp_path, members=members) as quick:
        await held_before(quick, "La Filature, 3 quai du Canal", "Tram B")
        await quick.says("lou", "!accueillir mars, La Filature, 40 places")
        await quick.wait_until_instant(at("2027-01-04", "09:01"), "team")
        await quick.taps("morgan", "✅", room="team")
        await quick.says("lou", "!vote 1 non, 2 oui, 3 oui")
        await quick.says("sacha", "!vote 2 oui")
        await quick.wait_until_instant(at("2027-01-08"), "team")
        await quick.taps("morgan", "✅", on=await proposal(quick, "choisir le thème"), room="team")
        for who in ("lou", "sacha"):
            await quick.says(who, "!vote 2")
        await quick.wait_until_instant(at("2027-01-25"), "team")  # not before the votes are counted
        await quick.wait_until_instant(at("2027-01-26"), "team")
        target = await proposal(quick, "entrer la rencontre")
        said = next(line.text for line in await quick.lines("team") if line.id == target)
        assert said.splitlines()[1:7] == [
            "Ce que je sais déjà :",
            "- Date, d’après le sondage : mardi 16 mars 2027, de 9 h 30 à 14 h",
            "- Format, à son tour : thématique",
            "- Thème choisi : Participation des habitants",
            "- Lieu proposé : La Filature, Wambrecourt",
            "- Accès, déjà utilisé : Tram B",
        ]
        (said,) = await quick.taps("morgan", "✅", on=target, room="team")
        assert said.startswith("Rencontre 2027-T1 – est-ce bien cela ?\nDate : mardi 16 mars 2027, de 9 h 30")
        assert "\nOù : La Filature, Wambrecourt\nCommune : Wambrecourt\nAccès : Tram B\n" in said
        (said,) = await quick.says("morgan", "oui", room="team")
        assert "2 personnes avaient répondu oui à cette date" in said


async def held_before(world: MemoryWorld, place: str, access: str, kind: str = "general") -> None:
    """A meeting, on 10 December 2026."""
    async with world.db.write() as db:
        row = Meeting(
            event_id="$before",
            name="2026-T4",
            uid="before",
            title="Bilan",
            kind=kind,
            starts_at=at("2026-12-10"),
            ends_at=at("2026-12-10", "14:00"),
            place=place,
            town="Wambrecourt",
            access=access,
            status="announced",
            author="@animation:reseau.example.org",
        )
        db.add(row)


async def proposal(world: MemoryWorld, what: str) -> str:
    """The message that proposes this step."""
    return next(line.id for line in await world.lines("team") if line.text.split("\n")[0].endswith(what))


async def test_an_english_team_reads_english(tmp_path: Path) -> None:
    async with world(tmp_path, language="en", rhythm={"at": "second Tuesday of March, June"}) as quick:
        (said,) = await quick.wait_until_instant(at("2027-01-04", "09:01"), "team")
        assert said.startswith("Meeting of March 2027 – choose the date\nBy the rhythm: Tuesday 9 March.")
        assert "❌ not this time" in said


async def test_what_people_offered_is_forgotten_in_time(tmp_path: Path) -> None:
    async with world(tmp_path) as quick:
        await announced_meeting(quick, starts_at=at("2027-03-09", "09:30"))
        lines = (
            "!accueillir juin, La Filature",
            "!disponible 2 heures par mois",
            "!coanimer",
            "!proposer GUSP",
        )
        for line in lines:
            await quick.says("lou", line)
        kept = (HostOffer, Availability, CoHost, AgendaPoint)
        for moment, left in (("2027-09-01", 4), ("2027-10-15", 3), ("2028-02-01", 1), ("2028-04-01", 0)):
            async with quick.db.write() as db:
                await retention.purge(db, at(moment))
            async with quick.db.read() as db:
                assert sum([len((await db.exec(select(each))).all()) for each in kept]) == left
