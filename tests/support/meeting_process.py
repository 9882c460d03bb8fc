"""Meetings in process-level tests, what these do and read:
a meeting announced, what people are told of it, the seats that are kept.
"""

import asyncio
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from bot.demo.chat import Line
from bot.demo.person import Person
from tests.support.process_stage import TIMEOUT, ProcessStage
from tests.support.synapse_fixture import BOT

YES, REMOTE, MAYBE, NO = "✅", "💻", "❔", "❌"


@dataclass(frozen=True)
class AnnouncedMeeting:
    """A meeting in the network's room: its name, and the events of its card and of its line of counts."""

    name: str
    card: str
    counts: str


async def announce_meeting(stage: ProcessStage, day: str, seats: int) -> AnnouncedMeeting:
    """Entered and announced by Morgan. `day`: as people type it, "16 mars 2027"."""
    team = stage.room("team")
    text = (
        f"!rencontre nouvelle date : {day} 9h30-12h30 | titre : Bilan | lieu : La Filature, Wambrecourt | "
        "accès : tram B | visio : https://visio.example.org/t1"
    )
    await stage.morgan.asks(team, f"{text} | places : {seats}", TIMEOUT)
    entered = await stage.morgan.asks(team, "oui", TIMEOUT)
    name = re.search(r"rencontre (\d{4}-T\d)", plain(entered.text))
    assert name, entered.text
    before = {line.id for line in await stage.reads("network")}
    preview = await stage.morgan.asks(team, f"!rencontre annoncer {name[1]}", TIMEOUT)
    number = re.search(r"(\d)\. Réseau", plain(preview.text))
    assert number, preview.text
    await stage.morgan.asks(team, number[1], TIMEOUT)
    await stage.morgan.asks(team, "maintenant", TIMEOUT)

    def fresh(lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.id not in before and line.sender_id == BOT]

    lines = await stage.morgan.wait_for(stage.room("network"), lambda lines: len(fresh(lines)) == 2, TIMEOUT)
    card = next(line for line in fresh(lines) if line.text.startswith("Rencontre du réseau"))
    counts = next(line for line in fresh(lines) if line.text.startswith("Réponses"))
    return AnnouncedMeeting(name[1], card.id, counts.id)


async def open_private_room(person: Person) -> str:
    """A room of the two, which the bot has joined."""
    room = await person.dm(BOT)

    async with asyncio.timeout(TIMEOUT):
        while BOT not in await person.members(room):  # noqa: ASYNC110 - it asks a server
            await asyncio.sleep(0.05)
    return room


def bot_texts(lines: Sequence[Line]) -> list[str]:
    """What the bot says there, as it reads now."""
    return [plain(line.text) for line in lines if line.sender_id == BOT and not line.removed]


def seat_states(stage: ProcessStage) -> dict[str, str]:
    """Who has one, is offered one or waits, in the order in which they asked; as the database has it."""
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT person, state FROM seat ORDER BY since, asked_by, person").fetchall()
    return {person.removeprefix("@").partition(":")[0]: state for person, state in found}


def plain(text: str) -> str:
    return re.sub(r"\s", " ", text)


async def last_offer(person: Person, room: str) -> str:
    """The event of what they were offered last."""
    return [line.id for line in await person.sees(room) if line.sender_id == BOT and "libère" in line.text][
        -1
    ]
