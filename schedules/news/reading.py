"""The sources are read: each when its turn has come, asked only for what is new, left alone when it asks for that.

What a reading means for the source is written in its row; what the team is told about it is a job of its own (`troubles`).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.tasks import task
from bot.web import FetchRequest, Outcome, Page, Web
from schedules.news import parsing
from schedules.news.parsing import Parsed
from storage.news import feeds, stories
from storage.tables import Feed

log = logging.getLogger(__name__)

WANTED = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
SHOWN = 3  # titles of a source that is about to be added
TRIED = 3  # sources that a page announces
PATIENCE = 55.0  # seconds for a page and what it announces: less than a task has

# Of our own, beside the outcomes of bot.web: it answered, but with nothing, or with what is no feed.
EMPTY, UNREADABLE = "empty", "unreadable"


@dataclass(frozen=True, slots=True)
class Turn:
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
class Reading:
    """What came. `error`: none when it was read or had nothing new; `found`: none when it is word for word what it was."""

    page: Page
    error: str = ""
    body_hash: str = ""
    found: Parsed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """What an address holds, for somebody who wants to add it.

    `title` is none when there is no feed to read there: `outcome` and `status` then say why ("ok": the page is there, but it is none).
    `url`: the feed's own, or the one asked. `titles`: the first three. `feeds`: what the page announces, if it was a page for people.
    """

    url: str
    title: str = ""
    titles: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    outcome: Outcome = "ok"
    status: int | None = None


async def peek(web: Web, url: str) -> Peek:
    """Reads an address once; on a page for people, the first feed it announces that can be read, else one at the usual addresses.

    Whoever asked has an answer in any case.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await _peek(web, url)
    except TimeoutError:
        return Peek(url=url, outcome="slow")


async def _peek(web: Web, url: str) -> Peek:
    page = await web.fetch(url, FetchRequest(accept=WANTED))
    if page.outcome != "ok":
        return Peek(url=url, outcome=page.outcome, status=page.status)
    if found := await parsing.parse(page.body, page.final_url, page.charset, web.ours):
        return _seen(page, url, found)
    announced, usual = await parsing.leads(page.body, page.final_url, page.charset)
    if seen := await _first(web, announced[:TRIED]):
        return replace(seen, feeds=tuple(announced))
    if seen := await _first(web, usual):
        return replace(seen, feeds=(seen.url,))
    return Peek(url=url, feeds=tuple(announced))


async def _first(web: Web, addresses: Sequence[str]) -> Peek | None:
    """The first of these that is a feed."""
    for each in addresses:
        page = await web.fetch(each, FetchRequest(accept=WANTED))
        if page.outcome == "ok" and (found := await parsing.parse(page.body, page.final_url, page.charset, web.ours)):
            return _seen(page, each, found)
        if page.outcome in ("limited", "slow", "unreachable"):
            break  # it is not knocked at once more
    return None


def _seen(page: Page, url: str, found: Parsed) -> Peek:
    return Peek(url=page.permanent_url or url, title=found.title, titles=tuple(entry.title for entry in found.entries[:SHOWN]))


async def turns(db: AsyncSession, now: datetime) -> Sequence[Turn]:
    return [Turn(*row, now) for row in await feeds.due(db, now)]


async def read(turn: Turn, web: Web) -> Reading:
    page = await web.fetch(turn.url, FetchRequest(etag=turn.etag or None, modified=turn.modified or None, accept=WANTED))
    if page.outcome != "ok":
        return Reading(page=page, error="" if page.outcome == "not_modified" else page.outcome, body_hash=turn.body_hash)
    if not page.body.strip():
        return Reading(page=page, error=EMPTY)
    body_hash = sha256(page.body).hexdigest()
    if body_hash == turn.body_hash:
        return Reading(page=page, body_hash=body_hash)
    found = await parsing.parse(page.body, page.final_url, page.charset, web.ours)
    return Reading(page=page, error="" if found else UNREADABLE, body_hash=body_hash, found=found)


async def keep(uow: UnitOfWork, turn: Turn, reading: Reading) -> list[Post]:
    """Nothing when the source was read, moved, suspended or removed meanwhile."""
    db = uow.db
    row = await db.get(Feed, turn.id)
    if row is None or row.status != feeds.ACTIVE or (row.url, row.next_at) != (turn.url, turn.next_at):
        return []
    db.add(row)
    page = reading.page
    if page.outcome == "gone":
        feeds.gave_up(row, turn.now)
    elif page.outcome == "limited" and page.status is None:  # its host asked for peace, and was not even asked
        row.next_at = turn.now + (page.retry_after or feeds.USUAL)
    elif reading.error:
        feeds.failed(row, reading.error, turn.now, page.retry_after)
    else:
        await _keep(db, row, turn, reading)
    return []


async def _keep(db: AsyncSession, row: Feed, turn: Turn, reading: Reading) -> None:
    """What was read, and how to ask next time: only what was understood counts as known."""
    page = reading.page
    if reading.found:
        row.title = reading.found.title or row.title
        if new := await stories.take(db, row, reading.found.entries, turn.now):
            log.info("source %d: %d new stories", turn.id, len(new))
    row.etag, row.modified, row.body_hash = page.etag or "", page.modified or "", reading.body_hash
    if page.permanent_url and await feeds.at(db, page.permanent_url) is None:
        row.url = page.permanent_url
    feeds.answered(row, turn.now, page.max_age)


FEEDS = task("feeds", due=turns, do=read, done=keep)
