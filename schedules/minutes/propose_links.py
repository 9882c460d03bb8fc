"""Links said in the rooms of a meeting on its day, proposed to the team for the library: one message, taps.

What was said is not kept: a task asks the server for each message the next morning; one that was removed
meanwhile proposes nothing.
"""

from collections.abc import Sequence

from bot.outbox import Post, Rank, UnitOfWork
from bot.outbox.question import KEYCAPS
from bot.schedule.tasks import task
from bot.text import Link, Say
from bot.web import Web, canonical_url, readable
from schedules.meetings.wording import day
from schedules.resources.parse_recommendation import links as links_in
from storage.meetings import meetings
from storage.minutes import links
from storage.minutes.links import PROPOSED, DueLinks
from storage.resources import library
from storage.tables import DayLink

KEY = "daylinks:"
MOST = 8

Found = Sequence[tuple[str, str]]


async def fetch(due: DueLinks, web: Web) -> Found:
    """Event and link, each link once; the rest of what was said is forgotten here."""
    found: dict[str, tuple[str, str]] = {}
    for room, event_id in due.events:
        event = await web.rooms.event(room, event_id)
        body = event.content.get("body") if event else None
        for link in links_in(body if isinstance(body, str) else "")[:1]:
            found.setdefault(canonical_url(link), (event_id, link))
    return list(found.values())


async def propose(uow: UnitOfWork, due: DueLinks, found: Found) -> None:
    new = [
        (event, link) for event, link in found if await library.by_link(uow.db, canonical_url(link)) is None
    ]
    kept = dict(new[:MOST])
    shown: list[DayLink] = []
    for _, event_id in due.events:
        row = await links.message(uow.db, event_id)
        if row is None:
            continue
        if event_id not in kept:
            await uow.db.delete(row)
            continue
        shown.append(row)
        row.status, row.link, row.number = PROPOSED, kept[event_id], len(shown)
        uow.db.add(row)
    meeting = await meetings.meeting(uow.db, due.meeting)
    if not shown or meeting is None or uow.network.team is None:
        return
    lines = [Say("{n}. {link}", n=row.number, link=Link(readable(row.link), row.link)) for row in shown]
    say = Say.lines(
        Say("**Liens partagés le jour de la rencontre du {day}**", day=day(meeting, uow.config, uow.now)),
        *lines,
        Say("Pour en mettre un dans la bibliothèque, touchez son numéro."),
    )
    taps = KEYCAPS[: len(shown)]
    await uow.post(
        Post(room=uow.network.team, say=say, key=f"{KEY}{due.meeting}", reactions=taps, rank=Rank.BOOKKEEPING)
    )


DAY_LINKS = task("day links", links.due, fetch, propose)
