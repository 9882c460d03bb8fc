"""What must be forgotten is nowhere in the database's files: neither in its pages nor in its log."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from storage.db import Database
from storage.migrate import upgrade
from storage.tables import KeyValue
from storage.transaction import truncate_log

SECRET = "un secret que personne ne doit retrouver"


def remains(folder: Path) -> list[str]:
    return [file.name for file in sorted(folder.iterdir()) if SECRET.encode() in file.read_bytes()]


async def told(db: Database) -> None:
    async with db.write() as session:
        session.add(KeyValue(name="secret", value=SECRET))


async def forgotten(db: Database) -> None:
    async with db.write() as session:
        await session.exec(text("DELETE FROM mark"))  # type: ignore[call-overload]
        truncate_log(session)


async def test_what_is_deleted_is_nowhere_in_the_files(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a.sqlite")
    await upgrade(db)
    await told(db)
    assert remains(tmp_path) == ["a.sqlite-wal"]
    await forgotten(db)
    assert remains(tmp_path) == []
    await db.close()


async def test_somebody_who_reads_meanwhile_only_delays_it(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a.sqlite")
    await upgrade(db)
    await told(db)
    async with db.read() as session:
        await session.get(KeyValue, "secret")
        forgetting = asyncio.create_task(forgotten(db))
        await asyncio.wait([forgetting], timeout=0.3)
        assert not forgetting.done()
        assert remains(tmp_path)
    await forgetting
    assert remains(tmp_path) == []
    await db.close()


async def test_a_transaction_that_fails_forgets_nothing(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a.sqlite")
    await upgrade(db)
    await told(db)
    try:
        async with db.write() as session:
            await session.exec(text("DELETE FROM mark"))  # type: ignore[call-overload]
            truncate_log(session)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with db.read() as session:
        assert await session.get(KeyValue, "secret")
    await db.close()
