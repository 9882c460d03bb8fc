"""Rings when something is due. APScheduler serves as a clock only: what is due, and what was done, live in our tables.

A timer counts the seconds that the machine is awake, so a laptop's sleep or a change of its clock would make it late: a slow heartbeat looks at
the clock itself.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.time.clock import Clock

BEAT = timedelta(seconds=20)


class WakeupTimer:
    """Made in a running event loop. `ring`: called in that loop, once each time the moment that was set has come."""

    def __init__(self, clock: Clock, ring: Callable[[], object], beat: timedelta = BEAT) -> None:
        self._clock = clock
        self._ring = ring
        self._beat = beat.total_seconds()
        self._at: datetime | None = None
        self._alarm = AsyncIOScheduler(timezone=UTC)
        self._alarm.start()
        self._heart = asyncio.get_running_loop().call_later(self._beat, self._pulse)

    def set(self, at: datetime | None) -> None:
        """Sets the next moment, instead of the one before; one in the past rings at once, None never does."""
        self._at = at
        self._alarm.remove_all_jobs()
        if at is not None:
            self._alarm.add_job(self._look_now, "date", run_date=self._clock.machine(at), misfire_grace_time=None)

    def stop(self) -> None:
        self._at = None
        self._heart.cancel()
        self._alarm.shutdown(wait=False)

    async def _look_now(self) -> None:
        self._look()  # behind a coroutine: APScheduler would run a plain function in a thread

    def _look(self) -> None:
        if self._at is not None and self._clock.now() >= self._at:
            self._at = None
            self._ring()

    def _pulse(self) -> None:
        self._heart = asyncio.get_running_loop().call_later(self._beat, self._pulse)
        self._look()
