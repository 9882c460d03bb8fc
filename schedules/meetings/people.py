"""To whom a meeting matters, and who can be told in private: those who opened a room with the bot."""

from collections.abc import Collection

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.network import Network
from storage import rooms
from storage.meetings import answers
from storage.tables import Meeting

WITH_US = (answers.YES, answers.REMOTE, answers.MAYBE)


async def coming(db: AsyncSession, network: Network, row: Meeting, said: Collection[str] = WITH_US) -> list[str]:
    """Those whose answer is one of these, who are still in a room where it is announced, and who can be reached."""
    near = await rooms.within_reach(db, network.me, network.configured) & await invited(db, network, row)
    found = await answers.answers(db, row.id)
    return sorted(person for person, answer in found.items() if answer.answer in said and person in near)


async def invited(db: AsyncSession, network: Network, row: Meeting) -> set[str]:
    """Everybody in the rooms where it is announced, the bot aside."""
    found = [each for room in row.rooms for each in await rooms.members(db, room)]
    return {each.user_id for each in found if each.membership == "join"} - {network.me}
