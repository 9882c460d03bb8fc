"""Tasks: what is asked of the network is done once the network answers, a few at a time, and written down once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Cause, Post
from bot.schedule import tasks as module
from bot.schedule.clock import Clock
from bot.schedule.tasks import AT_ONCE, Task, Tasks, task
from bot.words import Say
from storage.db import Database
from storage.tables import Mark
from tests.diary import database, said, write_down

SOON = 20.0


@dataclass(frozen=True)
class Wish:
    cause: str
    url: str


async def until(condition: Any) -> None:
    """Lets the rest of the world go on until this is so."""
    async with asyncio.timeout(SOON):
        while not condition():  # noqa: ASYNC110 - tasks tell nobody
            await asyncio.sleep(0.001)


class Site:
    """A real server: pages answer with their name; `slow…` ones wait to be let go, `broken…` ones fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = self.most = 0
        self.go = asyncio.Event()

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            if name.startswith("slow"):
                await self.go.wait()
            return web.Response(text=f"page {name}", status=500 if name.startswith("broken") else 200)
        finally:
            self.open -= 1


class Desk:
    """Tasks over a database in which wishes are left."""

    def __init__(self, db: Database, server: BaseTestServer, session: ClientSession) -> None:
        self.db, self.server, self.session = db, server, session
        self.clock = Clock()
        self.stop = asyncio.Event()
        self.spoken = 0
        self.written = asyncio.Event()
        self.written.set()

    async def wish(self, *names: str) -> None:
        async with self.db.write() as db:
            for name in names:
                db.add(Mark(name=f"wish {name}", value=str(self.server.make_url(f"/{name}"))))

    def task(self, name: str = "fetch", prefix: str = "") -> Task[Wish, str]:
        async def due(db: AsyncSession, now: datetime) -> list[Wish]:
            rows = await db.exec(select(Mark).where(col(Mark.name).like(f"wish {prefix}%"), col(Mark.value) != "").order_by(col(Mark.name)))
            return [Wish(row.name[5:], row.value) for row in rows]

        return Task(name, due, fetch, self.done)

    async def done(self, db: AsyncSession, wish: Wish, text: str) -> list[Post]:
        row = await db.get_one(Mark, f"wish {wish.cause}")
        row.value = ""
        await db.flush()
        await self.written.wait()
        return [Post(say=Say("{text}", text=text))]

    @asynccontextmanager
    async def at_work(self, *tasks: Task[Any, Any], post: Any = write_down) -> AsyncIterator[Tasks]:
        def spoke() -> None:
            self.spoken += 1

        work = Tasks(self.db, self.clock, post, self.session, tasks or (self.task(),), spoke)
        self.stop.clear()
        running = asyncio.create_task(work.run(self.stop))
        try:
            yield work
        finally:
            self.stop.set()
            await running


async def fetch(wish: Wish, session: ClientSession) -> str:
    async with session.get(wish.url) as answer:
        answer.raise_for_status()
        return await answer.text()


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
    monkeypatch.setattr(module, "LOOK_SECONDS", 3600)
    looked = asyncio.Event()

    async def nothing(db: AsyncSession, now: datetime) -> list[Wish]:
        looked.set()
        return []

    async with asyncio.timeout(SOON), desk.at_work(Task("idle", nothing, fetch, desk.done)):
        await looked.wait()
        await asyncio.sleep(0)


async def test_what_comes_due_by_itself_is_found_without_being_woken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    async with desk.at_work():
        await desk.wish("a")
        await until(lambda: desk.spoken == 1)


async def test_a_query_that_raises_stops_no_other_task(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    async def raises(db: AsyncSession, now: datetime) -> list[Wish]:
        raise LookupError("no such feed")

    await desk.wish("a")
    async with desk.at_work(Task("bad", raises, fetch, desk.done), desk.task()) as work:
        await until(lambda: desk.spoken == 1)
        work.wake()
    assert caplog.text.count("Traceback") == 1
    assert await said(desk.db) == ["page a"]


def test_two_tasks_cannot_have_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TASKS", {})

    async def due(db: AsyncSession, now: datetime) -> list[Wish]:
        return []

    async def done(db: AsyncSession, wish: Wish, text: str) -> list[Post]:
        return []

    assert task("fetch", due, fetch, done).name == "fetch"
    with pytest.raises(ValueError, match="fetch"):
        task("fetch", due, fetch, done)
