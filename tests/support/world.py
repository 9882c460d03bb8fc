"""The room and the cast, for tests that read like a conversation.
Two worlds: in memory, and on a real Synapse.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import services, time
from bot.app import App, load
from bot.config import Config
from bot.demo.cast import Cast
from bot.demo.chat import Line
from bot.demo.homeserver import Homeserver
from bot.handlers import Handlers
from bot.matrix import Matrix
from bot.matrix_store import SqlMatrixStore
from bot.time.clock import Clock
from bot.web import FetchRequest, Limits, Page, Web, site
from storage.db import Database
from storage.migrate import upgrade
from tests.support.config import configuration
from tests.support.fake_homeserver import FakeHomeserver, FakeMatrix
from tests.support.synapse_fixture import BOT, PASSWORD, synapse_with_cast
from tests.support.world_template import save_template, template_for

PARIS = ZoneInfo("Europe/Paris")
PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " "})
TIMEOUT = 20.0  # seconds: far more than anything needs
IDLE_CHECKS = 50  # at what is being done, between two turns
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)  # an ordinary open hour


class LoopbackWeb(Web):
    """Reaches nothing but this machine:
    the sites of the cast are on example.org, whose names lead nowhere, and no server is asked for that.
    """

    async def fetch(self, url: str, ask: FetchRequest | None = None) -> Page:
        if site(url).endswith("example.org"):
            return Page(outcome="unknown_host", url=url, final_url=url, why="no such name")
        return await super().fetch(url, ask or FetchRequest())


class World:
    """A running bot among people. Names are those of the cast
    (first name or local part), rooms the kinds of config.yaml.
    """

    def __init__(self, config: Config, people: dict[str, Any], rooms: dict[str, str]) -> None:
        self.config = config
        self.people = people
        self.rooms = rooms
        self.clock = Clock.starting_at(MONDAY)
        self.app: App
        self.db: Database
        self.upgraded = False
        self.handlers = load()
        self._seen: dict[str, dict[str, str]] = {}
        self._sending: asyncio.Task[None]
        self._working: asyncio.Task[None]

    def server(self) -> services.Homeserver:
        raise NotImplementedError

    # --- the bot's life

    async def start(self) -> None:
        self.db = Database(self.config.storage.url)
        if not self.upgraded:
            await upgrade(self.db)
            self.upgraded = True
        self.app = App(self.config, self.clock, self.db, self.server(), self.handlers)
        private = self.config.web.allow_private
        self.app.web = LoopbackWeb(
            self.clock, self.app.services.matrix, allow_private=private, limits=Limits(pause=0)
        )
        self.app.tasks.web = self.app.web
        await self.app.start()
        self._stop = asyncio.Event()
        self._sending = asyncio.create_task(self.app.sender.run())
        self._working = asyncio.create_task(self.app.tasks.run(self._stop))
        await self.settle()

    async def stop(self) -> None:
        self._stop.set()
        await self.app.sender.finish(TIMEOUT)
        await self._sending
        await self._working
        await self.app.web.close()
        await self.app.services.matrix.close()
        await self.db.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def settle(self) -> None:
        """Until everything said is handled, everything asked
        of the network is done and everything due is sent.
        """
        async with asyncio.timeout(TIMEOUT):
            quiet = False
            while not quiet:
                quiet = await self._quiet()
                for part in (self._sending, self._working):
                    if part.done():
                        part.result()

    async def _quiet(self) -> bool:
        """One turn; whether it brought nothing, and nothing was left to do before and after it."""
        await asyncio.sleep(0.005)
        before = await self._rests()
        heard = await self.app.turn(0)
        return before and not heard.events and await self._rests()

    async def _rests(self) -> bool:
        """Whether all that the last turn woke comes to an end soon."""
        for _ in range(IDLE_CHECKS):
            if self.app.sender.idle and self.app.tasks.idle:
                return True
            await asyncio.sleep(0.001)
        return False

    async def wait_until(self, moment: str) -> list[str]:
        """Moves the clock; what the bot said meanwhile in the network's room."""
        said = time.parse_moment(moment, self.clock.now(), PARIS)
        assert said is not None
        return await self.wait_until_instant(said.instant(MONDAY.time()))

    async def wait_until_instant(self, instant: datetime, room: str = "network") -> list[str]:
        self.clock.offset += instant - self.clock.now()
        return await self._heard(room)

    # --- people

    def person(self, who: str) -> Any:
        return self.people["animation" if who == "morgan" else who]

    async def says(self, who: str, text: str, room: str = "network", **manner: Any) -> list[str]:
        """What the bot says in that room after it, one text a message (an edited one reads as it does
        now).
        """
        await self.tells(who, text, room, **manner)
        return await self._heard(room)

    async def tells(self, who: str, text: str, room: str = "network", **manner: Any) -> str:
        """Says it without waiting; the event id."""
        event: str = await self.person(who).says(self.rooms.get(room, room), text, **manner)
        return event

    async def taps(self, who: str, key: str, on: str | None = None, room: str = "network") -> list[str]:
        """A reaction under the bot's last message of the room, or under `on`."""
        target = on or (await self.last(room)).id
        await self.person(who).react(self.rooms.get(room, room), target, key)
        return await self._heard(room)

    async def direct(self, who: str) -> str:
        """A room of the two, opened by that person; the bot has joined it."""
        room: str = await self.person(who).dm(BOT)
        await self.settle()
        return room

    # --- reading

    async def last(self, room: str = "network") -> Line:
        return (await self.lines(room))[-1]

    async def lines(self, room: str = "network") -> Sequence[Line]:
        """The bot's standing messages, oldest first; with plain spaces, as a test types them."""
        shown = await (await self._reader(room)).sees(self.rooms.get(room, room))
        return [
            replace(line, text=line.text.translate(PLAIN))
            for line in shown
            if line.sender_id == BOT and not line.removed
        ]

    async def events(self, room: str = "network") -> list[dict[str, Any]]:
        """All that happened in the room and was not taken back, as the server has it."""
        found: list[dict[str, Any]] = await (await self._reader(room)).events(self.rooms.get(room, room))
        return found

    async def reads(self, room: str = "network") -> list[str]:
        return [line.text for line in await self.lines(room)]

    async def _reader(self, room: str) -> Any:
        for person in self.people.values():
            if await self._is_in(person, self.rooms.get(room, room)):
                return person
        raise LookupError(f"nobody is in {room}")

    async def _heard(self, room: str) -> list[str]:
        """What is new, or newly worded, since the last time one looked."""
        await self.settle()
        seen = self._seen.setdefault(room, {})
        now = {line.id: line.text for line in await self.lines(room)}
        fresh = [text for id_, text in now.items() if seen.get(id_) != text]
        seen.update(now)
        return fresh

    async def _is_in(self, person: Any, room: str) -> bool:
        raise NotImplementedError


class MemoryWorld(World):
    real = False

    def __init__(
        self, config: Config, homeserver: FakeHomeserver, people: dict[str, Any], rooms: dict[str, str]
    ) -> None:
        super().__init__(config, people, rooms)
        self.homeserver = homeserver

    @property
    def database(self) -> Path:
        return self.config.data_dir / "animatrice.sqlite"

    def server(self) -> services.Homeserver:
        return FakeMatrix(self.homeserver, BOT, self.clock)

    async def kill(self, turn: asyncio.Future[Any] | None = None) -> None:
        """As SIGKILL, in the middle of a turn perhaps:
        its files stay as they are at this moment, and the server hears nothing more of it.
        """
        server, folder = self.homeserver, self.config.data_dir
        heard, done = len(server.events), dict(server.done)
        left = {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
        await asyncio.gather(*([turn] if turn else ()))
        await self.stop()
        del server.events[heard:]
        server.done = done
        for file in folder.rglob("*"):
            if file.is_file() and file not in left:
                file.unlink()
        for file, data in left.items():
            file.write_bytes(data)

    async def _quiet(self) -> bool:
        """Here one sees that there is nothing more to hear, and that no job waits:
        no turn is needed to find that out.
        """
        await self.app.turn(0)
        if not await self._rests() or self.homeserver.events[-1][0] > int(self.app._token or 0):
            return False
        due = await self.app.scheduler.next_due(self.db, now := self.clock.now())
        return due is None or due > now

    async def _is_in(self, person: Any, room: str) -> bool:
        return self.homeserver.membership(room, person.user_id) == "join"


class SynapseWorld(World):
    real = True

    def __init__(self, config: Config, homeserver: Homeserver, cast: Cast) -> None:
        super().__init__(config, dict(cast.people), dict(cast.rooms))
        self.homeserver = homeserver

    def server(self) -> services.Homeserver:
        return Matrix(
            self.config.matrix, self.config.data_dir, self.clock, SqlMatrixStore(self.db, self.clock)
        )

    async def _is_in(self, person: Any, room: str) -> bool:
        return person.user_id in await person.members(room)


@asynccontextmanager
async def in_memory(
    folder: Path, at: datetime = MONDAY, handlers: Handlers | None = None, **more: Any
) -> AsyncIterator[MemoryWorld]:
    """`at`: when the bot starts for the first time; `more`: of its configuration."""
    start = await template_for(at, more, BOT)
    world = MemoryWorld(
        configuration(folder, "http://127.0.0.1:1", **more),
        start.server,
        dict(start.people),
        dict(start.rooms),
    )
    world.clock = Clock.starting_at(start.now)
    world.upgraded = start.write_database(world.database)
    world.handlers = handlers or world.handlers
    await world.start()
    save_template(at, more, world)
    try:
        yield world
    finally:
        await world.stop()


@asynccontextmanager
async def on_synapse(
    folder: Path,
    encrypted: Collection[str] = (),
    at: datetime = MONDAY,
    handlers: Handlers | None = None,
    **more: Any,
) -> AsyncIterator[SynapseWorld]:
    """`encrypted`: kinds of rooms; `at`: when the bot starts for the first time; `more`:
    of its configuration.
    """
    async with synapse_with_cast(("camille", "lou", "stef.exterieur"), encrypted) as (homeserver, cast):
        world = SynapseWorld(configuration(folder, homeserver.url, PASSWORD, **more), homeserver, cast)
        world.clock = Clock.starting_at(at)
        world.handlers = handlers or world.handlers
        await world.start()
        try:
            yield world
        finally:
            await world.stop()
