"""Runs the jobs that have come due, each occurrence once:
its posts and the row that says it is done go in one transaction.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Cause, Outbox
from bot.schedule.jobs import Batch, Job, Jobs, Run
from bot.schedule.occurrences import OccurrenceSource, RowOccurrences, RuleOccurrences
from bot.time.recurrence import Occurrence, Rule
from storage import occurrences
from storage.backoff import Retries
from storage.changes import Snapshot, tracked_reads
from storage.db import Database
from storage.errors import is_operational_error
from storage.tables import OccurrenceRecord
from storage.transaction import reset_after_error

log = logging.getLogger(__name__)

JOB_SECONDS = 5.0
HORIZON = timedelta(days=8)  # how far ahead next_due looks: a week's next occurrence is within


@dataclass
class JobSnapshot(Snapshot):
    """What a job had to do, what was `upcoming` within the horizon, and when time alone `changes` it."""

    job: Job
    due: Sequence[Occurrence]
    upcoming: Sequence[Occurrence]
    changes: Sequence[datetime]


class Scheduler:
    def __init__(self, outbox: Outbox, jobs: Jobs) -> None:
        self._outbox = outbox
        self._network = outbox.network
        self._hours = outbox.hours
        self._retries = Retries()
        self._begun = False
        self._snapshots: dict[str, JobSnapshot] = {}
        found = ((job, self._source(job)) for job in jobs.by_name.values())
        self._jobs = {job.name: (job, source) for job, source in found if source}

    async def begin(self, db: Database, now: datetime) -> None:
        """Once a process: rhythms that are new here count from now on."""
        if self._begun:
            return
        async with db.write() as session:
            recorded = await occurrences.recorded(session, list(self._jobs))
            for name, (_, source) in self._jobs.items():
                await source.begin(session, now, recorded[name])
        self._begun = True

    async def tick(self, db: Database, upto: datetime) -> int:
        """Runs what was due at `upto` and is not done; returns how many runs there were.

        To be repeated at will: nothing happens twice. Raises DatabaseUnavailable: what is not done then comes
        with the next tick.
        """
        await self.begin(db, upto)
        config, snapshots = self._network.config, await self._current(db, upto)
        batches = [batch for each in snapshots for batch in each.job.batches(each.due, upto, config)]
        ready = [
            batch for batch in batches if self._retries.ready_at((batch.job.name, batch.last.name)) <= upto
        ]
        ready.sort(key=lambda batch: (batch.last.planned, batch.job.name))
        return sum([await self._attempt(db, batch, upto) for batch in ready])

    async def next_due(self, db: Database, after: datetime) -> datetime | None:
        """When to tick next, as seen at the moment `after`: in the past if something waits already; None:
        nothing in the next days.
        """
        snapshots = await self._current(db, after)
        planned = (
            max(occurrence.planned, self._retries.ready_at((snapshot.job.name, occurrence.name)))
            for snapshot in snapshots
            for occurrence in snapshot.upcoming
        )
        return min(
            [*planned, *(moment for snapshot in snapshots for moment in snapshot.changes)], default=None
        )

    def _source(self, job: Job) -> OccurrenceSource | None:
        opening = (lambda at: at) if job.at_any_hour else self._hours.next_open
        if job.rows:
            return RowOccurrences(job.name, job.rows, opening)
        config = self._network.config
        text = job.rhythm(config) if callable(job.rhythm) else job.rhythm
        return RuleOccurrences(job.name, Rule.parse(text), config.zone, opening) if text else None

    async def _current(self, db: Database, now: datetime) -> list[JobSnapshot]:
        """What each job has to do, from memory as far as that holds;
        nothing of a subject whose query has failed lately.
        """
        ready = [job for job, _ in self._jobs.values() if self._retries.ready_at(job.name) <= now]
        if stale := [job for job in ready if not self._is_current(job, db, now)]:
            async with db.read() as session:
                for job in stale:
                    await self._query(session, job, now)
        return [self._snapshots[job.name] for job in ready if job.name in self._snapshots]

    def _is_current(self, job: Job, db: Database, now: datetime) -> bool:
        return job.name in self._snapshots and self._snapshots[job.name].is_current(db.commits, now)

    async def _query(self, session: AsyncSession, job: Job, now: datetime) -> None:
        """All of a snapshot is read in one session."""
        source = self._jobs[job.name][1]
        self._snapshots.pop(job.name, None)
        try:
            with tracked_reads(session) as reads:
                upcoming = await source.pending(session, now if job.at_once else now + HORIZON)
                due = [each for each in upcoming if each.planned <= now]
                changes = await self._changes(session, job, now)
                planned = (occurrence.planned for occurrence in upcoming if occurrence.planned > now)
                until = min([now + job.stale_after, *planned, *changes])
                self._snapshots[job.name] = JobSnapshot(now, until, reads, job, due, upcoming, changes)
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
        keys = [(batch.job.name, occurrence.name) for occurrence in batch.occurrences]
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
            self._snapshots.pop(batch.job.name, None)
            self._jobs[batch.job.name][1].invalidate()
        for key in keys:
            self._retries.succeeded(key)
        return ran

    async def _run(self, session: AsyncSession, batch: Batch, upto: datetime) -> bool:
        """False when there is nothing to do any more: a row was cancelled, or an earlier job saw to it."""
        job, source = self._jobs[batch.job.name]
        pending = await source.pending(session, upto)
        if not set(batch.occurrences) <= set(pending):
            return False
        work = job.dropped if batch.dropped and job.dropped else job.work
        last = batch.last
        cause = Cause(id=f"{job.name}/{last.name}", at=last.planned)
        run = Run(
            db=session,
            outbox=self._outbox,
            cause=cause,
            now=last.planned,
            name=last.name,
            merged=batch.earlier,
        )
        async with asyncio.timeout(JOB_SECONDS):
            await work(run)
        for occurrence, outcome in batch.outcomes(pending):
            await occurrences.record(
                session,
                OccurrenceRecord(
                    job=job.name, name=occurrence.name, planned=occurrence.planned, outcome=outcome
                ),
            )
        return True
