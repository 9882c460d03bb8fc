"""The room, in two worlds: the same scenario in memory and on a real Synapse."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.world import World, in_memory, on_synapse

# A busy machine makes an example slow, never wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(params=["memory", "synapse"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """For scenarios that must be true on a real server too."""
    opened = in_memory(tmp_path) if request.param == "memory" else on_synapse(tmp_path)
    async with opened as world:
        yield world


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[World]:
    """In memory only: for variations of what a `room` scenario has shown on Synapse."""
    async with in_memory(tmp_path) as world:
        yield world
