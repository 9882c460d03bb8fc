"""Members: where they are from, as the configuration says, or as they said themselves; and their names."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.text.names import first_name
from storage import members, rooms


async def towns(db: AsyncSession, config: Config) -> dict[str, str]:
    """The town of each person that one is known of, by Matrix id. What somebody said counts where the
    configuration says nothing of them.
    """
    return {**await members.towns(db), **configured(config)}


async def name_of(uow: UnitOfWork, person: str) -> str:
    """Their name in the open, « Camille »: as configured, else as displayed in a room of the network."""
    given = next((member.name for member in uow.config.members if member.user == person and member.name), "")
    if given:
        return first_name(given)
    for room in uow.network.of_kind("network", "local", "help", "team", "open"):
        if shown := await rooms.name_of(uow.db, room, person):
            return first_name(shown)
    return person.removeprefix("@").partition(":")[0]


def configured(config: Config) -> Mapping[str, str]:
    return {member.user: member.town for member in config.members if member.town}
