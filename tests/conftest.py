"""The room, in two worlds: the same scenario in memory and on a real Synapse."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.app import load
from bot.declare import declarations
from bot.demo.homeserver import Homeserver
from bot.handlers import Handlers
from tests.warm import WarmChild, zygote
from tests.world import World, in_memory, on_synapse

# A busy machine makes an example slow, never wrong.
settings.register_profile("patient", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def warm_synapses() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            patch.setattr(Homeserver, "child", WarmChild)
        yield
    if zygote.cache_info().currsize:
        zygote().communicate()


@pytest.fixture
def handlers(request: pytest.FixtureRequest) -> Handlers:
    """The registry of this test's worlds, its own, with what its module declares: to be added to before the first thing is said."""
    made = load().copy()
    for declaration in declarations(request.module):
        made.add(declaration)
    return made


@pytest.fixture(params=["memory", "synapse"])
async def room(request: pytest.FixtureRequest, tmp_path: Path, handlers: Handlers) -> AsyncIterator[World]:
    """For scenarios that must be true on a real server too."""
    opened = (
        in_memory(tmp_path, handlers=handlers)
        if request.param == "memory"
        else on_synapse(tmp_path, handlers=handlers)
    )
    async with opened as world:
        yield world


@pytest.fixture
async def quick(tmp_path: Path, handlers: Handlers) -> AsyncIterator[World]:
    """In memory only: for variations of what a `room` scenario has shown on Synapse."""
    async with in_memory(tmp_path, handlers=handlers) as world:
        yield world
