"""Runs the jobs that have come due, each occurrence once: its posts and the row that says it is done go in one transaction."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Cause, Outbox
from bot.schedule.jobs import Batch, Job, Jobs, Run
from bot.schedule.occurrences import Coming, Repeating, Series
from bot.schedule.retries import Retries
from bot.time.recurrence import Occurrence, Rule
from storage import occurrences
from storage.changes import Seen, seeing
from storage.db import Database, is_operational_error, reset_after_error
from storage.tables import OccurrenceRecord

log = logging.getLogger(__name__)

JOB_SECONDS = 5.0
HORIZON = timedelta(days=8)  # how far ahead next_due looks: a week's next occurrence is within


@dataclass(frozen=True)
class Look:
    """What a job had to do at a moment, what was `coming` within the horizon, and when time alone `changes` it."""

    job: Job
    at: datetime
    due: Sequence[Occurrence]
    coming: Sequence[Occurrence]
    seen: Seen
    changes: Sequence[datetime] = ()

    def holds(self, db: Database, now: datetime) -> bool:
        """Whether the tables would say the same now."""
        return self.at <= now < self._until and self.seen.holds(db.commits)

    @cached_property
    def _until(self) -> datetime:
        """The next moment planned; at the latest when the job calls it stale."""
        planned = (turn.planned for turn in self.coming if turn.planned > self.at)
        return min([self.at + self.job.stale_after, *planned, *self.changes])


class Scheduler:
    def __init__(self, outbox: Outbox, jobs: Jobs) -> None:
        self._outbox = outbox
        self._network = outbox.network
        self._hours = outbox.hours
        self._retries = Retries()
        self._begun = False
        self._looks: dict[str, Look] = {}
        found = ((job, self._series(job)) for job in jobs.by_name.values())
        self._jobs = {job.name: (job, series) for job, series in found if series}

    async def begin(self, db: Database, now: datetime) -> None:
        """Once a process: rhythms that are new here count from now on."""
        if self._begun:
            return
        async with db.write() as session:
            for _, series in self._jobs.values():
                if await series.is_new(session):
                    await series.begin(session, now)
        for _, series in self._jobs.values():
            series.ran()
        self._begun = True

    async def tick(self, db: Database, upto: datetime) -> int:
        """Runs what was due at `upto` and is not done; returns how many runs there were.

        To be repeated at will: nothing happens twice. Raises DatabaseTrouble: what is not done then comes with the next tick.
        """
        await self.begin(db, upto)
        batches = [batch for look in await self._look(db, upto) for batch in look.job.batches(look.due, upto, self._network.config)]
        ready = [batch for batch in batches if self._retries.ready_at((batch.job.name, batch.last.name)) <= upto]
        ready.sort(key=lambda batch: (batch.last.planned, batch.job.name))
        return sum([await self._attempt(db, batch, upto) for batch in ready])

    async def next_due(self, db: Database, after: datetime) -> datetime | None:
        """When to tick next, as seen at the moment `after`: in the past if something waits already; None: nothing in the next days."""
        looks = await self._look(db, after)
        planned = [max(turn.planned, self._retries.ready_at((look.job.name, turn.name))) for look in looks for turn in look.coming]
        return min([*planned, *(moment for look in looks for moment in look.changes)], default=None)

    def _series(self, job: Job) -> Series | None:
        opening = (lambda at: at) if job.at_any_hour else self._hours.next_open
        if job.rows:
            return Coming(job.name, job.rows, opening)
        config = self._network.config
        text = job.rhythm(config) if callable(job.rhythm) else job.rhythm
        return Repeating(job.name, Rule.read(text), config.zone, opening) if text else None

    async def _look(self, db: Database, now: datetime) -> list[Look]:
        """What each job has to do, from memory as far as that holds; nothing of a subject whose query has failed lately."""
        asked = [job for job, _ in self._jobs.values() if self._retries.ready_at(job.name) <= now]
        if stale := [job for job in asked if job.name not in self._looks or not self._looks[job.name].holds(db, now)]:
            async with db.read() as session:
                for job in stale:
                    await self._look_again(session, job, now)
        return [self._looks[job.name] for job in asked if job.name in self._looks]

    async def _look_again(self, session: AsyncSession, job: Job, now: datetime) -> None:
        """All of a look is read in one session."""
        series = self._jobs[job.name][1]
        self._looks.pop(job.name, None)
        try:
            with seeing(session) as seen:
                coming = await series.pending(session, now + HORIZON)
                due, changes = await series.pending(session, now), await self._changes(session, job, now)
                self._looks[job.name] = Look(job, now, due, coming, seen, changes)
            self._retries.succeeded(job.name)
        except Exception as error:
            if is_operational_error(error):
                raise
            await reset_after_error(session)
            log.exception("job %s: what is due could not be found", job.name)
            self._retries.failed(job.name, now)

    async def _changes(self, session: AsyncSession, job: Job, now: datetime) -> list[datetime]:
        """The moments still to come at which time alone changes what a job has to do."""
        found = await job.changes_at(session, now) if job.changes_at else ()
        opened = found if job.at_any_hour else map(self._hours.next_open, found)
        return [moment for moment in opened if moment > now]

    async def _attempt(self, db: Database, batch: Batch, upto: datetime) -> bool:
        """One run in its transaction. A job that raises is left alone for a while; the others go on."""
        keys = [(batch.job.name, turn.name) for turn in batch.turns]
        try:
            async with db.write() as session:
                ran = await self._run(session, batch, upto)
        except Exception as error:
            if is_operational_error(error):
                raise
            log.exception("job %s, %s: failed, will be tried again", *keys[-1])
            for key in keys:
                self._retries.failed(key, upto)
            return False
        finally:
            self._looks.pop(batch.job.name, None)
            self._jobs[batch.job.name][1].ran()
        for key in keys:
            self._retries.succeeded(key)
        return ran

    async def _run(self, session: AsyncSession, batch: Batch, upto: datetime) -> bool:
        """False when there is nothing to do any more: a row was cancelled, or an earlier job saw to it."""
        job, series = self._jobs[batch.job.name]
        pending = await series.pending(session, upto)
        if not set(batch.turns) <= set(pending):
            return False
        work = job.dropped if batch.dropped and job.dropped else job.work
        last = batch.last
        cause = Cause(id=f"{job.name}/{last.name}", at=last.planned)
        run = Run(
            db=session, outbox=self._outbox, cause=cause, now=last.planned, name=last.name, merged=batch.earlier
        )
        async with asyncio.timeout(JOB_SECONDS):
            for post in await work(run) or ():
                await run.post(post)
        for turn, outcome in batch.outcomes(pending):
            await occurrences.record(session, OccurrenceRecord(job=job.name, name=turn.name, planned=turn.planned, outcome=outcome))
        return True
