"""A resource gets another address: its site says so, or a person does. When another one has it, the two become one."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.web import Page, canonical_url, meant
from schedules.resources.after_change import changed
from storage.resources import changes, library, links
from storage.tables import Change, Resource


def lasting(page: Page, link: str) -> str | None:
    """Where the site of `link` sends it for good; not to the front door, which is where sites send what they no longer have."""
    there = meant("", page.permanent_url or "")
    return None if there is None or (_is_front_door(there) and not _is_front_door(link)) else there


@dataclass(frozen=True, slots=True)
class By:
    """Who says so, and when. `person`: "" for the site itself."""

    at: datetime
    person: str = ""


async def moved(db: AsyncSession, row: Resource, link: str, by: By) -> list[Post]:
    """`link`: an http(s) address. The posts bring the cards up to date.

    Afterwards `row` is retired if another one, older, had that address: `library.by_link` finds the one that stands.
    """
    before, number = row.link, row.id
    other = await library.by_link(db, canonical_url(link))
    retired = other is not None and other.status == library.RETIRED
    found = await links.move(db, row, link, canonical_url(link))
    if retired and other is found[0]:
        db.add(Change(resource_id=other.id, person=by.person, at=by.at, what=changes.BACK))
    if canonical_url(before) != canonical_url(link):
        db.add(Change(resource_id=number, person=by.person, at=by.at, what="link", before=before, after=link))
    if by.person:  # nobody has seen what is there
        links.anew(found[0], by.at)
    return [post for each in found for post in await changed(db, each)]


def _is_front_door(link: str) -> bool:
    parts = urlsplit(link)
    return parts.path.strip("/") == "" and not parts.query
