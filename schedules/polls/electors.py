"""Who may vote in a poll: whoever is in its room, guests too unless it is for members."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Role
from bot.inbox.people import role
from bot.network import Network
from storage import rooms
from storage.tables import Poll


async def in_room(db: AsyncSession, row: Poll, person: str) -> bool:
    member = await rooms.member(db, row.room_id, person)
    return member is not None and member.membership == "join"


async def may_vote(db: AsyncSession, network: Network, row: Poll, person: str) -> bool:
    """Of a native vote that only the server's own list brought: whether it would have counted."""
    return await in_room(db, row, person) and (not row.members_only or await role(db, network, person) >= Role.MEMBER)
