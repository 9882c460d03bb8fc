"""Which occurrences of a job are not behind us yet.

The table of occurrences knows, whatever the clock did meanwhile: a rule's next occurrence is the one whose *name* follows the last one recorded.
So an hour that is moved, earlier or later, neither repeats an occurrence nor loses one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Rows
from bot.time.recurrence import Occurrence, Rule, first_day
from storage import occurrences
from storage.tables import OccurrenceRecord

A_WEEK = timedelta(days=7)

Opening = Callable[[datetime], datetime]  # the moment itself when it is in office hours, else the next one that is


class Series(Protocol):
    async def is_new(self, db: AsyncSession) -> bool:
        """Whether nothing of it is known here yet, or only occurrences that were named otherwise."""
        ...

    async def begin(self, db: AsyncSession, now: datetime) -> None:
        """From `now` on occurrences count; none before was missed."""

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        """What is planned at `upto` or before and not behind us, in order."""
        ...

    def ran(self) -> None:
        """A transaction that recorded occurrences of it is over, well or not."""


@dataclass
class Repeating:
    """The occurrences of a rule.

    Every sync asks what is pending; the table is read again only after `ran`, for nobody but the scheduler writes there.
    """

    job: str
    rule: Rule
    zone: ZoneInfo
    opening: Opening
    _behind: tuple[OccurrenceRecord | None, Sequence[OccurrenceRecord]] | None = None

    async def is_new(self, db: AsyncSession) -> bool:
        last = await occurrences.last(db, self.job)
        return last is None or not self.rule.names_like(last.name)

    async def begin(self, db: AsyncSession, now: datetime) -> None:
        await occurrences.forget(db, self.job)
        *_, last = self.rule.occurrences((now - A_WEEK).astimezone(self.zone).date(), now, self.zone)
        await occurrences.record(db, OccurrenceRecord(job=self.job, name=last.name, planned=now, outcome=occurrences.BEFORE))

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        if self._behind is None:
            self._behind = await occurrences.last(db, self.job), await occurrences.waiting(db, self.job)
        last, waiting = self._behind
        if last is None or not self.rule.names_like(last.name):
            return []
        found = _opened(self.rule.occurrences(first_day(last.name), upto, self.zone), self.opening, upto)
        # The one whose hour had passed at the first start counts after all when that hour is moved to a later one.
        begun = last.planned if last.outcome == occurrences.BEFORE else upto
        transient = [turn for turn in found if turn.name > last.name or (turn.name == last.name and turn.planned > begun)]
        return [Occurrence(row.name, row.planned) for row in waiting] + transient

    def ran(self) -> None:
        self._behind = None


@dataclass(frozen=True)
class Coming:
    """The rows of a subject that come due."""

    job: str
    rows: Rows
    opening: Opening

    async def is_new(self, db: AsyncSession) -> bool:
        return False

    async def begin(self, db: AsyncSession, now: datetime) -> None: ...

    async def pending(self, db: AsyncSession, upto: datetime) -> list[Occurrence]:
        turns = _opened(await self.rows(db, upto), self.opening, upto)
        behind = await occurrences.settled(db, self.job, [turn.name for turn in turns]) if turns else set()
        return sorted((turn for turn in turns if turn.name not in behind), key=lambda turn: (turn.planned, turn.name))

    def ran(self) -> None: ...


def _opened(turns: Iterable[Occurrence], opening: Opening, upto: datetime) -> list[Occurrence]:
    """The same at the moments when they may happen, if these have come."""
    moved = (replace(turn, planned=opening(turn.planned)) for turn in turns)
    return [turn for turn in moved if turn.planned <= upto]
