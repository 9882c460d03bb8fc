"""On PostgreSQL too, where there is one: the same migrations, the same conversation.
Skipped on a machine without it.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import free_port
from schedules.resources.search import parse_query
from storage.db import Database
from storage.errors import DatabaseUnavailable
from storage.migrate import upgrade
from storage.resources.search import search
from storage.tables import KeyValue
from tests.support.resources_fixture import add_sample_resources, sample_searches
from tests.support.world import MONDAY, World, in_memory

INITDB = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
SERVER = str(Path(INITDB or "initdb").resolve().with_name("postgres"))

pytestmark = pytest.mark.skipif(INITDB is None, reason="no PostgreSQL on this machine")


class Postgres:
    """A throw-away server on loopback; as root it runs as its own user, as it insists to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"
        self._as: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        if self._as:
            shutil.chown(self.folder, "postgres")
        await self._call(str(INITDB), "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres", "-N")
        options = [
            "-D",
            f"{self.folder}/data",
            "-p",
            str(self.port),
            "-h",
            "127.0.0.1",
            "-k",
            str(self.folder),
            "-F",
        ]
        self._process = await asyncio.create_subprocess_exec(
            SERVER, *options, **self._as, cwd=self.folder, stderr=asyncio.subprocess.DEVNULL
        )
        db = Database(self.url)
        async with asyncio.timeout(30):
            while not await self._answers(db):  # noqa: ASYNC110 (another process: nothing to wait on)
                await asyncio.sleep(0.1)
        await db.close()

    async def stop(self) -> None:
        if self._process:
            self._process.terminate()
            await self._process.wait()

    async def _answers(self, db: Database) -> bool:
        try:
            async with db.connection():
                return True
        except (OSError, DatabaseUnavailable):
            return False

    async def _call(self, *command: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *command, **self._as, cwd=self.folder, stdout=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not in pytest's own folder, which another user may not enter."""
    with tempfile.TemporaryDirectory(prefix="animatrice-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
async def postgres(folder: Path) -> AsyncIterator[Postgres]:
    server = Postgres(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture
async def room(postgres: Postgres, tmp_path: Path) -> AsyncIterator[World]:
    async with in_memory(tmp_path, storage={"url": postgres.url}) as world:
        yield world


async def test_a_conversation_on_postgresql(room: World) -> None:
    await room.says("camille", "!pnig 12")
    assert await room.taps("camille", "✅") == ["pong 12"]
    await room.says("morgan", "!annonce mardi 9 h La salle change.", room="team")
    await room.says("morgan", "oui", room="team")
    private = await room.direct("camille")
    assert await room.says("camille", "ping 3", room=private) == ["pong 3"]
    await room.restart()
    assert (await room.wait_until("mardi 24 novembre 9 h"))[-1] == "La salle change."


@pytest.mark.long
async def test_polls_and_resources_on_postgresql(room: World) -> None:
    for line in ("Quel jour ? | mardi | jeudi", "On change ? | confidentiel"):
        await room.says("morgan", f"!sondage {line} | jusqu’à demain 12 h", room="team")
        await room.says("morgan", "oui", room="team")
    box = next(line.id for line in await room.lines() if line.msgtype.endswith("poll.start"))
    private = await room.direct("camille")
    await room.person("camille").votes(room.rooms["network"], box, "1")
    await room.says("camille", "!vote n° 1 2")
    await room.person("lou").votes(room.rooms["network"], box, "2")
    await room.says("camille", "vote n° 2 1", room=private)
    await room.restart()
    said = await room.wait_until("mardi 24 novembre 12 h")
    assert (
        "Résultat – Quel jour ? (2 votes)\n1. jeudi – 2 voix (100,0 %)\n2. mardi – 0 voix (0,0 %)\n"
        "Merci à toutes et à tous."
    ) in said
    assert any(
        text.startswith("Résultat – On change ? (1 vote)\n") and "aucun détail" in text for text in said
    )
    await room.says("camille", "!recommander https://methodes.example.org/diagnostic très pratique")
    await room.says("lou", "!utile 1")
    (found,) = await room.says("lou", "!ressources pratiques")
    assert "2 voix" in found


@pytest.mark.long
async def test_two_hundred_counts_at_once_lose_none_on_postgresql(postgres: Postgres) -> None:
    db = Database(postgres.url)
    await upgrade(db)

    async def count() -> None:
        async with db.write() as session:
            row = await session.get(KeyValue, "count") or KeyValue(name="count", value="0")
            row.value = str(int(row.value) + 1)
            session.add(row)

    await asyncio.gather(*(count() for _ in range(200)))
    async with db.read() as session:
        row = await session.get(KeyValue, "count")
    await db.close()
    assert row is not None
    assert row.value == "200"


async def test_the_library_is_searched_alike_on_postgresql(postgres: Postgres) -> None:
    db = Database(postgres.url)
    await upgrade(db)
    async with db.write() as session:
        await add_sample_resources(session)
    async with db.read() as session:
        for case in sample_searches():
            asked = await parse_query(session, case["tape"], MONDAY)
            numbers = (await search(session, asked.query)).numbers
            first, among = case.get("puis", []), case.get("parmi", [])
            assert (numbers[: len(first)], set(numbers[: len(among)])) == (first, set(among)), case
    await db.close()
