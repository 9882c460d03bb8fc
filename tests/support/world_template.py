"""A template of a world in memory, and what each begins from.
To come into every room of the cast and be told of everybody there costs more than most tests do, so worlds
that begin alike do it once a worker: the first in full; the others go on from its database and its
homeserver, in the moment it had come to, as after a restart.
"""

import itertools
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.demo.cast import read
from tests.support.fake_homeserver import FakeHomeserver, FakePerson

if TYPE_CHECKING:
    from tests.support.world import MemoryWorld

OF_ONE_TEST = {"feeds", "storage"}  # a configuration with an address of its own never comes again


@dataclass(frozen=True)
class WorldTemplate:
    """`now`: by the bot's clock; `database`: what the bot's holds, None before it has ever run."""

    server: FakeHomeserver
    people: Mapping[str, FakePerson]
    rooms: Mapping[str, str]
    now: datetime
    database: bytes | None = None

    def write_database(self, database: Path) -> bool:
        """Whether there is a database, which has its tables then."""
        if self.database is not None:
            with database.open("xb") as new:
                new.write(self.database)
        return self.database is not None


_templates: dict[str, tuple[WorldTemplate, float]] = {}  # and when, in seconds since 1970


async def template_for(at: datetime, configured: Mapping[str, Any], bot: str) -> WorldTemplate:
    """At that moment, or just after; with `configured` in the bot's configuration."""
    if found := _templates.get(_name(at, configured)):
        start, moment = found
        server = _copy(start.server, later=int((time.time() - moment) * 1000))
        return WorldTemplate(server, people(server), start.rooms, start.now, start.database)
    server = FakeHomeserver()
    cast = people(server)
    return WorldTemplate(server, cast, await rooms(cast, bot), at)


def save_template(at: datetime, configured: Mapping[str, Any], world: "MemoryWorld") -> None:
    """Worlds that begin at `at` with `configured` will go on from here."""
    name = _name(at, configured)
    if name not in _templates and OF_ONE_TEST.isdisjoint(configured):
        with closing(sqlite3.connect(world.database)) as connection:
            database = connection.serialize()
        _templates[name] = (
            WorldTemplate(_copy(world.homeserver), {}, dict(world.rooms), world.clock.now(), database),
            time.time(),
        )


def people(server: FakeHomeserver) -> dict[str, FakePerson]:
    return {
        who.localpart: FakePerson(server, f"@{who.localpart}:reseau.example.org", who.name)
        for who in read()[1]
    }


async def rooms(cast: Mapping[str, FakePerson], bot: str) -> dict[str, str]:
    """By kind, with everybody in theirs and the bot invited."""
    opened: dict[str, str] = {}
    places, characters = read()
    for place in places:
        opened[place.kind] = await cast["animation"].create_room(place.name, place.alias)
        for who in characters:
            if who.belongs(place.kind) and who.localpart != "animation":
                await cast[who.localpart].join(opened[place.kind])
        await cast["animation"].invite(opened[place.kind], bot)
    return opened


def _copy(server: FakeHomeserver, later: int = 0) -> FakeHomeserver:
    """Nobody else speaks to it. `later`: by how many milliseconds all of it happened later."""
    events = [
        (place, room, event | {"origin_server_ts": event["origin_server_ts"] + later})
        for place, room, event in deepcopy(server.events)
    ]
    return FakeHomeserver(
        events, dict(server.aliases), dict(server.done), _ids=itertools.count(events[-1][0] + 1)
    )


def _name(at: datetime, configured: Mapping[str, Any]) -> str:
    return f"{at.isoformat()} {sorted(configured.items())}"
