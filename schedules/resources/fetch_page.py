"""The page of a resource is read once it is there: its card then shows the title, and its link is the one that lasts.

What a page refuses changes nothing: the card already says where it leads. It is looked at again with the others (alive.py).
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.tasks import task
from bot.web import FetchRequest, Page, Web, site
from schedules.resources.after_change import changed
from schedules.resources.card import untitled
from schedules.resources.check_link import Turn, Verdict, asked, learnt, turns, verdict
from schedules.resources.parse_page import EMPTY, Sheet, read
from schedules.resources.redirect import By, lasting, moved
from storage.resources import library, links
from storage.tables import Resource

WANTED = "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.5"
PDF_LIMIT = 10_000_000  # bytes: reports are long, and what they say of themselves often stands at their end


async def unread(db: AsyncSession, now: datetime) -> Sequence[Turn]:
    return turns(await links.unread(db), now)


async def fetch(turn: Turn, web: Web) -> tuple[Page, Sheet]:
    limit = PDF_LIMIT if urlsplit(turn.link).path.lower().endswith(".pdf") else FetchRequest().limit
    page = await asked(turn, web, FetchRequest(accept=WANTED, limit=limit))
    return page, await read(page)


async def keep(uow: UnitOfWork, turn: Turn, found: tuple[Page, Sheet]) -> list[Post]:
    """Nothing when it was read, retired or given another address meanwhile."""
    db = uow.db
    row = await library.resource(db, turn.id)
    if row is None or row.status == library.RETIRED or row.read_at is not None or row.link != turn.link:
        return []
    page, sheet = found
    row.read_at = turn.now
    db.add(row)
    back = learnt(row, page, turn.now)
    if verdict(page) is not Verdict.THERE or sheet == EMPTY:
        told = untitled(row) and turn.now - row.at < library.FIRST_CHECK  # later it has been said, and is read again every week
        return await changed(db, row) if back or told else []
    _learn(row, page, sheet)
    there = lasting(page, row.link)
    return await moved(db, row, there, By(turn.now)) if there else await changed(db, row)


def _learn(row: Resource, page: Page, sheet: Sheet) -> None:
    """What a person said of it stands."""
    if sheet.title and not row.title_given:
        row.title = sheet.title
    row.kind = row.kind or sheet.kind
    row.description = sheet.description
    row.minutes, row.access = sheet.minutes or row.minutes, row.access or sheet.access
    row.site = sheet.site or site(page.final_url)


PAGES = task("resource pages", due=unread, do=fetch, done=keep)
