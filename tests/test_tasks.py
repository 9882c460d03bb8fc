"""Tasks: what is asked of the network is done once the network answers, a few at a time,
and written down once.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handlers import Handlers
from bot.outbox import Cause, Post, UnitOfWork
from bot.schedule import tasks as module
from bot.schedule.tasks import AT_ONCE, Task, task
from storage.tables import KeyValue
from tests.support.job_recorder import database, record_post, recorded_posts
from tests.support.task_site import TIMEOUT, CountingSite, FetchRow, TaskQueue, fetch, until


@pytest.fixture
def site() -> CountingSite:
    return CountingSite()


@pytest.fixture
async def queue(tmp_path: Path, site: CountingSite) -> AsyncIterator[TaskQueue]:
    app = web.Application()
    app.router.add_get("/{name}", site.page)
    async with (
        database(tmp_path) as db,
        TestServer(app, host="127.0.0.1") as server,
        ClientSession() as session,
    ):
        yield TaskQueue(db, server, session)
        site.go.set()


async def test_what_was_asked_for_is_fetched_and_said_once(queue: TaskQueue, site: CountingSite) -> None:
    await queue.enqueue("a")
    async with queue.running() as work:
        await until(lambda: queue.notified == 1)
        await queue.enqueue("b")
        work.wake()
        await until(lambda: queue.notified == 2)
    assert await recorded_posts(queue.db) == ["page a", "page b"]
    assert site.asked == ["a", "b"]


async def test_what_ends_while_one_looks_is_not_begun_again(queue: TaskQueue, site: CountingSite) -> None:
    looked, usual = 0, queue.task()

    async def due(db: AsyncSession, now: datetime) -> list[FetchRow]:
        nonlocal looked
        looked += 1
        found = list(await usual.due(db, now))
        if looked == 4:  # of two at each look; what it found is under way, and ends before it can say so
            site.go.set()
            await until(lambda: queue.notified == 1)
        return found

    await queue.enqueue("slow")
    async with queue.running(Task("fetch", due, fetch, queue.done)) as work:
        await until(lambda: site.asked)
        async with queue.db.write() as db:
            db.add(KeyValue(name="something else", value=""))
        work.wake()
        await until(lambda: looked >= 5)
    assert site.asked == ["slow"]


async def test_only_a_few_at_once_and_each_task_in_its_turn(queue: TaskQueue, site: CountingSite) -> None:
    await queue.enqueue(*(f"slow{number:02}" for number in range(12)), "slowpoke")
    async with queue.running(queue.task("many", "slow"), queue.task("one", "slowpoke")):
        await until(lambda: len(site.asked) == AT_ONCE)
        assert "slowpoke" in site.asked
        site.go.set()
        await until(lambda: queue.notified >= 13)
    assert site.most == AT_ONCE


async def test_what_fails_is_logged_stops_nobody_and_is_tried_again_later(
    queue: TaskQueue, site: CountingSite, caplog: pytest.LogCaptureFixture
) -> None:
    await queue.enqueue("broken", "sound")
    async with queue.running() as work:
        await until(lambda: queue.notified == 1)
        await queue.enqueue("other")
        work.wake()
        await until(lambda: queue.notified == 2)
        assert site.asked.count("broken") == 1
        for seconds, times in (31, 2), (31, 2), (30, 3):
            queue.clock.offset += timedelta(seconds=seconds)
            await queue.enqueue(f"after {queue.clock.offset}")
            work.wake()
            spoken = queue.notified
            await until(
                lambda spoken=spoken, times=times: (
                    queue.notified > spoken and site.asked.count("broken") >= times
                )
            )
            assert site.asked.count("broken") == times
    assert "Traceback" in caplog.text
    assert "page broken" not in await recorded_posts(queue.db)


async def test_a_server_that_never_answers_is_given_up(
    queue: TaskQueue, site: CountingSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DO_SECONDS", 0.05)
    await queue.enqueue(*(f"slow{number}" for number in range(AT_ONCE)), "then")
    async with queue.running():
        await until(lambda: queue.notified == 1)
    assert await recorded_posts(queue.db) == ["page then"]


async def test_a_failing_write_leaves_nothing_and_comes_again(queue: TaskQueue, site: CountingSite) -> None:
    failures = [LookupError()]

    async def post(db: AsyncSession, one: Post, cause: Cause) -> None:
        await record_post(db, one, cause)
        if failures:
            raise failures.pop()

    await queue.enqueue("a")
    async with queue.running(post=post) as work:
        await until(lambda: not failures and not work._running)
        assert await recorded_posts(queue.db) == []
        queue.clock.offset += timedelta(minutes=1)
        work.wake()
        await until(lambda: queue.notified == 1)
    assert await recorded_posts(queue.db) == ["page a"]
    assert site.asked == ["a", "a"]


async def test_stopping_cuts_the_network_and_the_next_start_does_it_again(
    queue: TaskQueue, site: CountingSite
) -> None:
    await queue.enqueue("slow")
    async with queue.running():
        await until(lambda: site.asked == ["slow"])
    assert await recorded_posts(queue.db) == []
    site.go.set()
    async with queue.running():
        await until(lambda: queue.notified == 1)
    assert await recorded_posts(queue.db) == ["page slow"]


async def test_stopping_lets_what_is_being_written_down_be_finished(
    queue: TaskQueue, site: CountingSite
) -> None:
    queue.written.clear()
    await queue.enqueue("a")
    async with queue.running() as work:
        await until(lambda: site.asked == ["a"] and not work._doing)
        queue.stop.set()
        asyncio.get_running_loop().call_later(0.02, queue.written.set)
    assert await recorded_posts(queue.db) == ["page a"]


async def test_stopping_when_there_is_nothing_to_do_takes_no_time(
    queue: TaskQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 3600)
    looked = asyncio.Event()

    async def nothing(db: AsyncSession, now: datetime) -> list[FetchRow]:
        looked.set()
        return []

    async with asyncio.timeout(TIMEOUT), queue.running(Task("idle", nothing, fetch, queue.done)):
        await looked.wait()
        await asyncio.sleep(0)


async def test_what_comes_due_by_itself_is_found_without_being_woken(
    queue: TaskQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    async with queue.running():
        await queue.enqueue("a")
        await until(lambda: queue.notified == 1)


async def test_idle_is_when_nothing_is_under_way_and_nothing_due_but_what_has_just_failed(
    queue: TaskQueue, site: CountingSite
) -> None:
    async with queue.running() as work:
        await until(lambda: work.idle)
        await queue.enqueue("slow")
        work.wake()
        assert not work.idle
        await until(lambda: site.asked == ["slow"])
        assert not work.idle
        site.go.set()
        await until(lambda: queue.notified == 1 and work.idle)
        await queue.enqueue("broken")
        work.wake()
        await until(lambda: "broken" in site.asked and work.idle)


async def test_a_query_that_raises_stops_no_other_task(
    queue: TaskQueue, caplog: pytest.LogCaptureFixture
) -> None:
    async def raises(db: AsyncSession, now: datetime) -> list[FetchRow]:
        raise LookupError("no such feed")

    await queue.enqueue("a")
    async with queue.running(Task("bad", raises, fetch, queue.done), queue.task()) as work:
        await until(lambda: queue.notified == 1)
        work.wake()
    assert caplog.text.count("Traceback") == 1
    assert await recorded_posts(queue.db) == ["page a"]


async def test_what_was_found_before_a_query_raised_is_done(queue: TaskQueue) -> None:
    @dataclass(frozen=True)
    class Found:
        cause: str
        row: KeyValue

    async def due(db: AsyncSession, now: datetime) -> list[Found]:
        return [
            Found(row.name[5:], row)
            for row in await db.exec(select(KeyValue).where(col(KeyValue.value) != ""))
        ]

    async def raises(db: AsyncSession, now: datetime) -> list[FetchRow]:
        await db.exec(text("SELECT wish FROM nowhere"))  # type: ignore[call-overload]
        return []

    async def look(found: Found, session: Any) -> str:
        return await fetch(FetchRow(found.cause, found.row.value), session)

    async def done(uow: UnitOfWork, found: Found, text: str) -> None:
        await queue.done(uow, FetchRow(found.cause, found.row.value), text)

    await queue.enqueue("a")
    async with queue.running(Task("first", due, look, done), Task("bad", raises, fetch, queue.done)):
        await until(lambda: queue.notified == 1)
    assert await recorded_posts(queue.db) == ["page a"]


def test_two_tasks_cannot_have_one_name() -> None:
    async def due(db: AsyncSession, now: datetime) -> list[FetchRow]:
        return []

    async def done(uow: UnitOfWork, wish: FetchRow, text: str) -> None: ...

    handlers = Handlers()
    handlers.add(task("fetch", due, fetch, done))
    with pytest.raises(ValueError, match="fetch"):
        handlers.add(task("fetch", due, fetch, done))
