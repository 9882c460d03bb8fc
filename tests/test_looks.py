"""What is due is asked of the database when something there has changed or a moment has come,
and not at each turn.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Jobs
from bot.time.recurrence import Occurrence
from storage.changes import Commits, TableUse, cached_query, tracked_reads
from storage.db import Database
from storage.migrate import upgrade
from storage.tables import Announcement, KeyValue, Meeting, OutboxEntry
from tests.support.cache_check import CacheCheck
from tests.support.job_recorder import JobRunner, paris, post_run
from tests.support.statements import statements_of
from tests.support.world import World


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[JobRunner]:
    db = Database(f"sqlite:///{tmp_path}/x.sqlite")
    await upgrade(db)
    yield JobRunner(db)
    await db.close()


def announcement(at: datetime) -> Announcement:
    return Announcement(
        event_id="$e",
        text="La salle change.",
        author="@animation:reseau.example.org",
        at=at,
        status="planned",
    )


async def test_nothing_is_asked_of_jobs_and_tasks_while_nothing_happens(quick: World) -> None:
    await quick.app.turn(0)
    await quick.app.scheduler.next_due(quick.db, quick.clock.now())
    with statements_of(quick.db) as statements:
        for _ in range(3):
            assert not await quick.app.scheduler.tick(quick.db, quick.clock.now())
            await quick.app.scheduler.next_due(quick.db, quick.clock.now())
            quick.app.tasks.wake()
            await quick.settle()
    assert not [statement for statement in statements if _of_a_subject(statement)]


def _of_a_subject(statement: str) -> bool:
    return any(
        table in statement
        for table in ("meeting", "poll", "feed", "resource", "announcement", "occurrence", "wish")
    )


@pytest.mark.parametrize("write", ["a row", "rows at once", "words of ours"])
async def test_whatever_writes_what_a_job_reads_has_it_asked_again(bot: JobRunner, write: str) -> None:
    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        found = (
            await db.exec(select(Announcement.event_id).where(col(Announcement.status) == "planned"))
        ).all()
        return [Occurrence(each, paris("2026-11-24 09:00")) for each in found]

    jobs = Jobs()
    jobs.due("rows", rows=rows, at_any_hour=True)(post_run)
    bot.start(jobs)
    assert await bot.tick("2026-11-24 09:10") == []
    async with bot.db.write() as db:
        one = announcement(paris("2026-11-24 09:00"))
        match write:
            case "a row":
                db.add(one)
            case "rows at once":
                await db.exec(Announcement.__table__.insert().values(**one.model_dump(exclude={"id"})))  # type: ignore[attr-defined]
            case _:
                db.add(one)
                await db.flush()
                await db.exec(text("UPDATE announcement SET status = 'planned'"))  # type: ignore[call-overload]
    assert await bot.tick("2026-11-24 09:10:01") == ["$e Tue 24 09:00"]


async def test_what_is_thrown_away_is_asked_for_no_more_than_what_is_written_elsewhere(
    bot: JobRunner,
) -> None:
    looks: list[datetime] = []

    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        looks.append(upto)
        await db.exec(select(Meeting.id))
        return []

    jobs = Jobs()
    jobs.due("rows", rows=rows)(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 09:10")
    async with bot.db.write() as db:
        db.add(KeyValue(name="sync_token", value="s1"))
    with suppress(LookupError):
        async with bot.db.write() as db:
            await db.exec(delete(Meeting))
            raise LookupError
    await bot.tick("2026-11-24 09:11")
    assert len(looks) == 1
    async with bot.db.write() as db:
        await db.exec(delete(Meeting))
    await bot.tick("2026-11-24 09:12")
    assert len(looks) == 2


async def test_a_row_cached_query_does_not_hide_where_it_is_from(bot: JobRunner) -> None:
    db = bot.db
    async with db.write() as session:
        session.add(KeyValue(name="a", value="1"))
    async with db.read() as session:
        kept = await session.get(KeyValue, "a")
        with tracked_reads(session) as reads:
            assert await session.get(KeyValue, "a") is not kept
        with tracked_reads(session) as other:
            await session.exec(select(OutboxEntry.id))
    assert (reads.tables, other.tables) == ({"mark"}, {"act"})
    async with db.write() as session:
        await session.merge(KeyValue(name="a", value="2"))
    assert not reads.is_current(db.commits)
    assert other.is_current(db.commits)


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT act.id, act.announcement FROM act WHERE act.announcement = ?", {"act"}),
        (
            (
                'SELECT a.id FROM act AS a, heard JOIN "room" ON a.room_id = room.id WHERE EXISTS (SELECT '
                "1 FROM poll)"
            ),
            {"act", "heard", "room", "poll"},
        ),
        ("INSERT INTO poll (id, question) VALUES (?, ?)", {"poll"}),
        ("INSERT INTO mark (name, value) SELECT event_id, 1 FROM heard", {"mark", "heard"}),
        ("UPDATE act SET announcement=? WHERE act.id IN (SELECT poll.id \nFROM poll)", {"act", "poll"}),
        ("WITH old AS (SELECT id FROM poll) DELETE FROM ballot WHERE poll_id IN old", {"poll", "ballot"}),
        ("PRAGMA wal_checkpoint(TRUNCATE)", set()),
    ],
)
def test_a_statement_names_its_tables(statement: str, tables: set[str]) -> None:
    use = TableUse(Commits())
    use.note(statement)
    assert use.reads.tables == tables
    assert use.written == (set() if statement.startswith("SELECT") else tables)


async def test_what_time_alone_changes_is_asked_for_again_as_often_as_its_job_says(bot: JobRunner) -> None:
    looks: list[datetime] = []

    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        looks.append(upto)
        return []

    jobs = Jobs()
    jobs.due("rows", rows=rows, stale_after=timedelta(minutes=5))(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 09:00", "2026-11-24 09:04:59", "2026-11-24 09:05", "2026-11-24 09:06")
    assert len(looks) == 2


async def test_a_clock_set_back_is_asked_again(bot: JobRunner) -> None:
    looks: list[datetime] = []

    async def rows(db: AsyncSession, upto: datetime) -> list[Occurrence]:
        looks.append(upto)
        return []

    jobs = Jobs()
    jobs.due("rows", rows=rows)(post_run)
    bot.start(jobs)
    await bot.tick("2026-11-24 09:00", "2026-11-24 08:59")
    assert len(looks) == 2


async def test_a_look_that_would_be_stale_is_found(quick: World, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = CacheCheck(monkeypatch)
    await quick.settle()
    assert checked.compared
    monkeypatch.setattr("storage.changes.Commits.since", lambda *_: False)
    async with quick.db.write() as db:
        db.add(announcement(quick.clock.now()))
    with pytest.raises(AssertionError, match="was not asked again"):
        await quick.settle()
    monkeypatch.undo()


@cached_query(KeyValue)
async def names(db: AsyncSession, value: str) -> frozenset[str]:
    return frozenset((await db.exec(select(KeyValue.name).where(KeyValue.value == value))).all())


async def told(db: Database) -> frozenset[str]:
    async with db.read() as session:
        return await names(session, "1")


async def test_what_is_cached_query_is_what_the_database_would_say(bot: JobRunner) -> None:
    db = bot.db
    assert await told(db) == set()
    async with db.write() as session:
        session.add(KeyValue(name="a", value="1"))
        assert await names(session, "1") == {"a"}  # though it is not even written yet
    assert await told(db) == {"a"}
    with suppress(LookupError):
        async with db.write() as session:
            await session.exec(delete(KeyValue))
            assert await names(session, "1") == set()
            raise LookupError
    assert await told(db) == {"a"}
    with statements_of(db) as statements:
        assert await told(db) == {"a"}
    assert statements == []


async def test_a_look_that_was_answered_cached_query_is_asked_again_like_any_other(bot: JobRunner) -> None:
    db = bot.db
    await told(db)
    async with db.read() as session:
        with tracked_reads(session) as reads:
            await names(session, "1")
    async with db.write() as session:
        session.add(KeyValue(name="a", value="1"))
    assert not reads.is_current(db.commits)
