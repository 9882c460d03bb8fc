"""Startup hooks: what is seen to at each start, before anything is heard.

    @on_startup
    async def first_list(db: AsyncSession, config: Config, now: datetime) -> None: ...

They run at every start: what must happen once only remembers that itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.declare import declare

Startup = Callable[[AsyncSession, Config, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StartupHook:
    hook: Startup


def on_startup(hook: Startup) -> Startup:
    return declare(hook, StartupHook(hook))
