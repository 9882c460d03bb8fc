"""Reindexing: when a version knows words or addresses otherwise, what the
library holds is indexed and compared anew, once, at its first start.
"""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.schedule.jobs import on_startup
from bot.web import canonical_url, lists, meant
from storage import settings
from storage.resources import index, library
from storage.resources.words import RULES
from storage.tables import Resource

MARK = "resource rules"


@on_startup
async def reindex(db: AsyncSession, config: Config, now: datetime) -> None:
    rules = f"words {RULES}, addresses {lists()}"
    if await settings.value(db, MARK) == rules:
        return
    for row in (await db.exec(select(Resource).order_by(col(Resource.id)))).all():
        if row.link:
            await _update_link(db, row)
        await index.index(db, row)
    await settings.set_value(db, MARK, rules)


async def _update_link(db: AsyncSession, row: Resource) -> None:
    """Two that turn out to be of one page stay as they are: people have answered both."""
    link, page = meant("", row.link) or row.link, canonical_url(row.link)
    if page != row.clean_link and await library.by_link(db, page) is not None:
        return
    if (link, page) != (row.link, row.clean_link):
        row.link, row.clean_link = link, page
        db.add(row)
        await db.flush()
