"""A server that comes and goes, a network that cuts, delays and refuses:
nothing lost, nothing twice, and nobody's server is hammered.
"""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support import fault_proxy as bad
from tests.support.fault_proxy import FaultProxy
from tests.support.process_stage import ProcessStage, process_stage

TROUBLES = {
    "cut before it arrives": bad.cut_before,
    "cut after it was done": bad.cut_after,
    "half an answer": bad.truncated,
    "slow": bad.delay(0.5),
    "429": bad.limited(500),
    "429, header only": bad.limited_by_header(1),
    "500": bad.broken(),
    "502": bad.bad_gateway(),
}


@dataclass
class Network:
    """What lies between the bot and its server:
    it is known how many requests a command costs, with and without trouble.
    """

    stage: ProcessStage
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    @property
    def proxy(self) -> FaultProxy:
        assert self.stage.proxy is not None
        return self.stage.proxy

    async def warm_up(self) -> None:
        """Every room is known and its keys are shared: what follows costs what it costs every day."""
        await self.stage.burst(10, self.chance)
        await self.stage.assert_all_answered()

    async def carries(self, commands: int, wasted: int = 0) -> None:
        """All is answered at the cost of a sync that brings it, a send, a sync
        that brings that back, now and then keys; and what was `wasted`.
        """
        self.proxy.requests.clear()
        await self.stage.burst(commands, self.chance)
        await self.stage.assert_all_answered()
        assert self.proxy.count() <= 3 * commands + 10 + wasted, self.proxy.requests


@pytest.mark.parametrize(
    ("commands", "hits"),
    [
        pytest.param(4, (2, 4, 5), id="tenth", marks=pytest.mark.long),
        pytest.param(40, (2, 3, 5, 8, 13, 21, 34, 55), id="full", marks=pytest.mark.long),
    ],
)
async def test_whatever_the_network_does_nothing_is_lost_or_twice_and_requests_are_few(
    tmp_path: Path, commands: int, hits: tuple[int, ...]
) -> None:
    async with process_stage(tmp_path, proxied=True) as stage:
        network = Network(stage)
        await network.warm_up()
        await network.carries(2 * commands)
        for name, entry in TROUBLES.items():
            rule = network.proxy.on("*", "*", entry, bad.nth(*hits))
            await network.carries(commands, wasted=3 * len(hits))
            assert rule.matched >= hits[2], f"{name}: the bot has not met it"
            network.proxy.heal()
        await stage.assert_nothing_repeated()
        # A 429 that does not say how long comes last: the bot then leaves five seconds between any two
        # messages.
        network.proxy.on("*", "*", bad.limited_by_a_gateway(), bad.nth(1, 3))
        await network.carries(1, wasted=6)


@pytest.mark.parametrize("how", ["restarted", pytest.param("out of reach", marks=pytest.mark.long)])
async def test_the_server_away_for_a_while(tmp_path: Path, how: str) -> None:
    async with process_stage(tmp_path, proxied=True) as stage:
        network = Network(stage)
        await network.warm_up()
        talk = asyncio.create_task(network.carries(12, wasted=30))
        if how == "restarted":
            await stage.homeserver.kill()
            await stage.bot.wait_for_log("trying again")
            await stage.homeserver.start()
        else:
            await network.proxy.down()
            await stage.bot.wait_for_log("trying again")
            await network.proxy.up()
        await talk
        await stage.assert_nothing_repeated()
