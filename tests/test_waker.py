"""The waker rings at the next moment that something is due, once, on the clock of this process."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedule.wakeup import WakeupTimer
from bot.time.clock import Clock

SOON = 10.0  # seconds: how long a test waits for what should come at once
NEVER = timedelta(hours=1)


class Bell:
    def __init__(self) -> None:
        self.rung = 0
        self._rang = asyncio.Event()

    def ring(self) -> None:
        self.rung += 1
        self._rang.set()

    async def next(self) -> None:
        async with asyncio.timeout(SOON):
            await self._rang.wait()
        self._rang.clear()


@pytest.fixture
def clock() -> Clock:
    return Clock.starting_at(datetime(2026, 11, 23, 8, 14, tzinfo=UTC))


@pytest.mark.parametrize("delay", [timedelta(days=-400), timedelta(0), timedelta(milliseconds=30)])
async def test_it_rings_when_the_moment_has_come_or_is_long_past(clock: Clock, delay: timedelta) -> None:
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=NEVER)
    waker.set(clock.now() + delay)
    await bell.next()
    waker.stop()
    assert bell.rung == 1


async def test_it_can_be_set_again_and_only_the_last_moment_counts(clock: Clock) -> None:
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=NEVER)
    waker.set(clock.now() + timedelta(days=1))
    waker.set(clock.now())
    await bell.next()
    waker.set(clock.now())
    await bell.next()
    waker.set(clock.now() + timedelta(days=1))
    waker.stop()
    assert bell.rung == 2


async def test_the_heartbeat_hears_of_a_clock_that_was_set_forward(clock: Clock) -> None:
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=timedelta(milliseconds=1))
    # the timer is now hours away, as after a night with the lid closed
    waker.set(clock.now() + timedelta(hours=8))
    await go_by(clock, timedelta(milliseconds=20))
    clock.offset += timedelta(hours=9)
    await bell.next()
    waker.stop()


async def test_it_rings_once_and_the_heartbeat_rings_nothing_by_itself(clock: Clock) -> None:
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=timedelta(milliseconds=1))
    waker.set(clock.now())
    await bell.next()
    await go_by(clock, timedelta(milliseconds=20))
    waker.set(clock.now() + timedelta(hours=8))
    waker.set(None)
    await go_by(clock, timedelta(milliseconds=20))
    waker.stop()
    assert bell.rung == 1


async def test_a_stopped_one_is_silent_and_leaves_nothing_behind(clock: Clock) -> None:
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=timedelta(milliseconds=1))
    waker.set(clock.now() + timedelta(milliseconds=10))
    waker.stop()
    await go_by(clock, timedelta(milliseconds=40))
    assert bell.rung == 0
    assert not waker._alarm.running
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def go_by(clock: Clock, delay: timedelta) -> None:
    """Waits for another one's bell."""
    bell = Bell()
    waker = WakeupTimer(clock, bell.ring, heartbeat=NEVER)
    waker.set(clock.now() + delay)
    await bell.next()
    waker.stop()
