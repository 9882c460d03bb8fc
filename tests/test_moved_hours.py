"""Schedules and the calendar: an hour moved on the day itself, the
two changes of the clock, a year of Mondays with its holidays.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.schedule.jobs import Jobs
from tests.support.job_recorder import JobRunner, database, due_row, due_rows, post_run


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[JobRunner]:
    async with database(tmp_path) as db:
        yield JobRunner(db)


MOVES = {  # on Monday 23 November, unless a day is said: rule @ the hour of a tick under it
    "later, after it spoke": ("mon 09:15 @ 09:15 | mon 11:00 @ 10:00 | mon 11:00 @ 11:00", "Mon 23 09:15"),
    "later, before it spoke": ("mon 09:15 @ 09:00 | mon 11:00 @ 09:15 | mon 11:00 @ 11:00", "Mon 23 11:00"),
    "earlier, after it spoke": ("mon 09:15 @ 09:15 | mon 08:30 @ 09:20", "Mon 23 09:15"),
    "earlier, to an hour that is past": ("mon 09:15 @ 08:50 | mon 08:30 @ 09:00", "Mon 23 08:30"),
    "earlier, to an hour to come": ("mon 09:15 @ 08:00 | mon 08:30 @ 08:30", "Mon 23 08:30"),
    "back and forth": (
        "mon 10:00 @ 09:00 | mon 08:00 @ 09:10 | mon 12:00 @ 12:00 | mon 10:00 @ 13:00",
        "Mon 23 08:00",
    ),
    "to a later day of the week": ("mon 09:15 @ 09:15 | thu 09:15 @ 2026-11-26 10:00", "Mon 23 09:15"),
    "to an earlier day of the week": (
        "fri 09:15 @ 2026-11-25 10:00 | tue 09:15 @ 2026-11-25 10:01",
        "Tue 24 09:15",
    ),
}


@pytest.mark.parametrize("case", MOVES)
async def test_an_hour_moved_on_the_day_itself_is_one_occurrence(bot: JobRunner, case: str) -> None:
    steps, spoken = MOVES[case]
    bot.start_with("mon 09:15")
    await bot.tick("2026-11-22 20:00")
    for step in steps.split(" | "):
        rule, moment = step.split(" @ ")
        bot.start_with(rule)
        moment = moment if len(moment) > 5 else f"2026-11-23 {moment}"
        await bot.tick(moment, moment)
    assert await bot.tick("2026-11-29 23:00") == [f"2026-W48 {spoken}"]


async def test_on_the_very_first_day_an_hour_already_past_can_be_moved_to_one_to_come(bot: JobRunner) -> None:
    bot.start_with("daily 09:15")
    await bot.tick("2026-11-23 10:00")
    bot.start_with("daily 11:00")
    assert await bot.tick("2026-11-23 10:01", "2026-11-23 11:00") == ["2026-11-23 Mon 23 11:00"]


async def test_on_the_very_first_day_an_hour_moved_before_the_start_is_not_lost(bot: JobRunner) -> None:
    bot.start_with("mon 09:15")
    await bot.tick("2026-11-23 08:50")
    bot.start_with("mon 08:30")
    assert await bot.tick("2026-11-23 09:00", "2026-11-24 09:00") == ["2026-W48 Mon 23 08:30"]


async def test_going_from_weeks_to_days_and_back_misses_nothing_of_before(bot: JobRunner) -> None:
    bot.start_with("mon 09:15")
    await bot.tick("2026-11-16 08:00", "2026-11-23 09:15")
    bot.start_with("mon,thu 09:15")
    await bot.tick("2026-11-23 10:00", "2026-11-26 09:15")
    bot.start_with("mon 09:15")
    assert await bot.tick("2026-11-27 10:00", "2026-11-30 09:15") == [
        "2026-W47 Mon 16 09:15",
        "2026-W48 Mon 23 09:15",
        "2026-11-26 Thu 26 09:15",
        "2026-W49 Mon 30 09:15",
    ]


async def test_half_past_two_happens_once_in_the_night_that_has_it_twice(bot: JobRunner) -> None:
    bot.start_with("daily 02:30")
    await bot.tick("2026-10-24 12:00")
    assert await bot.tick(
        *(f"2026-10-25 0{hour}:{minute:02}" for hour in range(5) for minute in range(0, 60, 10))
    ) == ["2026-10-25 Sun 25 02:30"]
    assert await bot.run_between("2026-10-25 04:00", "2026-10-27 00:00") == [
        "2026-10-25 Sun 25 02:30",
        "2026-10-26 Mon 26 02:30",
    ]


async def test_half_past_two_happens_at_three_in_the_night_that_has_none(bot: JobRunner) -> None:
    bot.start_with("daily 02:30")
    await bot.tick("2027-03-27 12:00", "2027-03-28 01:59")
    assert await bot.tick("2027-03-28 03:00", "2027-03-28 03:30") == ["2027-03-28 Sun 28 03:00"]


async def test_in_a_year_of_mondays_a_holiday_s_panorama_waits_for_the_next_open_hour(bot: JobRunner) -> None:
    jobs = Jobs()
    jobs.every("mon 09:15", name="panorama")(post_run)
    bot.start(jobs)
    spoken = await bot.run_between("2026-11-01 12:00", "2027-10-31 12:00")
    assert [text.split()[0] for text in spoken] == [
        *(f"2026-W{week}" for week in range(45, 54)),
        *(f"2027-W{week:02}" for week in range(1, 44)),
    ]
    # Easter, Whitsun
    assert [text for text in spoken if "Mon" not in text] == [
        "2027-W13 Tue 30 08:30",
        "2027-W20 Tue 18 08:30",
    ]
    assert all("09:15" in text for text in spoken if "Mon" in text)


async def test_what_comes_at_night_waits_for_the_morning_unless_it_is_for_any_hour(bot: JobRunner) -> None:
    jobs = Jobs()
    rows = due_rows([due_row("2026-11-27 19:40 poll 4")])
    jobs.due("waits", rows=rows)(post_run)
    jobs.due("goes", rows=rows, at_any_hour=True)(post_run)
    bot.start(jobs)
    assert await bot.tick("2026-11-27 19:40", "2026-11-28 12:00") == ["poll 4 Fri 27 19:40"]
    assert await bot.next_due("2026-11-28 12:00") == due_row("2026-11-30 08:30 ").planned
    assert (await bot.tick("2026-11-30 08:30"))[1:] == ["poll 4 Mon 30 08:30"]


async def test_an_hour_of_the_night_is_one_morning_s_run_and_the_weekend_s_come_together(
    bot: JobRunner,
) -> None:
    jobs = Jobs()
    jobs.every("daily 06:00", name="job", missed="merge")(post_run)
    bot.start(jobs)
    assert await bot.run_between("2026-11-27 07:00", "2026-12-01 12:00") == [
        "2026-11-27 Fri 27 08:30",
        "2026-11-30 (2026-11-28, 2026-11-29) Mon 30 08:30",
        "2026-12-01 Tue 01 08:30",
    ]
