"""The bot killed between any two steps of the day of a meeting: nobody is counted twice or forgotten, and
what is said is said once.
"""

import asyncio
import random
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from bot.demo.person import Person
from tests.support.fault_proxy import lost, nth
from tests.support.meeting_process import announce_meeting, bot_texts, open_private_room
from tests.support.process_stage import PEOPLE, ProcessStage, process_stage, until

BEFORE, DAY, LATER, AFTER = "2027-03-01T09:35", "2027-03-16T09:35", "2027-03-16T09:45", "2027-03-17T09:05"
REQUESTS = [("PUT", "*/send/m.room.message/*"), ("PUT", "*/send/*"), ("GET", "*/sync")]
A_WHILE = 3.0  # seconds: what is to be struck may not happen


def asked(stage: ProcessStage, query: str) -> list[str]:
    """The first column, as the database has it."""
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        return [str(row[0]) for row in database.execute(query)]


async def struck_down(stage: ProcessStage, clock: str, chance: random.Random) -> None:
    """It runs until some request has its effect or not and is never answered; is killed, and comes back."""
    assert stage.proxy is not None
    struck = asyncio.Event()
    stage.proxy.on(*chance.choice(REQUESTS), lost(struck, chance.random() < 0.5), nth(chance.randint(1, 6)))
    stage.bot.start("--clock", clock)
    with suppress(TimeoutError):
        async with asyncio.timeout(A_WHILE):
            await struck.wait()
    await stage.bot.kill()
    stage.proxy.heal()
    stage.bot.start("--clock", clock)
    await stage.bot.ready()


async def said(person: Person, room: str, beginning: str) -> int:
    return sum(text.startswith(beginning) for text in bot_texts(await person.sees(room)))


@pytest.mark.long
@pytest.mark.parametrize("tries", [pytest.param(1, id="once"), pytest.param(3, id="thrice")])
async def test_killed_between_any_two_steps_everybody_is_counted_once(
    tmp_path: Path, tries: int, chance: random.Random
) -> None:
    async with process_stage(tmp_path, encrypted=(), proxied=True, options=("--clock", BEFORE)) as stage:
        team, network = stage.room("team"), stage.room("network")
        rooms = {who: await open_private_room(stage.cast[who]) for who in PEOPLE}
        meeting = await announce_meeting(stage, "16 mars 2027", len(PEOPLE))
        await stage.bot.kill()

        await stage.morgan.says(team, f"!pointage {meeting.name}")
        for _ in range(tries):
            await stage.bot.kill()
            await struck_down(stage, DAY, chance)
            await until(lambda: has(stage, "SELECT word FROM rollcall", 1))
        await until(lambda: heard(stage.morgan, network, "Rencontre du mardi 16 mars"))
        await stage.bot.kill()
        word, there = asked(stage, "SELECT word FROM rollcall"), "SELECT person FROM checkin"

        for who, room in rooms.items():
            await stage.cast[who].says(room, word[0])
        await struck_down(stage, LATER, chance)
        await until(lambda: has(stage, there, len(PEOPLE)))
        await stage.bot.kill()

        await struck_down(stage, AFTER, chance)
        await until(lambda: heard(stage.morgan, team, "Pointage clos"))
        for who, room in rooms.items():
            await until(partial(heard, stage.cast[who], room, "C’est noté"))
            assert await said(stage.cast[who], room, "C’est noté") == 1
        assert len(asked(stage, there)) == len(set(asked(stage, "SELECT number FROM checkin"))) == len(PEOPLE)
        assert await said(stage.morgan, team, "Pointage de la rencontre") == 1
        assert await said(stage.morgan, team, "Pointage clos") == 1
        assert await said(stage.morgan, network, "Rencontre du mardi 16 mars") == 1


async def has(stage: ProcessStage, query: str, count: int) -> bool:
    return len(asked(stage, query)) == count


async def heard(person: Person, room: str, beginning: str) -> bool:
    return await said(person, room, beginning) > 0
