"""Readers of the news: their bookmarks, the themes they follow, what they think of an edition."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Interest, Kept, Opinion, Story


async def bookmark(db: AsyncSession, person: str, story: int, at: datetime) -> None:
    """Twice is once."""
    if await db.get(Kept, (person, story)) is None:
        db.add(Kept(person=person, story_id=story, at=at))


async def bookmarked(db: AsyncSession, person: str) -> Sequence[Story]:
    """Latest first."""
    query = select(Story).join(Kept, col(Kept.story_id) == col(Story.id)).where(Kept.person == person)
    return (await db.exec(query.order_by(col(Kept.at).desc(), col(Story.id)))).all()


async def clear_bookmarks(db: AsyncSession, person: str) -> None:
    await db.exec(delete(Kept).where(col(Kept.person) == person))


async def interests(db: AsyncSession, person: str) -> Sequence[str]:
    """The ids of themes."""
    return (
        await db.exec(select(Interest.theme).where(Interest.person == person).order_by(col(Interest.theme)))
    ).all()


async def follow(db: AsyncSession, person: str, themes: Collection[str]) -> None:
    """These and no others."""
    await db.exec(delete(Interest).where(col(Interest.person) == person))
    db.add_all(Interest(person=person, theme=each) for each in themes)


async def followers(db: AsyncSession) -> dict[str, int]:
    """How many people follow each theme."""
    query = select(Interest.theme, func.count()).group_by(col(Interest.theme))
    return dict((await db.exec(query)).all())


async def record_opinion(db: AsyncSession, opinion: Opinion) -> None:
    await db.merge(opinion)


async def withdraw_opinion(db: AsyncSession, event_id: str) -> None:
    await db.exec(delete(Opinion).where(col(Opinion.event_id) == event_id))


async def forget(db: AsyncSession, before: datetime) -> None:
    """What was thought of editions longer ago."""
    await db.exec(delete(Opinion).where(col(Opinion.at) < before))


async def opinions(db: AsyncSession, since: datetime) -> Sequence[Opinion]:
    """Oldest first."""
    return (
        await db.exec(
            select(Opinion).where(Opinion.at >= since).order_by(col(Opinion.at), col(Opinion.event_id))
        )
    ).all()
