"""What rooms are and who is in them: state events become rows, in the transaction of everything else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Role
from bot.inbox.context import role_of
from bot.matrix.events import Event, RoomUpdate
from bot.matrix.parse import string
from bot.network import Network
from bot.outbox import Posting, Rank
from bot.text import Say
from storage import outbox, rooms
from storage.tables import Member, OutboxEntry, Room

VERSION = re.compile("[0-9]{1,4}")  # a number; others are experiments
NEW_POWER = 12  # from this room version on, creators stand above all levels (MSC4289)


@dataclass(frozen=True)
class Change:
    """What a state event changed that others care about."""

    came: str | None = None  # a person who joined
    successor: str | None = None  # the room was upgraded


class Rooms:
    """Applies what the server says; knows our own id."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def update(self, db: AsyncSession, update: RoomUpdate, began: datetime) -> Room:
        """Takes what a sync says of a room before its timeline: our membership and the state.

        An invitation's state is whatever the inviting server wrote: who is in there is not believed.
        """
        room = await rooms.room(db, update.room)
        fresh = room is None or room.membership != update.membership
        room = room or Room(room_id=update.room)
        room.membership = update.membership
        if fresh and update.membership == "join":
            room.joined_at, room.encrypted = began, None  # all of the state comes now; what an invitation showed was its sender's word
            await rooms.leave(db, update.room)
        if update.membership == "leave":
            await rooms.leave(db, update.room)
            await outbox.drop_room(db, update.room)
        db.add(room)
        whole = any(self._begins(event) for event in update.state)
        if whole and update.membership == "join" and room.encrypted is None:
            room.encrypted = False  # all of the state is here: what it doesn't say isn't so
        for event in update.state if update.membership != "leave" else ():
            if update.membership == "join" or event.type != "m.room.member" or event.state_key == self._network.me:
                await self.apply(db, room, event)
        return room

    async def apply(self, db: AsyncSession, room: Room, event: Event) -> Change:
        """Takes one state event."""
        if event.type == "m.room.member":
            return await self._member(db, room, event)
        reader = READERS.get(event.type)
        if reader and event.state_key == "":
            reader(room, event)
            db.add(room)
        if self._begins(event) and room.membership == "join" and room.encrypted is None:
            room.encrypted = False  # its whole history is here, and Listener.enter has looked through it
        return Change(successor=room.successor) if event.type == "m.room.tombstone" and room.successor else Change()

    def _begins(self, event: Event) -> bool:
        """Somebody's room. One of our own may still be in the making: its encryption comes with the next sync, and until then one asks the server."""
        return event.type == "m.room.create" and event.state_key == "" and event.sender != self._network.me

    async def _member(self, db: AsyncSession, room: Room, event: Event) -> Change:
        who = event.state_key or ""
        membership = string(event.content, "membership")
        if not who.startswith("@"):
            return Change()
        row = await rooms.member(db, room.room_id, who)
        came = membership == "join" and (row is None or row.membership != "join")
        name = string(event.content, "displayname")[:255]
        await rooms.set_member(db, Member(room_id=room.room_id, user_id=who, membership=membership, name=name))
        if who == self._network.me:
            if came:
                room.joined_at = event.at
            if membership == "invite":
                room.inviter = event.sender
            db.add(room)
            return Change()
        return Change(came=who) if came else Change()




def _create(room: Room, event: Event) -> None:
    room.version = string(event.content, "room_version") or "1"
    more = event.content.get("additional_creators")
    listed = [who for who in more if isinstance(who, str)] if isinstance(more, list) else []
    room.creators = [event.sender, *listed] if VERSION.fullmatch(room.version) and int(room.version) >= NEW_POWER else []


def _power(room: Room, event: Event) -> None:
    room.power = event.content


def _encryption(room: Room, event: Event) -> None:
    room.encrypted = True  # it cannot be turned off


def _join_rule(room: Room, event: Event) -> None:
    room.join_rule = string(event.content, "join_rule")


def _name(room: Room, event: Event) -> None:
    room.name = string(event.content, "name")[:255]


def _alias(room: Room, event: Event) -> None:
    room.alias = string(event.content, "alias")[:255]


def _tombstone(room: Room, event: Event) -> None:
    room.successor = string(event.content, "replacement_room")[:255]


READERS: dict[str, Callable[[Room, Event], None]] = {
    "m.room.create": _create,
    "m.room.power_levels": _power,
    "m.room.encryption": _encryption,
    "m.room.join_rules": _join_rule,
    "m.room.name": _name,
    "m.room.canonical_alias": _alias,
    "m.room.tombstone": _tombstone,
}


async def answer_invitation(db: AsyncSession, posting: Posting, room: Room) -> None:
    """Joins or declines, as an act of the outbox: it survives a kill and is done once."""
    network = posting.network
    if room.room_id in network.configured or await role_of(db, network, room.inviter) >= Role.GUEST:
        entry = OutboxEntry(kind="join", rank=Rank.ANSWER, room_id=room.room_id)  # type: ignore[call-arg]
    else:
        reason = Say("Je ne réponds qu’aux membres du réseau {network}.", network=network.config.network.name).text(network.config.language)
        entry = OutboxEntry(kind="leave", rank=Rank.ANSWER, room_id=room.room_id, content={"reason": reason})  # type: ignore[call-arg]
    await posting.outbox.do(db, entry, posting.cause)
