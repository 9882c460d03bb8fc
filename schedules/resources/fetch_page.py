"""Fetching a page: that of a resource is read once;
its card then shows the title, and its link is the one that lasts.

What a page refuses changes nothing: the card already says where it leads. It is looked at again with the
others (link_health.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import UnitOfWork
from bot.schedule.tasks import task
from bot.web import FetchRequest, Page, Web, site
from schedules.resources.card import untitled
from schedules.resources.edit import By, lasting, move, save
from schedules.resources.link_health import DueLink, Verdict, due_links, fetch_link, record_verdict, verdict
from schedules.resources.parse_page import EMPTY, Sheet, read
from storage.resources import library, links
from storage.tables import Resource

WANTED = "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.5"
PDF_LIMIT = 10_000_000  # bytes: reports are long, and what they say of themselves often stands at their end


@dataclass(frozen=True, slots=True)
class FetchedPage:
    page: Page
    sheet: Sheet


async def due(db: AsyncSession, now: datetime) -> Sequence[DueLink]:
    return due_links(await links.unread(db), now)


async def fetch(due: DueLink, web: Web) -> FetchedPage:
    limit = PDF_LIMIT if urlsplit(due.link).path.lower().endswith(".pdf") else FetchRequest().limit
    page = await fetch_link(due, web, FetchRequest(accept=WANTED, limit=limit))
    return FetchedPage(page, await read(page))


async def record(uow: UnitOfWork, due: DueLink, fetched: FetchedPage) -> None:
    """Nothing when it was read, retired or given another address meanwhile."""
    db = uow.db
    row = await library.resource(db, due.id)
    if row is None or row.status == library.RETIRED or row.read_at is not None or row.link != due.link:
        return
    row.read_at = due.now
    db.add(row)
    await _update(uow, row, fetched, due.now)


async def _update(uow: UnitOfWork, row: Resource, fetched: FetchedPage, now: datetime) -> None:
    page = fetched.page
    marked = record_verdict(row, page, now)
    if verdict(page) is not Verdict.THERE or fetched.sheet == EMPTY:
        # later it has been said, and is read again every week
        untold = untitled(row) and now - row.at < library.FIRST_CHECK
        if marked or untold:
            await save(uow, row)
        return
    _fill_in(row, page, fetched.sheet)
    if there := lasting(page, row.link):
        await move(uow, row, there, By(now))
    else:
        await save(uow, row)


def _fill_in(row: Resource, page: Page, sheet: Sheet) -> None:
    """What a person said of it stands."""
    if sheet.title and not row.title_given:
        row.title = sheet.title
    row.kind = row.kind or sheet.kind
    row.description = sheet.description
    row.minutes, row.access = sheet.minutes or row.minutes, row.access or sheet.access
    row.site = sheet.site or site(page.final_url)


PAGES = task("resource pages", due=due, do=fetch, done=record)
