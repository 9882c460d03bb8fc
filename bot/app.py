"""Puts the pieces together, starts and stops them.

One loop: listen, handle, then what is due up to the moment the listening began. So no job ever speaks before
everything said until its moment was heard ("everything received before anything is sent"), by the order of
these lines alone.
"""

import asyncio
import logging
import signal
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import commands
import schedules
from bot.config import Config
from bot.declare import modules_of
from bot.face import Face
from bot.handlers import Handlers
from bot.inbox import Inbox, fallbacks
from bot.inbox.dispatch import Dispatcher
from bot.join_rooms import RoomJoiner
from bot.lock import hold
from bot.matrix import Encryption, Matrix
from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.events import Batch
from bot.matrix_store import SqlMatrixStore
from bot.network import Network
from bot.outbox import Outbox
from bot.outbox.policy import SendPolicy
from bot.outbox.sender import Sender
from bot.schedule.scheduler import Scheduler
from bot.schedule.tasks import Tasks
from bot.schedule.wakeup import WakeupTimer
from bot.services import Homeserver, Services
from bot.time.clock import Clock
from bot.web import Web
from bot.web.response import Locale
from storage import settings
from storage.backoff import Backoff
from storage.db import Database
from storage.errors import DatabaseUnavailable
from storage.migrate import upgrade

log = logging.getLogger(__name__)

SYNC_SECONDS = 30.0  # seconds a sync waits for news
GRACE = 3.0  # seconds that sends under way get when stopping
BACKOFF = Backoff(timedelta(seconds=1), timedelta(minutes=1))
JOIN_AGAIN = timedelta(minutes=10)


@cache
def load() -> Handlers:
    """All that commands/ and schedules/ declare, and the machine's own answers.
    One for the process: nobody changes it.
    """
    return Handlers.of([*modules_of(commands), *modules_of(schedules), fallbacks])


class App:
    """A running bot. Tests call `turn` themselves; `run` does it until told to stop."""

    def __init__(
        self, config: Config, clock: Clock, db: Database, matrix: Homeserver, handlers: Handlers | None = None
    ) -> None:
        network = Network(config, matrix.user_id)
        self.handlers = handlers or load()
        self.services = Services(db=db, clock=clock, matrix=matrix, network=network)
        self.outbox = Outbox(network)
        self.send_policy = SendPolicy(self.outbox)
        self.sender = Sender(self.services, self.send_policy)
        self.inbox = Inbox(db, Dispatcher(self.outbox, self.handlers))
        self.room_joiner = RoomJoiner(self.services, self.outbox)
        self.face = Face(self.services, self.handlers.commands, self.handlers.pins)
        self.scheduler = Scheduler(self.outbox, self.handlers.jobs)
        locale = Locale(config.zone, config.language)
        self.web = Web(clock, matrix, locale=locale, allow_private=config.web.allow_private)
        self.tasks = Tasks(
            db, clock, self.outbox, self.web, list(self.handlers.tasks.values()), on_posted=self.sender.wake
        )
        self._token: str | None = None
        self._trust: str | None = None  # as the database has it
        self._join_at: datetime | None = None

    async def start(self) -> None:
        """Opens the session and remembers where we were.
        Raises TransientError, UnknownToken and PermanentError.
        """
        await self.services.db.truncate_log()  # a kill may have come just before it
        await self.services.matrix.open()
        async with self.services.db.read() as db:
            self._token = await settings.value(db, settings.SYNC_TOKEN)
            self._trust = await settings.value(db, settings.DEVICE_TRUST)
        # first of all: what is begun below may ask what is planned
        await self.scheduler.begin(self.services.db, self.services.clock.now())
        async with self.services.db.write() as db:
            for hook in self.handlers.startup:
                await hook(db, self.services.network.config, self.services.clock.now())
        await self.room_joiner.restore()

    async def turn(self, seconds: float) -> Batch:
        """Listens once (at most `seconds` seconds), handles it
        all, then runs what was due when the listening began.
        """
        await self._join_rooms()
        if self._join_at and not self.room_joiner.done:
            seconds = min(seconds, max(0.0, (self._join_at - self.services.clock.now()).total_seconds()))
        batch = await self.services.matrix.sync(self._token, seconds)
        if any(update.membership == "invite" for update in batch.rooms):
            self._join_at = None  # it may be to one of our rooms, by somebody we know from nowhere
            await self._join_rooms()
        await self._note_trust()
        for event in batch.events:
            self.outbox.history.hear(event)
        await self.inbox.process(batch)
        self._token = batch.token
        self.send_policy.synced_at = batch.began
        await self.scheduler.tick(self.services.db, batch.began)
        self.sender.wake()
        self.tasks.wake()
        return batch

    async def _note_trust(self) -> None:
        """Whether our device is signed, for `!etat`: written when it changes."""
        state = self.services.matrix.trust.state
        if state != self._trust:
            async with self.services.db.write() as db:
                await settings.set_value(db, settings.DEVICE_TRUST, state)
            self._trust = state

    async def _join_rooms(self) -> None:
        """Joins the configured rooms; what could not be joined is tried again from time to time,
        and keeps nobody waiting.
        """
        now = self.services.clock.now()
        if self.room_joiner.done or (self._join_at and now < self._join_at):
            return
        again = JOIN_AGAIN
        try:
            await self.room_joiner.join_configured()
        except TransientError as transient:
            if transient.scope == "server":
                raise
            again = timedelta(seconds=transient.after) if transient.after else BACKOFF.longest
        self._join_at = now + again


async def run(config: Config, clock: Clock) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    with hold(config.data_dir):
        db = Database(config.storage.url)
        try:
            await upgrade(db)
            encryption = Encryption(config.encryption.devices, config.encryption.recovery_key)
            matrix = Matrix(config.matrix, config.data_dir, clock, SqlMatrixStore(db, clock), encryption)
            return await _live(App(config, clock, db, matrix))
        finally:
            await db.close()


async def _live(app: App) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    receiver = asyncio.create_task(_receive(app), name="receiver")
    sender = asyncio.create_task(app.sender.run(), name="sender")
    worker = asyncio.create_task(app.tasks.run(stop), name="worker")
    end = asyncio.create_task(stop.wait(), name="stop")
    running: set[asyncio.Future[Any]] = {receiver, sender, worker, end, app.sender.failure}
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    stop.set()
    await app.sender.finish(GRACE)
    for task in (receiver, sender, end):
        task.cancel()
    results = await asyncio.gather(receiver, sender, worker, return_exceptions=True)
    await app.web.close()
    await app.services.matrix.close()
    return _verdict([*results, app.sender.failure.exception() if app.sender.failure.done() else None])


def _verdict(results: list[object]) -> int:
    """0 when we were told to stop; 1, with the reason in the log, when something ended us."""
    for result in results:
        if isinstance(result, UnknownToken):
            log.error(
                "the server no longer knows this session: start again (a password logs the same device in; "
                "else give a new access token)"
            )
            return 1
        if isinstance(result, PermanentError):
            log.error("the server refused us: %s", result)
            return 1
        if isinstance(result, Exception):
            log.error("stopped by an error", exc_info=result)
            return 1
    return 0


async def _receive(app: App) -> None:
    """Turn after turn; what the server or the database refuses for now is tried again with growing pauses."""
    failures, started = 0, False
    seconds = 0.0  # the first time: what the outbox holds waits for nothing but that
    timer = WakeupTimer(app.services.clock, app.services.matrix.interrupt)
    try:
        while True:
            try:
                if not started:
                    await app.start()
                    started = True
                await app.turn(seconds)
                if not seconds:
                    log.info("up to date, listening")
                    seconds = SYNC_SECONDS
                timer.set(await app.scheduler.next_due(app.services.db, app.services.clock.now()))
                await app.room_joiner.check_aliases()
                await app.face.show()
                failures = 0
            except (TransientError, DatabaseUnavailable) as error:
                failures += 1
                pause = _pause(error, failures)
                log.warning("sync: %s; trying again in %.1f s", error, pause)
                await asyncio.sleep(pause)
    finally:
        timer.stop()


def _pause(error: Exception, failures: int) -> float:
    """Seconds: what the server asked for, or longer each time."""
    asked = error.after if isinstance(error, TransientError) and error.after else 0.0
    return max(asked, BACKOFF.jittered(failures))
