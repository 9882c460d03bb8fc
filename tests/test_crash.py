"""The bot killed at random moments in the middle of its work: nothing lost, nothing twice, the order kept."""

import asyncio
import random
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.fault_proxy import Fault, Upstream
from tests.support.process_stage import ROOMS, TIMEOUT, ProcessStage, process_stage

NEWS = "Le compte rendu de Marquemont est en ligne."
MOMENTS = [
    ("PUT", "*/send/m.room.message/*"),
    ("PUT", "*/send/m.room.encrypted/*"),
    ("PUT", "*/sendToDevice/*"),
    ("GET", "*/sync"),
]


@pytest.mark.parametrize(
    ("commands", "kills"),
    [pytest.param(25, 2, id="tenth"), pytest.param(250, 20, id="full", marks=pytest.mark.long)],
)
async def test_killed_at_random_moments_it_answers_everything_once_and_in_order(
    tmp_path: Path, commands: int, kills: int, chance: random.Random
) -> None:
    async with process_stage(tmp_path, encrypted=("help",)) as stage:
        news = asyncio.create_task(stage.announce(NEWS))
        for _ in range(kills):
            talk = asyncio.create_task(stage.burst(commands // kills, chance))
            await kill_at_random(stage, chance)
            await talk
        await stage.burst(commands % kills, chance)
        await news
        await stage.assert_all_answered()
        await stage.assert_announced(NEWS)
        await stage.assert_nothing_repeated()


async def kill_at_random(stage: ProcessStage, chance: random.Random) -> None:
    """Mostly while it works; sometimes while it starts, catches up, or has just begun to listen."""
    if chance.random() < 0.8:
        await stage.bot.ready()
    await asyncio.sleep(chance.uniform(0, 1.5))
    await stage.bot.kill()
    stage.bot.start()


@pytest.mark.long
@pytest.mark.parametrize(
    "done",
    [
        pytest.param(True, id="once the server has it"),
        pytest.param(False, id="before the server has it"),
    ],
)
async def test_killed_at_the_very_moment_of_a_request(tmp_path: Path, done: bool) -> None:
    async with process_stage(tmp_path, proxied=True) as stage:
        assert stage.proxy is not None
        for method, path in MOMENTS:
            reached = asyncio.Event()
            stage.proxy.on(method, path, stopping_there(reached, done))
            for kind in ROOMS:
                await stage.says("camille", kind, f"!ping {path} {kind}")
            async with asyncio.timeout(TIMEOUT):
                await reached.wait()
            await stage.bot.kill()
            stage.proxy.heal()
            stage.bot.start()
            await stage.bot.ready()
            await stage.assert_all_answered()
            await stage.bot.restart()  # a new life shares new keys
        await stage.assert_nothing_repeated()


def stopping_there(reached: asyncio.Event, done: bool) -> Fault:
    async def entry(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream() if done else web.Response()
        reached.set()
        await asyncio.Event().wait()
        return answer

    return entry
