"""The database: one writer at a time, readers beside it, nothing lost by a kill.

SQLite by default (WAL, every write transaction begins IMMEDIATE so that a read-modify-write cannot lose an
update); the same code runs on PostgreSQL, where one asyncio lock and one process (the data directory's lock)
order the writers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import settings
from storage.changes import TABLES, USE, Commits, TableUse
from storage.errors import DatabaseUnavailable, is_operational_error
from storage.sqlite import COMPILED, LONG_LOG, WriteAheadLog, on_the_loop
from storage.transaction import TRUNCATE_LOG, run_before_commit

log = logging.getLogger(__name__)

PRAGMAS = (
    # we wait ourselves, and write the log back elsewhere: the loop stands still for neither
    *("busy_timeout=0", "journal_mode=WAL", "wal_autocheckpoint=0", f"journal_size_limit={LONG_LOG}"),
    *("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"),
)
BUSY_SECONDS, BUSY_PAUSE = 2.0, 0.02
STANDSTILL = 0.05  # seconds after which a transaction lets the loop go on


YIELDED_AT = "yielded at"  # in a session's info
T = TypeVar("T")


class Database:
    def __init__(self, url: str) -> None:
        """`url`: an SQLAlchemy URL (`sqlite:///file`, `postgresql+asyncpg://…`)."""
        address = on_the_loop(url)
        self.sqlite = address.get_backend_name() == "sqlite"
        self._log = WriteAheadLog(address.database or "")
        options = {"compiled_cache": COMPILED} if self.sqlite else {}
        self._engine = create_async_engine(
            address, hide_parameters=True, pool_pre_ping=not self.sqlite, execution_options=options
        )
        self._writer = self._engine.execution_options(begin="IMMEDIATE")
        self._lock = asyncio.Lock()
        self.commits = Commits()
        # settings that wait for the next transaction, whoever's: nothing is committed before them
        self.deferred: dict[str, str] = {}
        event.listen(self._engine.sync_engine, "before_cursor_execute", _note)
        if self.sqlite:
            _prepare_sqlite(self._engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session to read with; what it would change is thrown away.
        Its transaction begins with its first statement: what a cached query answers costs none.
        """
        with _translate_errors():
            async with self._session(self._engine) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by an exception.

        Raises DatabaseUnavailable when the database is locked, full or unreachable; nothing was changed then.
        """
        async with self._lock:
            with _translate_errors():
                async with self._session(self._writer) as session:
                    await _connect(session)
                    try:
                        yield session
                        await run_before_commit(session)
                        written = await self._write_deferred(session)
                    except BaseException:
                        await _shielded(session.rollback())
                        raise
                    use: TableUse = session.info[USE]
                    try:
                        await _shielded(session.commit())
                    except BaseException:
                        self.commits.wrote(use.written)
                        raise
                    self.commits.wrote(use.written, use)  # who reads in between reads once more than needed
                    for name, to in written.items():
                        if self.deferred.get(name) == to:  # else it has changed meanwhile
                            del self.deferred[name]
        if session.info.get(TRUNCATE_LOG):
            await self.truncate_log()
        elif self.sqlite:
            await self._log.after_commit()

    async def _write_deferred(self, session: AsyncSession) -> dict[str, str]:
        """What need not be written any more once this transaction is committed."""
        written = dict(self.deferred)
        for name, to in written.items():
            if name not in session.info.get(settings.WRITTEN, ()):
                await settings.set_value(session, name, to)
        return written

    async def truncate_log(self) -> None:
        """Empties the write-ahead log, which keeps earlier pages as they were;
        what was deleted is then nowhere in our files.

        On SQLite only: what PostgreSQL keeps of the past is its operator's. Tried again after the next
        writing if somebody reads for long.
        """
        if self.sqlite:
            await self._log.truncate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection in one transaction, for migrations: through `run_sync`, since SQLAlchemy refuses
        what is executed on it directly and never waits, as SQLite in our own thread.
        """
        with _translate_errors():
            async with self._session(self._writer) as session:
                await _connect(session)
                yield await session.connection()
                await session.commit()
        self.commits.wrote(TABLES)

    def _session(self, engine: AsyncEngine) -> "_Session":
        use = TableUse(self.commits)
        return _Session(engine.execution_options(**{USE: use}), expire_on_commit=False, info={USE: use})

    async def close(self) -> None:
        await self._log.close()
        await self._engine.dispose()


async def _connect(session: AsyncSession) -> None:
    """Begins the transaction, as soon as whoever else writes to the file lets us.

    A server that is away shows here, as an OSError that the drivers do not wrap.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            await _shielded(session.connection())
        except OSError as error:
            raise DatabaseUnavailable(str(error)) from error
        except DBAPIError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            await session.rollback()
            await asyncio.sleep(BUSY_PAUSE)
        else:
            return


def _is_busy(error: DBAPIError) -> bool:
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


class _Session(AsyncSession):
    """Lets the loop go on now and then: a statement of SQLite does not by itself,
    and neither would a time limit be heard, nor that we are to stop.
    """

    async def get(self, *args: Any, **more: Any) -> Any:
        await self._begun()
        return await super().get(*args, **more)

    async def exec(self, *args: Any, **more: Any) -> Any:
        await self._begun()
        now = time.monotonic()
        if now - self.info.setdefault(YIELDED_AT, now) > STANDSTILL:
            await asyncio.sleep(0)
            self.info[YIELDED_AT] = time.monotonic()
        return await super().exec(*args, **more)

    async def _begun(self) -> None:
        if not self.in_transaction():
            await _connect(self)


async def _shielded(work: Coroutine[Any, Any, T]) -> T:
    """Ends what it has begun before it hears a cancellation:
    a connection cut short in its commit is thrown away, with an error in the log.
    """
    task, cancelled = asyncio.create_task(work), None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        task.exception()  # looked at; the cancellation counts more
        raise cancelled
    return task.result()


class _translate_errors:
    """Tells the database's own trouble from a bug:
    an OperationalError of SQLite also means "no such column".
    """

    def __enter__(self) -> None: ...

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError) and is_operational_error(error):
            raise DatabaseUnavailable(str(error.orig)) from error
        if isinstance(error, PoolTimeout):
            raise DatabaseUnavailable("no connection is free") from error


def _note(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    use = connection.get_execution_options().get(USE)
    if use is not None:
        use.note(statement)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: ours is sent below
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
