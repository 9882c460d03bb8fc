"""Seeding: the feeds of config.yaml become the team's, each once.

An address is remembered for having been given: what the team has removed since, or what has moved, is not
brought back by the next start.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.config.model import Feed
from bot.schedule.jobs import on_startup
from bot.web import absolute, canonical_url
from schedules.themes import theme
from storage import settings
from storage.news import feeds


@on_startup
async def seed_feeds(db: AsyncSession, config: Config, now: datetime) -> None:
    for given in await unseeded(db, config):
        await settings.set_value(db, _remembered(given), now.isoformat())
        url = absolute("", given.url)
        if url and await feeds.at(db, url) is None:
            found = theme(given.theme or "")
            await feeds.add(db, url, found.id if found else "", now)


async def unseeded(db: AsyncSession, config: Config) -> list[Feed]:
    """Those of the configuration that were never given before."""
    return [given for given in config.feeds if not await settings.value(db, _remembered(given))]


def _remembered(given: Feed) -> str:
    return f"given feed:{canonical_url(given.url)}"
