"""The throw-away Synapse: up quickly, gone without a trace."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.demo.child import Child
from bot.demo.homeserver import Account, Homeserver, HomeserverError

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module", autouse=True)
def cold() -> Iterator[None]:
    """As the demo starts them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Homeserver, "child", Child)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def homeserver() -> AsyncIterator[Homeserver]:
    async with Homeserver() as server:
        yield server


async def whoami(homeserver: Homeserver, account: Account) -> str:
    headers = {"Authorization": f"Bearer {account.access_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as web,
        web.get(f"{homeserver.url}/_matrix/client/v3/account/whoami") as answer,
    ):
        return str((await answer.json())["user_id"])


async def statuses_of_many_messages(homeserver: Homeserver, account: Account) -> set[int]:
    """More than the burst that Synapse allows by default."""
    headers = {"Authorization": f"Bearer {account.access_token}"}
    found = set()
    async with aiohttp.ClientSession(f"{homeserver.url}/_matrix/client/v3/", headers=headers) as web:
        async with web.post("createRoom", json={}) as answer:
            room = (await answer.json())["room_id"]
        for number in range(12):
            async with web.put(
                f"rooms/{room}/send/m.room.message/{number}", json={"msgtype": "m.text", "body": "x"}
            ) as answer:
                found.add(answer.status)
    return found


async def test_people_register_and_are_known_by_their_token(homeserver: Homeserver) -> None:
    account = await homeserver.register("camille", "secret", "Camille [Marquemont]")
    assert account.user_id == "@camille:reseau.example.org"
    assert await whoami(homeserver, account) == account.user_id


async def test_a_name_is_registered_once(homeserver: Homeserver) -> None:
    await homeserver.register("double", "secret")
    with pytest.raises(HomeserverError, match="double"):
        await homeserver.register("double", "secret")


@pytest.mark.parametrize("by", [pytest.param("restart", marks=pytest.mark.long), "kill"])
async def test_people_are_still_known_after(homeserver: Homeserver, by: str) -> None:
    account = await homeserver.register(f"before-{by}", "secret")
    url = homeserver.url
    if by == "restart":
        await homeserver.restart()
    else:
        await homeserver.kill()
        await homeserver.start()
    assert homeserver.url == url
    assert await whoami(homeserver, account) == account.user_id
    assert await homeserver.register(f"after-{by}", "secret")


async def test_nothing_is_limited_unless_asked_for(homeserver: Homeserver) -> None:
    account = await homeserver.register("talkative", "secret")
    assert await statuses_of_many_messages(homeserver, account) == {200}


@pytest.mark.long
async def test_the_limits_of_synapse_hold_for_messages_and_not_for_registration() -> None:
    async with Homeserver(rate_limits=True) as limited:
        accounts = [await limited.register(f"member{number}", "secret") for number in range(12)]
        assert await statuses_of_many_messages(limited, accounts[0]) == {200, 429}


@pytest.mark.long
async def test_nothing_is_left_of_it() -> None:
    async with Homeserver() as server:
        directory, pid = server.directory, server.pid
        assert pid is not None
        assert (directory / "homeserver.db").exists()
    assert not directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.long
async def test_a_directory_that_was_given_is_kept(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "here") as server:
        assert server.directory == tmp_path / "here"
    assert (tmp_path / "here" / "homeserver.db").exists()


@pytest.mark.long
async def test_one_that_cannot_start_says_why() -> None:
    server = Homeserver(extra={"database": {"name": "no such database"}})
    with pytest.raises(HomeserverError, match="no such database"):
        await server.start()
    await server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
async def test_it_dies_with_the_process_that_started_it() -> None:
    starts = (
        "import asyncio; from bot.demo.homeserver import Homeserver as H; h = H(); asyncio.run(h.start()); "
        "print(h.pid, flush=True); input()"
    )
    pipe = asyncio.subprocess.PIPE
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", starts, cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert parent.stdout
    ended = os.pidfd_open(int(await parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(ended, gone.set)
    async with asyncio.timeout(20):
        await gone.wait()
    asyncio.get_running_loop().remove_reader(ended)
    os.close(ended)
