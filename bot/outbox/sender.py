"""Sender: does what the outbox holds, rooms side by side, each in its order, under the rate limit,
with back-off until the server has answered.

An entry is marked as tried before the request leaves. A kill in between therefore sends it again under the
same transaction id, which the server answers with the first event.
"""

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.events import Request
from bot.outbox.policy import SendPolicy
from bot.outbox.queue import Queue, Queued
from bot.outbox.rate_limit import RateLimiter
from bot.outbox.requests import request
from bot.services import Services
from storage import outbox
from storage.backoff import Backoff
from storage.errors import DatabaseUnavailable
from storage.tables import OutboxEntry

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 4  # rooms served at once
SLOW = 5.0  # seconds after which the others no longer wait for a room's answers
ROOM_BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=10))  # for a room whose server fails


class Sender:
    def __init__(self, services: Services, policy: SendPolicy) -> None:
        self._services = services
        self._policy = policy
        self._rate_limiter = RateLimiter()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._started_at: dict[str, float] = {}  # when each was last given something to send
        self._failures: dict[int, int] = {}  # entries whose room is in trouble: how often in this process
        self._queue = Queue(services.db)
        self._woken = asyncio.Event()
        self._nothing_waits = False
        self._stopping = False
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        self._nothing_waits = False
        self._woken.set()

    async def run(self) -> None:
        """Runs until `finish`, or cancelled.
        Sends nothing before a sync has been handled: what we already did, it tells.
        """
        try:
            while not self._stopping:
                self._woken.clear()
                try:
                    pause = await self._round()
                except DatabaseUnavailable as error:
                    log.warning("outbox: database trouble, trying again: %s", error)
                    pause = 2.0
                await self._sleep(pause)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def finish(self, seconds: float) -> None:
        """Starts nothing more and gives what is under way some seconds to end."""
        self._stopping = True
        self.wake()
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=seconds)

    @property
    def idle(self) -> bool:
        """Nothing is being sent, and since we were woken nothing waited."""
        return self._nothing_waits and not self._busy

    async def _sleep(self, pause: float) -> None:
        try:
            async with asyncio.timeout(pause):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _round(self) -> float:
        """Starts what may start now; returns after how many seconds to look again."""
        if self._policy.synced_at is None:
            return 3600.0
        now = self._services.clock.now()
        await self._queue.load()
        waiting, until = self._queue.heads(now)
        self._nothing_waits = not waiting and not self._woken.is_set()
        pause = min(60.0, max(0.0, (until - now).total_seconds())) if until else 60.0
        for each in self._startable(waiting, now):
            wait = self._rate_limiter.wait(time.monotonic())
            if wait > 0:
                return min(pause, wait)
            self._rate_limiter.started(time.monotonic())
            self._start(each.place, each.id)
        return min(pause, SLOW) if self._busy else pause

    def _startable(self, waiting: Sequence[Queued], now: datetime) -> list[Queued]:
        """The first entry of every room that is free.
        What is sent anywhere counts against one limit: while people wait for answers, in whatever room,
        nothing else is begun. A room that is in trouble holds up nobody but itself.
        """
        first = min(
            (each.order for each in waiting if each.next_try <= now and not self._is_slow(each.place)),
            default=0,
        )
        free = [each for each in waiting if each.place not in self._busy and each.next_try <= now]
        return [each for each in free if each.order <= max(first, 0)][: SIDE_BY_SIDE - len(self._busy)]

    def _is_slow(self, room: str) -> bool:
        return room in self._busy and time.monotonic() - self._started_at[room] > SLOW

    def _start(self, room: str, entry: int) -> None:
        task = asyncio.create_task(self._send(entry), name=f"send {entry}")
        self._busy[room] = task
        self._started_at[room] = time.monotonic()

        def over(done: asyncio.Task[None]) -> None:
            del self._busy[room]
            if not done.cancelled() and done.exception():
                log.error("outbox: sending failed", exc_info=done.exception())
            self.wake()

        task.add_done_callback(over)

    async def _send(self, number: int) -> None:
        """One entry: claimed, done, settled."""
        try:
            claimed = await self._claim(number)
            if claimed is not None:
                await self._request(number, claimed)
        except DatabaseUnavailable as error:
            log.warning("outbox: database trouble: %s", error)
            await asyncio.sleep(1)
        except Exception:  # a bug of ours: this room waits, the others go on
            log.exception("outbox: entry %s failed", number)
            await self._later(number, TransientError(None, "room"))

    async def _claim(self, number: int) -> Request | None:
        now = self._services.clock.now()
        async with self._services.db.write() as db:
            entry = await self._queue.row(db, number)
            if (
                entry is None
                or entry.status not in outbox.OPEN
                or not await self._policy.allows(db, entry, now)
            ):
                return None
            entry.status, entry.tries = outbox.TRIED, entry.tries + 1
            entry.tried_at, entry.last_tried = entry.tried_at or now, now
            db.add(entry)
            folder = self._policy.network.config.data_dir
            return await request(db, entry, self._policy.outbox.history, folder)

    async def _request(self, number: int, what: Request) -> None:
        try:
            event = await self._services.matrix.send(what)
        except PermanentError as refusal:
            await self._refused(number, refusal)
        except TransientError as transient:
            await self._later(number, transient)
        except UnknownToken as out:
            if not self.failure.done():
                self.failure.set_exception(out)
        else:
            self._rate_limiter.succeeded()
            self._failures.pop(number, None)
            await self._arrived(number, what, event or "")

    async def _arrived(self, number: int, what: Request, event_id: str) -> None:
        """Records what the server answered, if the sync has not told it yet."""
        if not self._queue.is_settled(number):
            async with self._services.db.write() as db:
                entry = await self._queue.row(db, number)
                if entry is not None and entry.status in outbox.OPEN:
                    outbox.arrived(entry, event_id, self._services.clock.now())
        self._policy.outbox.settle(what.txn, event_id)
        if what.room and what.kind in ("event", "file"):
            self._policy.outbox.history.note(what.room, event_id, what.content)

    async def _refused(self, number: int, refusal: PermanentError) -> None:
        if refusal.errcode == "M_DUPLICATE_ANNOTATION":
            async with self._services.db.write() as db:
                await outbox.finish(db, number, outbox.SENT)
            return
        log.warning("outbox: entry %s refused: %s %s", number, refusal.status, refusal.errcode)
        reason = "too large" if refusal.errcode == "M_TOO_LARGE" else "refused"
        async with self._services.db.write() as db:
            entry = await db.get(OutboxEntry, number)
            if entry is not None:
                await self._policy.fail(db, entry, self._services.clock.now(), reason)

    async def _later(self, number: int, transient: TransientError) -> None:
        """The same entry again. What concerns all entries is for the pace to hold,
        so that the first in order is the first to go then too.
        """
        moment = time.monotonic()
        if transient.scope == "limit":
            self._rate_limiter.limited(moment, transient.after or 5.0)
        elif transient.scope == "server":
            self._rate_limiter.failed(moment, random.uniform(0.5, 1.0), transient.after or 0.0)
        log.info("outbox: entry %s later (%s)", number, transient)
        if transient.scope == "room":
            await self._back_off(number, transient.after or 0.0)

    async def _back_off(self, number: int, asked: float) -> None:
        """This room waits, longer each time; at least the seconds that were asked for."""
        failures = self._failures[number] = self._failures.get(number, 0) + 1
        pause = max(timedelta(seconds=asked), ROOM_BACKOFF.after(failures))
        async with self._services.db.write() as db:
            entry = await db.get(OutboxEntry, number)
            if entry is not None and entry.status in outbox.OPEN:
                entry.next_try = self._services.clock.now() + pause
                db.add(entry)
