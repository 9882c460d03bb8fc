"""Inside a transaction: savepoints, rows that stay at hand, work before the commit."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import USE, TableUse
from storage.errors import is_operational_error

log = logging.getLogger(__name__)

# in a session's info
TRUNCATE_LOG, BEFORE_COMMIT, NO_SAVEPOINTS = "truncate log", "before commit", "no savepoints"
PLACES = "places"  # of each cause, that of its next outbox entry


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


async def run_before_commit(session: AsyncSession) -> None:
    """What fails is left undone: what the transaction is about counts more."""
    for name, work in session.info.pop(BEFORE_COMMIT, {}).items():
        try:
            async with savepoint(session):
                await work()
        except Exception as error:
            if is_operational_error(error):
                raise
            log.exception("database: %s failed", name)


class SavepointNeeded(BaseException):
    """Something failed after it had written: the transaction is to begin again, with savepoints.
    As a cancellation, it is not for any `except Exception` on its way.
    """


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """A block that is undone alone if it fails.

    A savepoint costs two statements and hardly any is needed: in a transaction that `without_savepoints` can
    begin again, what fails before it has written has nothing to undo, and what fails after it raises
    SavepointNeeded.
    """
    if not session.info.get(NO_SAVEPOINTS):
        try:
            async with session.begin_nested():
                yield
        except BaseException:
            session.info.pop(PLACES, None)  # what was counted may be gone
            raise
        return
    if not session.sync_session._is_clean():
        await session.flush()
    use: TableUse = session.info[USE]
    before = use.writes
    try:
        yield
    except Exception as error:
        wrote = use.writes != before or not session.sync_session._is_clean()
        if is_operational_error(error) or not (wrote or isinstance(error, DBAPIError)):
            raise
        raise SavepointNeeded from error


def without_savepoints(session: AsyncSession) -> None:
    """Whoever began this transaction begins it again, with savepoints, on SavepointNeeded."""
    session.info[NO_SAVEPOINTS] = True


async def reset_after_error(session: AsyncSession) -> None:
    """After a query that failed in a session that only reads:
    PostgreSQL answers nothing more in its transaction. What was read stays as it was.
    """
    session.expunge_all()
    await session.rollback()
