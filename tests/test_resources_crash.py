"""Killed between a card and its title, the bot reads the page after its restart:
the card is there once, and takes its title once.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.demo.chat import Line
from tests.support.http_server import Site, reply
from tests.support.process_stage import TIMEOUT, process_stage
from tests.support.synapse_fixture import BOT

READ = reply(200, b"<title>Diagnostic en marchant</title>", Content_Type="text/html")


@pytest.mark.long
async def test_killed_between_card_and_title_the_title_comes_after_the_restart_once(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def hangs(_: Any) -> None:
        asked.set()
        await asyncio.Event().wait()

    options = ("--clock", "2026-11-23T10:00")
    async with (
        Site() as site,
        process_stage(tmp_path, encrypted=(), options=options, web={"allow_private": True}) as stage,
    ):
        site.says("/page", hangs, READ)
        await stage.says(
            "camille", "network", f"!recommander {site.url('/page')} #cadre-de-vie très pratique"
        )
        async with asyncio.timeout(TIMEOUT):
            await asked.wait()
        await stage.bot.kill()
        stage.bot.start("--clock", "2026-11-23T10:05")
        await stage.cast["animation"].wait_for(
            stage.room("network"), lambda lines: "Diagnostic en marchant" in _cards(lines)[0], TIMEOUT
        )
        await stage.wait_until_caught_up()
        assert len(_cards(await stage.reads("network"))) == 1
        assert site.asked == ["/page", "/page"]


def _cards(lines: list[Line]) -> list[str]:
    return [line.text for line in lines if line.sender_id == BOT and line.text.startswith("Fiche 1")] or [""]
