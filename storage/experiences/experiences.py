"""Experiences that are being told: one draft a person, and those that the team asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Experience

ASKED, INVITED, DRAFT, FILES, PUBLISHED = "asked", "invited", "draft", "files", "published"


async def experience(db: AsyncSession, number: int) -> Experience | None:
    return await db.get(Experience, number)


async def add(db: AsyncSession, row: Experience) -> Experience:
    db.add(row)
    await db.flush()
    return row


async def of_person(db: AsyncSession, person: str, *statuses: str) -> Experience | None:
    """The latest of theirs with one of these statuses."""
    query = select(Experience).where(Experience.person == person, col(Experience.status).in_(statuses))
    return (await db.exec(query.order_by(col(Experience.id).desc()))).first()


async def with_status(db: AsyncSession, status: str) -> Sequence[Experience]:
    return (
        await db.exec(select(Experience).where(Experience.status == status).order_by(col(Experience.id)))
    ).all()


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drafts that nobody touched since, and what has been published: that is in the library."""
    await db.exec(delete(Experience).where(col(Experience.at) < before))
