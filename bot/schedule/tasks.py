"""What needs the network and takes its time: looked up, done outside any transaction, written down.

    task("feeds", due=feeds.to_read, do=fetch, done=keep)

A task may run twice, after a kill for instance: its result must be harmless twice. What the network may
answer (nothing there, a refusal) is a result like any other; only what is nobody's answer is raised, and
tried again later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, zip_longest
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import TransientError
from bot.outbox import Cause, Outbox, UnitOfWork
from bot.time.clock import Clock
from bot.web import Web
from storage.backoff import Retries
from storage.changes import Snapshot, tracked_reads
from storage.db import Database
from storage.errors import DatabaseUnavailable, is_operational_error
from storage.transaction import reset_after_error

log = logging.getLogger(__name__)

AT_ONCE = 4
DO_SECONDS = 60.0
STOP_SECONDS = 3.0
POLL_SECONDS = 30.0  # between two looks at the tables when nobody wakes us
AHEAD = timedelta(hours=1)  # as long as nothing comes due, nor is written: one look is enough


class DueRow(Protocol):
    """A row that asks for work. `cause`: who asked, the same for the same wish only:
    an event id, or the row and the moment it was due.
    """

    @property
    def cause(self) -> str: ...


Row = TypeVar("Row", bound=DueRow)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Task(Generic[Row, Result]):
    """`due(db, now)`: the rows that ask for work; of a later moment none fewer. `do(row, web)`: the work,
    without the database.

    `done(uow, row, result)`: writes the result down, so that the row asks no more, and posts what is to be
    said; the row may have changed meanwhile.
    """

    name: str
    due: Callable[[AsyncSession, datetime], Awaitable[Iterable[Row]]]
    do: Callable[[Row, Web], Awaitable[Result]]
    done: Callable[[UnitOfWork, Row, Result], Awaitable[None]]


def task(
    name: str,
    due: Callable[[AsyncSession, datetime], Awaitable[Iterable[Row]]],
    do: Callable[[Row, Web], Awaitable[Result]],
    done: Callable[[UnitOfWork, Row, Result], Awaitable[None]],
) -> Task[Row, Result]:
    """Declares a task; see Task."""
    return Task(name, due, do, done)


Key = tuple[str, str]


@dataclass
class TaskSnapshot(Snapshot):
    """What a task had to do."""

    due: Sequence[Any]


async def _snapshot(session: AsyncSession, task: Task[Any, Any], now: datetime) -> TaskSnapshot:
    """Holds for long when nothing is due, nor will be soon."""
    with tracked_reads(session) as reads:
        soon = list(await task.due(session, now + AHEAD))
        due = list(await task.due(session, now)) if soon else []
    until = now + (timedelta(seconds=POLL_SECONDS) if soon else AHEAD)
    return TaskSnapshot(now, until, reads, due)


@dataclass
class Tasks:
    """Runs the tasks beside the rest.
    `web`: what `do` reaches the network with; `on_posted`: called when something is there to be sent.
    """

    db: Database
    clock: Clock
    outbox: Outbox
    web: Web
    tasks: Sequence[Task[Any, Any]]
    on_posted: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._retries = Retries()
        self._awake = asyncio.Event()
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._doing: set[Key] = set()
        self._nothing_due = False
        self._snapshots: dict[str, TaskSnapshot] = {}

    def wake(self) -> None:
        """Looks at the tables now: a command may have left a row."""
        self._nothing_due = False
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`: then what is on the network is cut, what is being written down is finished."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self.wake())
        try:
            while not stop.is_set():
                self._awake.clear()
                await self._start_due()
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._awake.wait()
        finally:
            stopping.cancel()
            await self._finish()

    @property
    def idle(self) -> bool:
        """Nothing is being done, and since we were woken nothing was
        due but what has failed and is left alone for a while.
        """
        return self._nothing_due and not self._running

    async def _start_due(self) -> None:
        """Starts what is due, as far as there is room.
        What ends while we look may have been seen before its end: it waits for the next look.
        """
        busy = set(self._running)
        ready = await self._ready()
        self._nothing_due = not ready and not self._awake.is_set()
        for key, task, row in ready:
            if len(self._running) >= AT_ONCE:
                return
            if key not in busy:
                self._doing.add(key)
                self._running[key] = asyncio.create_task(self._work(key, task, row))
                self._running[key].add_done_callback(partial(self._ended, key))

    async def _ready(self) -> list[tuple[Key, Task[Any, Any], Any]]:
        """What is due, in turn among the tasks."""
        now = self.clock.now()
        ready = [task for task in self.tasks if self._retries.ready_at(task.name) <= now]
        try:
            await self._query([task for task in ready if not self._is_current(task, now)], now)
        except DatabaseUnavailable as trouble:
            log.warning("tasks: %s", trouble)
            return []
        known = [task for task in ready if task.name in self._snapshots]
        found = [
            [((task.name, row.cause), task, row) for row in self._snapshots[task.name].due] for task in known
        ]
        alternating = chain.from_iterable(zip_longest(*found))
        return [each for each in alternating if each is not None and self._retries.ready_at(each[0]) <= now]

    def _is_current(self, task: Task[Any, Any], now: datetime) -> bool:
        return task.name in self._snapshots and self._snapshots[task.name].is_current(self.db.commits, now)

    async def _query(self, stale: Sequence[Task[Any, Any]], now: datetime) -> None:
        if not stale:
            return
        async with self.db.read() as session:
            for task in stale:
                self._snapshots.pop(task.name, None)
                try:
                    self._snapshots[task.name] = await _snapshot(session, task, now)
                    self._retries.succeeded(task.name)
                except Exception as error:
                    if is_operational_error(error):
                        raise
                    await reset_after_error(session)
                    log.exception("task %s: what is due could not be found", task.name)
                    self._retries.failed(task.name, now)

    async def _work(self, key: Key, task: Task[Any, Any], row: Any) -> None:
        """One row from beginning to end; what raises is left alone for a while."""
        try:
            async with asyncio.timeout(DO_SECONDS):
                result = await task.do(row, self.web)
            self._doing.discard(key)
            await self._write(task, row, result)
            self.on_posted()
            self._retries.succeeded(key)
        except Exception as error:
            if isinstance(error, DatabaseUnavailable | TransientError):
                log.warning("task %s, %s: %s; it will be tried again", *key, error)
            else:
                log.exception("task %s, %s: failed, will be tried again", *key)
            self._retries.failed(key, self.clock.now())

    def _ended(self, key: Key, _: object) -> None:
        self._doing.discard(key)
        self._running.pop(key, None)
        self.wake()

    async def _write(self, task: Task[Any, Any], row: Any, result: Any) -> None:
        now = self.clock.now()
        cause = Cause(id=f"{task.name}/{row.cause}", at=now)
        async with self.db.write() as session:
            uow = UnitOfWork(db=session, outbox=self.outbox, cause=cause, now=now)
            await task.done(uow, row, result)

    async def _finish(self) -> None:
        for key in self._doing:
            self._running[key].cancel()
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=STOP_SECONDS)
