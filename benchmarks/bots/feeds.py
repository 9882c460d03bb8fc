"""Feeds of which one in ten changed, read by the bot beside a bare
loop that fetches and hashes, in turn.

python -m benchmarks.bots.feeds COUNT ROUNDS

The feeds have 30 items, no ETag and no date: all of their bodies are fetched and hashed by both. They are
served by a process of its own, each at an address of its own. Prints as JSON what results.py calls `feeds`
(seconds a round) and `cpu feed`. The first reading, which keeps all the items, is not counted.
"""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import aiohttp

from benchmarks.feeds import ENTRIES, ITEM, due, served
from bot.schedule.tasks import AT_ONCE
from storage.news import feeds
from tests.support.world import MemoryWorld, in_memory

ONE_IN = 10
NEXT = "/next"
LATER = timedelta(hours=1, minutes=10)  # all are due again


class Changing(BaseHTTPRequestHandler):
    """Each round brings one new item to one feed in ten."""

    round: ClassVar[int] = 0

    def do_GET(self) -> None:
        if self.path == NEXT:
            Changing.round += 1
        body = b"" if self.path == NEXT else _body(int(self.path.strip("/")))
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _body(source: int) -> bytes:
    newest = len([number for number in range(1, Changing.round + 1) if number % ONE_IN == source % ONE_IN])
    items = "".join(ITEM.format(n=n, source=source) for n in range(newest + ENTRIES - 1, newest - 1, -1))
    return f'<rss version="2.0"><channel><title>Source {source}</title>{items}</channel></rss>'.encode()


class Bare:
    """The floor: as many at once as the bot, and nothing kept but a hash."""

    def __init__(self, urls: Sequence[str], web: aiohttp.ClientSession) -> None:
        self._urls = urls
        self._web = web
        self._known: dict[str, str] = {}
        self.changed = 0

    async def read(self) -> None:
        waiting = iter(self._urls)
        self.changed = 0
        await asyncio.gather(*(self._fetch(waiting) for _ in range(AT_ONCE)))

    async def _fetch(self, waiting: Iterator[str]) -> None:
        for url in waiting:
            async with self._web.get(url) as answer:
                body = sha256(await answer.read()).hexdigest()
            self.changed += self._known.get(url) != body
            self._known[url] = body


async def read(world: MemoryWorld) -> None:
    """One pass over all that is due."""
    world.app.tasks.wake()
    while await due(world):  # noqa: ASYNC110 - a task tells nobody
        await asyncio.sleep(0.02)


async def timed(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Seconds, and seconds of processor."""
    began, before = time.perf_counter(), time.process_time()
    await work()
    return time.perf_counter() - began, time.process_time() - before


async def main(count: int, rounds: int) -> None:
    logging.disable(logging.WARNING)
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in ("floor", "animatrice")}
    with served(Changing) as port, tempfile.TemporaryDirectory() as folder:
        urls = [f"http://127.1.{n // 250}.{n % 250 + 1}:{port}/{n}" for n in range(count)]
        async with (
            in_memory(Path(folder), web={"allow_private": True}) as world,
            aiohttp.ClientSession() as web,
        ):
            bare = Bare(urls, web)
            async with world.db.write() as db:
                for url in urls:
                    await feeds.add(db, url, "", world.clock.now())
            await read(world)
            await bare.read()
            for _ in range(rounds):
                async with web.get(f"http://127.0.0.1:{port}{NEXT}"):
                    world.clock.offset += LATER
                for name, work in (("floor", bare.read), ("animatrice", lambda: read(world))):
                    seconds, processor = await timed(work)
                    found[name]["feeds"].append(seconds)
                    found[name]["cpu feed"].append(processor / count)
                assert bare.changed == count // ONE_IN, bare.changed
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
