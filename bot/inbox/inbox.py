"""Takes a batch of events in slices: record the new ones, run their handlers, commit;
the sync token goes with the last slice.

A crash before a commit: the events come again. A crash after: the outbox sends what it holds. Whatever a
handler does, the line goes on.
"""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.inbox.result import IGNORED, Outcome
from bot.matrix.events import Batch, Event
from storage import inbox, outbox, settings, unreadable
from storage.backoff import Backoff
from storage.db import Database
from storage.errors import DatabaseUnavailable, is_operational_error
from storage.tables import ProcessedEvent
from storage.transaction import SavepointNeeded, pin_rows, savepoint, without_savepoints

log = logging.getLogger(__name__)

SLICE_EVENTS = 100
SLICE_SECONDS = 0.1
HANDLER_SECONDS = 5.0
BUGS = 3  # after so many failures of a whole slice, its events are taken one by one
TOKEN_AGE = timedelta(minutes=1)  # how far behind the token may be while nothing concerns us
NOT_OURS = Outcome("not ours")  # recorded, if at all, as ignored
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=10))  # while the database is in trouble


class EventHandler(Protocol):
    """What is done with one event, in the open transaction."""

    async def concerns_us(self, db: AsyncSession, batch: Batch) -> bool:
        """Whether anything of the batch does. Reads only."""
        ...

    async def apply_room_updates(self, db: AsyncSession, batch: Batch) -> None:
        """Takes what the batch says of rooms besides their timelines."""

    async def is_relevant(self, db: AsyncSession, event: Event) -> bool:
        """Whether `handle` could do anything with it.
        Reads only: most of what people say is not for us, and should cost little.
        """
        ...

    async def handle(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        """Returns the outcome to record."""
        ...

    async def apologise(self, db: AsyncSession, event: Event, batch: Batch) -> None:
        """Says that a handler failed, if anybody asked it anything."""


class _TimedOut(Exception):
    """A handler took too long: its connection cannot be trusted any more, the slice begins again without
    it.
    """


class Inbox:
    def __init__(self, db: Database, handler: EventHandler) -> None:
        self._db = db
        self._handler = handler
        # events whose handler timed out, or that cannot even be recorded with their effects
        self._stuck: set[str] = set()
        self._token_at: datetime | None = None  # when the sync began whose token was last written

    async def process(self, batch: Batch) -> None:
        """Handles a whole batch, however long the database is in trouble; cancelling it leaves the token
        where it was, as does one that brings nothing. Of one that does not concern us the token alone is
        recorded, with the next transaction.
        """
        if not (batch.events or batch.rooms or batch.overflow) and batch.since:
            return
        start, failures, bugs, careful = None, 0, 0, False
        while True:
            try:
                start = await self._advance(batch, start, SLICE_EVENTS if bugs < BUGS else 1, careful)
                failures, careful = 0, False
                if start >= len(batch.events):
                    return
                await asyncio.sleep(0)
            except SavepointNeeded as failed:
                log.debug("inbox: once more with savepoints: %r", failed.__cause__)
                careful = True
            except DatabaseUnavailable as trouble:
                failures += 1
                await _pause(failures, trouble)
            except _TimedOut:
                log.error("inbox: a handler took more than %s s", HANDLER_SECONDS)
            except Exception:
                bugs += 1
                log.exception("inbox: a slice failed as a whole (%s)", bugs)
                if bugs > BUGS and not self._give_up(batch, start or 0):
                    raise

    async def _advance(self, batch: Batch, start: int | None, width: int, careful: bool) -> int:
        """Takes the next events; returns where those after them begin."""
        if start is None and not await self._concerns_us(batch):
            await self._pass_over(batch)
            return len(batch.events)
        return await self._slice(batch, start or 0, width, careful=careful)

    async def _concerns_us(self, batch: Batch) -> bool:
        """What cannot be told is for the slice, which knows what to do of failures."""
        if not batch.since:
            return True
        async with self._db.read() as db:
            try:
                return await self._handler.concerns_us(db, batch)
            except Exception as error:
                if is_operational_error(error):
                    raise
                return True

    async def _pass_over(self, batch: Batch) -> None:
        self._db.deferred[settings.SYNC_TOKEN] = batch.token
        if self._token_at is None or batch.began - self._token_at > TOKEN_AGE:
            async with self._db.write():
                self._token_at = batch.began

    def _give_up(self, batch: Batch, start: int) -> bool:
        """Whether one event can be passed over, recorded as failed;
        what fails even so is for the operator.
        """
        if start >= len(batch.events) or batch.events[start].id in self._stuck:
            return False
        self._stuck.add(batch.events[start].id)
        return True

    async def _slice(self, batch: Batch, start: int, width: int, *, careful: bool = False) -> int:
        """One transaction of at most `width` events; returns where the next one begins.
        `careful`: with savepoints, since one of its handlers failed amid what it wrote.
        """
        events = batch.events[start : start + width]
        began, taken, passed_over = time.monotonic(), 0, list[Event]()
        async with self._db.write() as db:
            pin_rows(db)
            if not careful:
                without_savepoints(db)
            if start == 0:
                await self._handler.apply_room_updates(db, batch)
            known = await inbox.outcomes(db, [event.id for event in events])
            for event in events:
                taken += 1
                if known.get(event.id, inbox.UNREADABLE) == inbox.UNREADABLE:
                    known[event.id] = await self._one(db, event, batch, again=event.id in known)
                    if known[event.id] == NOT_OURS.status:
                        passed_over.append(event)
                if event.redacts:
                    known.setdefault(event.redacts, "removed")
                if time.monotonic() - began > SLICE_SECONDS:
                    break
            if start + taken < len(batch.events):
                # without the token: they are not to be judged again after what came later
                db.add_all(_row(event, IGNORED) for event in passed_over)
            else:
                await settings.set_value(db, settings.SYNC_TOKEN, batch.token)
                self._token_at = batch.began
        return start + taken

    async def _one(self, db: AsyncSession, event: Event, batch: Batch, *, again: bool) -> str:
        """One event, recorded whatever becomes of it, unless it does not concern us: its outcome."""
        if not again:
            outbox.nothing_yet(db, event.id)
        outcome = Outcome(inbox.UNREADABLE) if event.unreadable else await self._outcome(db, event, batch)
        if outcome is NOT_OURS and not again:
            return outcome.status
        row = _row(event, IGNORED if outcome is NOT_OURS else outcome)
        if event.unreadable:
            await unreadable.remember(db, row, event.withheld)
        elif again:
            await unreadable.was_read(db, event.id)
        if again:
            await db.merge(row)
        else:
            db.add(row)
        return outcome.status

    async def _outcome(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        if event.id in self._stuck:
            return await self._failed(db, event, batch)
        limit = asyncio.timeout(HANDLER_SECONDS)
        try:
            async with limit:
                if not await self._handler.is_relevant(db, event):
                    return NOT_OURS
                async with savepoint(db):
                    return await self._handler.handle(db, event, batch)
        except Exception as error:
            if limit.expired():
                self._stuck.add(event.id)
                raise _TimedOut from error
            if is_operational_error(error):
                raise
            log.exception("inbox: the handler of %s %s failed", event.type, event.id)
            return await self._failed(db, event, batch)

    async def _failed(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        try:
            async with savepoint(db):
                await self._handler.apologise(db, event, batch)
        except Exception as error:
            if is_operational_error(error):
                raise
            log.exception("inbox: could not even apologise for %s", event.id)
        return Outcome("failed")


def _row(event: Event, outcome: Outcome) -> ProcessedEvent:
    row = ProcessedEvent(event_id=event.id, room_id=event.room, sender=event.sender, at=event.at)
    outcome.write(row)
    return row


async def _pause(failures: int, trouble: DatabaseUnavailable) -> None:
    seconds = BACKOFF.jittered(failures)
    log.warning("inbox: database trouble, trying again in %.1f s: %s", seconds, trouble)
    await asyncio.sleep(seconds)
