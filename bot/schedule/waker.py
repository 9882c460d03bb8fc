"""Wakes the bot at the moment something is due: APScheduler as a clock and nothing else.

What is due, and what was done, live in our tables; a wake-up that is missed costs nothing but the rest of one long poll.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.schedule.clock import Clock

WAKE_UP = "wake-up"


class Waker:
    """Needs a running event loop. `ring` is called in it."""

    def __init__(self, clock: Clock, ring: Callable[[], object]) -> None:
        self._clock = clock
        self._ring = ring
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.start()

    def arm(self, at: datetime | None) -> None:
        """Rings once at that instant of our clock, at once if it is past; replaces what was armed before. None: not at all."""
        if at is None:
            if self._scheduler.get_job(WAKE_UP):
                self._scheduler.remove_job(WAKE_UP)
            return
        # Its default grace of one second would drop a ring that the machine slept through.
        trigger = DateTrigger(at - self._clock.offset)
        self._scheduler.add_job(self._ring, trigger, id=WAKE_UP, replace_existing=True, misfire_grace_time=None)

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
