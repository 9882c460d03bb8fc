"""The bot killed at random moments in the middle of its work: nothing lost, nothing twice, the order kept."""

import asyncio
import random
import secrets
from pathlib import Path

import pytest

from tests.stage import Stage, stage

NEWS = "Le compte rendu de Marquemont est en ligne."


@pytest.mark.parametrize(
    ("commands", "kills"),
    [pytest.param(25, 2, id="tenth"), pytest.param(250, 20, id="full", marks=pytest.mark.long)],
)
async def test_killed_at_random_moments_it_answers_everything_once_and_in_order(tmp_path: Path, commands: int, kills: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails, to try the same again
    chance = random.Random(seed)
    async with stage(tmp_path, encrypted=("help",)) as play:
        news = asyncio.create_task(play.announce(NEWS))
        for _ in range(kills):
            talk = asyncio.create_task(play.crowd(commands // kills, chance))
            await kill_at_random(play, chance)
            await talk
        await play.crowd(commands % kills, chance)
        await news
        await play.all_answered()
        await play.announced(NEWS)
        await play.silent_now()


async def kill_at_random(play: Stage, chance: random.Random) -> None:
    """Mostly while it works; sometimes while it starts, catches up, or has just begun to listen."""
    if chance.random() < 0.8:
        await play.bot.ready()
    await asyncio.sleep(chance.uniform(0, 1.5))
    await play.bot.kill()
    play.bot.start()
