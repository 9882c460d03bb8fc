"""Feeds, the sources of news: which there are, how reading them went, when to read them again.

A source is known to people by its number, which is its row's id: it never becomes another's. One that is
removed keeps its row, since its stories were told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.backoff import Backoff
from storage.tables import Feed

ACTIVE, SUSPENDED, GONE, REMOVED = "active", "suspended", "gone", "removed"
USUAL = timedelta(hours=1)  # between two readings
LONGEST = timedelta(days=1)  # the same, whatever a source asks for, and between two tries of a failing one
TOLD_AFTER = timedelta(days=1)  # of failing
_FAILING = Backoff(USUAL, LONGEST)


async def listed(db: AsyncSession) -> Sequence[Feed]:
    """All that the team has, by number; suspended and gone ones too."""
    return (await db.exec(select(Feed).where(Feed.status != REMOVED).order_by(col(Feed.id)))).all()


async def feed(db: AsyncSession, number: int) -> Feed | None:
    row = await db.get(Feed, number)
    return row if row and row.status != REMOVED else None


async def at(db: AsyncSession, url: str) -> Feed | None:
    """The source read at this very address, removed ones too."""
    return (await db.exec(select(Feed).where(Feed.url == url))).first()


async def add(db: AsyncSession, url: str, theme: str, now: datetime) -> Feed:
    """A source, to be read at once. One that was removed starts anew under its number;
    one that is there is only given the theme.
    """
    row = await at(db, url)
    if row is None:
        row = Feed(url=url, added_at=now, next_at=now)
    row.theme = theme
    if row.status != ACTIVE:
        resume(row, now)
    db.add(row)
    await db.flush()
    return row


def suspend(row: Feed) -> None:
    row.status = SUSPENDED


def resume(row: Feed, now: datetime) -> None:
    """Read again at once, as for the first time: what it told meanwhile is no news."""
    row.status, row.next_at, row.first_read = ACTIVE, now, None
    row.failures, row.failing_since, row.told, row.error = 0, None, False, ""


async def remove(db: AsyncSession, row: Feed) -> None:
    """No longer a source: what no other one tells waits for no edition
    any more (`editions.waiting`), unless it comes back before.
    """
    row.status = REMOVED
    row.etag = row.modified = row.body_hash = ""
    db.add(row)


async def due(db: AsyncSession, now: datetime) -> Sequence[tuple[int, str, str, str, str, datetime]]:
    """Id, address, ETag, Last-Modified, hash of the body and `next_at` of those to be read;
    the longest waiting first.
    """
    wanted = (Feed.id, Feed.url, Feed.etag, Feed.modified, Feed.body_hash, Feed.next_at)
    query = (
        columns(*map(col, wanted))
        .where(col(Feed.status) == ACTIVE, col(Feed.next_at) <= now)
        .order_by(col(Feed.next_at), col(Feed.id))
    )
    return [tuple(row) for row in (await db.exec(query)).all()]  # type: ignore[call-overload]


def record_success(row: Feed, now: datetime, stays: timedelta | None) -> None:
    """It was read, or had nothing new. `stays`: how long it says that it remains as it is."""
    row.failures, row.error, row.last_read = 0, "", now
    row.first_read = row.first_read or now
    row.next_at = now + min(max(stays or USUAL, USUAL), LONGEST)
    if not row.told:
        row.failing_since = None


def record_failure(row: Feed, error: str, now: datetime, pause: timedelta | None) -> None:
    """`error`: one of our words for it.
    `pause`: how long the host asks to be left alone. Tried again after 1 h, 2 h, 4 h … 24 h.
    """
    row.failures += 1
    row.failing_since = row.failing_since or now
    row.error = error
    row.next_at = now + max(_FAILING.after(row.failures), pause or USUAL)


def record_gone(row: Feed, now: datetime) -> None:
    """It said that it is gone for ever."""
    row.status, row.told, row.error, row.failing_since = GONE, False, "gone", row.failing_since or now


async def unreported(db: AsyncSession, upto: datetime) -> Sequence[Feed]:
    """What the team does not know yet:
    those failing for a day, gone, or back after it was told that they failed.
    """
    failing = and_(
        col(Feed.status) == ACTIVE,
        col(Feed.failures) > 0,
        ~col(Feed.told),
        col(Feed.failing_since) <= upto - TOLD_AFTER,
    )
    back = and_(col(Feed.status) == ACTIVE, col(Feed.failures) == 0, col(Feed.told))
    gone = and_(col(Feed.status) == GONE, ~col(Feed.told))
    return (await db.exec(select(Feed).where(or_(failing, back, gone)).order_by(col(Feed.id)))).all()


def record_reported(row: Feed) -> None:
    """The team knows how it is now."""
    row.told = row.failures > 0 or row.status == GONE
    if not row.told:
        row.failing_since = None


async def others_work(db: AsyncSession, but: Sequence[Feed]) -> bool:
    """Whether there are other sources, and all of them are read as they should."""
    rest = [
        row for row in await listed(db) if row.status == ACTIVE and row.id not in {each.id for each in but}
    ]
    return bool(rest) and not any(row.failures for row in rest)
