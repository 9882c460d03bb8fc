"""Polling of feeds: each when its turn has come, asked
only for what is new, left alone when it asks for that.

What a reading means for the source is written in its row; what the team is told about it is a job of its own
(`feed_health`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import UnitOfWork
from bot.readers.feed import ACCEPT
from bot.schedule.tasks import task
from bot.web import FetchRequest, Page, Web
from schedules.news import parse_feed
from schedules.news.parse_feed import ParsedFeed
from storage.news import feeds, stories
from storage.tables import Feed

log = logging.getLogger(__name__)


# Of our own, beside the outcomes of bot.web: it answered, but with nothing, or with what is no feed.
EMPTY, UNREADABLE = "empty", "unreadable"


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A source whose turn has come, as it was at `now`."""

    id: int
    url: str
    etag: str
    modified: str
    body_hash: str
    next_at: datetime
    now: datetime

    @property
    def cause(self) -> str:
        return f"{self.id} {self.next_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came. `error`: none when it was read or had nothing new; `found`:
    none when it is word for word what it was.
    """

    page: Page
    error: str = ""
    body_hash: str = ""
    found: ParsedFeed | None = None


async def due(db: AsyncSession, now: datetime) -> Sequence[DueFeed]:
    return [DueFeed(*row, now) for row in await feeds.due(db, now)]


async def fetch(due_feed: DueFeed, web: Web) -> Fetched:
    page = await web.fetch(
        due_feed.url,
        FetchRequest(etag=due_feed.etag or None, modified=due_feed.modified or None, accept=ACCEPT),
    )
    if page.outcome != "ok":
        return Fetched(
            page=page,
            error="" if page.outcome == "not_modified" else page.outcome,
            body_hash=due_feed.body_hash,
        )
    if not page.body.strip():
        return Fetched(page=page, error=EMPTY)
    body_hash = sha256(page.body).hexdigest()
    if body_hash == due_feed.body_hash:
        return Fetched(page=page, body_hash=body_hash)
    found = await parse_feed.parse(page.body, page.final_url, page.charset, web.locale)
    return Fetched(page=page, error="" if found else UNREADABLE, body_hash=body_hash, found=found)


async def record(uow: UnitOfWork, due_feed: DueFeed, reading: Fetched) -> None:
    """Nothing when the source was read, moved, suspended or removed meanwhile."""
    db = uow.db
    row = await db.get(Feed, due_feed.id)
    if (
        row is None
        or row.status != feeds.ACTIVE
        or (row.url, row.next_at) != (due_feed.url, due_feed.next_at)
    ):
        return
    db.add(row)
    page = reading.page
    if page.outcome == "gone":
        feeds.record_gone(row, due_feed.now)
    # its host asked for peace, and was not even asked
    elif page.outcome == "limited" and page.status is None:
        row.next_at = due_feed.now + (page.retry_after or feeds.USUAL)
    elif reading.error:
        feeds.record_failure(row, reading.error, due_feed.now, page.retry_after)
    else:
        await _record_answer(db, row, due_feed, reading)


async def _record_answer(db: AsyncSession, row: Feed, due_feed: DueFeed, reading: Fetched) -> None:
    """What was read, and how to ask next time: only what was understood counts as known."""
    page = reading.page
    if reading.found:
        row.title = reading.found.title or row.title
        if new := await stories.record(db, row, reading.found.entries, due_feed.now):
            log.info("source %d: %d new stories", due_feed.id, len(new))
    row.etag, row.modified, row.body_hash = page.etag or "", page.modified or "", reading.body_hash
    if page.permanent_url and await feeds.at(db, page.permanent_url) is None:
        row.url = page.permanent_url
    feeds.record_success(row, due_feed.now, page.max_age)


FEEDS = task("feeds", due=due, do=fetch, done=record)
