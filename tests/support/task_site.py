"""A site for tasks: on loopback, with tasks that fetch from it what rows of a database ask for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.tasks import Task, Tasks
from bot.text import Say
from bot.time.clock import Clock
from bot.web import Web
from storage.db import Database
from storage.tables import KeyValue
from tests.support.job_recorder import record_post, recording_outbox

TIMEOUT = 20.0


@dataclass(frozen=True)
class FetchRow:
    cause: str
    url: str


async def until(condition: Any) -> None:
    """Lets the rest of the world go on until this is so."""
    async with asyncio.timeout(TIMEOUT):
        while not condition():  # noqa: ASYNC110 - tasks tell nobody
            await asyncio.sleep(0.001)


class CountingSite:
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


class TaskQueue:
    """Tasks over a database in which wishes are left."""

    def __init__(self, db: Database, server: BaseTestServer, session: ClientSession) -> None:
        self.db, self.server, self.session = db, server, session
        self.clock = Clock()
        self.stop = asyncio.Event()
        self.notified = 0
        self.written = asyncio.Event()
        self.written.set()

    async def enqueue(self, *names: str) -> None:
        async with self.db.write() as db:
            for name in names:
                db.add(KeyValue(name=f"wish {name}", value=str(self.server.make_url(f"/{name}"))))

    def task(self, name: str = "fetch", prefix: str = "") -> Task[FetchRow, str]:
        async def due(db: AsyncSession, now: datetime) -> list[FetchRow]:
            rows = await db.exec(
                select(KeyValue)
                .where(col(KeyValue.name).like(f"wish {prefix}%"), col(KeyValue.value) != "")
                .order_by(col(KeyValue.name))
            )
            return [FetchRow(row.name[5:], row.value) for row in rows]

        return Task(name, due, fetch, self.done)

    async def done(self, uow: UnitOfWork, wish: FetchRow, text: str) -> None:
        db = uow.db
        row = await db.get_one(KeyValue, f"wish {wish.cause}")
        row.value = ""
        await db.flush()
        await self.written.wait()
        await uow.post(Post(say=Say("{text}", text=text)))

    @asynccontextmanager
    async def running(self, *tasks: Task[Any, Any], post: Any = record_post) -> AsyncIterator[Tasks]:
        def spoke() -> None:
            self.notified += 1

        work = Tasks(
            self.db,
            self.clock,
            recording_outbox(post),
            cast(Web, self.session),
            tasks or (self.task(),),
            spoke,
        )
        self.stop.clear()
        running = asyncio.create_task(work.run(self.stop))
        try:
            yield work
        finally:
            self.stop.set()
            await running


async def fetch(wish: FetchRow, session: Any) -> str:
    async with session.get(wish.url) as answer:
        answer.raise_for_status()
        return str(await answer.text())
