"""A look at the link of a resource: whose turn it is, and what the answer tells.

What keeps programs out (403, 429, a certificate that browsers mend) is no dead link: people get in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.matrix.errors import TransientError
from bot.web import FetchRequest, Page, Web, site
from storage.resources import links
from storage.tables import Resource


@dataclass(frozen=True, slots=True)
class Turn:
    """A link whose turn has come, as it was at `now`."""

    id: int
    link: str
    next_check: datetime
    now: datetime

    @property
    def cause(self) -> str:
        return f"{self.id} {self.next_check.isoformat()}"


class Verdict(Enum):
    THERE = auto()
    CLOSED = auto()  # to us at least
    FAILING = auto()


def turns(rows: Iterable[tuple[int, str, datetime]], now: datetime) -> Sequence[Turn]:
    """One of each site: the others would only wait for it, in the place of other work."""
    first: dict[str, Turn] = {}
    for number, link, next_check in rows:
        first.setdefault(site(link), Turn(number, link, next_check, now))
    return list(first.values())


async def asked(turn: Turn, web: Web, ask: FetchRequest) -> Page:
    """Raises Later for a site that was not even asked, since it wants to be left alone."""
    page = await web.fetch(turn.link, ask)
    if page.outcome == "limited" and page.status is None:
        raise TransientError(None, "room", page.why)
    return page


def verdict(page: Page) -> Verdict:
    if page.outcome in ("ok", "not_modified", "too_big"):
        return Verdict.THERE
    if page.outcome in ("gone", "unknown_host", "unreachable", "slow", "astray"):
        return Verdict.FAILING
    missing = page.outcome == "refused" and page.status is not None and (page.status == 404 or 500 <= page.status < 600)
    return Verdict.FAILING if missing else Verdict.CLOSED


def learnt(row: Resource, page: Page, now: datetime) -> bool:
    """Writes down what the answer tells of its link. Whether it is now marked as dead, or no longer."""
    match verdict(page):
        case Verdict.THERE:
            return links.works(row, now)
        case Verdict.FAILING:
            return links.fails(row, now)
        case Verdict.CLOSED:
            links.cannot_tell(row, now, page.retry_after)
            return False
