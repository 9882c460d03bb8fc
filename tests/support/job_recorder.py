"""A recorder of jobs: a database, jobs of one's own, and what was posted, in the order it was committed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.network import Network
from bot.outbox import Cause, Outbox, Post
from bot.schedule.jobs import Jobs, Run, Work
from bot.schedule.scheduler import Scheduler
from bot.text import Long, Say
from bot.time import OfficeHours
from bot.time.recurrence import Occurrence
from storage.db import Database
from storage.tables import KeyValue
from tests.support.config import minimal_config
from tests.support.synapse_fixture import BOT

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    """An instant of people's clocks: `2026-11-23 09:15`."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def office_hours() -> OfficeHours:
    return minimal_config().hours()


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[Database]:
    db = Database(f"sqlite:///{folder}/test.sqlite")
    async with db.connection() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield db
    await db.close()


async def record_post(db: AsyncSession, post: Post, cause: Cause) -> None:
    """Takes the outbox's place: one row a post."""
    count = (
        await db.exec(select(func.count()).select_from(KeyValue).where(col(KeyValue.name).like("said %")))
    ).one()
    assert post.say is not None
    db.add(KeyValue(name=f"said {count:05} {cause.id}", value=post.say.text()))
    await db.flush()


async def recorded_posts(db: Database) -> list[str]:
    async with db.read() as session:
        return list(
            (
                await session.exec(
                    select(KeyValue.value)
                    .where(col(KeyValue.name).like("said %"))
                    .order_by(col(KeyValue.name))
                )
            ).all()
        )


async def post_run(run: Run) -> None:
    """A job that says its name, what it stands for and when it is for people:
    `2026-W48 (2026-W47) Mon 23 09:15`.
    """
    stands_for = f" ({', '.join(run.merged)})" if run.merged else ""
    await run.post(
        Post(
            say=Say(
                "{text}", text=Long(f"{run.name}{stands_for} {run.planned.astimezone(PARIS):%a %d %H:%M}")
            )
        )
    )


async def post_dropped(run: Run) -> None:
    await run.post(Post(say=Say("{text}", text=Long("dropped " + ", ".join([*run.merged, run.name])))))


Poster = Callable[[AsyncSession, Post, Cause], Awaitable[object]]


class RecordingOutbox(Outbox):
    """An outbox that only writes down what it is given."""

    def __init__(self, network: Network, writer: Poster = record_post) -> None:
        super().__init__(network)
        self._writer = writer

    async def post(self, db: AsyncSession, post: Post, cause: Cause) -> Any:
        return await self._writer(db, post, cause)


def recording_outbox(writer: Poster = record_post, **sections: Any) -> RecordingOutbox:
    return RecordingOutbox(Network(minimal_config(**sections), BOT), writer)


class JobRunner:
    """Schedulers over one database; each `start` is a new process with its own rules."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.post: Poster = record_post

    def start(self, jobs: Jobs, **sections: Any) -> None:
        self.scheduler = Scheduler(recording_outbox(self.post, **sections), jobs)

    def start_with(self, rule: str, work: Work = post_run, **policy: Any) -> None:
        """One job, at any hour."""
        jobs = Jobs()
        jobs.every(rule, name="job", at_any_hour=True, **policy)(work)
        self.start(jobs)

    async def tick(self, *moments: str | datetime) -> list[str]:
        """Ticks at each of these moments; returns all that was ever said."""
        for moment in moments:
            await self.scheduler.tick(self.db, paris(moment) if isinstance(moment, str) else moment)
        return await recorded_posts(self.db)

    async def next_due(self, after: str) -> datetime | None:
        return await self.scheduler.next_due(self.db, paris(after))

    async def run_between(self, start: str, end: str) -> list[str]:
        """Ticks whenever the scheduler asks for it; returns what was said."""
        now = paris(start)
        while now <= paris(end):
            await self.tick(now)
            now = max(await self.scheduler.next_due(self.db, now) or paris(end), now + timedelta(seconds=1))
        return await recorded_posts(self.db)


def due_row(text: str) -> Occurrence:
    """A row that is due: `2026-11-27 14:00 poll 4`."""
    return Occurrence(text[17:], paris(text[:16]))


def due_rows(occurrences: Iterable[Occurrence]) -> Any:
    """A subject's query: those of these that are planned by then."""
    listed = list(occurrences)

    async def rows(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
        return [occurrence for occurrence in listed if occurrence.planned <= upto]

    return rows
