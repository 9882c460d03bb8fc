"""The database locked by somebody else, the disk full:
nothing is recorded as done that was not, and all is done once there is a way.
"""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.process_stage import ROOMS, ProcessStage, apologies, process_stage, unanswered


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """As a backup tool or a curious operator does it: another process writes, and takes its time."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


async def all_answered_without_excuses(stage: ProcessStage) -> None:
    await stage.assert_all_answered()
    await stage.assert_nothing_repeated()
    for kind in ROOMS:
        assert not apologies(await stage.reads(kind)), "it was nobody's bug"
    with closing(sqlite3.connect(stage.bot.database)) as database:
        assert set(database.execute("SELECT DISTINCT outcome FROM heard")) <= {("done",), ("ignored",)}


@pytest.mark.long
@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(4, id="fifth"),
        pytest.param(20, id="full"),
    ],
)
async def test_a_locked_database_delays_and_nothing_else(tmp_path: Path, seconds: float) -> None:
    chance = random.Random(11)
    async with process_stage(tmp_path) as stage:
        await stage.burst(3, chance)
        talk = asyncio.create_task(stage.burst(6, chance))
        with locked(stage.bot.database):
            await asyncio.sleep(seconds)
            await talk
            await stage.bot.wait_for_log("database trouble")
        await all_answered_without_excuses(stage)

        # Killed and started while it is locked: the same.
        with locked(stage.bot.database):
            await stage.burst(6, chance)
            await stage.bot.kill()
            stage.bot.start()
            await asyncio.sleep(seconds)
        await all_answered_without_excuses(stage)


@pytest.mark.parametrize("killed", [pytest.param(False, marks=pytest.mark.long), True])
async def test_a_full_disk_delays_and_nothing_else(tmp_path: Path, killed: bool) -> None:
    chance = random.Random(13)
    async with process_stage(tmp_path) as stage:
        await stage.burst(3, chance)
        await stage.assert_all_answered()
        stage.bot.fill_disk()
        await stage.burst(9, chance)
        await stage.bot.wait_for_log("database trouble")
        lost = [unanswered(await stage.reads(kind)) for kind in ROOMS]
        assert any(lost), "it has nowhere to write that it answered"
        if killed:
            await stage.bot.kill()
            stage.bot.start()
        else:
            stage.bot.free_disk()
        await all_answered_without_excuses(stage)
