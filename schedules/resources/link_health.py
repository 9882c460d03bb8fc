"""Each link of the library is looked at once a week, a few bytes of it. Dead is what was not there at any look of a fortnight: its card says so
until it is back, and whoever recommended it is asked once for another address.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank, UnitOfWork
from bot.outbox.question import NO, Ask
from bot.schedule.jobs import Run, every
from bot.schedule.tasks import task
from bot.text import Link, Say
from bot.time.format import DayMonth
from bot.web import FetchRequest as Request
from bot.web import Page, Web, canonical_url
from schedules.resources.after_change import changed
from schedules.resources.card import title
from schedules.resources.check_link import Turn, Verdict, asked, learnt, turns, verdict
from schedules.resources.redirect import lasting
from storage import pause, questions, rooms
from storage.resources import library, links
from storage.tables import Resource

FEW = 1_000  # bytes: enough to know that it is there
TO_ANSWER = timedelta(days=7)
MOST = 8  # named in one message


async def to_check(db: AsyncSession, now: datetime) -> Sequence[Turn]:
    return turns(await links.to_check(db, now), now)


async def look(turn: Turn, web: Web) -> Page:
    return await asked(turn, web, Request(limit=FEW))


async def note(uow: UnitOfWork, turn: Turn, page: Page) -> list[Post]:
    """Nothing when it was looked at, retired or given another address meanwhile."""
    db = uow.db
    row = await library.resource(db, turn.id)
    if row is None or row.status == library.RETIRED or (row.link, row.next_check) != (turn.link, turn.next_check):
        return []
    db.add(row)
    marked = learnt(row, page, turn.now)
    if verdict(page) is Verdict.THERE and (not row.title or _elsewhere(row, page)):
        links.anew(row, turn.now)
    return await changed(db, row) if marked else []


def _elsewhere(row: Resource, page: Page) -> bool:
    there = lasting(page, row.link)
    return there is not None and canonical_url(there) != row.clean_link


LINKS = task("resource links", due=to_check, do=look, done=note)


@every("mon-fri 10:00", name="dead links", missed="merge")
async def ask_for_others(run: Run) -> list[Post]:
    """In private to whoever has a room with us, one a day; to the others together, in a line below the cards."""
    if await pause.held(run.db, run.planned):
        return []
    posts, busy, by_room = [], set[str](), dict[str, list[Resource]]()
    for row in await links.to_ask_about(run.db):
        private = await _private(run, row.person)
        if private is None:
            if row.room_id in run.network.configured:
                by_room.setdefault(row.room_id, []).append(row)
        elif private not in busy and await questions.open_for(run.db, row.person, private) is None:
            busy.add(private)
            posts.append(Post(room=private, person=row.person, ask=_question(row), asked_to=row.person, rank=Rank.BOOKKEEPING))
            row.asked_again = True
            run.db.add(row)
    return [*posts, *[await _in_the_open(run, room, rows[:MOST]) for room, rows in by_room.items()]]


async def _private(run: Run, person: str) -> str | None:
    """The room where the two of us are; one that they have not come into is none."""
    for room in await rooms.direct_with(run.db, run.network.me, person, run.network.configured):
        there = await rooms.member(run.db, room.room_id, person)
        if there is not None and there.membership == "join":
            return room.room_id
    return None


def _question(row: Resource) -> Ask:
    say = Say(
        "Le lien de votre fiche {n}, {title}, ne répond plus depuis le {day}. Connaissez-vous une autre adresse ? Collez-la ici, ou répondez non.",
        n=row.id,
        title=Link(title(row), row.link),
        day=_since(row),
    )
    return Ask(say, then="resource.address", choices=(NO,), data={"n": row.id}, accepts="link", within=TO_ANSWER)


async def _in_the_open(run: Run, room: str, rows: Sequence[Resource]) -> Post:
    """Whoever is still in the room is named as reading it, without being called by it: a notice."""
    there = {member.user_id for member in await rooms.members(run.db, room) if member.membership == "join"}
    for row in rows:
        row.asked_again = True
        run.db.add(row)
    first = rows[0].id
    lines = [Say("- Fiche {n}, {title} – {name}", n=row.id, title=Link(title(row), row.link), name=row.name or row.site) for row in rows]
    say = Say.lines(
        Say("Un lien de la bibliothèque ne répond plus :") if len(rows) == 1 else Say("Des liens de la bibliothèque ne répondent plus :"),
        *lines,
        Say("Vous connaissez une autre adresse ? `!ressource corriger {n} lien = https://…`", n=first),
    )
    mentions = tuple(sorted({row.person for row in rows} & there))
    return Post(room=room, say=say, rank=Rank.BOOKKEEPING, mentions=mentions)


def _since(row: Resource) -> DayMonth:
    failing = row.failing_since or row.next_check
    return DayMonth(failing.date(), failing.date())
