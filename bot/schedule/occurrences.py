"""Which occurrences of a job are still to be run.

The table of occurrences knows, whatever the clock did meanwhile: a rule's next occurrence is the one whose
*name* follows the last one recorded. So an hour that is moved, earlier or later, neither repeats an
occurrence nor loses one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Rows
from bot.time.recurrence import Occurrence, Rule, first_day
from storage import occurrences
from storage.occurrences import Recorded
from storage.tables import OccurrenceRecord

A_WEEK = timedelta(days=7)

# the moment itself when it is in office hours, else the next one that is
Opening = Callable[[datetime], datetime]


class OccurrenceSource(Protocol):
    async def begin(self, db: AsyncSession, now: datetime, recorded: Recorded) -> None:
        """Once a process. Where nothing of it is known yet, or only occurrences that were named otherwise,
        they count from `now` on; none before was missed.
        """

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        """What is planned at `upto` or before and not finished, in order."""
        ...

    def invalidate(self) -> None:
        """A transaction that recorded occurrences of it is over, well or not."""


@dataclass
class RuleOccurrences:
    """The occurrences of a rule.

    Every sync asks what is pending; the table is read again only after `invalidate`, for nobody but the
    scheduler writes there.
    """

    job: str
    rule: Rule
    zone: ZoneInfo
    opening: Opening
    _recorded: Recorded | None = None

    async def begin(self, db: AsyncSession, now: datetime, recorded: Recorded) -> None:
        if recorded.last is not None and self.rule.names_like(recorded.last.name):
            self._recorded = recorded
            return
        await occurrences.forget(db, self.job)
        *_, last = self.rule.occurrences((now - A_WEEK).astimezone(self.zone).date(), now, self.zone)
        await occurrences.record(
            db, OccurrenceRecord(job=self.job, name=last.name, planned=now, outcome=occurrences.BEFORE)
        )

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        if self._recorded is None:
            self._recorded = (await occurrences.recorded(db, [self.job]))[self.job]
        last, waiting = self._recorded
        if last is None or not self.rule.names_like(last.name):
            return []
        found = _opened(self.rule.occurrences(first_day(last.name), upto, self.zone), self.opening, upto)
        # The one whose hour had passed at the first start counts after all when that hour is moved to a later
        # one.
        begun = last.planned if last.outcome == occurrences.BEFORE else upto
        later = [
            each
            for each in found
            if each.name > last.name or (each.name == last.name and each.planned > begun)
        ]
        return [Occurrence(row.name, row.planned) for row in waiting] + later

    def invalidate(self) -> None:
        self._recorded = None


@dataclass(frozen=True)
class RowOccurrences:
    """The rows of a subject that come due."""

    job: str
    rows: Rows
    opening: Opening

    async def begin(self, db: AsyncSession, now: datetime, recorded: Recorded) -> None: ...

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        due = _opened(await self.rows(db, upto), self.opening, upto)
        finished = (
            await occurrences.finished(db, self.job, [occurrence.name for occurrence in due])
            if due
            else set()
        )
        return sorted(
            (each for each in due if each.name not in finished), key=lambda each: (each.planned, each.name)
        )

    def invalidate(self) -> None: ...


def _opened(due: Iterable[Occurrence], opening: Opening, upto: datetime) -> list[Occurrence]:
    """The same at the moments when they may happen, if these have come."""
    moved = (replace(occurrence, planned=opening(occurrence.planned)) for occurrence in due)
    return [occurrence for occurrence in moved if occurrence.planned <= upto]
