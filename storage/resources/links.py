"""Link checks: which pages are to be read or looked at again, since when one fails,
and where it leads when it moves.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources import library
from storage.tables import KeptResource, Redirect, Resource, Voice

WEEK, DAY = timedelta(days=7), timedelta(days=1)
DEAD_AFTER = timedelta(days=14)  # of failing at every look
HEARD_OF = timedelta(days=3)  # a look later than that says nothing of the days before: we were away
MOST = 200  # rows looked at together
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # weeks are counted from some Monday


async def unread(db: AsyncSession) -> Sequence[tuple[int, str, datetime]]:
    """Number, address and next look of those whose page was not read yet, in the order in which they came."""
    return await _rows(db, _columns().where(col(Resource.read_at).is_(None)).order_by(col(Resource.id)))


async def to_check(db: AsyncSession, now: datetime) -> Sequence[tuple[int, str, datetime]]:
    """The same of those whose link is to be looked at; the longest waiting first."""
    query = _columns().where(col(Resource.read_at).is_not(None), col(Resource.next_check) <= now)
    return await _rows(db, query.order_by(col(Resource.next_check), col(Resource.id)))


def record_success(row: Resource, now: datetime) -> bool:
    """It was seen to be there: looked at in a week. Whether it was marked as dead until now."""
    dead, row.dead, row.failing_since = row.dead, False, None
    row.next_check = next_weekly_check(row, now)
    return dead


def record_unknown(row: Resource, now: datetime, pause: timedelta | None = None) -> None:
    """It is there, but not for a program; or where we don't go:
    as good as any other, but it brings no dead one back.
    """
    if not row.dead:
        row.failing_since = None
    row.next_check = max(next_weekly_check(row, now), now + (pause or DAY))


def record_failure(row: Resource, now: datetime) -> bool:
    """It is not there: looked at every day. Whether it is dead from now on: at every look for a fortnight."""
    away = now - row.next_check > HEARD_OF
    if row.failing_since is None or (away and not row.dead):
        row.failing_since = now
    row.next_check = next_weekly_check(row, now) if row.dead else now + DAY
    dying = not row.dead and now - row.failing_since >= DEAD_AFTER
    row.dead = row.dead or dying
    return dying


def next_weekly_check(row: Resource, now: datetime) -> datetime:
    """Its own minute of the week, the next one that is at least half a day away:
    the looks are spread over the week.
    """
    minute = timedelta(minutes=int.from_bytes(sha256(row.event_id.encode()).digest()[:4]) % (7 * 24 * 60))
    first = MONDAY + minute
    weeks = -((first - now - DAY / 2) // WEEK)
    return first + weeks * WEEK


async def to_ask_about(db: AsyncSession) -> Sequence[Resource]:
    """The dead ones whose recommender was never asked for another address, by number."""
    query = select(Resource).where(
        Resource.status == library.ACTIVE,
        col(Resource.dead),
        ~col(Resource.asked_again),
        Resource.person != "",
    )
    return (await db.exec(query.order_by(col(Resource.id)).limit(MOST))).all()


async def move(db: AsyncSession, row: Resource, link: str, clean_link: str) -> list[Resource]:
    """It lives at another address for good. What changed, first the one that stands.

    When another one has that address, the older of the two takes over its link, its voices and its readers;
    the other one is retired.
    """
    other = await library.by_link(db, clean_link)
    if other is None:
        await db.merge(Redirect(clean_link=row.clean_link, resource_id=row.id))
        row.clean_link = clean_link
    if other is None or other.id == row.id:
        row.link = link
        return [row]
    older, newer = (row, other) if row.id < other.id else (other, row)
    if older is row:
        older.link = link
    await _merge(db, newer, older)
    return [older, newer]


def mark_unread(row: Resource, now: datetime) -> None:
    """Its page is to be read as if it had just come."""
    row.read_at, row.failing_since, row.dead, row.next_check = None, None, False, now


async def _merge(db: AsyncSession, retired: Resource, kept: Resource) -> None:
    numbers = {"resource_id": kept.id}
    for table in (Voice, Redirect):
        await db.exec(update(table).where(col(table.resource_id) == retired.id).values(numbers))
    await db.merge(Redirect(clean_link=retired.clean_link, resource_id=kept.id))
    for each in (await db.exec(select(KeptResource).where(KeptResource.resource_id == retired.id))).all():
        await library.bookmark(db, each.person, kept.id, each.at)
        await db.delete(each)
    kept.status, kept.pinned = library.ACTIVE, kept.pinned or retired.pinned
    kept.why, kept.theme, kept.kind = (
        kept.why or retired.why,
        kept.theme or retired.theme,
        kept.kind or retired.kind,
    )
    retired.status = library.RETIRED
    await db.flush()


def _columns() -> Any:
    """Not « active », which is most of them and has an index:
    these are looked for at every turn, by the moments that find a few.
    """
    return columns(col(Resource.id), col(Resource.link), col(Resource.next_check)).where(
        col(Resource.status) != library.RETIRED
    )


async def _rows(db: AsyncSession, query: Any) -> Sequence[tuple[int, str, datetime]]:
    return [tuple(row) for row in (await db.exec(query.limit(MOST))).all()]
