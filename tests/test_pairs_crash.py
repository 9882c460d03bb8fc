"""The bot killed while it draws, introduces and asks: no pair twice, nobody forgotten."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage.pairs import pairs
from tests.support.meeting_process import bot_texts, open_private_room
from tests.support.process_stage import PEOPLE, TIMEOUT, ProcessStage, process_stage
from tests.support.world import PARIS, MemoryWorld

START = datetime(2026, 11, 30, 10, 0)  # noqa: DTZ001 - as --clock reads it, at the network's hour
DRAW = datetime(2026, 12, 1, 10, 0)  # noqa: DTZ001
ASKED = DRAW + timedelta(days=14)
TOPIC = "Pause-café (décembre)"


async def test_killed_in_the_middle_of_a_turn_each_is_told_once_and_asked_once(quick: MemoryWorld) -> None:
    rooms = {who: await quick.direct(who) for who in PEOPLE}
    for who, room in rooms.items():
        await quick.says(who, "cafe oui", room)
    for moment in (DRAW, DRAW + timedelta(minutes=1), ASKED, ASKED + timedelta(minutes=1)):
        quick.clock.offset += moment.replace(tzinfo=PARIS) - quick.clock.now()
        for begun in (True, False):
            await quick.kill(asyncio.ensure_future(quick.app.turn(0)) if begun else None)
            await quick.start()
    for room in rooms.values():
        told = Counter(text.partition("\n")[0] for text in await quick.reads(room) if TOPIC in text)
        assert len(told) == 2
        assert set(told.values()) == {1}
    async with quick.db.read() as db:
        assert len(await pairs.history(db)) == 2


@pytest.mark.long
async def test_killed_at_random_around_the_draw_each_is_told_once(
    tmp_path: Path, chance: random.Random
) -> None:
    options = ("--clock", f"{START:%Y-%m-%dT%H:%M:%S}")
    async with process_stage(tmp_path, encrypted=(), options=options) as stage:
        rooms = {who: await open_private_room(stage.cast[who]) for who in PEOPLE}
        for who, room in rooms.items():
            await stage.cast[who].asks(room, "cafe oui", TIMEOUT)
        for moment in (DRAW, ASKED):
            for _ in range(5):
                await stage.bot.kill()
                stage.bot.start("--clock", f"{moment - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}")
                await asyncio.sleep(chance.uniform(0.5, 4))
            await stage.bot.kill()
            stage.bot.start("--clock", f"{moment + timedelta(minutes=2):%Y-%m-%dT%H:%M:%S}")
            await stage.bot.ready()
            for who in PEOPLE:
                await told(stage, who, rooms[who], 1 if moment == DRAW else 2)
        await stage.wait_until_caught_up()
        for who, room in rooms.items():
            texts = bot_texts(await stage.cast[who].sees(room))
            assert len([text for text in texts if TOPIC in text]) == 2
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        assert database.execute("SELECT number, COUNT(*) FROM pairseat GROUP BY number").fetchall() == [
            (0, 2),
            (1, 2),
        ]


async def told(stage: ProcessStage, who: str, room: str, times: int) -> None:
    await stage.cast[who].wait_for(
        room, lambda lines: len([text for text in bot_texts(lines) if TOPIC in text]) >= times, TIMEOUT
    )
