"""What the pieces of the machine share, put together once by bot.app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.matrix.cross_signing import DeviceTrust
from bot.matrix.events import Batch, Event, Request
from bot.network import Network
from bot.time.clock import Clock
from storage.db import Database


class Homeserver(Protocol):
    """What the machine asks of bot.matrix; the tests' small world answers the same."""

    user_id: str

    @property
    def trust(self) -> DeviceTrust:
        """Whether our device is signed by its account."""
        ...

    async def open(self) -> None: ...

    async def sync(self, since: str | None, seconds: float) -> Batch:
        """One sync, waiting at most `seconds` for news."""
        ...

    def interrupt(self) -> None:
        """Makes the current wait end now."""

    async def send(self, request: Request) -> str | None: ...

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        """The file that this event shows, of at most `limit` bytes.
        Raises FileUnavailable when it cannot be had.
        """
        ...

    async def event(self, room: str, event_id: str) -> Event | None:
        """One event of the past as it reads now, unreadable perhaps;
        None when there is nothing left of it.
        """
        ...

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        """The events that refer to this one (m.reference) and stand, oldest first."""
        ...

    async def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Anything else of the client-server API."""
        ...

    async def upload(self, data: bytes, content_type: str) -> str:
        """The mxc:// address of a file that everybody may see."""
        ...

    async def resolve(self, alias: str) -> str: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Services:
    db: Database
    clock: Clock
    matrix: Homeserver
    network: Network
