"""The bot killed while people ask, answer, sign up and tap in several subjects at once: each is answered
once, nothing is lost or done twice, and nobody can tell who asked without a name.
"""

import asyncio
import json
import random
import re
import sqlite3
from collections.abc import Coroutine
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.person import Person
from tests.support.fault_proxy import every, limited, lost, nth
from tests.support.meeting_process import announce_meeting, bot_texts, open_private_room, plain
from tests.support.process_stage import PEOPLE, TIMEOUT, ProcessStage, process_stage
from tests.test_tickets_nameless import rows

START = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - as --clock reads it, at the network's hour
# a clock never goes back: what was said before the bot was in a room is not for it
ASKED = START + timedelta(minutes=10)
ELEVEN, TWELVE = START.replace(hour=10, minute=59, second=57), START.replace(hour=11, minute=59, second=57)
DAY = datetime(2026, 11, 24, 9, 35)  # noqa: DTZ001
NEXT = timedelta(seconds=20)  # from one life to the next
REQUESTS = [("PUT", "*/send/m.room.message/*"), ("PUT", "*/send/*"), ("GET", "*/sync")]
A_WHILE = 3.0  # seconds: what is to be struck may not happen
WORD = "perimetrexyz"  # stands in the question without a name, and nowhere else


@dataclass
class Talk:
    """What people say to the bot, and what they wait for."""

    stage: ProcessStage
    rooms: dict[str, str]  # the private ones
    traces: set[str]  # of Noa, who has no name

    def person(self, who: str) -> Person:
        return self.stage.cast[who]

    async def asks(self, who: str, text: str, kind: str = "") -> str:
        room = self.stage.room(kind) if kind else self.rooms[who]
        return plain((await self.person(who).asks(room, text, TIMEOUT)).text)

    async def hears(self, who: str, words: str, kind: str = "") -> str:
        """The message of the bot that has these words, once there is one: its event."""
        room = self.stage.room(kind) if kind else self.rooms[who]
        lines = await self.person(who).wait_for(
            room, lambda lines: any(words in text for text in bot_texts(lines)), TIMEOUT
        )
        return next(line.id for line in lines if words in plain(line.text) and not line.removed)

    async def times(self, who: str, words: str, kind: str = "") -> int:
        room = self.stage.room(kind) if kind else self.rooms[who]
        return sum(words in text for text in bot_texts(await self.person(who).sees(room)))

    # --- one subject after the other

    async def contact(self) -> None:
        assert (await self.asks("camille", "contact Peut-on financer une étude ?")).startswith("Bien reçu")
        await self.coffee("camille")

    async def need(self) -> None:
        assert "C’est noté, Lou" in await self.asks(
            "lou", "!besoin Qui a un modèle de convention ?", "network"
        )

    async def nameless(self) -> None:
        for text, answer in (
            (f"besoin Qui finance un {WORD} ?", "Je la publie dans le salon"),
            ("oui", "Elle paraît sans votre nom"),
        ):
            self.traces.add(await self.person("noa").says(self.rooms["noa"], text))
            await self.hears("noa", answer)

    async def survey(self, who: str) -> None:
        if who == "sacha":
            await self.coffee(who)
        for text in ("enquete", "1", "1"):
            assert "Question" in await self.asks(who, text)

    async def coffee(self, who: str) -> None:
        await self.asks(who, "!cafe oui")

    async def answers(self, contact: int, need: int, nameless: int) -> None:
        card = await self.hears("sacha", f"Question n° {need} – Lou", "network")
        await self.person("sacha").says(self.stage.room("network"), "Le nôtre date de 2024.", reply_to=card)
        await self.hears("lou", "« Le nôtre date de 2024. »")
        await self.hears("camille", f"Question n° {nameless} – sans nom", "network")
        await self.asks("camille", f"!repondre {nameless} La région.", "network")
        told = await self.asks("animation", f"!repondre {contact} Oui, sous conditions.", "team")
        assert told.startswith("Réponse transmise à Camille")
        await self.hears("camille", f"à votre question n° {contact}")

    async def day(self, meeting: str) -> None:
        await self.asks("animation", f"!pointage {meeting}", "team")
        (word,) = asked(self.stage, "SELECT word FROM rollcall")
        for who in ("camille", "lou", "sacha"):
            await self.person(who).says(self.stage.room("network"), word)
            await self.hears(who, "vous êtes à la rencontre")
        await self.asks("animation", f"!action {meeting} Lou : envoyer la grille", "team")
        card = await self.hears("lou", "envoyer la grille")
        await self.person("lou").react(self.rooms["lou"], card, "✅")
        await self.hears("lou", "Merci !")
        await self.hears("animation", "C’est fait : envoyer la grille", "team")


def asked(stage: ProcessStage, query: str) -> list[str]:
    """The first column, as the database has it."""
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        return [str(row[0]) for row in database.execute(query)]


@dataclass
class Lives:
    """Of the bot, each of them killed at some moment."""

    stage: ProcessStage
    chance: random.Random
    kills: int = 0

    async def through(self, moment: datetime, talk: Coroutine[Any, Any, Any], kills: int) -> None:
        """People talk, and it is killed as often while they do."""
        await self.begin(moment)
        talking = asyncio.ensure_future(talk)
        for number in range(1, kills + 1):
            await self._some_moment()
            await self.begin(moment + NEXT * number)
        await talking

    async def begin(self, moment: datetime) -> None:
        assert self.stage.proxy is not None
        await self.stage.bot.kill()
        self.stage.proxy.heal()
        self.kills += 1
        self.stage.bot.start("--clock", f"{moment:%Y-%m-%dT%H:%M:%S}")

    async def _some_moment(self) -> None:
        """While it starts or works; or at a request that has its effect or not, and is never answered."""
        assert self.stage.proxy is not None
        if self.chance.random() < 0.5:
            await self.stage.bot.ready()
            await asyncio.sleep(self.chance.uniform(0, 1))
            return
        struck = asyncio.Event()
        fault = lost(struck, self.chance.random() < 0.5)
        self.stage.proxy.on(*self.chance.choice(REQUESTS), fault, nth(self.chance.randint(1, 5)))
        with suppress(TimeoutError):
            async with asyncio.timeout(A_WHILE):
                await struck.wait()


@pytest.mark.long
async def test_killed_in_the_middle_of_every_subject_it_does_each_thing_once_and_names_nobody(
    tmp_path: Path, chance: random.Random
) -> None:
    options = ("--clock", f"{START:%Y-%m-%dT%H:%M:%S}")
    async with process_stage(
        tmp_path, encrypted=(), proxied=True, options=options, budget={"announcements": 1000}
    ) as stage:
        rooms = {who: await open_private_room(stage.cast[who]) for who in PEOPLE}
        talk = Talk(stage, rooms, {"@noa:reseau.example.org", "Noa [", "Beaurevoir", rooms["noa"]})
        meeting = await announce_meeting(stage, "24 novembre 2026", len(PEOPLE))
        await talk.asks("animation", "!enquete nouvelle jusqu’au 4 décembre à 12 h", "team")
        await talk.asks("animation", "oui", "team")
        lives = Lives(stage, chance)

        first = [talk.contact(), talk.need(), talk.nameless(), talk.survey("sacha"), talk.survey("lou")]
        await lives.through(ASKED, together(*first), 4)
        numbers = ticket_numbers(stage)
        await lives.through(ELEVEN, talk.answers(**numbers), 3)
        await lives.through(TWELVE, server_trouble(talk, chance, numbers["nameless"]), 2)
        await lives.through(DAY, talk.day(meeting.name), 3)
        await stage.wait_until_caught_up()
        await each_once(talk, **numbers)
        await stage.assert_all_answered()
        await stage.bot.kill()
        assert lives.kills >= 10
        nothing_tells(talk, numbers["nameless"])


async def together(*talks: Coroutine[Any, Any, Any]) -> None:
    await asyncio.gather(*talks)


def ticket_numbers(stage: ProcessStage) -> dict[str, int]:
    found = {
        name: asked(stage, f"SELECT id FROM ticket WHERE {where}")
        for name, where in (
            ("contact", "kind = 'contact'"),
            ("need", "kind = 'help' AND NOT anonymous"),
            ("nameless", "kind = 'help' AND anonymous"),
        )
    }
    return {name: int(number) for name, (number,) in found.items()}


async def server_trouble(talk: Talk, chance: random.Random, nameless: int) -> None:
    """The server refuses every third message, goes away and comes back; people go on."""
    stage = talk.stage
    assert stage.proxy is not None
    stage.proxy.on("PUT", "*/send/*", limited(300), every(3))
    await stage.burst(12, chance)
    await stage.homeserver.restart()
    stage.proxy.on("PUT", "*/send/*", limited(300), every(3))
    await stage.burst(12, chance)
    await talk.hears("noa", f"à votre question n° {nameless}")


async def each_once(talk: Talk, contact: int, need: int, nameless: int) -> None:
    for who, words, kind in (
        ("camille", "Bien reçu. Votre question porte le n°", ""),
        ("camille", f"à votre question n° {contact}", ""),
        ("animation", f"Demande n° {contact} – Camille", "team"),
        ("lou", f"Question n° {need} – Lou", "network"),
        ("lou", "« Le nôtre date de 2024. »", ""),
        ("lou", f"Question n° {nameless} – sans nom", "network"),
        ("noa", "Elle paraît sans votre nom", ""),
        ("noa", f"à votre question n° {nameless}", ""),
        ("lou", "vous êtes à la rencontre", ""),
        ("lou", "Merci !", ""),
        ("animation", "C’est fait : envoyer la grille", "team"),
    ):
        assert await talk.times(who, words, kind) == 1, (who, words)
    for table, count in (
        ("ticket", 3),
        ("ticketmessage WHERE kind = 'answer'", 3),
        ("surveyanswer", 4),
        ("pairmember", 2),
        ("checkin", 3),
        ("action WHERE status = 'done'", 1),
    ):
        assert asked(talk.stage, f"SELECT COUNT(*) FROM {table}") == [str(count)], table


def nothing_tells(talk: Talk, number: int) -> None:
    """No row has both the question, or its number, and who asked; what was said to them is in the bytes of
    no file, those of the journal included; the log has neither the question nor the person.
    """
    # a content is JSON in a column: what is not ASCII is escaped in it
    about = re.compile(rf"{WORD}|n(°|\\+u00b0)(\s|\\+u00a0){number}\b|ticket:{number}\b")
    for table, text in rows(talk.stage.bot.database):
        if about.search(text):
            assert not [each for each in talk.traces if each in text], f"{table}: {text}"
    secrets = (
        "Elle paraît sans votre nom",
        f"à votre question n°\u00a0{number}",
        "Je la publie dans le salon",
    )
    for file in talk.stage.bot.folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for secret in secrets:
            for form in (secret.encode(), json.dumps(secret)[1:-1].encode()):
                assert form not in data, f"{file.name}: {secret}"
    log = talk.stage.bot.log.read_text()
    assert not [each for each in (*talk.traces, WORD) if each in log]
