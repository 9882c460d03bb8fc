"""What hearing costs, as ratios in one run (machines are noisy): chatter and commands beside bare inserts;
a start with many rooms beside one.

python -m benchmarks.inbox
"""

import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from bot.matrix.events import Batch, Event
from tests.support.world import MemoryWorld, in_memory

CHATTER = 5_000
COMMANDS = 500


def events(world: MemoryWorld, kind: str, count: int, body: str) -> tuple[Event, ...]:
    """`count` messages of one member in the network's room."""
    now = world.clock.now()
    content = {"msgtype": "m.text", "body": body, "m.mentions": {}}
    room, sender = world.rooms["network"], world.person("camille").user_id
    return tuple(
        Event(id=f"${kind}{n}", room=room, sender=sender, type="m.room.message", content=content, at=now)
        for n in range(count)
    )


async def heard(world: MemoryWorld, kind: str, count: int, body: str) -> float:
    """Milliseconds an event."""
    batch = Batch(since="0", token="0", began=world.clock.now(), events=events(world, kind, count, body))
    start = time.perf_counter()
    await world.app.inbox.process(batch)
    return (time.perf_counter() - start) / count * 1000


async def inserted(world: MemoryWorld, count: int) -> float:
    """Milliseconds a row, inserted one statement each in one transaction: what the database alone costs."""
    start = time.perf_counter()
    async with world.db.connection() as connection:
        for n in range(count):
            await connection.run_sync(
                lambda bare, n=n: bare.execute(
                    text("INSERT INTO mark (name, value) VALUES (:name, '')"), {"name": f"m{n}"}
                )
            )
    return (time.perf_counter() - start) / count * 1000


async def main() -> None:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder)) as world:
            await world.app.sender.finish(5)  # only hearing is measured
            bare = await inserted(world, CHATTER)
            chatter = await heard(world, "chatter", CHATTER, "Bonjour, merci pour le compte rendu.")
            commands = await heard(world, "command", COMMANDS, "!ping 12")
            again = await heard(world, "chatter", CHATTER, "Bonjour, merci pour le compte rendu.")
    rows = [
        ("bare insert", bare),
        ("chatter", chatter),
        ("command", commands),
        ("chatter heard before", again),
    ]
    for name, cost in rows:
        sys.stdout.write(f"{name:22} {cost:8.3f} ms   × {cost / bare:6.1f}\n")


if __name__ == "__main__":
    asyncio.run(main())
