"""Occurrences of jobs that are done, or were dropped."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import OccurrenceRecord

DONE, MERGED, DROPPED = "done", "merged", "dropped"
FINISHED = (DONE, MERGED, DROPPED)
WAITING = "waiting"  # it failed, and a later one went ahead: still to be done
BEFORE = "before"  # the last one before the job came to be here: it and those before it were not missed


class Recorded(NamedTuple):
    """What is known of a job: its occurrence with the latest name, whatever became of it, and those that
    wait, in their order.
    """

    last: OccurrenceRecord | None
    waiting: Sequence[OccurrenceRecord]


async def recorded(db: AsyncSession, jobs: Sequence[str]) -> dict[str, Recorded]:
    latest = (
        select(OccurrenceRecord.job, func.max(OccurrenceRecord.name))
        .where(col(OccurrenceRecord.job).in_(jobs))
        .group_by(col(OccurrenceRecord.job))
    )
    is_latest = tuple_(col(OccurrenceRecord.job), col(OccurrenceRecord.name)).in_(latest)
    waits = col(OccurrenceRecord.job).in_(jobs) & (col(OccurrenceRecord.outcome) == WAITING)
    query = select(OccurrenceRecord).where(is_latest | waits).order_by(col(OccurrenceRecord.name))
    found: dict[str, list[OccurrenceRecord]] = {job: [] for job in jobs}
    for row in (await db.exec(query)).all():
        found[row.job].append(row)
    return {
        job: Recorded(rows[-1] if rows else None, [row for row in rows if row.outcome == WAITING])
        for job, rows in found.items()
    }


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
