"""The stage of process-level tests:
a Synapse, people in three rooms and the team's, the bot as a process, and how to read what came of it.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.cast import Cast, read
from bot.demo.chat import Line
from bot.demo.homeserver import Homeserver
from bot.demo.person import Person
from tests.support.bot_process import BotProcess
from tests.support.fault_proxy import FaultProxy
from tests.support.synapse_fixture import BOT, synapse_with_cast

PEOPLE = ("camille", "lou", "sacha", "noa")  # and Morgan
# three rooms that an announcement goes to
KINDS = {"network": "network", "help": "local", "open": "local", "team": "team"}
ROOMS = ("network", "help", "open")
TIMEOUT = 240.0  # seconds; nothing here is about speed, and the machine may be busy


@dataclass
class ProcessStage:
    homeserver: Homeserver
    cast: Cast
    bot: BotProcess
    proxy: FaultProxy | None = None
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def morgan(self) -> Person:
        return self.cast["animation"]

    def room(self, kind: str) -> str:
        return self.cast.rooms[kind]

    async def says(self, who: str, kind: str, text: str) -> str:
        return await self.cast[who].says(self.room(kind), text)

    async def burst(self, count: int, chance: random.Random, rooms: Sequence[str] = ROOMS) -> None:
        """`count` commands, each unlike any other,
        by five people at once, each saying theirs one after the other.
        """
        lines: dict[str, list[str]] = {}
        for _ in range(count):
            lines.setdefault(chance.choice((*PEOPLE, "animation")), []).append(chance.choice(rooms))
        await asyncio.gather(*(self._pings(who, kinds) for who, kinds in lines.items()))

    async def _pings(self, who: str, kinds: Iterable[str]) -> None:
        for kind in kinds:
            number = self._numbers[who] = self._numbers.get(who, 0) + 1
            await self.says(who, kind, f"!ping {who} {number}")

    async def wait_until_bot_is_in(self, kind: str) -> None:
        """Waits until it is."""
        async with asyncio.timeout(TIMEOUT):
            while True:
                if BOT in await self.morgan.members(self.room(kind)):
                    return
                await asyncio.sleep(0.2)

    async def announce(self, text: str, after: asyncio.Event | None = None) -> None:
        """Morgan has it said now, whatever the hour; `after`: what she waits for before she confirms."""
        asked = await self.morgan.says(self.room("team"), f"!annonce {text}")
        await self.morgan.answer(self.room("team"), asked, TIMEOUT)
        if after:
            await after.wait()
        await self.morgan.says(self.room("team"), "maintenant")

    async def reads(self, kind: str) -> list[Line]:
        """The room as it stands."""
        return await self.morgan.sees(self.room(kind))

    async def assert_all_answered(self, rooms: Sequence[str] = ROOMS) -> None:
        """Waits until every command of these rooms has an answer, then holds them to it:
        each once, in the order of the commands.
        """
        for kind in rooms:
            lines = await self.morgan.wait_for(self.room(kind), lambda lines: not unanswered(lines), TIMEOUT)
            assert answers(lines) == [(line.id, expected(line)) for line in commands(lines)], kind

    async def assert_announced(self, text: str, rooms: Sequence[str] = ROOMS) -> None:
        """Waits until the announcement is in each of these rooms."""
        for kind in rooms:
            lines = await self.morgan.wait_for(self.room(kind), lambda lines: text in posts(lines), TIMEOUT)
            assert posts(lines).count(text) == 1, kind

    async def wait_until_caught_up(self) -> None:
        """Once the bot has answered something that was said just now in every room:
        it has heard all that was said before.
        """
        for kind in (*ROOMS, "team"):
            await self.morgan.answer(
                self.room(kind), await self.morgan.says(self.room(kind), "!ping"), TIMEOUT
            )

    async def assert_nothing_repeated(self) -> None:
        """Nothing that was said and announced is said again."""
        before = [
            answers(lines) + list(enumerate(posts(lines)))
            for lines in [await self.reads(kind) for kind in ROOMS]
        ]
        await self.wait_until_caught_up()
        assert [
            answers(lines) + list(enumerate(posts(lines)))
            for lines in [await self.reads(kind) for kind in ROOMS]
        ] == before


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits until this is so."""
    async with asyncio.timeout(TIMEOUT):
        while not await condition():  # noqa: ASYNC110 - it asks a server
            await asyncio.sleep(0.05)


def commands(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.text.startswith("!ping ")]


def expected(command: Line) -> str:
    return command.text.replace("!ping", "pong")


def answers(lines: Iterable[Line]) -> list[tuple[str | None, str]]:
    """What the bot answered, in its order: to which message, and what."""
    return [
        (line.answers, line.text) for line in lines if line.sender_id == BOT and line.text.startswith("pong ")
    ]


def unanswered(lines: Sequence[Line]) -> set[str]:
    return {line.id for line in commands(lines)} - {reply or "" for reply, _ in answers(lines)}


def posts(lines: Iterable[Line]) -> list[str]:
    """What the bot said of its own accord."""
    return [line.text for line in lines if line.sender_id == BOT and line.msgtype == "m.text"]


def apologies(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines if line.sender_id == BOT and "erreur" in line.text]


def settings(
    folder: Path, homeserver: str, more: Sequence[dict[str, str]] = (), **keys: Any
) -> dict[str, Any]:
    places = [
        {"room": f"#{place.alias}:reseau.example.org", "kind": KINDS[place.kind]} for place in read()[0]
    ]
    return {
        "network": {
            "name": "Réseau des chefs de projet",
            "school_zone": "B",
            "contact": "@referent:reseau.example.org",
        },
        "matrix": {"homeserver": homeserver, "user_id": BOT, "password": "a password"},
        "data_dir": str(folder / "data"),
        "rooms": [*places, *more],
    } | keys


@asynccontextmanager
async def process_stage(
    folder: Path,
    *,
    encrypted: Collection[str] = ("help",),
    proxied: bool = False,
    homeserver: Homeserver | None = None,
    prepare: Callable[[Cast], Awaitable[None]] | None = None,
    more: Sequence[dict[str, str]] = (),
    options: Sequence[str] = (),
    **keys: Any,
) -> AsyncIterator[ProcessStage]:
    """Everything up, the bot listening in its rooms.
    `encrypted`: kinds of rooms; `proxied`: the bot meets the server through a proxy.

    `prepare`: done before the bot first starts. `more`: rooms for its configuration; `keys`: what else there
    is in it. `options`: of its first start.
    """
    async with AsyncExitStack() as stack:
        server, cast = await stack.enter_async_context(synapse_with_cast(PEOPLE, encrypted, homeserver))
        if prepare:
            await prepare(cast)
        proxy = await stack.enter_async_context(FaultProxy(server.url)) if proxied else None
        bot = BotProcess(
            folder / "bot", settings(folder / "bot", proxy.url if proxy else server.url, more, **keys)
        )
        stack.push_async_callback(bot.kill)
        bot.start(*options)
        await bot.ready()
        yield ProcessStage(server, cast, bot, proxy)
