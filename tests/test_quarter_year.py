"""A year of the rhythm in compressed time: what the team was told, when, is what should have been said."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from storage.quarter import steps
from tests.support.world import PARIS, MemoryWorld, in_memory

RHYTHM = {"at": "2e mardi de mars, juin, septembre, décembre, 9 h 30 – 14 h"}
BEGIN = datetime(2026, 12, 11, 10, tzinfo=PARIS)
A_DAY = timedelta(days=1)
Action = Callable[[MemoryWorld], Awaitable[None]]


class Team:
    """Lives day after day, and does what is planned for some of them, at noon."""

    def __init__(self, world: MemoryWorld, actions: Mapping[str, Action]) -> None:
        self.world, self.actions = world, actions
        self.seen: dict[str, str] = {}
        self.told: list[tuple[str, str]] = []

    async def lives(self, first: date, last: date) -> None:
        day = first
        while day <= last:
            await self.world.wait_until_instant(
                datetime(day.year, day.month, day.day, 12, tzinfo=PARIS), "team"
            )
            for line in await self.world.lines("team"):
                head = line.text.split("\n")[0]
                if line.id not in self.seen and line.msgtype == "m.text" and "aperçu" not in head.lower():
                    self.told.append((day.isoformat(), head))
                self.seen[line.id] = line.text
            if (action := self.actions.get(day.isoformat())) is not None:
                await action(self.world)
                self.seen |= {line.id: line.text for line in await self.world.lines("team")}
            day += A_DAY


def says(*lines: str) -> Action:
    async def act(world: MemoryWorld) -> None:
        for line in lines:
            await world.says("morgan", line, room="team")

    return act


def taps(start: str, key: str = "✅", *then: str) -> Action:
    """Under the proposal that begins so."""

    async def act(world: MemoryWorld) -> None:
        line = next(each for each in reversed(await world.lines("team")) if each.text.startswith(start))
        await world.taps("morgan", key, on=line.id, room="team")
        await says(*then)(world)

    return act


def enters(day: str, title: str) -> Action:
    text = f"!rencontre nouvelle date : {day}, 9h30-14h | titre : {title} | lieu : Mairie | accès : tram"
    return says(text, "oui")


def both(*actions: Action) -> Action:
    async def act(world: MemoryWorld) -> None:
        for each in actions:
            await each(world)

    return act


MARCH, JUNE, AUTUMN, WINTER = (
    "Rencontre de mars 2027",
    "Rencontre de juin 2027",
    "Rencontre de septembre 2027",
    "Rencontre de décembre 2027",
)
ACTIONS = {
    # March: a tap each time
    "2027-01-04": taps(f"{MARCH} – choisir la date"),
    "2027-01-11": taps(f"{MARCH} – choisir le thème"),
    "2027-01-25": taps(f"{MARCH} – entrer", "✅", "Santé", "La Filature, Wambrecourt", "tram B", "oui"),
    "2027-02-08": taps(f"{MARCH} – annoncer"),
    # June: the team does it all before it is asked; and a second meeting in the quarter
    "2027-03-20": says("!dates 8 juin ; 15 juin", "oui"),
    "2027-04-01": says("!sondage Quels thèmes pour juin ? | Emploi | Numérique", "oui"),
    "2027-04-20": enters("8 juin", "Emploi"),
    "2027-04-21": enters("22 juin", "Visite"),
    "2027-04-22": both(
        says("!rencontre annoncer 2027-T2", "oui"), says("!rencontre annoncer 2027-T2-2", "oui")
    ),
    # September: not by a poll, themes a month late, moved once it is entered
    "2027-07-01": taps(f"{AUTUMN} – choisir la date", "❌"),
    "2027-08-18": taps(f"{AUTUMN} – choisir le thème"),
    "2027-09-01": both(
        taps(f"{AUTUMN} – entrer", "✅", "Cadre de vie", "Mairie de Bruaville", "gare", "oui"),
        says("!rencontre reporter 2027-T3 12 octobre, 9h30-14h", "oui"),  # in another quarter: 2027-T4
    ),
    # December: cancelled
    "2027-11-02": both(enters("14 décembre", "Bilan"), says("!rencontre annuler 2027-T4-2 grève", "oui")),
}
EXPECTED = [
    ("2026-12-21", "Pause à Noël : je ne propose rien avant le lundi 4 janvier 2027."),
    ("2027-01-04", f"{MARCH} – choisir la date"),
    ("2027-01-08", f"{MARCH} – choisir le thème"),
    ("2027-01-25", f"{MARCH} – entrer la rencontre"),
    ("2027-02-08", f"{MARCH} – annoncer la rencontre"),
    ("2027-07-01", f"{AUTUMN} – choisir la date"),
    ("2027-07-16", f"{AUTUMN} – choisir le thème"),
    ("2027-08-02", "Pause en août : je ne propose rien avant le mercredi 1er septembre."),
    ("2027-09-01", f"{AUTUMN} – entrer la rencontre"),
    ("2027-09-13", f"{AUTUMN} – annoncer la rencontre"),
    ("2027-09-30", f"{WINTER} – choisir la date"),
    ("2027-10-15", f"{WINTER} – choisir le thème"),
    ("2027-11-02", f"{WINTER} – entrer la rencontre"),
]


@pytest.mark.long
async def test_a_year_of_the_rhythm_says_each_step_once_at_its_day(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=BEGIN, rhythm=RHYTHM) as world:
        team = Team(world, ACTIONS)
        await team.lives(BEGIN.date(), date(2027, 12, 15))
        async with world.db.read() as db:
            rows = await steps.of_rounds(db)
    assert [each for each in team.told if each[1].startswith(("Rencontre de ", "Le rythme"))] == EXPECTED
    at_nine = {row.at.astimezone(PARIS).strftime("%H:%M") for each in rows.values() for row in each.values()}
    assert at_nine <= {"09:00", "08:30"}  # the hour of the reminders, or the opening after closed days
