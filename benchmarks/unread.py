"""Unread messages: what a member finds who was away for a month, in a network of fifty people in one room.

python -m benchmarks.unread [--every]

What counts is what rings: each event of the room, judged by the push rules that every account has (client-
server API, "Predefined rules") and by Synapse's own evaluator. Five of them decide here. Silent are m.notice
(`.m.rule.suppress_notices`: answers, counts, bookkeeping), edits (`.m.rule.suppress_edits`: living messages),
reactions (`.m.rule.reaction`) and comings and goings (`.m.rule.member_event`). What is left of m.room.message
rings (`.m.rule.message`); a native poll does not (its rule, MSC3930, is not there by default).
"""

import asyncio
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from synapse.push.bulk_push_rule_evaluator import _flatten_dict
from synapse.synapse_rust.push import FilteredPushRules, PushRuleEvaluator, PushRules

from bot.time import public_holiday
from tests.support.fake_homeserver import FakePerson
from tests.support.news_fixture import add_story
from tests.support.synapse_fixture import BOT
from tests.support.world import PARIS, MemoryWorld, in_memory

PEOPLE = 50
AWAY = "@absente:reseau.example.org"
START = datetime(2026, 10, 30, 15, tzinfo=PARIS)
FIRST, LAST = datetime(2026, 11, 2, tzinfo=PARIS), datetime(2026, 11, 30, tzinfo=PARIS)
ASKED_A_DAY = 4  # commands of members, in the room
STORIES = 7  # a week
RULES = FilteredPushRules(PushRules([]), {}, *(False,) * 7)
ASKED = (
    "!plus 2",
    "!panorama",
    "!agenda",
    "!ressources diagnostic",
    "!utile 1",
    "!contact",
    "!rencontre",
    "!garder 1",
)

MEETING = """!rencontre nouvelle
date : mercredi 25 novembre, 9 h 30 – 14 h
titre : Participation des habitants
lieu : Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont
accès : gare à 8 minutes à pied, entrée de plain-pied
programme : 9 h 45 actualités ; 10 h 15 deux retours d’expérience ; 12 h 30 déjeuner partagé
places : 30
réponse avant : 20 novembre"""


@dataclass(frozen=True)
class Ring:
    """One thing that a member away finds unread. `what`: its kind, of the bot's."""

    day: date
    bot: bool
    what: str


class Month:
    """A world of fifty people, and what they do on each working day."""

    def __init__(self, world: MemoryWorld) -> None:
        self.world = world
        self.chance = random.Random(2026)
        self.crowd = [name for name in world.people if name not in ("animation", "stef.exterieur")]
        self.days: list[tuple[date, int]] = []  # with how many events the server had when each began

    async def gather(self) -> None:
        """Those whom the cast lacks, and the one who will be away."""
        room = self.world.rooms["network"]
        for number in range(PEOPLE - len(self.crowd)):
            name = f"personne-{number}"
            person = FakePerson(self.world.homeserver, f"@{name}:reseau.example.org", f"Personne {number}")
            await person.join(room)
            self.world.people[name] = person
            self.crowd.append(name)
        await FakePerson(self.world.homeserver, AWAY, "Absente").join(room)
        await self.world.settle()

    async def live(self) -> None:
        for day in working_days():
            self.days.append((day.date(), len(self.world.homeserver.events)))
            if day.weekday() == 0:
                await self._news(day)
            await self.world.wait_until_instant(day.replace(hour=9, minute=30))
            if doing := AGENDA.get(day.day):
                await doing(self)
            await self.world.wait_until_instant(day.replace(hour=11))
            for who in self.chance.sample(self.crowd, ASKED_A_DAY):
                await self.world.says(who, self.chance.choice(ASKED))
            await self.world.wait_until_instant(day.replace(hour=17, minute=55))
        await self.world.wait_until_instant(LAST + timedelta(days=1))

    def found(self) -> list[Ring]:
        """What rang in the network's room since the month began. What was deleted is not found any more."""
        room, events = self.world.rooms["network"], self.world.homeserver.events
        gone = {event["content"].get("redacts") for _, _, event in events}
        rung = []
        for number, (_, where, event) in enumerate(events):
            begun = [day for day, first in self.days if first <= number]
            if where == room and begun and event["event_id"] not in gone and rings(event):
                kind = "file " if event["content"].get("msgtype") == "m.file" else ""
                said = str(event["content"].get("body", "")).splitlines()[0][:60]
                rung.append(Ring(begun[-1], event["sender"] == BOT, kind + said))
        return rung

    async def team(self, *texts: str, room: str = "team") -> None:
        for text in texts:
            await self.world.says("animation", text, room)

    async def _news(self, day: datetime) -> None:
        for number in range(STORIES):
            published = day - timedelta(days=1 + number % 4, hours=3)
            await add_story(self.world, f"Nouvelle {number} du {published:%d %m}", published=published)

    async def votes(self) -> None:
        """Thirty: half in the native poll, half in words."""
        events = await self.world.events()
        box = next(each["event_id"] for each in reversed(events) if each["type"].endswith("poll.start"))
        for number, who in enumerate(self.chance.sample(self.crowd, 30)):
            if number % 2:
                await self.world.person(who).votes(self.world.rooms["network"], box, "1")
            else:
                await self.world.says(who, "!vote 2")

    async def answers(self) -> None:
        """Thirty: two in three with a tap, the others in words."""
        lines = await self.world.lines()
        card = next(line.id for line in lines if line.text.startswith("Rencontre du réseau"))
        for number, who in enumerate(self.chance.sample(self.crowd, 30)):
            if number % 3:
                await self.world.taps(who, self.chance.choice("✅✅✅❌"), card)
            else:
                await self.world.says(who, "!presence oui")

    async def recommends(self) -> None:
        who = self.chance.choice(self.crowd)
        link = f"https://methodes.example.org/{self.chance.randrange(10**6)}"
        await self.world.says(who, f"!recommander {link} #cadre-de-vie utile pour préparer une visite")

    async def offers(self) -> None:
        """To the team, and to the network: places, points, help."""
        for line in ("!accueillir mai, salle de 40 places", "!besoin Qui a évalué son contrat de ville ?"):
            await self.world.says(self.chance.choice(self.crowd), line)
        await self.world.says(self.chance.choice(self.crowd), "!proposer T4 un point sur les adultes-relais")


def announcement(text: str) -> Callable[[Month], Awaitable[None]]:
    return lambda month: month.team(f"!annonce {text}", "oui")


async def _meeting(month: Month) -> None:
    await month.team(MEETING, "oui", "!rencontre annoncer T4", "oui")
    await month.answers()


async def _survey(month: Month) -> None:
    """The one that is provided; nobody answers."""
    await month.team("!enquete nouvelle jusqu’à vendredi 12 h", "oui")


async def _rhythm(month: Month) -> None:
    await month.team("!rythme 2e mardi de février, mai, septembre, décembre, 9 h 30 – 14 h", "oui")


async def _poll(month: Month) -> None:
    question = "!sondage Quel thème pour mars ? | Emploi | Santé | Numérique | jusqu’à vendredi 12 h"
    await month.team(question, "oui")
    await month.votes()


AGENDA: dict[int, Callable[[Month], Awaitable[None]]] = {
    2: _rhythm,
    3: _meeting,
    4: Month.recommends,
    5: announcement("Le compte rendu de septembre est en ligne."),
    6: Month.recommends,
    9: _poll,
    12: announcement("Une formation sur l’évaluation ouvre en janvier : dites-le à vos équipes."),
    13: Month.recommends,
    16: lambda month: month.team(
        "!rencontre modifier T4 lieu = Centre social, 3 rue Haute, Marquemont", "oui"
    ),
    17: Month.recommends,
    18: _survey,
    24: Month.offers,
    19: lambda month: month.team("!relancer T4", "oui"),
    20: announcement("Le bureau cherche deux personnes pour animer un atelier."),
    23: Month.recommends,
    26: announcement("Merci à qui est venu hier ; le compte rendu suivra."),
    27: Month.recommends,
}


def working_days() -> Iterator[datetime]:
    day = FIRST
    while day <= LAST:
        if day.weekday() < 5 and not public_holiday(day.date()):
            yield day
        day += timedelta(days=1)


def rings(event: dict[str, Any]) -> bool:
    """Whether it notifies a member with the rules that every account has."""
    flat = _flatten_dict(event | {"room_id": "!room"})
    judge = PushRuleEvaluator(
        flat, "m.mentions" in event["content"], PEOPLE, 0, {}, {}, False, [], False, False, False
    )
    return "notify" in judge.run(RULES, AWAY, "Absente", None)


async def main(every: bool) -> None:
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder), at=START) as world:
            month = Month(world)
            await month.gather()
            await month.live()
            rung = month.found()
    for bot, who in ((True, "the bot"), (False, "people (commands, in the room)")):
        count = sum(ring.bot is bot for ring in rung)
        days = len(month.days)
        sys.stdout.write(f"{who:32} {count:4} in {days} working days   {count / days:5.2f} a day\n")
    said = [ring for ring in rung if ring.bot]
    for day, count in Counter(ring.day for ring in said).items():
        if every or count > 1:
            sys.stdout.write(f"{day:%a %d}  {count}\n")
            sys.stdout.writelines(f"        {ring.what}\n" for ring in said if ring.day == day)


if __name__ == "__main__":
    asyncio.run(main("--every" in sys.argv))
