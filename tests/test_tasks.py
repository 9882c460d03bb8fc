"""Tasks: what is asked of the network is done once the network answers, a few at a time, and written down once."""

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
from tests.desk import SOON, Desk, Site, Wish, fetch, until
from tests.diary import database, said, write_down


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def desk(tmp_path: Path, site: Site) -> AsyncIterator[Desk]:
    app = web.Application()
    app.router.add_get("/{name}", site.page)
    async with database(tmp_path) as db, TestServer(app, host="127.0.0.1") as server, ClientSession() as session:
        yield Desk(db, server, session)
        site.go.set()


async def test_what_was_asked_for_is_fetched_and_said_once(desk: Desk, site: Site) -> None:
    await desk.wish("a")
    async with desk.at_work() as work:
        await until(lambda: desk.spoken == 1)
        await desk.wish("b")
        work.wake()
        await until(lambda: desk.spoken == 2)
    assert await said(desk.db) == ["page a", "page b"]
    assert site.asked == ["a", "b"]


async def test_what_ends_while_one_looks_is_not_begun_again(desk: Desk, site: Site) -> None:
    looked, usual = 0, desk.task()

    async def due(db: AsyncSession, now: datetime) -> list[Wish]:
        nonlocal looked
        looked += 1
        found = list(await usual.due(db, now))
        if looked == 2:  # what it found is under way, and ends before it can say so
            site.go.set()
            await until(lambda: desk.spoken == 1)
        return found

    await desk.wish("slow")
    async with desk.at_work(Task("fetch", due, fetch, desk.done)) as work:
        await until(lambda: site.asked)
        async with desk.db.write() as db:
            db.add(KeyValue(name="something else", value=""))
        work.wake()
        await until(lambda: looked >= 3)
    assert site.asked == ["slow"]


async def test_only_a_few_at_once_and_each_task_in_its_turn(desk: Desk, site: Site) -> None:
    await desk.wish(*(f"slow{number:02}" for number in range(12)), "slowpoke")
    async with desk.at_work(desk.task("many", "slow"), desk.task("one", "slowpoke")):
        await until(lambda: len(site.asked) == AT_ONCE)
        assert "slowpoke" in site.asked
        site.go.set()
        await until(lambda: desk.spoken >= 13)
    assert site.most == AT_ONCE


async def test_what_fails_is_logged_stops_nobody_and_is_tried_again_later(desk: Desk, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    await desk.wish("broken", "sound")
    async with desk.at_work() as work:
        await until(lambda: desk.spoken == 1)
        await desk.wish("other")
        work.wake()
        await until(lambda: desk.spoken == 2)
        assert site.asked.count("broken") == 1
        for seconds, times in (31, 2), (31, 2), (30, 3):
            desk.clock.offset += timedelta(seconds=seconds)
            await desk.wish(f"after {desk.clock.offset}")
            work.wake()
            spoken = desk.spoken
            await until(lambda spoken=spoken, times=times: desk.spoken > spoken and site.asked.count("broken") >= times)
            assert site.asked.count("broken") == times
    assert "Traceback" in caplog.text
    assert "page broken" not in await said(desk.db)


async def test_a_server_that_never_answers_is_given_up(desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DO_SECONDS", 0.05)
    await desk.wish(*(f"slow{number}" for number in range(AT_ONCE)), "then")
    async with desk.at_work():
        await until(lambda: desk.spoken == 1)
    assert await said(desk.db) == ["page then"]


async def test_a_failing_write_leaves_nothing_and_comes_again(desk: Desk, site: Site) -> None:
    failures = [LookupError()]

    async def post(db: AsyncSession, one: Post, cause: Cause) -> None:
        await write_down(db, one, cause)
        if failures:
            raise failures.pop()

    await desk.wish("a")
    async with desk.at_work(post=post) as work:
        await until(lambda: not failures and not work._running)
        assert await said(desk.db) == []
        desk.clock.offset += timedelta(minutes=1)
        work.wake()
        await until(lambda: desk.spoken == 1)
    assert await said(desk.db) == ["page a"]
    assert site.asked == ["a", "a"]


async def test_stopping_cuts_the_network_and_the_next_start_does_it_again(desk: Desk, site: Site) -> None:
    await desk.wish("slow")
    async with desk.at_work():
        await until(lambda: site.asked == ["slow"])
    assert await said(desk.db) == []
    site.go.set()
    async with desk.at_work():
        await until(lambda: desk.spoken == 1)
    assert await said(desk.db) == ["page slow"]


async def test_stopping_lets_what_is_being_written_down_be_finished(desk: Desk, site: Site) -> None:
    desk.written.clear()
    await desk.wish("a")
    async with desk.at_work() as work:
        await until(lambda: site.asked == ["a"] and not work._doing)
        desk.stop.set()
        asyncio.get_running_loop().call_later(0.02, desk.written.set)
    assert await said(desk.db) == ["page a"]


async def test_stopping_when_there_is_nothing_to_do_takes_no_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 3600)
    looked = asyncio.Event()

    async def nothing(db: AsyncSession, now: datetime) -> list[Wish]:
        looked.set()
        return []

    async with asyncio.timeout(SOON), desk.at_work(Task("idle", nothing, fetch, desk.done)):
        await looked.wait()
        await asyncio.sleep(0)


async def test_what_comes_due_by_itself_is_found_without_being_woken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    async with desk.at_work():
        await desk.wish("a")
        await until(lambda: desk.spoken == 1)


async def test_idle_is_when_nothing_is_under_way_and_nothing_due_but_what_has_just_failed(desk: Desk, site: Site) -> None:
    async with desk.at_work() as work:
        await until(lambda: work.idle)
        await desk.wish("slow")
        work.wake()
        assert not work.idle
        await until(lambda: site.asked == ["slow"])
        assert not work.idle
        site.go.set()
        await until(lambda: desk.spoken == 1 and work.idle)
        await desk.wish("broken")
        work.wake()
        await until(lambda: "broken" in site.asked and work.idle)


async def test_a_query_that_raises_stops_no_other_task(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    async def raises(db: AsyncSession, now: datetime) -> list[Wish]:
        raise LookupError("no such feed")

    await desk.wish("a")
    async with desk.at_work(Task("bad", raises, fetch, desk.done), desk.task()) as work:
        await until(lambda: desk.spoken == 1)
        work.wake()
    assert caplog.text.count("Traceback") == 1
    assert await said(desk.db) == ["page a"]


async def test_what_was_found_before_a_query_raised_is_done(desk: Desk) -> None:
    @dataclass(frozen=True)
    class Found:
        cause: str
        row: KeyValue

    async def due(db: AsyncSession, now: datetime) -> list[Found]:
        return [Found(row.name[5:], row) for row in await db.exec(select(KeyValue).where(col(KeyValue.value) != ""))]

    async def raises(db: AsyncSession, now: datetime) -> list[Wish]:
        await (await db.connection()).execute(text("SELECT wish FROM nowhere"))
        return []

    async def look(found: Found, session: Any) -> str:
        return await fetch(Wish(found.cause, found.row.value), session)

    async def done(uow: UnitOfWork, found: Found, text: str) -> None:
        await desk.done(uow, Wish(found.cause, found.row.value), text)

    await desk.wish("a")
    async with desk.at_work(Task("first", due, look, done), Task("bad", raises, fetch, desk.done)):
        await until(lambda: desk.spoken == 1)
    assert await said(desk.db) == ["page a"]


def test_two_tasks_cannot_have_one_name() -> None:
    async def due(db: AsyncSession, now: datetime) -> list[Wish]:
        return []

    async def done(uow: UnitOfWork, wish: Wish, text: str) -> None: ...

    handlers = Handlers()
    handlers.add(task("fetch", due, fetch, done))
    with pytest.raises(ValueError, match="fetch"):
        handlers.add(task("fetch", due, fetch, done))
