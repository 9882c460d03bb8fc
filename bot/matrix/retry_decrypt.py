"""Events that came before their key: read again once the key is there.

Each is fetched from the server at most once in a process, however many keys arrive, so that a
member who sends rubbish cannot make us ask for it over and over.
"""

import asyncio
import logging
from typing import Any

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.events import Event
from bot.matrix.http import HttpRequest, path
from bot.matrix.keys import Keys
from bot.matrix.room_key import RoomKey

log = logging.getLogger(__name__)

FETCHES = 100  # a batch; what is left waits for the next one
KEPT = 2000  # sealed events in memory


class RetryDecrypt:
    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys
        self._rooms: set[str] | None = None  # worth a look; None: all of them, since this is a new process
        self._sealed: dict[str, dict[str, Any]] = {}

    def came(self, keys: set[RoomKey]) -> None:
        """Room keys arrived: their rooms are worth a look."""
        if self._rooms is not None:
            self._rooms |= {key.room for key in keys}

    def remember(self, source: object) -> None:
        """Keeps a sealed event, so that it need not be fetched."""
        event = parse.mapping(source)
        id_ = parse.name(event.get("event_id"))
        if id_ is None:
            return
        self._sealed[id_] = event
        if len(self._sealed) > KEPT:
            self._sealed.pop(next(iter(self._sealed)))

    async def readable(self) -> list[Event]:
        """The events recorded as unreadable that can be read now, by server time.

        A room stays worth a look until none of its events is both readable and still recorded as
        unreadable: the caller's transaction may have failed.
        """
        if self._rooms == set():
            return []
        found: list[Event] = []
        left: set[str] = set()
        fetches = FETCHES
        for room, id_ in await self._connection.store.unreadable(self._rooms):
            if id_ not in self._sealed:
                if not fetches or not await self._fetch(room, id_):
                    fetches = 0
                    left.add(room)
                    continue
                fetches -= 1
            event = self._read(room, id_)
            if event:
                found.append(event)
        self._rooms = left | {event.room for event in found}
        return sorted(found, key=lambda event: event.at)

    def _read(self, room: str, id_: str) -> Event | None:
        source = self._sealed[id_]
        key = RoomKey.of(source, room)
        if not source or (key and not self._keys.has(key)):
            if key:
                self._keys.miss(key)
            return None
        event = self._keys.read(source, room)
        if event and event.id == id_ and not event.unreadable:
            return event
        self._sealed[id_] = {}  # no key will help it
        return None

    async def _fetch(self, room: str, id_: str) -> bool:
        """Gets one event; what the server refuses is not asked for again. False: not now."""
        try:
            self._sealed[id_] = await self._connection.http.ask(
                HttpRequest(method="GET", path=path("rooms", room, "event", id_))
            )
        except PermanentError as refusal:
            log.info("matrix: %s in %s cannot be fetched: %s", id_, room, refusal.errcode)
            self._sealed[id_] = {}
        except TransientError as transient:
            log.warning("matrix: %s in %s cannot be fetched now: %s", id_, room, transient)
            return False
        await asyncio.sleep(0)
        return True
