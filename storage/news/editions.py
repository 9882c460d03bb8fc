"""The editions of the panorama, and the stories that wait for one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.news.feeds import REMOVED
from storage.tables import Edition, Feed, Story, Telling

JOB = "panorama"  # the one by which they appear, week after week
DRAFT, PUBLISHED = "draft", "published"


async def waiting(db: AsyncSession, before: datetime) -> Sequence[Story]:
    """What no edition has considered yet and was published before
    an instant, those put aside by the team too; oldest first.

    What only sources told that the team has removed since is not there.
    """
    told = (
        select(Telling.story_id)
        .join(Feed, col(Feed.id) == col(Telling.feed_id))
        .where(Feed.status != REMOVED)
    )
    query = select(Story).where(
        col(Story.edition).is_(None),
        col(Story.old).is_(False),
        Story.published < before,
        col(Story.id).in_(told),
    )
    return (await db.exec(query.order_by(col(Story.published), col(Story.id)))).all()


async def close(db: AsyncSession, name: str, before: datetime) -> None:
    """What waits was considered for this edition, for good: it is news no more."""
    statement = update(Story).where(
        col(Story.edition).is_(None), col(Story.old).is_(False), col(Story.published) < before
    )
    await db.exec(statement.values(edition=name))


async def edition(db: AsyncSession, name: str) -> Edition | None:
    return await db.get(Edition, name)


async def last(db: AsyncSession) -> Edition | None:
    """The last one published: the one that numbers refer to."""
    return (
        await db.exec(
            select(Edition).where(Edition.status == PUBLISHED).order_by(col(Edition.name).desc()).limit(1)
        )
    ).first()


async def published_since(db: AsyncSession, since: datetime) -> Sequence[Edition]:
    return (await db.exec(select(Edition).where(Edition.status == PUBLISHED, Edition.planned >= since))).all()


async def stories(db: AsyncSession, ids: Sequence[int]) -> list[Story]:
    """These stories, in this order."""
    found = {row.id: row for row in (await db.exec(select(Story).where(col(Story.id).in_(ids)))).all()}
    return [found[number] for number in ids if number in found]


async def feeds_of(db: AsyncSession, ids: Collection[int]) -> dict[int, list[Feed]]:
    """Who tells each story, whoever told it first being first."""
    query = (
        select(Story.id, Feed)
        .join(Telling, col(Telling.story_id) == col(Story.id))
        .join(Feed, col(Feed.id) == col(Telling.feed_id))
        .where(col(Story.id).in_(ids))
        .order_by(col(Story.feed_id) != col(Feed.id), col(Feed.id))
    )
    found: dict[int, list[Feed]] = {}
    for number, feed in (await db.exec(query)).all():
        found.setdefault(number or 0, []).append(feed)
    return found
