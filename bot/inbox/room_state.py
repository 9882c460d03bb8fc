"""What rooms are and who is in them: state events become rows, in the transaction of everything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Role
from bot.inbox.context import role_of
from bot.matrix.events import Event, RoomUpdate
from bot.matrix.parse import string
from bot.network import Network
from bot.outbox import Rank, UnitOfWork
from bot.state_events import READERS
from bot.text import Say
from storage import outbox, rooms
from storage.tables import Member, OutboxEntry, Room


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
            # all of the state comes now; what an invitation showed was its sender's word
            room.joined_at, room.encrypted = began, None
            await rooms.leave(db, update.room)
        if update.membership == "leave":
            await rooms.leave(db, update.room)
            await outbox.cancel_room(db, update.room)
        db.add(room)
        whole = any(self._begins(event) for event in update.state)
        if whole and update.membership == "join" and room.encrypted is None:
            room.encrypted = False  # all of the state is here: what it doesn't say isn't so
        for event in update.state if update.membership != "leave" else ():
            if (
                update.membership == "join"
                or event.type != "m.room.member"
                or event.state_key == self._network.me
            ):
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
            # its whole history is here, and Dispatcher.apply_room_updates has looked through it
            room.encrypted = False
        return (
            Change(successor=room.successor)
            if event.type == "m.room.tombstone" and room.successor
            else Change()
        )

    def _begins(self, event: Event) -> bool:
        """Somebody's room. One of our own may still be in the making:
        its encryption comes with the next sync, and until then one asks the server.
        """
        return event.type == "m.room.create" and event.state_key == "" and event.sender != self._network.me

    async def _member(self, db: AsyncSession, room: Room, event: Event) -> Change:
        who = event.state_key or ""
        membership = string(event.content, "membership")
        if not who.startswith("@"):
            return Change()
        row = await rooms.member(db, room.room_id, who)
        came = membership == "join" and (row is None or row.membership != "join")
        name = string(event.content, "displayname")[:255]
        await rooms.set_member(
            db, Member(room_id=room.room_id, user_id=who, membership=membership, name=name)
        )
        if who == self._network.me:
            if came:
                room.joined_at = event.at
            if membership == "invite":
                room.inviter = event.sender
            db.add(room)
            return Change()
        return Change(came=who) if came else Change()


async def answer_invitation(db: AsyncSession, uow: UnitOfWork, room: Room) -> None:
    """Joins or declines, as an entry of the outbox: it survives a kill and is done once."""
    network = uow.network
    if room.room_id in network.configured or await role_of(db, network, room.inviter) >= Role.GUEST:
        entry = OutboxEntry(kind="join", rank=Rank.ANSWER, room_id=room.room_id)
    else:
        reason = Say(
            "Je ne réponds qu’aux membres du réseau {network}.", network=network.config.network.name
        ).text(network.config.language)
        entry = OutboxEntry(kind="leave", rank=Rank.ANSWER, room_id=room.room_id, content={"reason": reason})
    await uow.outbox.do(db, entry, uow.cause)
