"""The bad network does what its rules say and nothing else: the tests of trouble stand on it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from yarl import URL

from bot.demo.homeserver import Homeserver, free_port
from bot.demo.person import Person
from tests.support import fault_proxy as bad
from tests.support.fault_proxy import FaultProxy

Net = tuple[FaultProxy, list[str], aiohttp.ClientSession]


@pytest_asyncio.fixture
async def net() -> AsyncIterator[Net]:
    """A proxy, what its upstream was asked, and a client."""
    arrived: list[str] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        arrived.append(f"{request.method} {request.raw_path} {await request.text()}".strip())
        return web.json_response({"said": "x" * 1000}, headers={"X-Kept": "yes"})

    server = web.Server(handle)
    runner = web.ServerRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port := free_port()).start()
    async with FaultProxy(f"http://127.0.0.1:{port}") as proxy, aiohttp.ClientSession() as client:
        yield proxy, arrived, client
    await runner.cleanup()


async def test_without_rules_everything_passes_untouched(net: Net) -> None:
    proxy, arrived, client = net
    async with client.put(URL(f"{proxy.url}/send/%21a%2Fb?x=%3A", encoded=True), data="body") as answer:
        assert (answer.status, answer.headers["X-Kept"], await answer.json()) == (
            200,
            "yes",
            {"said": "x" * 1000},
        )
    assert arrived == ["PUT /send/%21a%2Fb?x=%3A body"]


@pytest.mark.parametrize(
    ("act", "done"), [(bad.cut_before, []), (bad.cut_after, ["POST /sync"]), (bad.truncated, ["POST /sync"])]
)
async def test_a_cut_connection_gives_no_answer(net: Net, act: bad.Fault, done: list[str]) -> None:
    proxy, arrived, client = net
    proxy.on("POST", "/sync", act)
    with pytest.raises(aiohttp.ClientError):
        # aiohttp tries a GET or PUT once more by itself when the connection is lost.
        async with client.post(f"{proxy.url}/sync") as answer:
            await answer.read()
    assert arrived == done


async def read(client: aiohttp.ClientSession, proxy: FaultProxy) -> tuple[int, str, str]:
    async with client.get(f"{proxy.url}/sync") as answer:
        return answer.status, answer.content_type, await answer.text()


@pytest.mark.parametrize(
    ("act", "status", "type", "part"),
    [
        (bad.limited(1500), 429, "application/json", '"retry_after_ms": 1500'),
        (bad.limited_by_a_gateway(), 429, "text/html", "<h1>"),
        (bad.broken(), 500, "application/json", "M_UNKNOWN"),
        (bad.bad_gateway(), 502, "text/html", "<h1>"),
        (bad.refused(403, "M_FORBIDDEN"), 403, "application/json", "M_FORBIDDEN"),
    ],
)
async def test_an_answer_of_its_own_spares_the_upstream(
    net: Net, act: bad.Fault, status: int, type: str, part: str
) -> None:
    proxy, arrived, client = net
    proxy.on("*", "*", act)
    found = await read(client, proxy)
    assert found[:2] == (status, type)
    assert part in found[2]
    assert arrived == []


async def test_a_delay_may_be_told_in_the_header_alone(net: Net) -> None:
    proxy, _, client = net
    proxy.on("GET", "/sync", bad.limited_by_header(3))
    async with client.get(f"{proxy.url}/sync") as answer:
        assert (answer.status, answer.headers["Retry-After"], "retry_after_ms" in await answer.json()) == (
            429,
            "3",
            False,
        )


async def test_a_delayed_answer_is_the_upstream_s(net: Net) -> None:
    proxy, arrived, client = net
    proxy.on("GET", "/sync", bad.delay(0.01))
    assert (await read(client, proxy))[0] == 200
    assert arrived == ["GET /sync"]


@pytest.mark.parametrize(
    ("which", "statuses"),
    [
        (bad.nth(2), [200, 500, 200, 200]),
        (bad.first(2), [500, 500, 200, 200]),
        (bad.every(2), [200, 500, 200, 500]),
        (bad.always, [500] * 4),
    ],
)
async def test_a_rule_may_take_only_some_of_the_requests(
    net: Net, which: bad.Selector, statuses: list[int]
) -> None:
    proxy, _, client = net
    proxy.on("GET", "/s*c", bad.broken(), which)
    proxy.on("PUT", "*", bad.bad_gateway())
    assert [(await read(client, proxy))[0] for _ in range(4)] == statuses
    assert (proxy.count(), proxy.count("GET", "/sync"), proxy.count("PUT")) == (4, 4, 0)
    proxy.heal()
    assert (await read(client, proxy))[0] == 200


async def test_down_refuses_until_it_is_up_again(net: Net) -> None:
    proxy, arrived, client = net
    await read(client, proxy)
    await proxy.down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await read(client, proxy)
    await proxy.up()
    assert (await read(client, proxy))[0] == 200
    assert len(arrived) == 2


async def test_going_down_drops_what_was_waiting(net: Net) -> None:
    proxy, _, client = net

    async def down(
        request: web.Request, upstream: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        await proxy.down()
        return await upstream()

    proxy.on("GET", "/sync", down)
    with pytest.raises(aiohttp.ClientError):
        await read(client, proxy)


async def test_an_upstream_that_is_away_is_a_bad_gateway(net: Net) -> None:
    proxy, _, client = net
    proxy.upstream = f"http://127.0.0.1:{free_port()}"
    assert (await read(client, proxy))[:2] == (502, "text/html")


async def test_someone_speaks_through_it_to_a_real_server() -> None:
    async with Homeserver() as homeserver, FaultProxy(homeserver.url) as proxy:
        account = await homeserver.register("camille", "secret", "Camille")
        async with Person(proxy.url, account, "Camille") as camille:
            room = await camille.create_room("Essai", encrypted=True)
            proxy.on("PUT", "*/send/*", bad.cut_after, bad.first(2))
            proxy.on("PUT", "*/send/*", bad.limited(1), bad.first(1))
            proxy.on("GET", "*/sync", bad.truncated, bad.every(2))
            await camille.says(room, "une fois")
            assert [line.text for line in await camille.sees(room)] == ["une fois"]
        assert proxy.count("PUT", "*/send/*") == 4
