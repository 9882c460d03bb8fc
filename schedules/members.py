"""Members: where they are from, as the configuration says, or as they said themselves; and their names."""

from collections.abc import Collection, Mapping

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


async def names(uow: UnitOfWork, people: Collection[str] | None = None) -> dict[str, str]:
    """As displayed, by Matrix id, of the network's members; of these people only, unless it is None."""
    found = await rooms.names(uow.db, uow.network.of_kind("network", "local", "help", "team"), people)
    return {who: name or who.removeprefix("@").partition(":")[0] for who, name in found.items()}


async def first_names(uow: UnitOfWork, people: Collection[str]) -> dict[str, str]:
    """Of those of these people who are members, in their order."""
    there = await names(uow, people)
    return {who: await name_of(uow, who) for who in people if who in there}
