"""What a search costs in a library of 1,000 and of 10,000
resources, beside what `!aide` costs in the same run.

python -m benchmarks.search

The resources are invented: titles, reasons and descriptions are drawn from 8,000 words as a language draws
them (the second half as often as the first, and so on), thirty words each. Heard as people's messages are:
parsed, searched, answered, written down, in one transaction. Milliseconds of the processor, but to be
compared with `!aide` of the same run.

Two shared cores, Python 3.11: a search costs 2 to 3 times an `!aide` in 1,000 resources and 2 to 4 times in
10,000 (320,000 rows of the index); a word that nobody wrote 5 times, then 8 (it is compared with every word
of the index); `!ressources` alone 5 times, then 9 (all are sorted). With ten times the resources a search
costs 1.6 to 3 times as much: less than the index grew. Writing one down and indexing it costs 2.5 ms in both.
While others keep both cores busy: 2 to 5 times an `!aide` in 10,000; a slip 12 times, `!ressources` alone 16
times, which is 6 times as in 1,000.
"""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from sqlmodel import func, select

from bot.matrix.events import Batch, Event
from schedules.themes import all_themes
from storage.db import Database
from storage.resources.index import index
from storage.tables import Resource, Term, Voice
from tests.support.world import MONDAY, MemoryWorld, in_memory

SIZES = (1_000, 10_000)
TIMES = 30
WORDS = 8_000
RARE = 1_500  # place of a word that one resource in a thousand has
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "bri",
    "cha",
    "dre",
    "flo",
    "gra",
    "plu",
    "tri",
)
REAL = (
    "évaluation",
    "quartier",
    "habitants",
    "participation",
    "relogement",
    "diagnostic",
    "santé",
    "emploi",
    "charte",
    "budget",
    "atelier",
    "jeunes",
)
SEARCHES = {
    "aide": "!aide",
    "one common word": "!ressources habitants",
    "two words": "!ressources évaluation quartier",
    "an acronym": "!ressources GUSP",
    "a rare word": "!ressources {rare}",
    "a slip": "!ressources relogemnt",
    "a theme": "!ressources #sante",
    "a theme and a word": "!ressources charte #sante",
    "everything": "!ressources",
}


class Writer:
    """Invents resources, always the same ones."""

    def __init__(self) -> None:
        self.chance = random.Random(6)
        invented = {
            "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 5))) for _ in range(2 * WORDS)
        }
        self.words = [*REAL, *sorted(invented)[: WORDS - len(REAL)]]
        self.chance.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))

    def text(self, count: int) -> str:
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=count))

    def rows(self, first: int, last: int) -> Iterator[tuple[Resource, int]]:
        themes = [each.id for each in all_themes()]
        for n in range(first, last):
            link = f"https://bibliotheque.example.org/{n}"
            row = Resource(
                event_id=f"$r{n}", link=link, clean_link=link, title=self.text(6), why=self.text(8),
                description=self.text(16), site="example.org",
                kind=self.chance.choice(("outil", "guide", "article")), theme=self.chance.choice(themes),
                at=MONDAY, next_check=MONDAY,
            )  # fmt: skip
            yield row, self.chance.randint(0, 6)


async def grow(db: Database, writer: Writer, first: int, last: int) -> float:
    """Milliseconds of the processor for each resource written and indexed."""
    start = time.process_time()
    async with db.write() as session:
        for row, voices in writer.rows(first, last):
            session.add(row)
            await session.flush()
            await index(session, row)
            session.add_all(
                Voice(
                    event_id=f"$v{row.id}-{n}",
                    resource_id=row.id,
                    person=f"@{n}:example.org",
                    at=MONDAY,
                    way="said",
                )
                for n in range(voices)
            )
    return (time.process_time() - start) / (last - first) * 1000


async def heard(world: MemoryWorld, kind: str, body: str) -> float:
    """Milliseconds of the processor an event, the best of three times."""
    best = float("inf")
    content = {"msgtype": "m.text", "body": body, "m.mentions": {}}
    for turn in range(3):
        now, room, sender = world.clock.now(), world.rooms["network"], world.person("camille").user_id
        ids = [f"${kind}{turn}-{n}" for n in range(TIMES)]
        events = tuple(
            Event(id=each, room=room, sender=sender, type="m.room.message", content=content, at=now)
            for each in ids
        )
        start = time.process_time()
        await world.app.inbox.process(Batch(since="0", token="0", began=now, events=events))
        best = min(best, (time.process_time() - start) / TIMES * 1000)
    return best


async def measured(world: MemoryWorld, writer: Writer, size: int) -> dict[str, float]:
    async with world.db.read() as db:
        terms = (await db.exec(select(func.count()).select_from(Term))).one()
    sys.stdout.write(f"{size} resources, {terms} rows of the index\n")
    return {
        name: await heard(world, f"{name}-{size}-", line.format(rare=writer.words[RARE]))
        for name, line in SEARCHES.items()
    }


async def main() -> None:
    logging.disable(logging.WARNING)
    writer = Writer()
    with tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder)) as world:
            await world.app.sender.finish(5)  # only hearing is measured
            found, size = [], 0
            for bigger in SIZES:
                cost = await grow(world.db, writer, size, bigger)
                size = bigger
                sys.stdout.write(f"written and indexed: {cost:.2f} ms each\n")
                found.append(await measured(world, writer, size))
    few, many = found
    sys.stdout.write(f"{'':20} {SIZES[0]:>10} {'':>8} {SIZES[1]:>10} {'':>8} growth\n")
    for name in SEARCHES:
        ratios = few[name] / few["aide"], many[name] / many["aide"]
        sys.stdout.write(
            f"{name:20} {few[name]:7.2f} ms × {ratios[0]:5.1f} {many[name]:9.2f} ms × {ratios[1]:5.1f} × "
            f"{many[name] / few[name]:5.1f}\n"
        )


if __name__ == "__main__":
    asyncio.run(main())
