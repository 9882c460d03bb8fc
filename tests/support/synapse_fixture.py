"""A Synapse with its people, their rooms and the bot's account:
made once a worker for each cast, and for each test a copy of its database. Tests of the homeserver and of the
cast make theirs from nothing, as the demo does.
"""

import signal
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from bot.demo.cast import Cast
from bot.demo.homeserver import Account, Homeserver
from bot.demo.person import Person

BOT = "@animatrice:reseau.example.org"
PASSWORD = "a password"  # the bot's
# of devices whose other half is gone
KEY_TABLES = (
    "e2e_device_keys_json",
    "e2e_one_time_keys_json",
    "e2e_fallback_keys_json",
    "e2e_cross_signing_keys",
    "e2e_cross_signing_signatures",
)


@dataclass(frozen=True)
class SynapseTemplate:
    """`people`: by local part, each with their name."""

    database: bytes
    secret: str
    people: Mapping[str, tuple[Account, str]]
    rooms: Mapping[str, str]

    async def log_in(self, homeserver: Homeserver) -> Cast:
        people = {
            localpart: Person(homeserver.url, account, name)
            for localpart, (account, name) in self.people.items()
        }
        for person in people.values():
            await person.members(next(iter(self.rooms.values())))  # they listen from now on
        return Cast(people, dict(self.rooms))


_made: dict[tuple[tuple[str, ...], tuple[str, ...]], SynapseTemplate] = {}


@asynccontextmanager
async def synapse_with_cast(
    names: Collection[str], encrypted: Collection[str] = (), homeserver: Homeserver | None = None
) -> AsyncIterator[tuple[Homeserver, Cast]]:
    """These people and Morgan in their rooms, the bot invited to each.
    `encrypted`: kinds of rooms; `homeserver`: one that is unlike the others.
    """
    if homeserver:
        async with homeserver, await _register(homeserver, names, encrypted) as cast:
            yield homeserver, cast
        return
    key = tuple(names), tuple(encrypted)
    made = _made[key] = _made.get(key) or await _make(names, encrypted)
    homeserver = Homeserver()
    homeserver._secret = made.secret
    (homeserver.directory / "homeserver.db").write_bytes(made.database)
    async with homeserver, await made.log_in(homeserver) as cast:
        yield homeserver, cast


async def _make(names: Collection[str], encrypted: Collection[str]) -> SynapseTemplate:
    async with Homeserver() as homeserver:
        async with await _register(homeserver, names, encrypted) as cast:
            people = {localpart: (person.account, person.name) for localpart, person in cast.people.items()}
        await homeserver._end(signal.SIGTERM)
        return SynapseTemplate(
            _without_keys(homeserver.directory / "homeserver.db"), homeserver._secret, people, cast.rooms
        )


async def _register(homeserver: Homeserver, names: Collection[str], encrypted: Collection[str]) -> Cast:
    await homeserver.register("animatrice", PASSWORD, "Animatrice")
    return await Cast.gather(homeserver, names, invite=[BOT], encrypted=encrypted)


def _without_keys(database: Path) -> bytes:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for table in KEY_TABLES:
            connection.execute(f"DELETE FROM {table}")
        return connection.serialize()
