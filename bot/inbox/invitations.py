"""Invitations: those of people we know are accepted, strangers' declined with one line."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Role
from bot.inbox.people import role
from bot.outbox import Posting, Rank
from bot.text import Say
from storage.tables import Act, Room


async def answer(db: AsyncSession, posting: Posting, room: Room) -> None:
    """Joins or declines, as an act of the outbox: it survives a kill and is done once."""
    network = posting.network
    if room.room_id in network.configured or await role(db, network, room.inviter) >= Role.GUEST:
        act = Act(kind="join", rank=Rank.ANSWER, room_id=room.room_id)  # type: ignore[call-arg]
    else:
        reason = Say("Je ne réponds qu’aux membres du réseau {network}.", network=network.config.network.name).text(network.config.language)
        act = Act(kind="leave", rank=Rank.ANSWER, room_id=room.room_id, content={"reason": reason})  # type: ignore[call-arg]
    await posting.outbox.do(db, act, posting.cause)
