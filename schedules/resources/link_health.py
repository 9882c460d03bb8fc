"""Link health: each link of the library is looked at once a week, a few bytes of it.
Dead is what was not there at any look of a fortnight: its card says so until it is back, and whoever
recommended it is asked once for another address.

What keeps programs out (403, 429, a certificate that browsers mend) is no dead link: people get in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import TransientError
from bot.outbox import Post, Rank, UnitOfWork
from bot.outbox.question import NO, Ask
from bot.schedule.jobs import Run, every
from bot.schedule.tasks import task
from bot.text import Link, Say
from bot.time.format import DayMonth
from bot.web import FetchRequest, Page, Web, canonical_url, site
from schedules.resources.card import title
from schedules.resources.edit import lasting, save
from storage import pause, questions, rooms, silence
from storage.resources import library, links
from storage.tables import Resource


@dataclass(frozen=True, slots=True)
class DueLink:
    """A link that is to be looked at, as it was at `now`."""

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


def due_links(rows: Iterable[tuple[int, str, datetime]], now: datetime) -> Sequence[DueLink]:
    """One of each site: the others would only wait for it, in the place of other work."""
    first: dict[str, DueLink] = {}
    for number, link, next_check in rows:
        first.setdefault(site(link), DueLink(number, link, next_check, now))
    return list(first.values())


async def fetch_link(due: DueLink, web: Web, request: FetchRequest) -> Page:
    """Raises TransientError for a site that was not even asked, since it wants to be left alone."""
    page = await web.fetch(due.link, request)
    if page.outcome == "limited" and page.status is None:
        raise TransientError(None, "room", page.why)
    return page


def verdict(page: Page) -> Verdict:
    if page.outcome in ("ok", "not_modified", "too_big"):
        return Verdict.THERE
    if page.outcome in ("gone", "unknown_host", "unreachable", "slow", "astray"):
        return Verdict.FAILING
    missing = (
        page.outcome == "refused"
        and page.status is not None
        and (page.status == 404 or 500 <= page.status < 600)
    )
    return Verdict.FAILING if missing else Verdict.CLOSED


def record_verdict(row: Resource, page: Page, now: datetime) -> bool:
    """Writes down what the answer tells of its link. Whether it is now marked as dead, or no longer."""
    match verdict(page):
        case Verdict.THERE:
            return links.record_success(row, now)
        case Verdict.FAILING:
            return links.record_failure(row, now)
        case Verdict.CLOSED:
            links.record_unknown(row, now, page.retry_after)
            return False


FEW = 1_000  # bytes: enough to know that it is there
TO_ANSWER = timedelta(days=7)
MOST = 8  # named in one message


async def due(db: AsyncSession, now: datetime) -> Sequence[DueLink]:
    return due_links(await links.to_check(db, now), now)


async def fetch(due: DueLink, web: Web) -> Page:
    return await fetch_link(due, web, FetchRequest(limit=FEW))


async def record(uow: UnitOfWork, due: DueLink, page: Page) -> None:
    """Nothing when it was looked at, retired or given another address meanwhile."""
    db = uow.db
    row = await library.resource(db, due.id)
    if (
        row is None
        or row.status == library.RETIRED
        or (row.link, row.next_check) != (due.link, due.next_check)
    ):
        return
    db.add(row)
    marked = record_verdict(row, page, due.now)
    if verdict(page) is Verdict.THERE and (not row.title or _elsewhere(row, page)):
        links.mark_unread(row, due.now)
    if marked:
        await save(uow, row)


def _elsewhere(row: Resource, page: Page) -> bool:
    there = lasting(page, row.link)
    return there is not None and canonical_url(there) != row.clean_link


LINKS = task("resource links", due=due, do=fetch, done=record)


@every("mon-fri 10:00", name="dead links", missed="merge")
async def ask_for_others(run: Run) -> None:
    """In private to whoever has a room with us, one a day;
    to the others together, in a line below the cards.
    """
    if await pause.held(run.db, run.planned):
        return
    busy, by_room = set[str](), dict[str, list[Resource]]()
    silent = await silence.silent(run.db, run.now)
    for row in await links.to_ask_about(run.db):
        if row.person in silent:
            continue
        private = await run.private_room(row.person)
        if private is None:
            if row.room_id in run.network.configured:
                by_room.setdefault(row.room_id, []).append(row)
        elif private not in busy and await questions.open_for(run.db, row.person, private) is None:
            busy.add(private)
            await run.post(
                Post(
                    room=private,
                    person=row.person,
                    ask=_question(row),
                    asked_to=row.person,
                    rank=Rank.BOOKKEEPING,
                )
            )
            row.asked_again = True
            run.db.add(row)
    for room, rows in by_room.items():
        await _ask_openly(run, room, rows[:MOST])


def _question(row: Resource) -> Ask:
    say = Say(
        "Le lien de votre fiche {n}, {title}, ne répond plus depuis le {day}. Connaissez-vous une autre "
        "adresse ? Collez-la ici, ou répondez non.",
        n=row.id,
        title=Link(title(row), row.link),
        day=_since(row),
    )
    return Ask(
        say, then="resource.address", choices=(NO,), data={"n": row.id}, accepts="link", within=TO_ANSWER
    )


async def _ask_openly(run: Run, room: str, rows: Sequence[Resource]) -> None:
    """Whoever is still in the room is named as reading it, without being called by it: a notice."""
    there = {member.user_id for member in await rooms.members(run.db, room) if member.membership == "join"}
    for row in rows:
        row.asked_again = True
        run.db.add(row)
    first = rows[0].id
    lines = [
        Say(
            "- Fiche {n}, {title} – {name}",
            n=row.id,
            title=Link(title(row), row.link),
            name=row.name or row.site,
        )
        for row in rows
    ]
    say = Say.lines(
        Say("Un lien de la bibliothèque ne répond plus :")
        if len(rows) == 1
        else Say("Des liens de la bibliothèque ne répondent plus :"),
        *lines,
        Say("Vous connaissez une autre adresse ? `!ressource corriger {n} lien = https://…`", n=first),
    )
    mentions = tuple(sorted({row.person for row in rows} & there))
    await run.post(Post(room=room, say=say, rank=Rank.BOOKKEEPING, mentions=mentions))


def _since(row: Resource) -> DayMonth:
    failing = row.failing_since or row.next_check
    return DayMonth(failing.date(), failing.date())
