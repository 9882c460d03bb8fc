"""A feed server on this machine, read by the real task into a real database:
for tests of the reading of news.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.readers.html_to_text import fold_title
from bot.schedule.tasks import Tasks
from bot.time.clock import Clock
from bot.web import Limits, Web
from schedules.news import poll_feeds
from schedules.news.parse_feed import ParsedFeed, parse_sync
from storage.db import Database
from storage.news import feeds
from storage.news.stories import Entry, record
from storage.tables import Feed, Story, Telling
from tests.support.http_server import Handler, Site
from tests.support.job_recorder import PARIS, database, paris, recording_outbox

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
SAMPLE = sorted((Path(__file__).parents[1] / "data").glob("flux-*.xml"))
TIMEOUT = 20.0  # seconds: far more than anything needs
URL = "https://example.org/flux/rss.xml"
SHORT_LIMITS = Limits(total=3.0, idle=0.3, pause=0.0)


def rss(*items: str, title: str = "Le Fil") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss '
        f'version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'
    ).encode()


def item(title: str, link: str = "", date: str = "Fri, 20 Nov 2026 07:30:00 +0100", **more: str) -> str:
    """`link`: a path of example.org, or a whole address."""
    fields = {
        "title": title,
        "link": link if ":" in link else f"https://example.org/{link or abs(hash(title))}",
        "pubDate": date,
    } | more
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items() if value)}</item>"


def parse_feed(body: bytes | str, charset: str | None = None) -> ParsedFeed:
    found = parse_sync(body.encode() if isinstance(body, str) else body, URL, charset)
    assert found is not None
    return found


def parse_one(body: bytes | str, charset: str | None = None) -> Entry:
    (entry,) = parse_feed(body, charset).entries
    return entry


def titled_entry(title: str, **more: str) -> Entry:
    return parse_one(rss(item(title, link="/a:b", **more)))


def json_feed(*items: Any, **more: Any) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Veille", "items": list(items)} | more
    )


class FeedServer:
    def __init__(self, folder: Path, site: Site) -> None:
        self.folder, self.site = folder, site
        self.clock = Clock.starting_at(MONDAY)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FeedServer"]:
        """As a process that starts: what it knows, it knows from the database."""
        async with (
            database(self.folder) as self.db,
            Web(self.clock, allow_private=True, limits=SHORT_LIMITS) as self.web,
        ):
            yield self

    async def add(self, path: str, *answers: bytes | Handler, theme: str = "") -> Feed:
        """A source that the team adds, and what it answers, in turn."""
        self.site.says(path, *answers)
        async with self.db.write() as db:
            return await feeds.add(db, self.site.url(path), theme, self.clock.now())

    async def reads(self) -> None:
        """All that is due."""
        stop = asyncio.Event()
        running = asyncio.create_task(
            Tasks(self.db, self.clock, recording_outbox(), self.web, [poll_feeds.FEEDS]).run(stop)
        )
        async with asyncio.timeout(TIMEOUT):
            while await self._due():  # noqa: ASYNC110 - a task tells nobody
                await asyncio.sleep(0.005)
        stop.set()
        await running

    async def _due(self) -> bool:
        async with self.db.read() as db:
            return bool(await feeds.due(db, self.clock.now()))

    async def reads_after(self, hours: float) -> list[str]:
        """Moves the clock on, reads; the paths that were asked for."""
        self.clock.offset += timedelta(hours=hours)
        before = len(self.site.asked)
        await self.reads()
        return self.site.asked[before:]

    async def feed(self, row: Feed) -> Feed:
        async with self.db.read() as db:
            return await db.get_one(Feed, row.id)

    async def stories(self, *, old: bool = False) -> Sequence[Story]:
        async with self.db.read() as db:
            query = (
                select(Story)
                .where(col(Story.old).is_(old))
                .order_by(col(Story.published).desc(), col(Story.id))
            )
            return (await db.exec(query)).all()

    async def titles(self) -> list[str]:
        return [story.title for story in await self.stories()]

    async def due_in(self, row: Feed) -> float:
        """Hours until it is read again, to the tenth."""
        return round(((await self.feed(row)).next_at - self.clock.now()) / timedelta(hours=1), 1)


FRIDAY = paris("2026-11-20 07:30")
LONG_TITLE = "Une longue histoire de quartier"


def make_entry(
    title: str = LONG_TITLE,
    link: str = "https://example.org/1",
    published: datetime | None = FRIDAY,
    **more: Any,
) -> Entry:
    return Entry(
        title=title, folded_title=fold_title(title), link=link, clean_link=link, published=published, **more
    )


class TwoFeeds:
    """Two sources, A and B, that have been read before."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = MONDAY

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator["TwoFeeds"]:
        async with database(folder) as db:
            opened = cls(db)
            async with db.write() as session:
                for name in "AB":
                    feed = await feeds.add(session, f"https://{name}.example.org/rss", "", opened.now)
                    feed.title = name
                    feed.first_read = feed.last_read = opened.now - timedelta(hours=1)
            yield opened

    async def record_story(self, name: str, *entries: Entry, **changes: Any) -> list[str]:
        """The titles that were new. `changes`: of the source, before."""
        async with self.db.write() as db:
            feed = (await db.exec(select(Feed).where(Feed.title == name))).one()
            for each, value in changes.items():
                setattr(feed, each, value)
            return [story.title for story in await record(db, feed, entries, self.now)]

    async def stories(self) -> Sequence[Story]:
        async with self.db.read() as db:
            return (await db.exec(select(Story).order_by(col(Story.id)))).all()

    async def feeds_of_stories(self) -> list[str]:
        """« 1 AB » : story 1 is told by both, A first."""
        async with self.db.read() as db:
            query = (
                select(Story.id, Feed.title)
                .join(Telling, col(Telling.story_id) == Story.id)
                .join(Feed, col(Feed.id) == Telling.feed_id)
            )
            rows = (await db.exec(query.order_by(col(Story.id), col(Story.feed_id) != col(Feed.id)))).all()
        return [f"{story} {''.join(name for other, name in rows if other == story)}" for story in dict(rows)]
