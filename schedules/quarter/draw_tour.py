"""Draw the tour: the towns where the network met and those where it has not, in words and as a picture."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import documents
from bot.documents import Picture, Tile, TileRow, Tiles
from bot.outbox import Asker, File, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Count, Say
from bot.time import Day
from bot.web import Web
from schedules.quarter import places, wording
from schedules.quarter.places import Tour, Visit
from storage.quarter import tours

MOST_VISITS, MOST_TILES = 5, 9
NAME = Say("tour-des-communes.png")


@dataclass(frozen=True)
class DueTour:
    """`cause`: the event that asked."""

    cause: str
    tiles: dict[str, Any]


async def due(db: AsyncSession, now: datetime) -> Sequence[DueTour]:
    return [DueTour(row.event_id, row.drawn) for row in await tours.pending(db)]


async def draw(due: DueTour, web: Web) -> Picture | None:
    return await documents.draw("tiles", due.tiles, due.tiles["alt"]) if due.tiles["rows"] else None


async def show(uow: UnitOfWork, due: DueTour, picture: Picture | None) -> None:
    """Words alone when there is nothing to draw, or it could not be."""
    row = await tours.request(uow.db, due.cause)
    if row is None:
        return
    found = await places.tour(uow.db, uow.config, row.at, announced=row.room_id != uow.network.team)
    files = (
        (
            File(
                name=NAME.text(uow.network.language(row.room_id)),
                data=picture.data,
                mimetype="image/png",
                alt=picture.alt,
                width=picture.width,
                height=picture.height,
            ),
        )
        if picture
        else ()
    )
    asker = Asker(person=row.person, room=row.room_id, direct=row.direct, reply_to=row.event_id)
    await uow.post_answer(asker, text(found), answer_key(row.event_id), files=files)
    await uow.db.delete(row)


def text(found: Tour) -> Say:
    shown = found.visits[-MOST_VISITS:]
    before = len(found.visits) - len(shown)
    return Say.lines(
        Say("**Le tour des communes**"),
        *(_visit(each) for each in shown),
        Say("{more} avant.", more=Count(before, "Une autre rencontre", "{n} autres rencontres"))
        if before
        else None,
        Say("Aucune rencontre n’a encore de commune.") if not shown else None,
        wording.not_yet(found.left),
        Say("Pour proposer un lieu : `!accueillir juin, salle de 40 places`"),
    )


def _visit(visit: Visit) -> Say:
    if visit.coming:
        return Say("- {town} – {day}, à venir", town=visit.town, day=Day(visit.day))
    return Say("- {town} – {day}", town=visit.town, day=Day(visit.day))


def tiles(found: Tour, language: str) -> dict[str, Any]:
    """The picture as data; its alternative says all that it shows."""

    def said(say: Say) -> str:
        return say.text(language)

    visits = found.visits[-MOST_TILES:]
    left = found.left[:MOST_TILES]
    rows = [
        TileRow(said(Say("Où le réseau se réunit")), tuple(_tile(each, language) for each in visits)),
        TileRow(said(Say("Pas encore visitées")), tuple(Tile(town, "left") for town in left)),
    ]
    kept = tuple(row for row in rows if row.tiles)
    alt = " ".join(
        f"{row.title} : {', '.join(' – '.join(filter(None, (t.label, t.note))) for t in row.tiles)}."
        for row in kept
    )
    return asdict(Tiles(said(Say("Le tour des communes")), kept, alt, language))


def _tile(visit: Visit, language: str) -> Tile:
    day = Day(visit.day).localized(language)
    note = Say("à venir, {day}", day=day).text(language) if visit.coming else day
    return Tile(visit.town, "coming" if visit.coming else "done", note)


PICTURES = task("tour pictures", due=due, do=draw, done=show)
