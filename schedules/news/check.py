"""`animatrice check` reads each source once:
those of config.yaml that are not the team's yet, then the team's own, one line each.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.check.finding import Finding, check
from bot.config import Config
from bot.text import Say
from bot.time.clock import Clock
from bot.web import Web, canonical_url
from schedules.news.preview_feed import FeedPreview, preview, reason
from schedules.news.seed_feeds import unseeded
from schedules.themes import all_themes, theme
from storage.db import Database
from storage.errors import DatabaseUnavailable
from storage.news import feeds

AT_ONCE = 8


@dataclass(frozen=True)
class Source:
    url: str
    theme: str = ""  # as config.yaml says


@check
async def examine(config: Config) -> AsyncIterator[Finding]:
    slots = asyncio.Semaphore(AT_ONCE)
    async with Web(Clock(), allow_private=config.web.allow_private) as web:

        async def look(source: Source) -> Finding:
            async with slots:  # so that nobody's patience is spent in the queue
                return _finding(source, await preview(web, source.url))

        looks = [asyncio.create_task(look(source)) for source in await _sources(config)]
        try:
            for each in looks:
                yield await each
        finally:
            for each in looks:
                each.cancel()
            await asyncio.gather(*looks, return_exceptions=True)


def _finding(source: Source, seen: FeedPreview) -> Finding:
    url = source.url
    if source.theme and theme(source.theme) is None:
        names = ", ".join(each.id for each in all_themes())
        return Finding(
            False,
            Say(
                "Source `{url}` : le thème « {theme} » n’existe pas. Les thèmes : {names}.",
                url=url,
                theme=source.theme,
                names=names,
            ),
        )
    if seen.feeds:
        return Finding(
            False,
            Say(
                "Source `{url}` : c’est une page, pas une source. Celle qu’elle annonce : `{feed}`.",
                url=url,
                feed=seen.feeds[0],
            ),
        )
    if not seen.title:
        return Finding(False, Say("Source `{url}` : {why}", url=url, why=reason(seen.outcome, seen.status)))
    return Finding(True, Say("Source « {title} » : lue.", title=seen.title))


async def _sources(config: Config) -> list[Source]:
    """Each address once. A database that is not there yet, or not of this version, has none."""
    given = [Source(each.url, each.theme or "") for each in config.feeds]
    if not _there(config.storage.url):
        return given
    db = Database(config.storage.url)
    try:
        async with db.read() as session:
            new = {each.url for each in await unseeded(session, config)}
            ours = [Source(row.url) for row in await feeds.listed(session) if row.status == feeds.ACTIVE]
    except (DatabaseUnavailable, DBAPIError):
        return given
    finally:
        await db.close()
    found = {
        canonical_url(each.url): each
        for each in reversed([*(each for each in given if each.url in new), *ours])
    }
    return list(reversed(found.values()))


def _there(url: str) -> bool:
    """Whether there is a database to ask; looking must not make one."""
    parts = make_url(url)
    return parts.get_backend_name() != "sqlite" or Path(parts.database or "").is_file()
