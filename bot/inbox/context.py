"""Context: where an event stands, once:
what it relates to, who is addressed, where its answer goes, what a handler is told of it.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Addressed, Context, Me, Person, Registry, ReplyTarget, Role, RoomView, address
from bot.matrix import parse
from bot.matrix.events import Event
from bot.matrix.parse import string
from bot.network import Network
from bot.outbox import Cause, Outbox, UnitOfWork, answer_key
from bot.text.names import first_name
from storage import outbox as entries
from storage import rooms

FILES = ("m.file", "m.image", "m.audio", "m.video")


def with_caption(event: Event) -> Event:
    """The message as it is said: of a file, a picture, a
    sound or a film with a caption, the caption (MSC2530).
    """
    return replace(event, content={**event.content, "msgtype": "m.text"}) if _captioned(event) else event


def _captioned(event: Event) -> bool:
    name = string(event.content, "filename")
    return event.content.get("msgtype") in (*FILES, "m.text") and name not in (
        "",
        string(event.content, "body"),
    )


@dataclass(frozen=True)
class Message:
    """A message as it was said: `ctx.text` is what was said to the bot, `body` all of it.
    `addressed`: None when it is not for the bot.
    """

    ctx: Context
    addressed: Addressed | None
    body: str
    is_text: bool
    replies_to_bot: bool
    encrypted: bool


@dataclass(frozen=True)
class Contexts:
    """Builds what a handler is told of an event, once an event."""

    outbox: Outbox
    commands: Registry

    async def message(self, db: AsyncSession, event: Event, target: ReplyTarget | None = None) -> Message:
        """Context, then address. `target`:
        where the answer goes, unless it answers the message itself, in its thread.
        """
        event = with_caption(event)
        ctx = await self.build(
            db, event, target or ReplyTarget(event.id, answer_key(event.id), _thread(event))
        )
        replied = await entries.by_event(db, ctx.reply_to) if ctx.reply_to else None
        to_bot = replied is not None and replied.room_id == event.room
        me = await own_names(db, self.outbox.network, event.room)
        addressed = address(event.content, me=me, direct=ctx.room.direct, reply_to_me=to_bot)
        ctx = replace(ctx, text=addressed.text if addressed else "")
        is_text = string(event.content, "msgtype") == "m.text"
        return Message(ctx, addressed, string(event.content, "body"), is_text, to_bot, event.encrypted)

    def unit(self, db: AsyncSession, event: Event) -> UnitOfWork:
        """What is to be done for an event that nobody is answered to."""
        return UnitOfWork(outbox=self.outbox, db=db, cause=_cause(event, event.id), now=event.at)

    async def build(self, db: AsyncSession, event: Event, target: ReplyTarget) -> Context:
        """An answer's cause is the event it answers first, so that a correction is the same answer."""
        network = self.outbox.network
        first = target.event_id if target.key == answer_key(target.event_id) else event.id
        return Context(
            db=db,
            outbox=self.outbox,
            cause=_cause(event, first, target.thread),
            now=event.at,
            event_id=event.id,
            room=await room_view(db, network, event.room),
            person=await person(db, network, event.sender, event.room),
            target=target,
            commands=self.commands,
            reply_to=_replied(relation(event)),
            attached=event.id if _captioned(event) else None,
        )


def _cause(event: Event, first: str, thread: str | None = None) -> Cause:
    return Cause(id=first, at=event.at, thread=thread, by=event.sender)


async def own_names(db: AsyncSession, network: Network, room: str) -> Me:
    """How people of this room may call us."""
    mine = await rooms.name_of(db, room, network.me)
    return Me(network.me, ("Animatrice", "l’Animatrice", *((mine,) if mine else ())))


def relation(event: Event) -> dict[str, Any]:
    return parse.mapping(event.content.get("m.relates_to"))


def is_edit(event: Event) -> bool:
    return relation(event).get("rel_type") == "m.replace"


def _thread(event: Event) -> str | None:
    related = relation(event)
    return parse.name(related.get("event_id")) if related.get("rel_type") == "m.thread" else None


def _replied(related: dict[str, Any]) -> str | None:
    """The event replied to; a thread's fallback names its last message,
    which nobody chose to answer (MSC3440).
    """
    reply = related.get("m.in_reply_to")
    if not isinstance(reply, dict) or related.get("is_falling_back") is True:
        return None
    return string(reply, "event_id") or None


async def role_of(db: AsyncSession, network: Network, user: str) -> Role:
    """Operators are configured; the rest follows from the rooms somebody is joined to."""
    if user in network.config.operators:
        return Role.OPERATOR
    joined = await rooms.rooms_of(db, user)
    # else anybody could make themselves the team
    if network.team in joined and (await rooms.facts(db, network.team)).join_rule == "invite":
        return Role.TEAM
    if joined & set(network.of_kind("network", "local", "help")):
        return Role.MEMBER
    return Role.GUEST if joined & set(network.of_kind("open")) else Role.STRANGER


async def person(db: AsyncSession, network: Network, user: str, room_id: str) -> Person:
    full = await rooms.name_of(db, room_id, user) or user.removeprefix("@").partition(":")[0]
    return Person(id=user, name=first_name(full), role=await role_of(db, network, user), full_name=full)


async def room_view(db: AsyncSession, network: Network, room: str) -> RoomView:
    facts = await rooms.facts(db, room)
    configured = room in network.configured
    members = () if configured else await rooms.member_ids(db, room)
    others = [user for user in members if user != network.me]
    return RoomView(
        id=room,
        kind=network.kind(room),
        name=facts.name,
        encrypted=facts.encrypted,
        language=network.language(room),
        direct=not configured and len(others) == 1,
    )
