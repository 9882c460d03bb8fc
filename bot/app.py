"""Puts the pieces together, starts and stops them.

One loop: listen, handle, then what is due up to the moment the listening began. So no job ever speaks before everything said until its
moment was heard ("ears before mouth"), by the order of these lines alone.
"""

import asyncio
import logging
import random
import signal
from datetime import datetime, timedelta
from typing import Any

import commands
import schedules
from bot.config import Config
from bot.inbox import Inbox
from bot.inbox.hearing import Listener
from bot.lock import hold
from bot.matrix import Matrix
from bot.matrix.errors import Later, LoggedOut, Refused
from bot.matrix.events import Batch
from bot.network import Network
from bot.outbox import Outbox
from bot.outbox.rules import Rules
from bot.outbox.sender import Sender
from bot.parts import Parts, Server
from bot.remember import Remembered
from bot.schedule.beginnings import BEGINNINGS
from bot.schedule.clock import Clock
from bot.schedule.scheduler import Scheduler
from bot.schedule.tasks import Tasks
from bot.schedule.waker import Waker
from bot.settle import Settling
from bot.web import Web
from bot.web.ours import Ours
from storage import inbox as heard
from storage.db import Database, DatabaseTrouble
from storage.migrate import upgrade

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds a sync waits for news
GRACE = 3.0  # seconds that sends under way get when stopping
BACK_OFF = (1.0, 60.0)
SETTLE_AGAIN = timedelta(minutes=10)


class App:
    """A running bot. Tests call `turn` themselves; `run` does it until told to stop."""

    def __init__(self, config: Config, clock: Clock, db: Database, matrix: Server) -> None:
        commands.load()
        schedules.load()
        network = Network(config, matrix.user_id)
        hours = network.hours
        self.parts = Parts(db=db, clock=clock, matrix=matrix, network=network)
        self.outbox = Outbox(network, hours)
        self.rules = Rules(self.outbox)
        self.sender = Sender(self.parts, self.rules)
        self.inbox = Inbox(db, Listener(self.outbox))
        self.settling = Settling(self.parts, self.outbox)
        self.scheduler = Scheduler(network, self.outbox.post, hours)
        self.web = Web(clock, allow_private=config.web.allow_private)
        self.web.rooms = matrix
        self.web.ours = Ours(config.zone, config.language)
        self.tasks = Tasks(db, clock, self.outbox.post, self.web, spoke=self.sender.wake)
        self._token: str | None = None
        self._settle_at: datetime | None = None

    async def start(self) -> None:
        """Opens the session and remembers where we were. Raises Later, LoggedOut and Refused."""
        await self.parts.matrix.open()
        await self.parts.db.scrub()  # a kill may have come just before it
        async with self.parts.db.read() as db:
            self._token = await heard.mark(db, heard.SYNC_TOKEN)
        await self.scheduler.begin(self.parts.db, self.parts.clock.now())  # first of all: what is begun below may ask what is planned
        async with self.parts.db.write() as db:
            for beginning in BEGINNINGS:
                await beginning(db, self.parts.network.config, self.parts.clock.now())
        await self.settling.remember()

    async def turn(self, patience: float) -> Batch:
        """Listens once (at most `patience` seconds), handles it all, then runs what was due when the listening began."""
        await self._settle()
        if self._settle_at and not self.settling.done:
            patience = min(patience, max(0.0, (self._settle_at - self.parts.clock.now()).total_seconds()))
        batch = await self.parts.matrix.listen(self._token, patience)
        if any(update.membership == "invite" for update in batch.rooms):
            self._settle_at = None  # it may be to one of our rooms, by somebody we know from nowhere
            await self._settle()
        await self.inbox.take(batch)
        self._token = batch.token
        self.rules.heard = batch.began
        await self.scheduler.tick(self.parts.db, batch.began)
        self.sender.wake()
        self.tasks.wake()
        return batch

    async def _settle(self) -> None:
        """Joins the configured rooms; what could not be joined is tried again from time to time, and keeps nobody waiting."""
        now = self.parts.clock.now()
        if self.settling.done or (self._settle_at and now < self._settle_at):
            return
        again = SETTLE_AGAIN
        try:
            await self.settling.go_on()
        except Later as later:
            if later.scope == "server":
                raise
            again = timedelta(seconds=later.after or BACK_OFF[1])
        self._settle_at = now + again


async def run(config: Config, clock: Clock) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    with hold(config.data_dir):
        db = Database(config.storage.url)
        try:
            await upgrade(db)
            matrix = Matrix(config.matrix, config.data_dir, clock, Remembered(db, clock))
            return await _live(App(config, clock, db, matrix))
        finally:
            await db.close()


async def _live(app: App) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    ears = asyncio.create_task(_listen(app), name="ears")
    mouth = asyncio.create_task(app.sender.run(), name="mouth")
    hands = asyncio.create_task(app.tasks.run(stop), name="hands")
    end = asyncio.create_task(stop.wait(), name="stop")
    running: set[asyncio.Future[Any]] = {ears, mouth, hands, end, app.sender.failure}
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    stop.set()
    await app.sender.finish(GRACE)
    for task in (ears, mouth, end):
        task.cancel()
    results = await asyncio.gather(ears, mouth, hands, return_exceptions=True)
    await app.web.close()
    await app.parts.matrix.close()
    return _verdict([*results, app.sender.failure.exception() if app.sender.failure.done() else None])


def _verdict(results: list[object]) -> int:
    """0 when we were told to stop; 1, with the reason in the log, when something ended us."""
    for result in results:
        if isinstance(result, LoggedOut):
            log.error("the server no longer knows this session: start again (a password logs the same device in; else give a new access token)")
            return 1
        if isinstance(result, Refused):
            log.error("the server refused us: %s", result)
            return 1
        if isinstance(result, Exception):
            log.error("stopped by an error", exc_info=result)
            return 1
    return 0


async def _listen(app: App) -> None:
    """Turn after turn; what the server or the database refuses for now is tried again with growing pauses."""
    failures, started = 0, False
    patience = 0.0  # the first time: what the outbox holds waits for nothing but that
    waker = Waker(app.parts.clock, app.parts.matrix.cut)
    try:
        while True:
            try:
                if not started:
                    await app.start()
                    started = True
                await app.turn(patience)
                if not patience:
                    log.info("up to date, listening")
                    patience = PATIENCE
                waker.arm(await app.scheduler.next_due(app.parts.db, app.parts.clock.now()))
                await app.settling.check_aliases()
                failures = 0
            except (Later, DatabaseTrouble) as trouble:
                failures += 1
                pause = _pause(trouble, failures)
                log.warning("ears: %s; trying again in %.1f s", trouble, pause)
                await asyncio.sleep(pause)
    finally:
        waker.stop()


def _pause(trouble: Exception, failures: int) -> float:
    """Seconds: what the server asked for, or 1, 2, 4 … 60 with some chance in it, so that all bots of a server don't come back at once."""
    asked = trouble.after if isinstance(trouble, Later) and trouble.after else 0.0
    doubled: float = min(BACK_OFF[1], BACK_OFF[0] * 2 ** min(failures - 1, 6))
    return max(asked, doubled * random.uniform(0.5, 1.0))
