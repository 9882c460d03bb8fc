"""The bot comes back after an absence:
everything said meanwhile is handled, in order, and what is stale is not run behind people's backs.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.cast import Cast
from bot.demo.chat import Line
from tests.support.dated_events import DatedEvents
from tests.support.process_stage import PEOPLE, TIMEOUT, ProcessStage, process_stage
from tests.support.synapse_fixture import BOT

GAP = 110  # events in a room: more than the 100 that one sync brings of it


@pytest.mark.long
@pytest.mark.parametrize(
    "commands",
    [
        pytest.param(30, id="tenth"),
        pytest.param(300, id="full"),
    ],
)
async def test_all_that_was_asked_while_it_was_away_is_answered_in_order(
    tmp_path: Path, commands: int, chance: random.Random
) -> None:
    async with process_stage(tmp_path, encrypted=("help",)) as stage:
        assert await stage.bot.terminate() == 0
        await stage.burst(commands * 2 // 3, chance)
        await asyncio.gather(*(chat(stage, who, GAP // len(PEOPLE) + 1) for who in PEOPLE))
        await stage.burst(commands // 3, chance)
        stage.bot.start()
        await stage.assert_all_answered()
        await stage.assert_nothing_repeated()


async def chat(stage: ProcessStage, who: str, count: int) -> None:
    """People among themselves: none of it is for the bot."""
    for number in range(count):
        for kind in ("network", "help"):
            await stage.cast[who].send_raw(
                stage.room(kind), "m.room.message", {"msgtype": "m.text", "body": f"Bonjour {number}"}
            )


@pytest.mark.long
async def test_what_was_asked_more_than_an_hour_ago_is_not_run_and_told_once_in_open_hours(
    tmp_path: Path,
) -> None:
    past, now = DatedEvents(tmp_path), datetime.now(UTC)

    async def bot_came_yesterday(cast: Cast) -> None:
        for room in cast.rooms.values():
            await past.joins(BOT, room, now - timedelta(days=1))

    async with process_stage(
        tmp_path, encrypted=(), homeserver=past.homeserver, prepare=bot_came_yesterday
    ) as stage:
        assert await stage.bot.terminate() == 0
        camille, lou = stage.cast["camille"].user_id, stage.cast["lou"].user_id
        await past.says(camille, stage.room("network"), "!ping vieux", now - timedelta(hours=3))
        await past.says(camille, stage.room("network"), "!contact", now - timedelta(hours=2))
        await past.says(lou, stage.room("network"), "!ping ancien", now - timedelta(minutes=90))
        await past.says(lou, stage.room("help"), "!ping entraide", now - timedelta(minutes=90))
        await past.says(lou, stage.room("open"), "!ping récent", now - timedelta(minutes=30))

        # In the evening: what is recent is answered, what is stale waits without a word.
        stage.bot.start("--clock", "2031-03-10T20:00")
        await stage.wait_until_caught_up()
        assert said(await stage.reads("open")) == ["pong récent"]
        assert said(await stage.reads("network")) == said(await stage.reads("help")) == []

        # The next morning: one line for each person and room.
        await stage.bot.restart("--clock", "2031-03-11T08:31")
        network = said(
            await stage.morgan.wait_for(stage.room("network"), lambda lines: len(said(lines)) > 1, TIMEOUT)
        )
        help = said(await stage.morgan.wait_for(stage.room("help"), said, TIMEOUT))
        assert [line.split(",")[0] for line in network] == ["Camille", "Lou"]
        assert "contact" in network[0]
        assert "ping ancien" in network[1]
        assert [line.split(",")[0] for line in help] == ["Lou"]

        # Another start says none of it again.
        await stage.bot.restart("--clock", "2031-03-11T08:40")
        await stage.wait_until_caught_up()
        assert (said(await stage.reads("network")), said(await stage.reads("help"))) == (network, help)


def said(lines: Sequence[Line]) -> list[str]:
    """All that the bot says, but for its answers to the last question of `wait_until_caught_up`."""
    return [line.text for line in lines if line.sender_id == BOT and line.text != "pong"]
