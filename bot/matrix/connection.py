"""What every part of bot/matrix needs to do its work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.matrix.http import Http
from bot.time.clock import Clock


class MatrixStore(Protocol):
    """Reads over our tables. A room is "has" once its first event has been handled."""

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of these event ids that are already recorded."""
        ...

    async def unreadable(self, rooms: set[str] | None) -> list[tuple[str, str]]:
        """(room id, event id) recorded as unreadable and still worth a look; None: all rooms."""
        ...

    async def has_room(self, room: str) -> bool: ...

    async def encrypted(self, room: str) -> bool | None:
        """None: unknown, to be asked from the server before anything is sent."""
        ...

    async def members(self, room: str) -> list[str]:
        """User ids joined or invited."""
        ...


@dataclass(frozen=True)
class Connection:
    http: Http
    clock: Clock
    store: MatrixStore
    me: str
