"""Fires when something is due. APScheduler serves as a clock only:
what is due, and what was done, live in our tables.

A timer counts the seconds that the machine is awake, so a laptop's sleep or a change of its clock would make
it late: a slow heartbeat looks at the clock itself.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.time.clock import Clock

HEARTBEAT = timedelta(seconds=20)


class WakeupTimer:
    """Made in a running event loop. `fire`:
    called in that loop, once each time the moment that was set has come.
    """

    def __init__(self, clock: Clock, fire: Callable[[], object], heartbeat: timedelta = HEARTBEAT) -> None:
        self._clock = clock
        self._fire = fire
        self._interval = heartbeat.total_seconds()
        self._at: datetime | None = None
        self._alarm = AsyncIOScheduler(timezone=UTC)
        self._alarm.start()
        self._heartbeat = asyncio.get_running_loop().call_later(self._interval, self._on_heartbeat)

    def set(self, at: datetime | None) -> None:
        """Sets the next moment, instead of the one before; one in the past fires at once, None never does."""
        self._at = at
        self._alarm.remove_all_jobs()
        if at is not None:
            self._alarm.add_job(
                self._check_in_loop, "date", run_date=self._clock.machine(at), misfire_grace_time=None
            )

    def stop(self) -> None:
        self._at = None
        self._heartbeat.cancel()
        self._alarm.shutdown(wait=False)

    async def _check_in_loop(self) -> None:
        self._check()  # behind a coroutine: APScheduler would run a plain function in a thread

    def _check(self) -> None:
        if self._at is not None and self._clock.now() >= self._at:
            self._at = None
            self._fire()

    def _on_heartbeat(self) -> None:
        self._heartbeat = asyncio.get_running_loop().call_later(self._interval, self._on_heartbeat)
        self._check()
