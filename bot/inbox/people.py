"""Who somebody is to the network, and what a handler is told of them and of the room. Unknown means no."""

import re

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Person, Role, RoomView
from bot.network import Network
from storage import rooms
from storage.tables import Room

_PLACE = re.compile(r"\s*[\[(].*$", re.DOTALL)


async def role(db: AsyncSession, network: Network, user: str) -> Role:
    """Operators are configured; the rest follows from the rooms somebody is joined to."""
    if user in network.config.operators:
        return Role.OPERATOR
    joined = await rooms.rooms_of(db, user)
    if network.team in joined and await team_is_closed(db, network):
        return Role.TEAM
    if joined & set(network.of_kind("network", "local", "help")):
        return Role.MEMBER
    return Role.GUEST if joined & set(network.of_kind("open")) else Role.STRANGER


async def team_is_closed(db: AsyncSession, network: Network) -> bool:
    """Whether the team's room is on invitation: else anybody could make themselves the team."""
    room = await rooms.room(db, network.team) if network.team else None
    return room is not None and room.join_rule == "invite"


async def person(db: AsyncSession, network: Network, user: str, room_id: str) -> Person:
    member = await rooms.member(db, room_id, user)
    full = (member.name if member else "") or user.removeprefix("@").partition(":")[0]
    return Person(id=user, name=first_name(full), role=await role(db, network, user), full_name=full)


def first_name(full: str) -> str:
    """« Camille » of « Camille [Marquemont] »: the open names no town."""
    return _PLACE.sub("", full).strip() or full


async def view(db: AsyncSession, network: Network, room: Room) -> RoomView:
    configured = room.room_id in network.configured
    others = [row.user_id for row in await rooms.members(db, room.room_id) if row.user_id != network.me] if not configured else []
    return RoomView(
        id=room.room_id,
        kind=network.kind(room.room_id),
        name=room.name,
        encrypted=bool(room.encrypted),
        language=network.language(room.room_id),
        direct=not configured and len(others) == 1,
    )
