"""A reply recommends what the message it answers points to: a task asks the server for that message, and keeps nothing of it but its link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.tasks import task
from bot.text import Say
from bot.web import Web
from schedules.resources.parse_recommendation import LONGEST, links
from schedules.resources.recommend import Recommendation, answer, recommended
from storage.resources import requests
from storage.tables import LinkRequest

NO_LINK = Say("Je n’ai pas trouvé de lien dans ce message. Exemple : `!recommander https://example.org/page #santé pourquoi c’est utile`.")
SEVERAL = Say("Ce message contient plusieurs liens. Lequel ? Écrivez `!recommander` suivi de celui-là, et pourquoi.")


@dataclass(frozen=True)
class Pointed:
    """`said`: the event that holds the link."""

    cause: str
    room: str
    said: str


def wish(said: Recommendation, event: str) -> LinkRequest:
    return LinkRequest(
        event_id=said.cause,
        said_event=event,
        room_id=said.room,
        person=said.person,
        name=said.full_name,
        direct=said.direct,
        offered=said.offered,
        why=said.why,
        theme=said.theme,
        thread=said.thread,
        at=said.at,
    )


async def asked(db: AsyncSession, now: datetime) -> Sequence[Pointed]:
    return [Pointed(row.event_id, row.room_id, row.said_event) for row in await requests.asked(db)]


async def look(pointed: Pointed, web: Web) -> list[str]:
    """The links; the rest of what was said is forgotten here."""
    event = await web.rooms.event(pointed.room, pointed.said)
    body, formatted = (event.content.get(name) if event else None for name in ("body", "formatted_body"))
    return links(body if isinstance(body, str) else "") or links(unescape(formatted[:LONGEST]) if isinstance(formatted, str) else "")


async def take(uow: UnitOfWork, pointed: Pointed, found: list[str]) -> Sequence[Post]:
    db = uow.db
    row = await requests.wish(db, pointed.cause)
    if row is None:
        return []
    await db.delete(row)
    said = _said(row)
    if len(found) == 1:
        return await recommended(db, said, found[0])
    return [answer(said, SEVERAL if found else NO_LINK)]


RECOMMENDED_REPLIES = task("recommended replies", asked, look, take)


def _said(row: LinkRequest) -> Recommendation:
    return Recommendation(
        cause=row.event_id,
        room=row.room_id,
        direct=row.direct,
        person=row.person,
        full_name=row.name,
        at=row.at,
        today=row.at.date(),
        offered=row.offered,
        why=row.why,
        theme=row.theme,
        thread=row.thread,
    )
