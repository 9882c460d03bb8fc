"""A check of the caches of jobs and tasks:
each answer from memory is compared with a fresh one from the tables.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.schedule.scheduler import JobSnapshot, Scheduler
from bot.schedule.tasks import Tasks
from storage.changes import Commits, Snapshot
from storage.db import Database

AN_HOUR = timedelta(hours=1)  # who says that time alone changes more is believed


class CacheCheck:
    """From now on, until the patch ends."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.compared = 0
        self._jobs, self._tasks = Scheduler._current, Tasks._ready
        checked = self
        patch.setattr(Scheduler, "_current", lambda one, db, now: checked._of_jobs(one, db, now))
        patch.setattr(Tasks, "_ready", lambda one: checked._of_tasks(one))

    async def _of_jobs(self, one: Scheduler, db: Database, now: datetime) -> Sequence[JobSnapshot]:
        found = await self._jobs(one, db, now)
        for snapshot in found:
            if snapshot.job.stale_after >= AN_HOUR:
                async with db.read() as session:
                    fresh = await one._jobs[snapshot.job.name][1].pending(session, now)
                self._compare(
                    snapshot,
                    [occurrence.name for occurrence in snapshot.due],
                    [occurrence.name for occurrence in fresh],
                    (db.commits, now),
                )
        return found

    async def _of_tasks(self, one: Tasks) -> Any:
        found = await self._tasks(one)
        now = one.clock.now()
        for each in one.tasks:
            snapshot = one._snapshots.get(each.name)
            if snapshot is not None and not snapshot.due:
                async with one.db.read() as session:
                    fresh = [row.cause for row in await each.due(session, now)]
                self._compare(snapshot, [], fresh, (one.db.commits, now))
        return found

    def _compare(
        self,
        snapshot: Snapshot,
        known: list[str],
        fresh: list[str],
        when: tuple[Commits, datetime],
    ) -> None:
        """What was written meanwhile is looked at next time."""
        if snapshot.is_current(*when):
            self.compared += 1
            assert known == fresh, f"{snapshot} was not asked again, and is {fresh} by now"
