"""Where an event stands: what it relates to, where its answer goes, what a handler is told of it."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context, Me
from bot.inbox import people
from bot.inbox.state import text
from bot.matrix.events import Event
from bot.network import Network
from bot.outbox import Cause, Outbox, Posting
from storage import rooms
from storage.tables import Room

FILES = ("m.file", "m.image", "m.audio", "m.video")


@dataclass(frozen=True)
class Spot:
    """Where an answer goes: the event it answers, the living key that lets a correction edit it, the thread."""

    reply_to: str
    key: str
    thread: str | None = None


def spoken(event: Event) -> Event:
    """The message as it is said: of a file, a picture, a sound or a film with a caption, the caption (MSC2530)."""
    return replace(event, content={**event.content, "msgtype": "m.text"}) if _captioned(event) else event


def _captioned(event: Event) -> bool:
    name = text(event.content, "filename")
    return event.content.get("msgtype") in (*FILES, "m.text") and name not in ("", text(event.content, "body"))


async def context(outbox: Outbox, db: AsyncSession, event: Event, spot: Spot) -> Context:
    """What a handler is told. An answer's cause is the event it answers first, so that a correction is the same answer."""
    network = outbox.network
    room = await rooms.room(db, event.room) or Room(room_id=event.room)
    cause = Cause(id=spot.reply_to if spot.key == f"answer:{spot.reply_to}" else event.id, at=event.at, thread=spot.thread)
    return Context(
        db=db,
        config=network.config,
        now=event.at,
        event_id=event.id,
        room=await people.view(db, network, room),
        person=await people.person(db, network, event.sender, event.room),
        text="",
        outbox=Posting(outbox, db, cause),
        reply_to=_replied(relation(event)),
        attached=event.id if _captioned(event) else None,
    )


async def me_in(db: AsyncSession, network: Network, room: str) -> Me:
    """How people of this room may call us."""
    mine = await rooms.member(db, room, network.me)
    return Me(network.me, ("Animatrice", "l’Animatrice", *((mine.name,) if mine and mine.name else ())))


def relation(event: Event) -> dict[str, Any]:
    found = event.content.get("m.relates_to")
    return found if isinstance(found, dict) else {}


def _replied(related: dict[str, Any]) -> str | None:
    """The event replied to; a thread's fallback names its last message, which nobody chose to answer (MSC3440)."""
    reply = related.get("m.in_reply_to")
    if not isinstance(reply, dict) or related.get("is_falling_back") is True:
        return None
    return text(reply, "event_id") or None
