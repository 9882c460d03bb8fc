"""`!rattrapage`: the essentials since somebody was here last, in eight lines at most.

A section is a function: what is to be known of a subject since a moment, in a line or two, or None. A subject
that has some adds its own to SECTIONS.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from bot.command import Context, Role, Scope, command
from bot.text import Count, Say
from bot.time import Day
from bot.time.recurrence import instant
from commands.meetings import lookup
from commands.meetings.view import short_status
from commands.parse_span import Span
from schedules.meetings import receipts, wording
from schedules.news.edition import reading_minutes
from schedules.polls.card import closing
from schedules.tickets import search
from storage import inbox, rooms
from storage.meetings import meetings
from storage.news import editions
from storage.polls import polls
from storage.resources import library
from storage.tables import Meeting, Resource

USUAL = timedelta(days=30)  # and the longest that we know of what somebody said to us
MOST_MEETINGS, MOST_POLLS, MOST_CARDS = 2, 2, 3


@dataclass(frozen=True)
class Since:
    """A moment, and the rooms of the person who asks."""

    at: datetime
    rooms: frozenset[str]


Section = Callable[[Context, Since], Awaitable[Say | None]]


async def _meetings(ctx: Context, since: Since) -> Say | None:
    """Those ahead, with what they answered."""
    rows = [row for row in await meetings.upcoming(ctx.db, ctx.now) if await lookup.visible(ctx, row)]
    lines = []
    for row in rows[:MOST_MEETINGS]:
        lines.append(
            Say(
                "Rencontre {name} : {when} – {status}",
                name=await lookup.short_name(ctx, row),
                when=_when(ctx, row),
                status=short_status(await receipts.status_of(ctx, row, ctx.person.id), row),
            )
        )
    return Say.lines(*lines) if lines else None


def _when(ctx: Context, row: Meeting) -> Say:
    day = wording.day(row, ctx.config, ctx.now)
    return (
        Say("{day}, {town}", day=day, town=wording.one_line(row.town)) if row.town else Say("{day}", day=day)
    )


async def _panorama(ctx: Context, since: Since) -> Say | None:
    edition = await editions.last(ctx.db)
    if edition is None or edition.planned < since.at:
        return None
    stories = Count(len(edition.stories), "un titre", "{n} titres")
    return Say("Dernier panorama : {stories} – `panorama`", stories=stories)


async def _polls(ctx: Context, since: Since) -> Say | None:
    """Those that still take votes, the first to close first."""
    running = await polls.running(ctx.db, since.rooms)
    rows = [row for row in running if row.closes_at > ctx.now and await polls.appeared(ctx.db, row)]
    rows.sort(key=lambda row: row.closes_at)
    lines = [
        Say(
            "Sondage n° {n} en cours : {question} – clôture {when}",
            n=row.id,
            question=row.question,
            when=closing(row, ctx.config),
        )
        for row in rows[:MOST_POLLS]
    ]
    return Say.lines(*lines) if lines else None


async def _questions(ctx: Context, since: Since) -> Say | None:
    """Those of the network that are open, whenever they were asked."""
    rows = await search.open_rows(ctx)
    if not rows:
        return None
    count = Count(len(rows), "une question ouverte", "{n} questions ouvertes")
    return Say("Entraide : {count} – `besoins`", count=count)


async def _resources(ctx: Context, since: Since) -> Say | None:
    rows = await library.most_useful(ctx.db, since.at, ctx.now, MOST_CARDS)
    if not rows:
        return None
    cards = reduce(lambda before, each: Say("{before}, {next}", before=before, next=each), _numbers(rows))
    return Say("Ressources jugées utiles : {cards} – `ressource {n}`", cards=cards, n=rows[0].id)


def _numbers(rows: Sequence[Resource]) -> list[Say]:
    return [Say("fiche {n}", n=row.id) for row in rows]


SECTIONS: tuple[Section, ...] = (_meetings, _panorama, _polls, _questions, _resources)


@command(
    "rattrapage",
    aliases=("resume", "quoideneuf"),
    english=("catchup",),
    usage=Say("`rattrapage` ou `rattrapage 15 jours`"),
    example="!rattrapage 15 jours",
    help=Say("l’essentiel depuis votre dernière visite"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=57,
)
async def rattrapage(ctx: Context, span: Span | None) -> Say:
    at = await _since(ctx, span)
    since = Since(at, await rooms.rooms_of(ctx.db, ctx.person.id))
    found = [say for section in SECTIONS if (say := await section(ctx, since)) is not None]
    today = ctx.now.astimezone(ctx.config.zone).date()
    day = Day(at.astimezone(ctx.config.zone).date(), today)
    if not found:
        return Say("Rien à rattraper depuis le {day}. Pour remonter plus loin : `rattrapage 2 mois`", day=day)
    time = Count(_reading_minutes(found), "1 minute", "{n} minutes")
    return Say.lines(Say("**L’essentiel depuis le {day}** – lecture : {time}", day=day, time=time), *found)


def _reading_minutes(found: Sequence[Say]) -> int:
    text = "\n".join(say.text() for say in found)
    return reading_minutes(len(text.split()), text.count("\n") + 1)


async def _since(ctx: Context, span: Span | None) -> datetime:
    """Since they last spoke to us on another day; a month, if we do not know."""
    today = instant(ctx.now.astimezone(ctx.config.zone).date(), datetime.min.time(), ctx.config.zone)
    if span is not None:
        return today - span.length
    return await inbox.last_of(ctx.db, ctx.person.id, today) or today - USUAL
