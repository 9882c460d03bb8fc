"""A Matrix bot without the rest of the machine: bot.matrix with a store that lives in this process."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.demo.homeserver import Homeserver
from bot.demo.person import Person
from bot.matrix import Batch, Encryption, Event, Matrix, Request
from bot.matrix.events import RequestKind
from bot.matrix.http import path
from bot.matrix.keys import Keys
from bot.time.clock import Clock
from tests.support.fault_proxy import FaultProxy


@dataclass(frozen=True)
class Account:
    homeserver: str
    user_id: str
    password: str | None = field(repr=False)
    access_token: str | None = None
    device_id: str | None = None


@dataclass
class MemoryStore:
    """What the database keeps for bot.matrix: rows made of the batches that were recorded."""

    token: str | None = None
    heard: dict[str, Event] = field(default_factory=dict)
    rooms: dict[str, dict[str, str]] = field(default_factory=dict)  # room → member → membership
    sealed_rooms: set[str] = field(default_factory=set)

    async def known(self, ids: Sequence[str]) -> set[str]:
        return self.heard.keys() & set(ids)

    async def unreadable(self, rooms: set[str] | None) -> list[tuple[str, str]]:
        return [
            (event.room, event.id)
            for event in self.heard.values()
            if event.unreadable and (rooms is None or event.room in rooms)
        ]

    async def has_room(self, room: str) -> bool:
        return room in self.rooms

    async def encrypted(self, room: str) -> bool | None:
        return room in self.sealed_rooms if room in self.rooms else None

    async def members(self, room: str) -> list[str]:
        return [
            who for who, membership in self.rooms.get(room, {}).items() if membership in {"join", "invite"}
        ]

    def record(self, batch: Batch) -> list[Event]:
        """Records the batch and its token; returns the events that are new, or newly readable."""
        for update in batch.rooms:
            self.rooms.setdefault(update.room, {})
            for event in update.state:
                self._learn(event)
        new = [event for event in batch.events if self._is_new(event)]
        for event in batch.events:
            self._learn(event)
            self.heard[event.id] = event
        self.token = batch.token
        return new

    def _is_new(self, event: Event) -> bool:
        before = self.heard.get(event.id)
        return before is None or (before.unreadable and not event.unreadable)

    def _learn(self, event: Event) -> None:
        if event.type == "m.room.encryption":
            self.sealed_rooms.add(event.room)
        if event.type == "m.room.member" and event.state_key:
            self.rooms.setdefault(event.room, {})[event.state_key] = str(event.content.get("membership"))


class MatrixBot:
    """One account, its directory and its store; `reopened` stands for a restart of the process."""

    def __init__(
        self,
        account: Account,
        directory: Path,
        store: MemoryStore | None = None,
        clock: Clock | None = None,
        encryption: Encryption | None = None,
    ) -> None:
        directory.mkdir(exist_ok=True)
        self.account = account
        self.directory = directory
        self.store = store or MemoryStore()
        self.encryption = encryption or Encryption()
        self.matrix = Matrix(account, directory, clock or Clock(), self.store, self.encryption)

    @property
    def me(self) -> str:
        return self.matrix.user_id

    @property
    def keys(self) -> Keys:
        assert self.matrix._keys is not None
        return self.matrix._keys

    async def reopened(self, store: MemoryStore | None = None, clock: Clock | None = None) -> "MatrixBot":
        """The same in a new process; `store`: as the database stood when the old one was killed."""
        await self.matrix.close()
        bot = MatrixBot(self.account, self.directory, store or self.store, clock, self.encryption)
        try:
            await bot.matrix.open()
        except BaseException:
            await bot.matrix.close()
            raise
        return bot

    async def sync(self, patience: float = 0) -> list[Event]:
        """One sync, recorded; what is new in it."""
        return self.store.record(await self.matrix.sync(self.store.token, patience))

    async def sync_until(self, *wanted: str, within: float = 20) -> list[Event]:
        """Syncs until all of these messages were heard; all that is new up to then."""
        found: list[Event] = []
        async with asyncio.timeout(within):
            while not set(wanted) <= set(texts(found)):
                found += await self.sync(5)
        return found

    async def send(self, kind: RequestKind, room: str | None, **rest: Any) -> str | None:
        """`txn` is random unless given."""
        return await self.matrix.send(Request(kind=kind, room=room, **({"txn": secrets.token_hex(8)} | rest)))

    async def says(self, room: str, text: str, **rest: Any) -> str:
        content = {"msgtype": "m.text", "body": text, **rest.pop("content", {})}
        return str(await self.send("event", room, type="m.room.message", content=content, **rest))

    async def joins(self, host: Person, **options: Any) -> str:
        """A new room of the host's, joined and known."""
        room = await host.create_room("Essai", invite=[self.me], **options)
        await self.send("join", room)
        async with asyncio.timeout(20):
            while self.store.rooms.get(room, {}).get(self.me) != "join":
                await self.sync(5)
        return room


@dataclass
class MatrixFixture:
    """A homeserver, a bot behind a proxy, a member."""

    homeserver: Homeserver
    proxy: FaultProxy
    bot: MatrixBot
    camille: Person
    stack: AsyncExitStack

    @classmethod
    @asynccontextmanager
    async def open(cls, homeserver: Homeserver, directory: Path) -> AsyncIterator[Self]:
        async with AsyncExitStack() as stack:
            proxy = await stack.enter_async_context(FaultProxy(homeserver.url))
            name, password = f"animatrice.{secrets.token_hex(4)}", secrets.token_hex(8)
            found = await homeserver.register(name, password, "Animatrice")
            bot = MatrixBot(Account(proxy.url, found.user_id, password), directory)
            stage = cls(homeserver, proxy, bot, await cls._cast(stack, homeserver, "camille"), stack)
            await stage.bot.matrix.open()
            yield stage
            await stage.bot.matrix.close()

    @staticmethod
    async def _cast(stack: AsyncExitStack, homeserver: Homeserver, name: str) -> Person:
        return await stack.enter_async_context(
            await Person.join_server(homeserver, f"{name}.{secrets.token_hex(4)}", name.title())
        )

    async def person(self, name: str) -> Person:
        return await self._cast(self.stack, self.homeserver, name)

    async def server_event(self, room: str, id_: str) -> dict[str, Any]:
        """The event as the server keeps it."""
        return await self.bot.matrix.call("GET", path("rooms", room, "event", id_))

    async def reads(self, room: str) -> list[str]:
        """What Camille reads there."""
        return [line.text for line in await self.camille.sees(room) if not line.removed]

    async def restart(self, store: MemoryStore | None = None, clock: Clock | None = None) -> MatrixBot:
        self.bot = await self.bot.reopened(store, clock)
        return self.bot


def texts(events: Sequence[Event]) -> list[str]:
    return [str(event.content.get("body")) for event in events if event.type == "m.room.message"]
