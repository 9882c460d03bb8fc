"""One request at a time per host, with a pause between two, and none while the host asked to be left alone.

A host is its name, whatever the port or the scheme. This lives in memory: after a restart it is the rows that
remember when to ask again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.time.clock import Clock
from bot.web.fetch_state import Limits

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MANY = 1000  # hosts, before those that mean nothing any more are forgotten


class HostBusy(Exception):
    """It is not our turn, and won't be for `left`."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(left)
        self.left = left


@dataclass
class _Host:
    """`rested`: from when (loop time) it may be asked again; `held`: until when it asked for peace."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rested: float = 0.0
    held: datetime = LONG_AGO
    guests: int = 0


class HostThrottle:
    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._hosts: dict[str, _Host] = {}

    def pause(self, name: str, pause: timedelta) -> None:
        host = self._host(name)
        host.held = max(host.held, self._clock.now() + pause)

    @asynccontextmanager
    async def slot(self, name: str, patience: float) -> AsyncIterator[None]:
        """Waits at most `patience` seconds; raises HostBusy."""
        host = self._host(name)
        host.guests += 1
        try:
            async with AsyncExitStack() as stack:
                try:
                    async with asyncio.timeout(patience):
                        await self._wait(host, stack)
                except TimeoutError:
                    raise HostBusy(timedelta(minutes=1)) from None
                yield
        finally:
            host.guests -= 1

    async def _wait(self, host: _Host, stack: AsyncExitStack) -> None:
        self._peace(host)
        await stack.enter_async_context(host.lock)
        self._peace(host)  # whoever went before may have been told
        await asyncio.sleep(host.rested - asyncio.get_running_loop().time())
        await stack.enter_async_context(self._places)
        stack.callback(self._rest, host)

    def _peace(self, host: _Host) -> None:
        if (left := host.held - self._clock.now()) > timedelta(0):
            raise HostBusy(left)

    def _rest(self, host: _Host) -> None:
        host.rested = asyncio.get_running_loop().time() + self._limits.pause

    def _host(self, name: str) -> _Host:
        if len(self._hosts) > MANY and name not in self._hosts:
            now, moment = self._clock.now(), asyncio.get_running_loop().time()
            self._hosts = {
                key: host
                for key, host in self._hosts.items()
                if host.guests or host.held > now or host.rested > moment
            }
        return self._hosts.setdefault(name, _Host())
