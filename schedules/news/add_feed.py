"""Adding a feed: what the team wishes to add is read at once and shown;
it counts once they have said yes (commands/news/feeds.py).

The answer takes the place of « Je lis … », in the command's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Asker, UnitOfWork, answer_key
from bot.outbox.question import NO, YES, Ask, numbered
from bot.schedule.tasks import task
from bot.text import Say
from bot.web import Web, canonical_url, site
from schedules.news.feed_health import name
from schedules.news.preview_feed import FeedPreview, preview, reason
from schedules.themes import theme
from storage.news import feeds, requests
from storage.tables import Feed, FeedRequest

MOST_FEEDS = 9  # of one page: as many as can be tapped


@dataclass(frozen=True)
class DueRequest:
    """`url`: an address, or POSTED and an event of `room`."""

    cause: str
    url: str
    room: str = ""


async def due(db: AsyncSession, now: datetime) -> Sequence[DueRequest]:
    return [DueRequest(row.event_id, row.url) for row in await requests.pending(db, requests.FEED)]


async def fetch(request: DueRequest, web: Web) -> FeedPreview:
    return await preview(web, request.url)


async def answer(uow: UnitOfWork, request: DueRequest, seen: FeedPreview) -> None:
    db = uow.db
    row = await requests.request(db, request.cause)
    if row is None or row.status != requests.FEED:
        return
    say = await _answer_to(db, row, seen)
    row.status = requests.SEEN
    db.add(row)
    await reply(uow, row, say)


FEED_REQUESTS = task("feed wishes", due, fetch, answer)


async def _answer_to(db: AsyncSession, row: FeedRequest, seen: FeedPreview) -> Say | Ask:
    if len(seen.feeds) > 1:
        return _which(row, seen.feeds[:MOST_FEEDS])
    if not seen.title and seen.feeds:
        return Say(
            "Cette page annonce une source que je n’ai pas pu lire ({address}). "
            "Ouvrez-la dans un navigateur.",
            address=seen.feeds[0],
        )
    if not seen.title:
        return Say(
            "Je n’ai pas pu lire cette adresse ({address}) : {why}",
            address=row.url,
            why=reason(seen.outcome, seen.status),
        )
    if (there := (await known_feeds(db)).get(canonical_url(seen.url))) is not None:
        return already_known(there)
    return _preview(row, seen)


def _preview(row: FeedRequest, seen: FeedPreview) -> Ask:
    row.found = {"url": seen.url, "title": seen.title}
    label = theme(row.theme)
    lines = [Say("{n}. {title}", n=n, title=title) for n, title in enumerate(seen.titles, 1)]
    say = Say.lines(
        Say("**{name}**", name=named(seen.title, seen.url)),
        Say("Thème : {theme}", theme=label) if label else None,
        Say("Ses derniers titres :") if lines else Say("Elle n’a pas encore de titre."),
        *lines,
        Say("L’ajouter ? Touchez ✅, ou répondez oui ou non."),
    )
    return Ask(say, then="feed.add", choices=(YES, NO), data={"wish": row.event_id})


def _which(row: FeedRequest, choices: Sequence[str]) -> Ask:
    row.found = {"choices": list(choices)}
    lines = [Say("{n}. {address}", n=n, address=address) for n, address in enumerate(choices, 1)]
    say = Say.lines(
        Say("Cette page annonce plusieurs sources :"),
        *lines,
        Say("Laquelle ajouter ? Touchez son numéro, ou écrivez-le."),
    )
    return Ask(say, then="feed.choose", choices=numbered(len(choices)), data={"wish": row.event_id})


def named(title: str, url: str) -> Say:
    """« L’Écho des quartiers (echo-quartiers.example.org) »."""
    where = site(url)
    return (
        Say("{title}", title=title or where)
        if title in ("", where)
        else Say("{title} ({site})", title=title, site=where)
    )


async def known_feeds(db: AsyncSession) -> dict[str, Feed]:
    """The sources that stand, by what their addresses have in common with others of the same page."""
    return {canonical_url(row.url): row for row in await feeds.listed(db)}


def already_known(row: Feed) -> Say:
    if row.status == feeds.ACTIVE:
        return Say("Cette source est déjà connue : c’est la n° {n}, « {name} ».", n=row.id, name=name(row))
    return Say(
        "Cette source est déjà connue, et à l’arrêt : `!flux reprendre {n}` la relance (« {name} »).",
        n=row.id,
        name=name(row),
    )


async def reply(uow: UnitOfWork, row: FeedRequest, say: Say | Ask) -> None:
    """In the name of the command that left the wish."""
    asker = Asker(person=row.person, room=row.room_id, reply_to=row.event_id)
    await uow.post_answer(asker, say, answer_key(row.event_id))
