"""A year of a job whose hour is moved and whose bot is killed at random.

Every occurrence at most once, and none missed but as its policy says.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Cause, Post
from bot.schedule.jobs import Jobs, Missed
from bot.time.recurrence import Rule
from tests.support.job_recorder import (
    PARIS,
    JobRunner,
    database,
    office_hours,
    paris,
    post_dropped,
    post_run,
    record_post,
)

WEEKLY = ["mon 09:15", "mon 08:30", "mon 19:00", "wed 10:00", "sun 02:30", "fri 17:59"]
DAILY = ["daily 09:15", "daily 02:30", "daily 23:50", "mon-sun 14:00"]
START = paris("2026-03-27 12:00")
GRACE = timedelta(hours=30)


Step = tuple[float, str]  # days that go by, and what happens then


class Killed(BaseException):
    pass


@dataclass
class Life:
    """What happens to a bot, step by step, and what it should have said by then."""

    bot: JobRunner
    missed: Missed
    at_any_hour: bool
    now: datetime = START
    rule: str = ""
    before: str = ""  # the last occurrence before the first start
    dies: bool = False
    # by name: whether it was still in time when it could first be done
    due: dict[str, bool] = field(default_factory=dict)

    def start(self, rule: str) -> None:
        self.rule, self.dies = rule, False
        jobs = Jobs()
        dropped: dict[str, Any] = {"dropped": post_dropped} if self.missed == "drop" else {}
        jobs.every(
            rule, name="job", missed=self.missed, grace=GRACE, at_any_hour=self.at_any_hour, **dropped
        )(post_run)
        self.bot.post = self._post
        self.bot.start(jobs)

    async def tick(self) -> None:
        try:
            await self.bot.scheduler.tick(self.bot.db, self.now)
        except Killed:
            self.start(self.rule)
        else:
            self._expect()

    async def _post(self, db: AsyncSession, post: Post, cause: Cause) -> None:
        await record_post(db, post, cause)
        if self.dies:
            raise Killed

    def _expect(self) -> None:
        """By brute force: all that has ever been due at some tick,
        by its name or by its hour after the first start.
        """
        for occurrence in Rule.parse(self.rule).occurrences(
            START.date() - timedelta(days=7), self.now, PARIS
        ):
            planned = occurrence.planned if self.at_any_hour else office_hours().next_open(occurrence.planned)
            counts = occurrence.name > self.before or (
                planned > START and not self.due.keys() - {occurrence.name}
            )
            if counts and planned <= self.now:
                self.due.setdefault(occurrence.name, self.now - planned <= GRACE)


async def live(folder: Path, life: list[Step], rules: list[str], policy: tuple[Missed, bool]) -> None:
    async with database(folder) as db:
        world = Life(JobRunner(db), *policy)
        world.start(rules[0])
        *_, last = Rule.parse(rules[0]).occurrences(START.date() - timedelta(days=7), START, PARIS)
        world.before = last.name
        await world.bot.tick(START)
        for number, (days, event) in enumerate(life):
            world.now += timedelta(days=days)
            if event != "goes on":
                world.start(rules[number % len(rules)] if event == "is moved" else world.rule)
            world.dies = event == "dies"
            await world.tick()
        world.now += timedelta(hours=1)
        world.dies = False
        await world.tick()
        spoken = await world.bot.tick(world.now)
    done = [name for text in spoken if not text.startswith("dropped") for name in names(text)]
    dropped = [name for text in spoken if text.startswith("dropped") for name in names(text)]
    assert sorted(done + dropped) == sorted(world.due)
    assert (
        set(dropped) <= {name for name, in_time in world.due.items() if not in_time}
        if policy[0] == "drop"
        else not dropped
    )
    assert policy[0] != "drop" or {name for name, in_time in world.due.items() if in_time} <= set(done)


def names(text: str) -> list[str]:
    return [word.strip("(),") for word in text.split() if word.startswith(("2026-", "2027-", "("))]


EVENTS = st.sampled_from(["goes on"] * 4 + ["is restarted", "is moved", "is moved", "dies"])
STEPS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.9, 1.0, 2.5, 7.0, 20.0]), EVENTS),
    min_size=40,
    max_size=80,
)
POLICIES = st.tuples(st.sampled_from(["catch up", "merge", "drop"]), st.booleans())


Lives = given(life=STEPS, policy=POLICIES, weekly=st.booleans(), data=st.data())


def check(life: list[Step], policy: tuple[Missed, bool], weekly: bool, data: st.DataObject) -> None:
    rules = data.draw(st.permutations(WEEKLY if weekly else DAILY))
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), life, rules, policy))


test_over_a_year_every_occurrence_comes_once = settings(max_examples=4, deadline=None)(Lives(check))
test_over_many_years_every_occurrence_comes_once = pytest.mark.long(
    settings(max_examples=80, deadline=None)(Lives(check))
)
