"""Jobs: each occurrence once, what becomes of missed ones, and what a failing one does to the others."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Jobs, Run
from bot.time.recurrence import Occurrence
from tests.support.job_recorder import JobRunner, database, due_row, due_rows, paris, post_dropped, post_run

HOURS = timedelta(hours=1)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[JobRunner]:
    async with database(tmp_path) as db:
        yield JobRunner(db)


async def test_a_job_speaks_at_its_hour_and_once_however_often_it_is_looked_at(bot: JobRunner) -> None:
    bot.start_with("mon 09:15")
    assert await bot.tick("2026-11-23 08:00", "2026-11-23 09:14:59") == []
    assert await bot.tick("2026-11-23 09:15", "2026-11-23 09:15", "2026-11-23 09:16", "2026-11-29 23:59") == [
        "2026-W48 Mon 23 09:15"
    ]
    bot.start_with("mon 09:15")
    assert await bot.tick("2026-11-23 09:15", "2026-11-30 10:00") == [
        "2026-W48 Mon 23 09:15",
        "2026-W49 Mon 30 09:15",
    ]


async def test_nothing_before_the_first_start_is_missed(bot: JobRunner) -> None:
    bot.start_with("mon 09:15")
    assert await bot.tick("2026-11-23 09:16", "2026-11-24 12:00") == []


async def test_catching_up_does_each_missed_one_in_order(bot: JobRunner) -> None:
    bot.start_with("daily 09:00")
    await bot.tick("2026-11-23 08:00")
    bot.start_with("daily 09:00", missed="catch up")
    assert await bot.tick("2026-11-25 12:00") == [
        "2026-11-23 Mon 23 09:00",
        "2026-11-24 Tue 24 09:00",
        "2026-11-25 Wed 25 09:00",
    ]


async def test_merging_does_one_run_for_all_that_was_missed(bot: JobRunner) -> None:
    bot.start_with("daily 09:00", missed="merge")
    await bot.tick("2026-11-23 08:00")
    assert await bot.tick("2026-11-25 12:00") == ["2026-11-25 (2026-11-23, 2026-11-24) Wed 25 09:00"]
    assert (await bot.tick("2026-11-25 13:00", "2026-11-26 09:00"))[1:] == ["2026-11-26 Thu 26 09:00"]


async def test_dropping_says_so_once_and_what_is_still_in_time_is_done(bot: JobRunner) -> None:
    policy: dict[str, Any] = {"missed": "drop", "grace": 3 * HOURS, "dropped": post_dropped}
    bot.start_with("daily 09:00", **policy)
    await bot.tick("2026-11-23 08:00")
    bot.start_with("daily 09:00", **policy)
    assert await bot.tick("2026-11-25 12:00", "2026-11-25 12:01") == [
        "dropped 2026-11-23, 2026-11-24",
        "2026-11-25 Wed 25 09:00",
    ]
    assert (await bot.tick("2026-11-26 12:00:01", "2026-11-26 13:00"))[2:] == ["dropped 2026-11-26"]


def test_a_policy_without_its_words_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="says so"):
        Jobs().every("mon 09:15", name="job", missed="drop")(post_run)
    with pytest.raises(ValueError, match="mon 09:15"):
        Jobs().every("lundi", name="job")(post_run)


def test_two_jobs_cannot_have_one_name() -> None:
    jobs = Jobs()
    jobs.every("mon 09:15", name="job")(post_run)
    with pytest.raises(ValueError, match="job"):
        jobs.due("job", rows=due_rows([]))(post_run)


async def test_what_several_jobs_have_to_say_comes_in_the_order_of_its_moments(bot: JobRunner) -> None:
    jobs = Jobs()
    jobs.every("daily 10:00", name="first by name")(post_run)
    jobs.every("daily 09:00", name="second by name")(post_run)
    jobs.due("third by name", rows=due_rows([due_row("2026-11-24 09:30 row")]))(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.tick("2026-11-24 12:00") == [
        "2026-11-24 Tue 24 09:00",
        "row Tue 24 09:30",
        "2026-11-24 Tue 24 10:00",
    ]


async def test_a_rhythm_comes_from_the_configuration_and_may_be_none(bot: JobRunner) -> None:
    jobs = Jobs()
    jobs.every(lambda config: config.digest.at, name="panorama")(post_run)
    jobs.every(lambda config: None, name="off")(post_run)
    bot.start(jobs, digest={"at": "tue 10:00"})
    assert await bot.run_between("2026-11-23 08:00", "2026-11-25 08:00") == ["2026-W48 Tue 24 10:00"]


async def test_a_row_is_done_once_under_its_name_whatever_its_moment(bot: JobRunner) -> None:
    async def started(*rows: str) -> None:
        jobs = Jobs()
        jobs.due("reminder", rows=due_rows(due_row(row) for row in rows))(post_run)
        bot.start(jobs)

    await started("2026-12-03 09:00 2026-T4 2026-12-10 J-7")
    assert await bot.tick("2026-12-03 09:00", "2026-12-03 09:01") == ["2026-T4 2026-12-10 J-7 Thu 03 09:00"]
    await started("2026-12-03 14:00 2026-T4 2026-12-10 J-7", "2026-12-04 09:00 2026-T4 2026-12-11 J-7")
    assert (await bot.tick("2026-12-03 18:00", "2026-12-07 09:00"))[1:] == [
        "2026-T4 2026-12-11 J-7 Fri 04 09:00"
    ]


async def test_a_row_that_another_job_took_back_in_the_meantime_is_left_alone(bot: JobRunner) -> None:
    cancelled: list[str] = []

    async def cancel(run: Run) -> None:
        cancelled.append("row")

    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        return [] if cancelled else [due_row("2026-11-24 10:00 row")]

    jobs = Jobs()
    jobs.every("daily 09:00", name="canceller")(cancel)
    jobs.due("rows", rows=rows)(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.tick("2026-11-24 11:00") == []
    assert cancelled


async def test_the_next_moment_to_look_is_known(bot: JobRunner) -> None:
    jobs = Jobs()
    jobs.every("mon 09:15", name="weekly")(post_run)
    jobs.due("rows", rows=due_rows([due_row("2026-11-27 14:00 row")]))(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 08:00")
    assert await bot.next_due("2026-11-24 08:00") == paris("2026-11-27 14:00")
    await bot.tick("2026-11-27 14:00")
    assert await bot.next_due("2026-11-27 14:00") == paris("2026-11-30 09:15")
    assert await bot.next_due("2026-11-30 12:00") == paris("2026-11-30 09:15")
    bot.start(Jobs())
    assert await bot.next_due("2026-11-30 12:00") is None
