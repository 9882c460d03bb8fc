"""Bulk import and export: what goes into the library by the file, and comes out of it whole."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import distinct, func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources import library
from storage.tables import Change, ImportRequest, Member, Redirect, Resource, Term, Voice

ADDED = "added"  # what a Change of an import says
AT_ONCE = 500  # values in one statement: SQLite and PostgreSQL both take many more
T = TypeVar("T")


@dataclass
class New:
    """A resource to add, with its stems (storage.resources.index.terms), which take a while to find."""

    row: Resource
    terms: Mapping[str, int]


async def known(db: AsyncSession, clean_links: Collection[str]) -> dict[str, Resource]:
    """The resources at these addresses, retired ones too; where an address leads for good counts first."""
    found: dict[str, Resource] = {}
    for some in _some(clean_links):
        at = select(Resource.clean_link, Resource).where(col(Resource.clean_link).in_(some))
        moved = select(Redirect.clean_link, Resource).join(
            Resource, col(Resource.id) == col(Redirect.resource_id)
        )
        found |= dict(
            [
                *(await db.exec(at)).all(),
                *(await db.exec(moved.where(col(Redirect.clean_link).in_(some)))).all(),
            ]
        )
    return found


async def people(db: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """Full names as displayed, of those who are in one of our rooms; their local part when they have none."""
    found: dict[str, str] = {}
    for some in _some(ids):
        query = (
            select(Member.user_id, Member.name)
            .where(col(Member.user_id).in_(some), Member.membership == "join")
            .order_by(Member.name)
        )
        found |= {
            user: name or user.removeprefix("@").partition(":")[0]
            for user, name in (await db.exec(query)).all()
        }
    return found


async def add_all(db: AsyncSession, news: Sequence[New], request: ImportRequest) -> None:
    """Gives them their numbers, makes them found, traces who brought them.
    Whoever recommended one has given their voice.
    """
    rows = [new.row for new in news]
    db.add_all(rows)
    await db.flush()
    changes = [Change(resource_id=row.id, person=request.person, at=request.at, what=ADDED) for row in rows]
    voices = [
        Voice(
            event_id=row.event_id, resource_id=row.id, person=row.person, at=row.at, way=library.RECOMMENDED
        )
        for row in rows
        if row.person
    ]
    db.add_all([*changes, *voices])
    await db.flush()
    terms = [
        {"stem": stem, "resource_id": new.row.id, "weight": weight}
        for new in news
        for stem, weight in new.terms.items()
    ]
    for some in _some(terms):
        await db.exec(insert(Term.__table__), params=some)  # type: ignore[attr-defined]


async def everything(db: AsyncSession) -> Sequence[Resource]:
    """All that is active, by number."""
    return (
        await db.exec(select(Resource).where(Resource.status == library.ACTIVE).order_by(col(Resource.id)))
    ).all()


async def voices(db: AsyncSession) -> dict[int, int]:
    """How many people find each useful, by number."""
    query = select(Voice.resource_id, func.count(distinct(col(Voice.person)))).group_by(
        col(Voice.resource_id)
    )
    return dict((await db.exec(query)).all())


def _some(values: Iterable[T]) -> Iterable[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some
