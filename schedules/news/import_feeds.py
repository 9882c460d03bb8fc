"""Import of feeds: a list that the team wishes to take in, read, reported
line by line, taken whole or not at all (commands/news/feeds.py).

Its feeds are not asked here: each is read soon after, and its trouble told like that of any other.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import FileUnavailable, Lack
from bot.outbox import UnitOfWork
from bot.outbox.question import NO, YES, Ask
from bot.schedule.tasks import task
from bot.text import Count, Say, UserError
from bot.web import Web, canonical_url
from schedules.news import opml
from schedules.news.add_feed import DueRequest, known_feeds, reply
from schedules.news.preview_feed import reason
from storage.news import requests
from storage.tables import Feed, FeedRequest

SHOWN = 60  # lines of the report
LARGEST = 2_000_000  # bytes of a file posted: as of a page
LACKING: dict[Lack, Say] = {
    "no file": Say(
        "Le message auquel vous répondez n’est pas un fichier. "
        "Répondez `!flux importer` au fichier OPML lui-même."
    ),
    "gone": Say("Ce fichier n’est plus là. Postez-le de nouveau, puis répondez-lui `!flux importer`."),
    "away": Say("Le serveur ne me donne pas ce fichier pour l’instant. Réessayez dans une heure."),
    "too big": Say("Ce fichier dépasse 2 Mo. Partagez la liste en plusieurs fichiers."),
    "unreadable": Say(
        "Je n’ai pas pu déchiffrer ce fichier. Postez-le de nouveau, puis répondez-lui `!flux importer`."
    ),
}


@dataclass(frozen=True)
class Line:
    """`remark`: what keeps it from being added as it is; `wrong`: and the whole list with it."""

    outline: opml.Outline
    remark: Say | None = None
    wrong: bool = False

    def line(self, number: int) -> Say:
        name = self.outline.title or self.outline.given
        return Say("{n}. {name} – {remark}", n=number, name=name, remark=self.remark or Say("nouvelle"))


async def due(db: AsyncSession, now: datetime) -> Sequence[DueRequest]:
    return [
        DueRequest(row.event_id, row.url, row.room_id) for row in await requests.pending(db, requests.LIST)
    ]


async def fetch(request: DueRequest, web: Web) -> list[opml.Outline] | Say:
    """Its lines, or what is wrong with it as a whole."""
    file = await (_posted if request.url.startswith(requests.POSTED) else _page)(request, web)
    if isinstance(file, Say):
        return file
    try:
        return await asyncio.to_thread(opml.parse, file)
    except UserError as error:
        return error.say


async def _page(request: DueRequest, web: Web) -> bytes | Say:
    page = await web.fetch(request.url)
    if page.outcome != "ok":
        return Say(
            "Je n’ai pas pu lire cette adresse ({address}) : {why}",
            address=request.url,
            why=reason(page.outcome, page.status),
        )
    return page.body


async def _posted(request: DueRequest, web: Web) -> bytes | Say:
    try:
        return await web.rooms.download(request.room, request.url.removeprefix(requests.POSTED), LARGEST)
    except FileUnavailable as error:
        return LACKING[error.why]


async def answer(uow: UnitOfWork, request: DueRequest, found: list[opml.Outline] | Say) -> None:
    db = uow.db
    row = await requests.request(db, request.cause)
    if row is None or row.status != requests.LIST:
        return
    say = found if isinstance(found, Say) else _reported(row, check_outlines(found, await known_feeds(db)))
    row.status = requests.SEEN
    db.add(row)
    await reply(uow, row, say)


def check_outlines(found: Sequence[opml.Outline], known: Mapping[str, Feed]) -> list[Line]:
    """Each line of the list by itself; `known`: the sources there are, by their clean addresses."""
    lines: list[Line] = []
    places: dict[str, int] = {}
    for number, outline in enumerate(found, 1):
        key = canonical_url(outline.url or outline.given)
        if outline.url is None:
            lines.append(
                Line(
                    outline,
                    Say("ce n’est pas une adresse web : « {given} »", given=outline.given),
                    wrong=True,
                )
            )
        elif key in known:
            lines.append(Line(outline, Say("déjà connue, n° {n}", n=known[key].id)))
        elif key in places:
            lines.append(Line(outline, Say("la même qu’à la ligne {n}", n=places[key])))
        else:
            lines.append(Line(outline))
        places.setdefault(key, number)
    return lines


def _reported(row: FeedRequest, lines: Sequence[Line]) -> Say | Ask:
    """Line by line; of a long list, first what is to be said of some."""
    numbered = list(enumerate(lines, 1))
    if len(lines) > SHOWN:
        numbered.sort(key=lambda pair: (not pair[1].wrong, pair[1].remark is None))
    rest = len(lines) - SHOWN
    report = Say.lines(
        Say("**Liste lue : {count}**", count=Count(len(lines), "une source", "{n} sources")),
        *(line.line(number) for number, line in numbered[:SHOWN]),
        Say("… et {count}.", count=Count(rest, "une autre", "{n} autres")) if rest > 0 else None,
    )
    new = [line.outline for line in lines if line.remark is None]
    if wrong := sum(line.wrong for line in lines):
        count = Count(wrong, "une ligne est à corriger", "{n} lignes sont à corriger")
        return report + Say("Rien n’est ajouté : {count} dans le fichier. Puis redonnez-le-moi.", count=count)
    if not new:
        return report + Say("Il n’y a rien à ajouter : je connais déjà toutes ces sources.")
    row.found = {"feeds": [[each.url, each.title, each.theme] for each in new]}
    ask = Say(
        "Ajouter {count} ? Touchez ✅, ou répondez oui ou non.",
        count=Count(len(new), "la nouvelle", "les {n} nouvelles"),
    )
    return Ask(report + ask, then="feeds.add", choices=(YES, NO), data={"wish": row.event_id})


FEED_LISTS = task("feed lists", due, fetch, answer)
