"""What was found most useful in a span of time, and what the team puts before it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import distinct, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources import library
from storage.tables import Resource, Voice


async def most_useful(db: AsyncSession, since: datetime, until: datetime, most: int) -> Sequence[Resource]:
    """By how many people said so from `since` on and before `until`; of equals, the latest. Neither retired ones nor dead links."""
    people = func.count(distinct(col(Voice.person)))
    said = select(Voice.resource_id, people.label("people")).where(Voice.at >= since, Voice.at < until).group_by(col(Voice.resource_id)).subquery()
    query = select(Resource).join(said, said.c.resource_id == Resource.id).where(Resource.status == library.ACTIVE, ~col(Resource.dead))
    return (await db.exec(query.order_by(said.c.people.desc(), col(Resource.id).desc()).limit(most))).all()


async def pinned(db: AsyncSession) -> Sequence[Resource]:
    """Those that the team put first, by number; neither retired ones nor dead links."""
    query = select(Resource).where(col(Resource.pinned), Resource.status == library.ACTIVE, ~col(Resource.dead))
    return (await db.exec(query.order_by(col(Resource.id)))).all()
