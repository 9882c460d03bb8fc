"""A job that raises, hangs or is killed: nothing half done, nothing twice, and the others go on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Cause, Post
from bot.schedule import scheduler
from bot.schedule.jobs import Jobs, Run
from bot.time.recurrence import Occurrence
from storage.errors import DatabaseUnavailable
from storage.tables import KeyValue, OccurrenceRecord
from tests.support.job_recorder import (
    JobRunner,
    database,
    due_row,
    paris,
    post_run,
    record_post,
    recorded_posts,
)

HOURS = timedelta(hours=1)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[JobRunner]:
    async with database(tmp_path) as db:
        yield JobRunner(db)


async def test_a_failing_job_is_rolled_back_and_stops_no_other(
    bot: JobRunner, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(run: Run) -> None:
        run.db.add(KeyValue(name="half done", value=""))
        await run.db.flush()
        raise LookupError("no such theme")

    jobs = Jobs()
    jobs.every("daily 09:00", name="failing")(fail)
    jobs.every("daily 09:00", name="sound")(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.tick("2026-11-24 09:00") == ["2026-11-24 Tue 24 09:00"]
    assert "no such theme" in caplog.text
    assert "Traceback" in caplog.text
    async with bot.db.read() as db:
        assert not (await db.exec(select(KeyValue).where(KeyValue.name == "half done"))).all()


async def test_a_failing_job_is_tried_again_at_growing_intervals(bot: JobRunner) -> None:
    tried: list[int] = []
    start = now = paris("2026-11-24 09:00")

    async def fail(run: Run) -> None:
        tried.append(int((now - start).total_seconds()))
        raise LookupError

    bot.start_with("daily 09:00", fail)
    await bot.tick("2026-11-24 08:00")
    for _ in range(10):
        await bot.tick(now - timedelta(seconds=1), now)
        now = await bot.scheduler.next_due(bot.db, now) or start
    assert tried == [0, 30, 90, 210, 450, 930, 1890, 3810, 7410, 11010]
    bot.start_with("daily 09:00")
    assert await bot.tick(start + timedelta(seconds=12_000)) == ["2026-11-24 Tue 24 09:00"]


async def test_a_failing_occurrence_holds_up_no_later_one_and_is_not_forgotten(bot: JobRunner) -> None:
    sick = {"2026-11-24"}

    async def sometimes(run: Run) -> None:
        if run.name in sick:
            raise LookupError
        await post_run(run)

    bot.start_with("daily 09:00", sometimes)
    await bot.tick("2026-11-24 08:00", "2026-11-24 09:00", "2026-11-25 09:00")
    assert await bot.tick("2026-11-26 09:00") == ["2026-11-25 Wed 25 09:00", "2026-11-26 Thu 26 09:00"]
    sick.clear()
    bot.start_with("daily 09:00", sometimes)
    assert (await bot.tick("2026-11-26 10:00", "2026-11-26 11:00"))[2:] == ["2026-11-24 Tue 24 09:00"]


async def test_a_job_that_never_ends_is_given_up_for_now(
    bot: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "JOB_SECONDS", 0.2)  # the other one needs some of it

    async def hang(run: Run) -> None:
        await asyncio.Event().wait()

    jobs = Jobs()
    jobs.every("daily 09:00", name="a")(hang)
    jobs.every("daily 09:00", name="b")(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.tick("2026-11-24 09:00") == ["2026-11-24 Tue 24 09:00"]


async def test_a_query_that_raises_stops_no_other_job_and_is_not_asked_at_every_tick(
    bot: JobRunner, caplog: pytest.LogCaptureFixture
) -> None:
    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        await db.exec(text("SELECT wish FROM nowhere"))  # type: ignore[call-overload]
        return []

    jobs = Jobs()
    jobs.due("a", rows=rows)(post_run)
    jobs.every("daily 09:00", name="b")(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.tick("2026-11-24 09:00", "2026-11-24 09:00:01", "2026-11-24 09:00:02") == [
        "2026-11-24 Tue 24 09:00"
    ]
    assert caplog.text.count("could not be found") == 2  # at 8:00 and at 9:00:00
    assert await bot.next_due("2026-11-24 09:00:03") == paris("2026-11-25 09:00")


async def test_a_row_that_failed_and_was_taken_back_leaves_nothing(bot: JobRunner) -> None:
    rows = [due_row("2026-11-24 09:00 a sick one"), due_row("2026-11-24 10:00 sound")]

    async def planned(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        return [row for row in rows if row.planned <= upto]

    async def sometimes(run: Run) -> None:
        if "sick" in run.name:
            raise LookupError
        await post_run(run)

    jobs = Jobs()
    jobs.due("rows", rows=planned)(sometimes)
    bot.start(jobs)
    await bot.tick("2026-11-24 11:00")
    rows.pop(0)
    assert await bot.tick("2026-11-24 11:01", "2026-11-25 11:00") == ["sound Tue 24 10:00"]
    async with bot.db.read() as db:
        assert [row.name for row in (await db.exec(select(OccurrenceRecord))).all()] == ["sound"]


async def test_a_query_that_works_again_begins_anew_with_its_patience(bot: JobRunner) -> None:
    sick, asked = [True], []

    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        asked.append(upto)
        if sick[-1]:
            raise LookupError
        return []

    jobs = Jobs()
    jobs.due("rows", rows=rows)(post_run)
    bot.start(jobs)
    for moment, works in (
        ("09:00:00", False),
        ("09:00:30", False),
        ("09:01:30", True),
        ("10:02:00", False),
        ("10:02:29", True),
        ("10:02:30", True),
    ):
        sick.append(not works)
        await bot.tick(f"2026-11-24 {moment}")
    assert len(asked) == 5  # three of them in vain


async def test_a_kill_before_the_commit_leaves_nothing_and_the_next_tick_does_it(bot: JobRunner) -> None:
    class Killed(BaseException):
        pass

    async def two(run: Run) -> None:
        await post_run(run)
        await post_run(run)

    async def killed_at_the_second(db: AsyncSession, post: Post, cause: Cause) -> None:
        if (await db.exec(select(KeyValue))).all():
            raise Killed
        db.add(KeyValue(name="said", value=""))
        await db.flush()

    bot.start_with("daily 09:00", two)
    await bot.tick("2026-11-24 08:00")
    bot.post = killed_at_the_second
    bot.start_with("daily 09:00", two)
    with pytest.raises(Killed):
        await bot.tick("2026-11-24 09:00")
    assert await recorded_posts(bot.db) == []
    bot.post = record_post
    bot.start_with("daily 09:00", two)
    assert await bot.tick("2026-11-24 09:01") == ["2026-11-24 Tue 24 09:00"] * 2


async def test_a_locked_database_is_nobodys_bug(
    bot: JobRunner, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bot.start_with("daily 09:00")
    await bot.tick("2026-11-24 08:00")
    with sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            await bot.tick("2026-11-24 09:00")
        other.execute("ROLLBACK")
    other.close()
    assert "Traceback" not in caplog.text
    assert await bot.tick("2026-11-24 09:00:01") == ["2026-11-24 Tue 24 09:00"]


async def test_what_has_just_failed_is_not_looked_at_before_its_time(bot: JobRunner) -> None:
    async def fail(run: Run) -> None:
        raise LookupError

    bot.start_with("daily 09:00", fail, missed="merge")
    await bot.tick("2026-11-24 08:00", "2026-11-26 12:00")
    assert await bot.next_due("2026-11-26 12:00") == paris("2026-11-26 12:00:30")
