"""Takes a batch of events in slices: record the new ones, run their handlers, commit;
the sync token goes with the last slice.

A crash before a commit: the events come again. A crash after: the outbox sends what it holds. Whatever a
handler does, the line goes on.
"""

import asyncio
import logging
import time
from datetime import timedelta
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.inbox.result import IGNORED, Outcome
from bot.matrix.events import Batch, Event
from storage import inbox, settings, unreadable
from storage.backoff import Backoff
from storage.db import Database, DatabaseUnavailable, is_operational_error, pin_rows
from storage.tables import ProcessedEvent

log = logging.getLogger(__name__)

SLICE_EVENTS = 100
SLICE_SECONDS = 0.1
HANDLER_SECONDS = 5.0
BUGS = 3  # after so many failures of a whole slice, its events are taken one by one
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=10))  # while the database is in trouble


class EventHandler(Protocol):
    """What is done with one event, in the open transaction."""

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

    async def process(self, batch: Batch) -> None:
        """Handles a whole batch, however long the database is in trouble;
        cancelling it leaves the token where it was.

        One that brings nothing leaves it too: what a sync from there would tell again is nothing.
        """
        if not (batch.events or batch.rooms or batch.overflow) and batch.since:
            return
        start, failures, bugs = 0, 0, 0
        while True:
            try:
                start = await self._slice(batch, start, SLICE_EVENTS if bugs < BUGS else 1)
                failures = 0
                if start >= len(batch.events):
                    return
                await asyncio.sleep(0)
            except DatabaseUnavailable as trouble:
                failures += 1
                pause = BACKOFF.jittered(failures)
                log.warning("inbox: database trouble, trying again in %.1f s: %s", pause, trouble)
                await asyncio.sleep(pause)
            except _TimedOut:
                log.error("inbox: a handler took more than %s s", HANDLER_SECONDS)
            except Exception:
                bugs += 1
                log.exception("inbox: a slice failed as a whole (%s)", bugs)
                if bugs > BUGS and not self._give_up(batch, start):
                    raise

    def _give_up(self, batch: Batch, start: int) -> bool:
        """Whether one event can be passed over, recorded as failed;
        what fails even so is for the operator.
        """
        if start >= len(batch.events) or batch.events[start].id in self._stuck:
            return False
        self._stuck.add(batch.events[start].id)
        return True

    async def _slice(self, batch: Batch, start: int, width: int) -> int:
        """One transaction of at most `width` events; returns where the next one begins."""
        events = batch.events[start : start + width]
        began, taken = time.monotonic(), 0
        async with self._db.write() as db:
            pin_rows(db)
            if start == 0:
                await self._handler.apply_room_updates(db, batch)
            known = await inbox.outcomes(db, [event.id for event in events])
            for event in events:
                taken += 1
                if known.get(event.id, inbox.UNREADABLE) == inbox.UNREADABLE:
                    known[event.id] = await self._one(db, event, batch, again=event.id in known)
                if event.redacts:
                    known.setdefault(event.redacts, "removed")
                if time.monotonic() - began > SLICE_SECONDS:
                    break
            if start + taken >= len(batch.events):
                await settings.set_value(db, settings.SYNC_TOKEN, batch.token)
        return start + taken

    async def _one(self, db: AsyncSession, event: Event, batch: Batch, *, again: bool) -> str:
        """One event, recorded whatever becomes of it: its outcome."""
        outcome = Outcome(inbox.UNREADABLE) if event.unreadable else await self._outcome(db, event, batch)
        row = ProcessedEvent(event_id=event.id, room_id=event.room, sender=event.sender, at=event.at)
        outcome.write(row)
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
                    return IGNORED
                async with db.begin_nested():
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
            async with db.begin_nested():
                await self._handler.apologise(db, event, batch)
        except Exception as error:
            if is_operational_error(error):
                raise
            log.exception("inbox: could not even apologise for %s", event.id)
        return Outcome("failed")
