"""The room, in two worlds: the same scenario in memory and on a real Synapse."""

import os
import random
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from bot.app import load
from bot.declare import declarations
from bot.demo.homeserver import Homeserver
from bot.handlers import Handlers
from tests.support.bot_process import BotProcess
from tests.support.fork_client import ForkedChild, stop_fork_servers
from tests.support.matrix_bot import MatrixFixture
from tests.support.world import World, in_memory, on_synapse

# A busy machine makes an example slow, never wrong.
settings.register_profile(
    "patient", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # bytes
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Half of what a test on Synapse took was waiting for a disk to have written what nobody will read again.
    os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="FOLDER", type=Path, help="keep the pictures of messages there")


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures go, if somebody asked for them."""
    folder: Path | None = request.config.getoption("--screenshots")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def fork_processes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            patch.setattr(Homeserver, "child", ForkedChild)
            patch.setattr(BotProcess, "child", ForkedChild)
        yield
    stop_fork_servers()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A scenario that Synapse adds nothing to is played there in the long runs."""
    for item in items:
        if _parameters(item).get("room") == "synapse" and not item.get_closest_marker("real"):
            item.add_marker(pytest.mark.long)


def _parameters(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


@pytest.fixture
def chance() -> random.Random:
    """Another one in each run; its seed is shown when the test fails, to try the same again."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201
    return random.Random(seed)


@pytest.fixture
def handlers(request: pytest.FixtureRequest) -> Handlers:
    """The registry of this test's worlds, its own, with what its module declares:
    to be added to before the first thing is said.
    """
    made = load().copy()
    for declaration in declarations(request.module):
        made.add(declaration)
    return made


@pytest.fixture(params=["memory", "synapse"])
async def room(request: pytest.FixtureRequest, tmp_path: Path, handlers: Handlers) -> AsyncIterator[World]:
    """For scenarios that must be true on a real server too.
    `@pytest.mark.real` says what of it they show; the others wait for the long runs.
    """
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def homeserver() -> AsyncIterator[Homeserver]:
    """One for the module."""
    async with Homeserver() as server:
        yield server


@pytest_asyncio.fixture
async def stage(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[MatrixFixture]:
    """A bot of bot.matrix alone, a member, and what stands between them."""
    async with MatrixFixture.open(homeserver, tmp_path) as stage:
        yield stage
