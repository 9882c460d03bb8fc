"""Members: where they are from, as the configuration says, or as they said themselves."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from storage import members


async def towns(db: AsyncSession, config: Config) -> dict[str, str]:
    """The town of each person that one is known of, by Matrix id. What somebody said counts where the
    configuration says nothing of them.
    """
    return {**await members.towns(db), **configured(config)}


def configured(config: Config) -> Mapping[str, str]:
    return {member.user: member.town for member in config.members if member.town}
