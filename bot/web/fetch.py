"""One address, one answer: redirects followed one by one,
each through the guard, the host's turn and the limits.

- A fetch never raises for what the network does: the result is a Page. It raises only when cancelled.
- One request is one request: no hidden retry, no connection kept, no cookie, no proxy or password from the
  environment, TLS verified.
- A redirect from https to http is followed (nothing secret is sent), but its address is never one to keep.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from bot.matrix.errors import FileUnavailable
from bot.matrix.events import Event
from bot.time.clock import Clock
from bot.web.fetch_state import (
    AGENT,
    USUAL,
    Elsewhere,
    FetchState,
    FetchStopped,
    Limits,
    outcome_of,
    read_response,
)
from bot.web.response import FRANCE, PLAIN, FetchRequest, Locale, Page, retry_after, token
from bot.web.ssrf import Lookup, guarded_socket
from bot.web.throttle import HostBusy, HostThrottle

log = logging.getLogger(__name__)

BLIND_PAUSE = timedelta(minutes=1)  # when a 429 does not say how long
LONGEST_HEADER = 32_768  # bytes; some sites do send policies over aiohttp's 8 KiB


class Rooms(Protocol):
    """What a task may ask of our own rooms: see bot.services.Homeserver."""

    async def download(self, room: str, event_id: str, limit: int) -> bytes: ...

    async def event(self, room: str, event_id: str) -> Event | None: ...

    async def relations(self, room: str, event_id: str) -> Sequence[Event]: ...


class NoRooms:
    """For who only fetches."""

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        raise FileUnavailable("gone")

    async def event(self, room: str, event_id: str) -> Event | None:
        return None

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        return ()


NO_ROOMS = NoRooms()


class Web:
    """`allow_private`: for demo and tests.

    `rooms`: our homeserver: a task reaches all that is outside through this one object. `locale`: how what
    comes is read.
    """

    def __init__(
        self,
        clock: Clock,
        rooms: Rooms = NO_ROOMS,
        *,
        locale: Locale = FRANCE,
        allow_private: bool = False,
        limits: Limits = USUAL,
    ) -> None:
        self.rooms = rooms
        self.locale = locale
        self._clock = clock
        self._factory = None if allow_private else guarded_socket
        self._limits = limits
        self._agent = "".join(char for char in limits.agent if " " <= char <= "~") or AGENT
        self._throttle = HostThrottle(clock, limits)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Web":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def fetch(self, url: str, ask: FetchRequest = PLAIN) -> Page:
        state = FetchState(url, ask, seconds=self._limits.total, patience=self._limits.patience)
        try:
            state.go(url, lasting=True)
            while True:
                found = await self._hop(state)
                if isinstance(found, Page):
                    return found
                state.go(found.where, lasting=found.lasting)
        except FetchStopped as stop:
            return state.page(stop.outcome, stop.why)
        except HostBusy as held:
            return replace(state.page("limited", "the host is left alone for now"), retry_after=held.left)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one of them
            return state.page(*outcome_of(error))
        except Exception:
            log.exception("an answer of %s was not foreseen", urlsplit(state.url).hostname)
            return state.page("unreachable", "an answer that was not foreseen")

    async def _hop(self, state: FetchState) -> Page | Elsewhere:
        """One request, one answer."""
        host = (urlsplit(state.url).hostname or "").rstrip(".")
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with self._throttle.slot(host, state.patience):
            entered = loop.time()
            state.patience -= entered - began
            async with (
                asyncio.timeout(state.seconds),
                self._open().get(state.url, allow_redirects=False, headers=_headers(state.ask)) as answer,
            ):
                found = await read_response(state, answer)
            state.seconds -= loop.time() - entered
            return self._heeded(host, answer, found) if isinstance(found, Page) else found

    def _heeded(self, host: str, answer: aiohttp.ClientResponse, page: Page) -> Page:
        """A host that asks to be left alone is, whichever of its pages said so."""
        pause = retry_after(answer.headers, self._clock.now())
        if page.status == 429:
            pause = BLIND_PAUSE if pause is None else pause
        elif page.status != 503 or pause is None:
            return page
        self._throttle.pause(host, pause)
        return replace(page, outcome="limited", retry_after=pause)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A resolver and a factory of our own: the guard does not depend on what else is installed.
            connector = aiohttp.TCPConnector(
                resolver=Lookup(),
                use_dns_cache=False,
                socket_factory=self._factory,
                force_close=True,
                limit=0,
                ssl=True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self._limits.idle, sock_read=self._limits.idle
                ),
                middlewares=(_once,),
                trust_env=False,
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
            )
        return self._session


class _ConnectionLost(aiohttp.ClientError):
    """The connection was lost before an answer."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp repeats a GET whose connection was lost; whoever asks again must be seen asking."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _ConnectionLost(type(error).__name__) from error


def _headers(ask: FetchRequest) -> dict[str, str]:
    known = {"If-None-Match": token(ask.etag), "If-Modified-Since": token(ask.modified)}
    return {"Accept": ask.accept} | {name: value for name, value in known.items() if value}
