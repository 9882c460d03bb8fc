"""SQLite in the thread of the event loop:
a dialect of SQLAlchemy for its asyncio sessions over the standard library's sqlite3.

A statement of ours takes some ten microseconds; handing it to a thread and back takes ten times as long, four
times over. What would take long is elsewhere: writers wait for each other before they begin
(`Database.write`), and checkpoints, which wait for the disk, have a thread.
"""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, Pool, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

log = logging.getLogger(__name__)

NAME = "sqlite+loop"
LONG_LOG = 4 * 2**20  # bytes of the write-ahead log after which it is written back
TRUNCATE_TRIES, TRUNCATE_PAUSE = 20, 0.1  # seconds: whoever reads meanwhile is soon done
COMPILED: Any = LRUCache(1_000)


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """What an asyncio session asks of a cursor whose rows were not read."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class LoopDialect(SQLiteDialect_pysqlite):
    """All of its kind are alike, so that a statement is compiled once a process,
    in COMPILED, whatever database it is for.
    """

    driver = "loop"
    is_async = True
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LoopDialect)

    def __hash__(self) -> int:
        return hash(LoopDialect)

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return sqlite3

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def connect(self, *args: Any, **options: Any) -> Any:
        return sqlite3.connect(*args, factory=_Connection, **options)

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


registry.register("sqlite.loop", __name__, LoopDialect.__name__)


def on_the_loop(url: str) -> URL:
    """The same address, with this driver where it is SQLite's."""
    found = make_url(url)
    return found.set(drivername=NAME) if found.get_backend_name() == "sqlite" else found


class WriteAheadLog:
    """The write-ahead log of one file: a thread writes it back when it is long, or empties it on demand."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._to_truncate = False
        self._writing: asyncio.Task[bool] | None = None

    async def truncate(self, tries: int = TRUNCATE_TRIES) -> None:
        """Whoever reads for longer than the tries last has it emptied after a later commit."""
        self._to_truncate = True
        for attempt in range(tries):
            if attempt:
                await asyncio.sleep(TRUNCATE_PAUSE)
            if await self._checkpoint("TRUNCATE"):
                self._to_truncate = False
                return
        if tries > 1:  # said once, not after each commit
            log.warning("database: the write-ahead log could not be emptied yet, somebody is reading")

    async def after_commit(self) -> None:
        """Once more what could not be emptied; a long one is written back, beside whatever goes on.
        One that has grown all the same, since somebody always reads, is waited for to be free.
        """
        if self._to_truncate:
            return await self.truncate(tries=1)
        running = self._writing is not None and not self._writing.done()
        if not running and (size := log_size(self._file)) > LONG_LOG:
            mode = "PASSIVE" if size < 4 * LONG_LOG else "TRUNCATE"
            self._writing = asyncio.create_task(self._checkpoint(mode))
        return None

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing

    async def _checkpoint(self, mode: str) -> bool:
        try:
            return await asyncio.to_thread(checkpoint, self._file, mode)
        except sqlite3.Error as trouble:
            log.warning("database: the write-ahead log could not be written back: %s", trouble)
            return False


def checkpoint(file: str, mode: str) -> bool:
    """Writes the write-ahead log back (sqlite.org/wal.html#ckpt), with a connection of its own, for a thread;
    False: somebody reads or writes.
    """
    if not file:
        return True
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        busy, *_ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return not busy


def log_size(file: str) -> int:
    """Bytes of the write-ahead log."""
    try:
        return Path(f"{file}-wal").stat().st_size
    except FileNotFoundError:
        return 0
