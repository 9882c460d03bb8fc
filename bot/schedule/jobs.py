"""Jobs: what happens by itself declares its rhythm, or the rows that come due,
and what becomes of a misfire (a missed occurrence): caught up, merged (coalesced) or dropped; and startup
hooks.

    @every("mon 09:15", name="panorama", missed="drop", grace=timedelta(hours=6), dropped=say_so)
    async def panorama(run: Run) -> None: ...

    @due("announcements", rows=planned, missed="catch up")
    async def announce(run: Run) -> None: ...

A job is given its planned moment, never reads the clock, and posts into its run. An occurrence is done when
its posts are in the outbox, in one transaction; it is known by its name, so that moving the hour does not
repeat it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict, Unpack

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.declare import declare
from bot.outbox import UnitOfWork
from bot.time.recurrence import Occurrence, Rule
from storage import occurrences

Missed = Literal["catch up", "merge", "drop"]


@dataclass(frozen=True, kw_only=True)
class Run(UnitOfWork):
    """One run of a job, in an open transaction. `now`: the planned moment.

    `merged`: earlier occurrences that this run stands for, or, for what was dropped, drops with it; in the
    order of time.
    """

    name: str
    merged: tuple[str, ...] = ()

    @property
    def planned(self) -> datetime:
        return self.now


Work = Callable[[Run], Awaitable[None]]
Rhythm = str | Callable[[Config], str | None]
Rows = Callable[[AsyncSession, datetime], Awaitable[Sequence[Occurrence]]]
Moments = Callable[[AsyncSession, datetime], Awaitable[Sequence[datetime]]]
LastMoment = Callable[[Occurrence, Config], datetime]


class Policy(TypedDict, total=False):
    """What is said beside a job.

    `missed`: each occurrence after all, in order ("catch up", if nothing is said); one run for all that is
    pending ("merge"); or none of those later than `grace` (one hour, if nothing is said; or the last moment
    that it finds): then `dropped` says so, in one run for all ("drop"). `at_any_hour`: also outside office
    hours; the others wait for the next open hour. `stale_after`: rows are asked for again when something they
    read was written and when the next of them is due; after so long in any case, an hour if nothing is said,
    for what time alone changes.
    `at_once`: the rows are what there is to do at the moment they are asked for; they tell nothing of later.
    `changes_at(db, now)`: the moments at which time alone changes what the rows give, such as an offer that
    expires, when these rows cannot tell them as planned; those outside office hours count from the next open
    hour.
    """

    missed: Missed
    grace: timedelta | LastMoment
    dropped: Work
    at_any_hour: bool
    at_once: bool
    stale_after: timedelta
    changes_at: Moments


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job has either a rhythm or rows."""

    name: str
    work: Work
    rhythm: Rhythm | None = None
    rows: Rows | None = None
    missed: Missed = "catch up"
    grace: timedelta | LastMoment = timedelta(hours=1)
    dropped: Work | None = None
    at_any_hour: bool = False
    at_once: bool = False
    stale_after: timedelta = timedelta(hours=1)
    changes_at: Moments | None = None

    def __post_init__(self) -> None:
        if (self.missed == "drop") != (self.dropped is not None):
            raise ValueError(f"job {self.name}: what drops occurrences says so (dropped=…), and only that")
        if isinstance(self.rhythm, str):
            Rule.parse(self.rhythm)

    def batches(self, due: Sequence[Occurrence], upto: datetime, config: Config) -> list["Batch"]:
        """How occurrences that have come are run at the moment `upto`."""
        if self.missed == "merge":
            return [Batch(self, tuple(due))] if due else []
        late = tuple(
            occurrence
            for occurrence in due
            if self.missed == "drop" and upto > self._last_moment(occurrence, config)
        )
        single = [Batch(self, (occurrence,)) for occurrence in due if occurrence not in late]
        return [Batch(self, late, dropped=True), *single] if late else single

    def _last_moment(self, occurrence: Occurrence, config: Config) -> datetime:
        return self.grace(occurrence, config) if callable(self.grace) else occurrence.planned + self.grace


@dataclass(frozen=True)
class Batch:
    """Occurrences that one run settles, in order; it is named by the last one."""

    job: Job
    occurrences: tuple[Occurrence, ...]
    dropped: bool = False

    @property
    def last(self) -> Occurrence:
        return self.occurrences[-1]

    @property
    def earlier(self) -> tuple[str, ...]:
        return tuple(occurrence.name for occurrence in self.occurrences[:-1])

    def outcomes(self, pending: Sequence[Occurrence]) -> list[tuple[Occurrence, str]]:
        """What to record when the run is over, of these and of what is `pending`:
        a rule's earlier one must not be hidden by a later one.
        """
        of_a_rule = self.job.rows is None
        passed = [
            each
            for each in pending
            if of_a_rule and each.name < self.last.name and each not in self.occurrences
        ]
        ends = (
            [occurrences.DROPPED] * len(self.occurrences)
            if self.dropped
            else [*[occurrences.MERGED] * len(self.earlier), occurrences.DONE]
        )
        return [
            *((occurrence, occurrences.WAITING) for occurrence in passed),
            *zip(self.occurrences, ends, strict=True),
        ]


class Jobs:
    """The jobs by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Job] = {}

    def copy(self) -> "Jobs":
        made = Jobs()
        made.by_name |= self.by_name
        return made

    def add(self, job: Job) -> None:
        """Raises ValueError when another has its name."""
        if self.by_name.setdefault(job.name, job) is not job:
            raise ValueError(f"two jobs are named {job.name}")

    def every(self, rhythm: Rhythm, *, name: str, **policy: Unpack[Policy]) -> Callable[[Work], None]:
        """Adds a job without declaring it on its function."""
        return lambda work: self.add(Job(name=name, work=work, rhythm=rhythm, **policy))

    def due(self, name: str, *, rows: Rows, **policy: Unpack[Policy]) -> Callable[[Work], None]:
        return lambda work: self.add(Job(name=name, work=work, rows=rows, **policy))


def every(rhythm: Rhythm, *, name: str, **policy: Unpack[Policy]) -> Callable[[Work], Work]:
    """`rhythm`: a rule (`bot.time.recurrence`), or what finds it in the configuration; None there:
    the job is off.
    """
    return lambda work: declare(work, Job(name=name, work=work, rhythm=rhythm, **policy))


def due(name: str, *, rows: Rows, **policy: Unpack[Policy]) -> Callable[[Work], Work]:
    """`rows(db, upto)`: what has come, or will have by the moment `upto`,
    and is not over for the subject itself.

    Each is named as people would ("2026-T4 2026-12-10 J-7") and runs once under that name, whatever its
    moment.
    """
    return lambda work: declare(work, Job(name=name, work=work, rows=rows, **policy))


Startup = Callable[[AsyncSession, Config, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StartupHook:
    hook: Startup


def on_startup(hook: Startup) -> Startup:
    """What is seen to at every start, before anything is read:
    what must happen once only remembers that itself.

    @on_startup
    async def first_list(db: AsyncSession, config: Config, now: datetime) -> None: ...
    """
    return declare(hook, StartupHook(hook))
