"""A fault-injecting proxy, on loopback before the homeserver: it cuts, delays, refuses or garbles by rule."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

from bot.demo.homeserver import free_port

HOP_BY_HOP = {"host", "connection", "keep-alive", "transfer-encoding", "content-length"}
Upstream = Callable[[], Awaitable[web.Response]]
Fault = Callable[[web.Request, Upstream], Awaitable[web.StreamResponse]]
Selector = Callable[[int], bool]


def nth(*numbers: int) -> Selector:
    """Only these of the matching requests, counted from 1 since the rule was set."""
    return lambda number: number in numbers


def first(count: int) -> Selector:
    return lambda number: number <= count


def every(step: int) -> Selector:
    return lambda number: number % step == 0


def always(_: int) -> bool:
    return True


@dataclass
class Rule:
    method: str
    path: str
    fault: Fault
    which: Selector
    matched: int = 0

    def takes(self, request: web.Request) -> bool:
        if not (fnmatchcase(request.method, self.method) and fnmatchcase(request.path, self.path)):
            return False
        self.matched += 1
        return self.which(self.matched)


@dataclass
class FaultProxy:
    """`url` stands for `upstream`. `rules` may be changed while it runs;
    the first that takes a request decides.
    """

    upstream: str
    rules: list[Rule] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)  # (method, path) of all that arrived

    def __post_init__(self) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**27)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        self._web = aiohttp.ClientSession(auto_decompress=False)
        await self._runner.setup()
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._drop()
        await self._web.close()
        await self._runner.cleanup()

    def on(self, method: str, path: str, act: Fault, which: Selector = always) -> Rule:
        """Rule for `path` as in fnmatch, without the query: ("PUT", "*/send/*", cut_after, nth(2))."""
        rule = Rule(method, path, act, which)
        self.rules.append(rule)
        return rule

    def heal(self) -> None:
        self.rules.clear()

    def count(self, method: str = "*", path: str = "*") -> int:
        return sum(fnmatchcase(verb, method) and fnmatchcase(place, path) for verb, place in self.requests)

    async def down(self) -> None:
        """Refuse connections, and drop those that are open."""
        await self._site.stop()
        self._drop()

    async def up(self) -> None:
        """Listen again, on the same port."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()

    def _drop(self) -> None:
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport:
                connection.transport.abort()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        body = await request.read()
        act = next((rule.fault for rule in self.rules if rule.takes(request)), None)

        async def upstream() -> web.Response:
            return await self._forward(request, body)

        return await (act(request, upstream) if act else upstream())

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        url = self.upstream + request.raw_path
        try:
            async with self._web.request(
                request.method, URL(url, encoded=True), headers=headers, data=body
            ) as answer:
                kept = {
                    name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP
                }
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except aiohttp.ClientError:
            return _page(502, "Bad Gateway")


# --- what a rule may do


async def cut_before(request: web.Request, _: Upstream) -> web.StreamResponse:
    """The request never arrives."""
    return _abort(request, web.Response())


async def cut_after(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    """It was done, and nobody is told."""
    return _abort(request, await upstream())


def lost(struck: asyncio.Event, done: bool) -> Fault:
    """The request has its effect or not; nobody hears of it. `struck`: set then."""

    async def act(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        if done:
            await upstream()
        struck.set()
        await asyncio.Event().wait()
        raise AssertionError

    return act


async def truncated(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    """Announces a whole answer, sends half of it, hangs up."""
    whole = await upstream()
    body = whole.body if isinstance(whole.body, bytes) else b""
    answer = web.StreamResponse(
        status=whole.status, headers={"Content-Type": "application/json", "Content-Length": str(len(body))}
    )
    await answer.prepare(request)
    await answer.write(body[: len(body) // 2])
    return _abort(request, answer)


def delay(seconds: float) -> Fault:
    async def act(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await upstream()

    return act


def limited(retry_after_ms: int) -> Fault:
    """429 as Synapse says it."""
    return _says(
        lambda: _json(
            429,
            {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": retry_after_ms},
        )
    )


def limited_by_header(seconds: int) -> Fault:
    """429 with the delay in Retry-After only."""
    return _says(
        lambda: _json(
            429, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}, {"Retry-After": str(seconds)}
        )
    )


def limited_by_a_gateway() -> Fault:
    """429 as a page for browsers: no delay, no JSON."""
    return _says(lambda: _page(429, "Too Many Requests"))


def broken() -> Fault:
    return _says(lambda: _json(500, {"errcode": "M_UNKNOWN", "error": "Internal server error"}))


def bad_gateway() -> Fault:
    return _says(lambda: _page(502, "Bad Gateway"))


def refused(status: int, errcode: str) -> Fault:
    return _says(lambda: _json(status, {"errcode": errcode, "error": "No."}))


def _says(answer: Callable[[], web.Response]) -> Fault:
    async def act(_: web.Request, __: Upstream) -> web.StreamResponse:
        return answer()

    return act


def _json(status: int, body: object, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status, text=json.dumps(body), content_type="application/json", headers=headers
    )


def _page(status: int, title: str) -> web.Response:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return web.Response(status=status, text=page, content_type="text/html")


def _abort(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Hang up; `answer` then goes nowhere."""
    if request.transport:
        request.transport.abort()
    return answer
