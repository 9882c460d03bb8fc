"""Occurrences of jobs that are done, or were dropped."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import OccurrenceRecord

DONE, MERGED, DROPPED = "done", "merged", "dropped"
FINISHED = (DONE, MERGED, DROPPED)
WAITING = "waiting"  # it failed, and a later one went ahead: still to be done
BEFORE = "before"  # the last one before the job came to be here: it and those before it were not missed


async def last(db: AsyncSession, job: str) -> OccurrenceRecord | None:
    """The one with the latest name, whatever became of it."""
    return (
        await db.exec(
            select(OccurrenceRecord)
            .where(OccurrenceRecord.job == job)
            .order_by(col(OccurrenceRecord.name).desc())
            .limit(1)
        )
    ).first()


async def waiting(db: AsyncSession, job: str) -> Sequence[OccurrenceRecord]:
    query = select(OccurrenceRecord).where(OccurrenceRecord.job == job, OccurrenceRecord.outcome == WAITING)
    return (await db.exec(query.order_by(col(OccurrenceRecord.name)))).all()


async def finished(db: AsyncSession, job: str, names: Iterable[str]) -> set[str]:
    """Those of these names that need nothing more."""
    query = select(OccurrenceRecord.name).where(
        OccurrenceRecord.job == job,
        col(OccurrenceRecord.name).in_(list(names)),
        col(OccurrenceRecord.outcome).in_(FINISHED),
    )
    return set((await db.exec(query)).all())


async def record(db: AsyncSession, found: OccurrenceRecord) -> None:
    await db.merge(found)


async def forget(db: AsyncSession, job: str) -> None:
    """The job begins anew here: its occurrences are named otherwise from now on."""
    await db.exec(delete(OccurrenceRecord).where(col(OccurrenceRecord.job) == job))
