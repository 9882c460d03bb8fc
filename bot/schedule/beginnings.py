"""What is seen to at each start, before anything is heard.

    @at_start
    async def first_list(db: AsyncSession, config: Config, now: datetime) -> None: ...

It happens at every start: what must happen once only remembers that itself.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config

Beginning = Callable[[AsyncSession, Config, datetime], Awaitable[None]]

BEGINNINGS: list[Beginning] = []


def on_startup(beginning: Beginning) -> Beginning:
    BEGINNINGS.append(beginning)
    return beginning
