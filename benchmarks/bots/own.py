"""What only Animatrice has, beside something as bare of its own: its feeds, its library, its statements."""

import asyncio
import json
import sys
from statistics import median

from benchmarks.bots.results import Results
from benchmarks.bots.scenarios import QUIET, Bench
from benchmarks.bots.subjects import ROOT, Animatrice
from benchmarks.search import Writer, grow
from storage.db import Database

SEARCH = "!ressources évaluation quartier"


async def search(bench: Bench, subject: Animatrice) -> None:
    """Searches beside `!ping` in the same room, one at a time."""
    await _fill(bench, subject)
    found = bench.results[subject.name]
    began = subject.cpu()
    pings = await bench.one_by_one(subject, "search", "!ping {n}")
    between = subject.cpu()
    searches = await bench.one_by_one(subject, "search", SEARCH)
    if pings and searches:
        found.add("search", median(searches) / median(pings))
        found.add("cpu search", (subject.cpu() - between) / max(between - began, 0.01))


async def _fill(bench: Bench, subject: Animatrice) -> None:
    """The library, once: by hand, while the bot is down."""
    if subject.filled:
        return
    await subject.end()
    db = Database(f"sqlite:///{subject.database}")
    await grow(db, Writer(), 0, bench.sizes.resources)
    await db.close()
    subject.filled = True
    await subject.start()


async def statements(bench: Bench, subject: Animatrice) -> None:
    """Of SQLite, a command, by a trace on every connection of the process."""
    await subject.end()
    subject.traced = True
    await subject.start()
    await asyncio.sleep(QUIET)
    before = subject.statements()
    await bench.one_by_one(subject, "statements", "!ping {n}")
    await asyncio.sleep(QUIET)
    count = subject.statements() - before
    bench.results[subject.name].add("statements", count / bench.sizes.one_by_one)
    await subject.end()
    subject.traced = False
    await subject.start()


async def feeds(results: dict[str, Results], count: int, rounds: int) -> None:
    """In a process of its own, without a homeserver; the floor is a loop that fetches and hashes."""
    words = ("-m", "benchmarks.bots.feeds", str(count), str(rounds))
    child = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"the feeds ended with {child.returncode}")
    for name, measures in json.loads(out).items():
        for measure, values in measures.items():
            results[name].add(measure, *values)
