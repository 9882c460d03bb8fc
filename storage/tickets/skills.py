"""Skills: who says they know what, who was asked for help and when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Skill, Solicitation


async def of_person(db: AsyncSession, person: str) -> list[str]:
    query = select(Skill.topic).where(Skill.person == person).order_by(col(Skill.topic))
    return list((await db.exec(query)).all())


async def replace(db: AsyncSession, person: str, topics: Collection[str], at: datetime) -> None:
    """All that somebody says they know; none: nothing any more."""
    await db.exec(delete(Skill).where(col(Skill.person) == person))
    db.add_all(Skill(person=person, topic=topic, at=at) for topic in sorted(set(topics)))


async def who_knows(db: AsyncSession, topics: Collection[str]) -> set[str]:
    return set((await db.exec(select(Skill.person).where(col(Skill.topic).in_(topics)))).all())


async def solicited(db: AsyncSession, ticket: int) -> set[str]:
    return set((await db.exec(select(Solicitation.person).where(Solicitation.ticket_id == ticket))).all())


async def in_turn(db: AsyncSession, people: Collection[str]) -> Sequence[str]:
    """Who was asked least lately comes first; who never was, before all; of equals, by id."""
    query = (
        select(Solicitation.person, func.max(col(Solicitation.at)))
        .where(col(Solicitation.person).in_(people))
        .group_by(col(Solicitation.person))
    )
    last = dict((await db.exec(query)).all())
    return sorted(people, key=lambda person: (person in last, last.get(person), person))


async def solicit(db: AsyncSession, ticket: int, people: Collection[str], at: datetime) -> None:
    db.add_all(Solicitation(ticket_id=ticket, person=person, at=at) for person in people)
