"""What is stored stays true: instants keep their zone, counts lose nothing,
a newer database is refused, migrations go up from every revision.
"""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select

from storage import migrate, settings
from storage.db import Database
from storage.errors import DatabaseUnavailable
from storage.migrate import NewerDatabase, upgrade
from storage.sqlite import LONG_LOG, TRUNCATE_TRIES, checkpoint, log_size
from storage.tables import KeyValue, OccurrenceRecord, OutboxEntry
from storage.transaction import before_commit, pin_rows, truncate_log

NOON = datetime(2026, 10, 25, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/test.sqlite")
    await upgrade(database)
    yield database
    await database.close()


async def test_an_instant_comes_back_aware_and_equal(db: Database) -> None:
    async with db.write() as session:
        session.add(OccurrenceRecord(job="panorama", name="2026-W43", planned=NOON))
    async with db.read() as session:
        row = await session.get(OccurrenceRecord, ("panorama", "2026-W43"))
    assert row is not None
    assert row.planned == NOON
    assert row.planned.utcoffset() == timedelta(0)


async def test_an_instant_without_its_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="time zone"):
        async with db.write() as session:
            session.add(OccurrenceRecord(job="panorama", name="2026-W43", planned=NOON.replace(tzinfo=None)))


async def test_two_hundred_counts_at_once_lose_none(db: Database) -> None:
    async def count() -> None:
        async with db.write() as session:
            row = await session.get(KeyValue, "count") or KeyValue(name="count", value="0")
            row.value = str(int(row.value) + 1)
            session.add(row)

    await asyncio.gather(*(count() for _ in range(200)))
    async with db.read() as session:
        row = await session.get(KeyValue, "count")
    assert row is not None
    assert row.value == "200"


async def test_an_exception_takes_back_the_whole_transaction(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            session.add(KeyValue(name="half", value="1"))
            await session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with db.read() as session:
        assert await session.get(KeyValue, "half") is None


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_writing_that_is_cancelled_as_it_ends_comes_to_its_end_without_an_error(
    db: Database, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    async def write() -> None:
        async with db.write() as session:
            session.add(KeyValue(name="new", value="1"))
            await session.flush()
            if end == "rollback":
                raise KeyError

    writing = asyncio.create_task(write())
    # its connection goes back
    event.listen(db._engine.sync_engine.pool, "reset", lambda *_: writing.cancel())
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with db.read() as session:
        assert bool(await session.get(KeyValue, "new")) == (end == "commit")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_readers_are_served_while_somebody_writes(db: Database) -> None:
    async with db.write() as session:
        session.add(KeyValue(name="new", value="1"))
        await session.flush()
        async with db.read() as reader:
            assert await reader.get(KeyValue, "new") is None


async def test_a_newer_database_is_refused_and_left_as_it_is(db: Database) -> None:
    async with db.connection() as connection:
        await connection.run_sync(
            lambda bare: bare.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
    with pytest.raises(NewerDatabase, match="9999"):
        await upgrade(db)
    async with db.connection() as connection:
        assert (
            await connection.run_sync(
                lambda bare: bare.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            )
            == "9999"
        )


def test_the_revisions_are_those_of_the_scripts() -> None:
    assert sorted(revisions()) == sorted(migrate.revisions())


async def test_a_database_that_is_up_to_date_needs_no_alembic(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alembic.command.upgrade", None)
    await upgrade(db)


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(migrate.settings())
    return [str(script.revision) for script in scripts.walk_revisions()]


@pytest.mark.parametrize("start", revisions())
async def test_the_migrations_go_up_from_every_revision_to_the_tables_as_declared(
    tmp_path: Path, start: str
) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.sqlite")
    await upgrade(database, start)
    await upgrade(database)

    def differences(connection: Connection) -> list[object]:
        return list(
            compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), SQLModel.metadata
            )
        )

    async with database.connection() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_a_writing_that_is_cancelled_anywhere_leaves_the_database_to_the_next(
    db: Database, tmp_path: Path
) -> None:
    async def write(value: str) -> None:
        async with db.write() as session:
            for n in range(3):
                await session.merge(KeyValue(name=f"mark {n}", value=value))
                await session.flush()

    await write("before")
    asked = 0

    def cancel(*_: object) -> None:
        nonlocal asked
        asked += 1
        if asked == at:
            asyncio.get_running_loop().call_later(later, writing.cancel)

    event.listen(db._engine.sync_engine, "before_cursor_execute", cancel)
    gc.disable()  # nothing but us closes what was left open
    try:
        for at in range(1, 9):
            for later in (0, 0.0001, 0.0003):
                asked, writing = 0, asyncio.create_task(write(f"{at} {later}"))
                await asyncio.wait({writing})
                with closing(
                    sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None, timeout=0)
                ) as other:
                    other.execute("BEGIN IMMEDIATE")
    finally:
        gc.enable()


async def test_a_full_disk_is_trouble_and_not_a_bug(db: Database) -> None:
    async with db.connection() as connection:
        pages = await connection.run_sync(lambda bare: bare.execute(text("PRAGMA page_count")).scalar_one())

    async def fill() -> None:
        async with db.write() as session:
            await session.exec(text(f"PRAGMA max_page_count = {pages}"))  # type: ignore[call-overload]
            session.add_all([KeyValue(name=f"m{n}", value="x" * 4000) for n in range(100)])

    with pytest.raises(DatabaseUnavailable, match="full"):
        await fill()


async def test_what_many_events_ask_for_is_done_once_and_costs_them_nothing_when_it_fails(
    db: Database,
) -> None:
    done: list[str] = []

    async def tell() -> None:
        row = await session.get(KeyValue, "last")
        done.append(row.value if row else "")

    async def fail() -> None:
        session.add(KeyValue(name="of it", value="never"))
        await session.flush()
        raise ValueError

    async with db.write() as session:
        before_commit(session, "fail", fail)
        for value in ("one", "two"):
            before_commit(session, "tell", tell)
            await session.merge(KeyValue(name="last", value=value))
    assert done == ["two"]
    async with db.read() as session:
        assert await session.get(KeyValue, "last") is not None
        assert await session.get(KeyValue, "of it") is None


async def test_what_is_erased_is_no_longer_in_the_file(db: Database, tmp_path: Path) -> None:
    async with db.write() as session:
        session.add(
            OutboxEntry(
                txn="t",
                cause="c",
                kind="event",
                rank=0,
                content={"body": "mot-tres-particulier"},
                not_before=NOON,
                next_try=NOON,
            )
        )
    async with db.write() as session:
        row = await session.get(OutboxEntry, 1)
        assert row is not None
        row.content = {}
        session.add(row)
    async with db.connection() as connection:
        await connection.run_sync(
            lambda bare: [
                bare.execute(text(each)) for each in ("COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN")
            ]
        )
    assert b"mot-tres-particulier" not in (tmp_path / "test.sqlite").read_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT full_name FROM mark",
        "SELECT disk, closed, locked FROM mark",
        "INSERT INTO mark VALUES (NULL, 'connection')",
    ],
)
async def test_a_bug_is_not_taken_for_trouble_whatever_our_names_are(db: Database, statement: str) -> None:
    """It would be tried again for ever."""
    with pytest.raises(DBAPIError):
        async with db.write() as session:
            await session.exec(text(statement))  # type: ignore[call-overload]


async def test_while_another_process_writes_we_wait_and_the_loop_goes_on(
    db: Database, tmp_path: Path
) -> None:
    async def write() -> None:
        async with db.write() as session:
            session.add(KeyValue(name="new", value="1"))

    with closing(sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(write())
        for _ in range(10):
            await asyncio.sleep(0.01)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    async with db.read() as session:
        assert await session.get(KeyValue, "new") is not None


async def test_the_write_ahead_log_does_not_grow_for_ever(db: Database, tmp_path: Path) -> None:
    for n in range(40):
        async with db.write() as session:
            session.add(KeyValue(name=f"long {n}", value="x" * 500_000))
    await db.close()
    assert log_size(str(tmp_path / "test.sqlite")) < 3 * LONG_LOG


async def test_what_a_failed_event_read_is_no_longer_believed(db: Database) -> None:
    async with db.write() as session:
        session.add(KeyValue(name="a", value="before"))
    async with db.write() as session:
        pin_rows(session)
        with suppress(LookupError):
            async with session.begin_nested():
                await settings.set_value(session, "a", "never")
                assert await settings.value(session, "a") == "never"
                raise LookupError
        row = await session.get(KeyValue, "a")
        assert row is not None
        assert row.value == "before"
        row.value = "never"  # this time it is meant
        session.add(row)
    async with db.read() as session:
        assert await settings.value(session, "a") == "never"


async def test_the_loop_goes_on_while_a_handler_asks_and_asks(db: Database) -> None:
    async def ask() -> None:
        async with db.read() as session:
            for _ in range(5_000):
                await session.exec(select(KeyValue))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(), 0.1)


async def test_a_log_that_was_long_once_is_not_written_back_at_each_commit(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(file: str, mode: str) -> bool:
        asked.append(mode)
        return checkpoint(file, mode)

    monkeypatch.setattr("storage.sqlite.checkpoint", noted)
    async with db.write() as session:
        session.add(KeyValue(name="long", value="x" * 2 * LONG_LOG))
    for n in range(60):
        async with db.write() as session:
            session.add(KeyValue(name=f"short {n}", value="x"))
        await asyncio.sleep(0.005)
    assert 1 <= len(asked) <= 5


async def test_while_somebody_reads_for_long_writing_does_not_wait_for_them(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def busy(file: str, mode: str) -> bool:
        tries.append(mode)
        return False

    monkeypatch.setattr("storage.sqlite.checkpoint", busy)
    monkeypatch.setattr("storage.sqlite.TRUNCATE_PAUSE", 0.0)
    async with db.write() as session:
        truncate_log(session)
    first = len(tries)
    async with db.write() as session:
        session.add(KeyValue(name="other", value="1"))
    assert (first, len(tries)) == (TRUNCATE_TRIES, TRUNCATE_TRIES + 1)


async def test_a_disk_that_takes_no_log_back_fails_nothing_that_was_committed(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(file: str, mode: str) -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("storage.sqlite.checkpoint", fails)
    monkeypatch.setattr("storage.sqlite.TRUNCATE_PAUSE", 0.0)
    async with db.write() as session:
        session.add(KeyValue(name="kept", value="1"))
        truncate_log(session)
    async with db.read() as session:
        assert await settings.value(session, "kept") == "1"
    assert "could not be written back: disk I/O error" in caplog.text
