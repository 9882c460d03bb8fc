"""Silence: until when somebody wants nothing in private, but the answers to what they say themselves."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.changes import cached_query
from storage.tables import Silence


@cached_query(Silence)
async def ends(db: AsyncSession) -> Mapping[str, datetime | None]:
    """When the silence of each person ends, be it past; None: when they say so."""
    return dict((await db.exec(select(Silence.person, Silence.until))).all())


async def silent(db: AsyncSession, now: datetime) -> frozenset[str]:
    """Who wants nothing in private now: for those who choose whom to ask."""
    return frozenset(person for person, until in (await ends(db)).items() if until is None or now < until)


async def keep(db: AsyncSession, person: str, now: datetime, until: datetime | None) -> None:
    """`until`: None for a silence that lasts until they say so."""
    await db.merge(Silence(person=person, since=now, until=until))
    await db.flush()
    await outbox.end_silence(db, now)


async def end(db: AsyncSession, person: str, now: datetime) -> None:
    """What was held may go."""
    await db.exec(delete(Silence).where(col(Silence.person) == person))
    await outbox.end_silence(db, now)


async def purge(db: AsyncSession, before: datetime) -> None:
    """Forgets those that ended before an instant."""
    await db.exec(delete(Silence).where(col(Silence.until) < before))
