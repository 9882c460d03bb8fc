"""How the process ends and how it is refused: cleanly, at once, and with a word that tells what to do."""

import asyncio
import random
from pathlib import Path

import pytest
from aiohttp import web

from bot.demo.child import Child
from tests.support.bot_process import BotProcess
from tests.support.fault_proxy import Upstream
from tests.support.process_stage import process_stage


@pytest.fixture(autouse=True)
def started_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BotProcess, "child", Child)


@pytest.mark.long
async def test_told_to_stop_in_the_middle_of_its_work_it_ends_cleanly_and_loses_nothing(
    tmp_path: Path,
) -> None:
    chance = random.Random(1)
    async with process_stage(tmp_path) as stage:
        for _ in range(3):
            talk = asyncio.create_task(stage.burst(6, chance))
            await asyncio.sleep(chance.uniform(0, 0.7))
            assert await stage.bot.terminate() == 0
            assert " error " not in stage.bot.log_text()
            await talk
            stage.bot.start()
            await stage.bot.ready()
        await stage.assert_all_answered()
        await stage.assert_nothing_repeated()


@pytest.mark.long
async def test_a_server_that_keeps_it_waiting_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def never(_: web.Request, __: Upstream) -> web.StreamResponse:
        waiting.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with process_stage(tmp_path, encrypted=(), proxied=True) as stage:
        assert stage.proxy is not None
        stage.proxy.on("PUT", "*/send/*", never)
        await stage.says("camille", "network", "!ping bientôt")
        await waiting.wait()
        # Child.end kills it, and the code is another, when it takes too long
        assert await stage.bot.terminate() == 0
        stage.proxy.heal()
        stage.bot.start()
        await stage.assert_all_answered()


@pytest.mark.long
async def test_a_second_process_on_the_same_data_is_refused_with_a_word(tmp_path: Path) -> None:
    async with process_stage(tmp_path, encrypted=()) as stage:
        second = BotProcess(tmp_path / "second", stage.bot.settings)
        second.start()
        assert await second.ended() == 1
        assert f"Une autre Animatrice (processus {stage.bot.pid}) travaille déjà dans" in second.log_text()
        await stage.says("camille", "network", "!ping encore")
        await stage.assert_all_answered(["network"])
