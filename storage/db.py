"""The database: one writer at a time, readers beside it, nothing lost by a kill.

SQLite by default (WAL, every write transaction begins IMMEDIATE so that a read-modify-write cannot lose an
update); the same code runs on PostgreSQL, where one asyncio lock and one process (the data directory's lock)
order the writers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import TABLES, USE, Commits, TableUse
from storage.sqlite import COMPILED, LONG_LOG, WriteAheadLog, on_the_loop

log = logging.getLogger(__name__)

# What the database itself calls its trouble (sqlite.org/rescode.html; PostgreSQL, appendix A): not a word of
# the message, which quotes our own names.
SQLITE_UNAVAILABLE = tuple(
    f"SQLITE_{name}"
    for name in (
        *("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY"),
        *("CORRUPT", "NOTADB", "PROTOCOL", "NOMEM", "INTERRUPT"),
    )
)
POSTGRES_UNAVAILABLE = ("08", "25006", "40", "53", "55P03", "57", "58", "XX")
WITHOUT_A_CODE = ("closed", "connection")  # what the drivers themselves say of a database that is gone
PRAGMAS = (
    # we wait ourselves, and write the log back elsewhere: the loop stands still for neither
    *("busy_timeout=0", "journal_mode=WAL", "wal_autocheckpoint=0", f"journal_size_limit={LONG_LOG}"),
    *("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"),
)
BUSY_SECONDS, BUSY_PAUSE = 2.0, 0.02
STANDSTILL = 0.05  # seconds after which a transaction lets the loop go on


TRUNCATE_LOG, BEFORE_COMMIT, YIELDED_AT = "truncate log", "before commit", "yielded at"


T = TypeVar("T")


class DatabaseUnavailable(Exception):
    """The database is locked, full or gone: nobody's bug, the same work is tried again later."""


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
        event.listen(self._engine.sync_engine, "before_cursor_execute", _note)
        if self.sqlite:
            _prepare_sqlite(self._engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session to read with; what it would change is thrown away."""
        with _translate_errors():
            async with self._session(self._engine) as session:
                await _connect(session)
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
                        await _run_before_commit(session)
                    except BaseException:
                        await _shielded(session.rollback())
                        raise
                    try:
                        await _shielded(session.commit())
                    finally:  # after it: whoever begins to read in between reads once more than needed
                        self.commits.wrote(session.info[USE].written)
        if session.info.get(TRUNCATE_LOG):
            await self.truncate_log()
        elif self.sqlite:
            await self._log.after_commit()

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


def truncate_log(session: AsyncSession) -> None:
    """Asks that what this transaction deletes be nowhere in our files once it is committed.
    A kill in between: App.start does it.
    """
    session.info[TRUNCATE_LOG] = True


def pin_rows(session: AsyncSession) -> None:
    """What this transaction reads stays at hand until it ends:
    who asks for a row by its key again and again asks the database once. What was read
    in a savepoint goes with it when it is rolled back: it may have been as it no longer is.
    """
    pinned: list[object] = []
    marks: dict[SessionTransaction, int] = {}
    sync = session.sync_session
    event.listen(sync, "loaded_as_persistent", lambda _session, row: pinned.append(row))

    @event.listens_for(sync, "after_transaction_create")
    def begun(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            marks[transaction] = len(pinned)

    @event.listens_for(sync, "after_soft_rollback")
    def rolled_back(owner: Session, transaction: SessionTransaction) -> None:
        mark = marks.get(transaction, len(pinned))
        for row in pinned[mark:]:
            if row in owner:
                owner.expunge(row)
        del pinned[mark:]


def before_commit(session: AsyncSession, name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Has this done before the transaction is committed:
    once, however many of its events ask for it under that name.
    """
    session.info.setdefault(BEFORE_COMMIT, {})[name] = work


async def _run_before_commit(session: AsyncSession) -> None:
    """What fails is left undone: what the transaction is about counts more."""
    for name, work in session.info.pop(BEFORE_COMMIT, {}).items():
        try:
            async with session.begin_nested():
                await work()
        except Exception as error:
            if is_operational_error(error):
                raise
            log.exception("database: %s failed", name)


async def reset_after_error(session: AsyncSession) -> None:
    """After a query that failed in a session that only reads:
    PostgreSQL answers nothing more in its transaction. What was read stays as it was.
    """
    session.expunge_all()
    await session.rollback()


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

    async def exec(self, *args: Any, **more: Any) -> Any:
        now = time.monotonic()
        if now - self.info.setdefault(YIELDED_AT, now) > STANDSTILL:
            await asyncio.sleep(0)
            self.info[YIELDED_AT] = time.monotonic()
        return await super().exec(*args, **more)


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


def is_operational_error(error: BaseException) -> bool:
    """Whether the database is in trouble (locked, full, gone), rather than asked something wrong."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, DatabaseUnavailable)
    if error.connection_invalidated:
        return True
    if code := getattr(error.orig, "sqlite_errorname", None):
        return str(code).startswith(SQLITE_UNAVAILABLE)
    if code := getattr(error.orig, "sqlstate", None):
        return str(code).startswith(POSTGRES_UNAVAILABLE)
    return any(sign in str(error.orig).lower() for sign in WITHOUT_A_CODE)


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
