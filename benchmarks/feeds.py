"""300 sources in one pass while a member writes to the bot:
how long the loop stands still, and how long `!ping` takes meanwhile.

python -m benchmarks.feeds

The sources are served by a process of their own, each at an address of its own (127.x.y.z), 30 entries each;
all is new the first time, nothing the second. Milliseconds, but to be compared with the idle bot of the same
run.

Two shared cores, Python 3.11: idle, the longest stall is 2 to 3 ms and a ping takes 25 to 45 ms; 9,000
stories, all new, are read in 17 to 21 s with stalls of 65 to 90 ms, pings taking 0.4 s (they wait for their
turn to write); with nothing new, 2 to 3 s, stalls of 5 to 18 ms, pings of 50 ms.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

from sqlmodel import func, select

from storage.news import feeds
from storage.tables import Story
from tests.support.world import MemoryWorld, in_memory

SOURCES = 300
ENTRIES = 30
BETWEEN = 0.1  # seconds between two pings
IDLE = 5.0  # seconds of the idle bot
ITEM = """<item><title>Titre numéro {n} de la source {source} : ce que disent les quartiers</title><link>https://s{source}.example.org/{n}</link>
<guid>s{source}-{n}</guid><pubDate>Fri, 20 Nov 2026 07:30:00 +0100</pubDate><category>Cadre de vie</category>
<description>&lt;p&gt;Un résumé de deux phrases, comme il y en a beaucoup. &lt;b&gt;La seconde&lt;/b&gt; dit
le reste.&lt;/p&gt;</description>
</item>"""


class Source(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") == '"1"'
        source = self.path.strip("/")
        items = "".join(ITEM.format(n=n, source=source) for n in range(ENTRIES))
        body = (
            b""
            if known
            else f'<rss version="2.0"><channel><title>Source {source}</title>{items}</channel></rss>'.encode()
        )
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(told: Connection, source: type[BaseHTTPRequestHandler]) -> None:
    server = ThreadingHTTPServer(("0.0.0.0", 0), source)
    told.send(server.server_port)
    server.serve_forever()


@contextmanager
def served(source: type[BaseHTTPRequestHandler] = Source) -> Iterator[int]:
    """The port of a server, in a process of its own."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, source), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


class Watch:
    """Longest stalls of the loop and times of pings, in milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.pings: list[float] = []

    async def tick(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.gaps.append((now - last - 0.001) * 1000)
            last = now

    async def ping(self, world: MemoryWorld) -> None:
        """From the moment it is said to that when its answer is in the outbox."""
        while True:
            await world.tells("camille", "!ping")
            start = time.perf_counter()
            await world.app.turn(0)
            self.pings.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(BETWEEN)


@asynccontextmanager
async def watched(world: MemoryWorld) -> AsyncIterator[Watch]:
    watch = Watch()
    tasks = [asyncio.create_task(watch.tick()), asyncio.create_task(watch.ping(world))]
    yield watch
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def read(world: MemoryWorld) -> tuple[Watch, float]:
    """One pass over all that is due, and its seconds."""
    start = time.perf_counter()
    async with watched(world) as watch:
        while await due(world):  # noqa: ASYNC110 - a task tells nobody
            await asyncio.sleep(0.02)
    return watch, time.perf_counter() - start


async def due(world: MemoryWorld) -> bool:
    async with world.db.read() as db:
        return bool(await feeds.due(db, world.clock.now()))


async def main() -> None:
    logging.disable(logging.WARNING)
    with served() as port, tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder), web={"allow_private": True}) as world:
            async with watched(world) as idle:
                await asyncio.sleep(IDLE)
            async with world.db.write() as db:
                for n in range(SOURCES):
                    await feeds.add(
                        db, f"http://127.1.{n // 250}.{n % 250 + 1}:{port}/{n}", "", world.clock.now()
                    )
            first = await read(world)
            world.clock.offset += timedelta(hours=1, minutes=10)
            again = await read(world)
            async with world.db.read() as db:
                count = (await db.exec(select(func.count()).select_from(Story))).one()
    sys.stdout.write(f"{SOURCES} sources, {count} stories\n")
    for name, watch, seconds in (("idle", idle, IDLE), ("all new", *first), ("nothing new", *again)):
        gaps, pings = sorted(watch.gaps), sorted(watch.pings)
        sys.stdout.write(
            f"{name:12} {seconds:6.1f} s   longest stall {gaps[-1]:6.1f} ms, 99th percentile "
            f"{gaps[-len(gaps) // 100]:5.1f} ms   "
            f"!ping: median {pings[len(pings) // 2]:6.1f} ms, longest {pings[-1]:6.1f} ms of {len(pings)}\n"
        )


if __name__ == "__main__":
    asyncio.run(main())
