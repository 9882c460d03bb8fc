"""The network of the demo and the tests:
four rooms and the fictive people of membres.yaml, gathered on a homeserver.
"""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from bot.demo.homeserver import Homeserver
from bot.demo.person import Person
from bot.packaged import read_yaml

TEAM = ("animation", "referent", "operateur")
KINDS = {"principal": "network", "entraide": "help", "ouvert": "open", "animation": "team"}


@dataclass(frozen=True, slots=True)
class Place:
    """A room to be; `kind` as in config.yaml, `alias` its local part."""

    alias: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Character:
    """Someone to be; a guest from another server is one of ours here, as nothing federates."""

    localpart: str
    name: str
    role: str

    def belongs(self, kind: str) -> bool:
        if kind == "team":
            return self.role in TEAM
        return kind == "open" or self.role != "externe"


@cache
def read() -> tuple[list[Place], list[Character]]:
    """What membres.yaml holds."""
    found: dict[str, Any] = read_yaml("bot.demo", "membres.yaml")
    places = [Place(_local(room["alias"]), room["nom"], KINDS[room["usage"]]) for room in found["salons"]]
    characters = [
        Character(_local(member["mxid"]), member["nom"], member["role"]) for member in found["membres"]
    ]
    return places, characters


def _local(address: str) -> str:
    return address[1:].split(":")[0]


@dataclass(frozen=True, slots=True)
class Cast:
    """People by local part (`cast["camille"]`), room ids by kind (`cast.rooms["network"]`)."""

    people: dict[str, Person]
    rooms: dict[str, str]

    @classmethod
    async def gather(
        cls,
        homeserver: Homeserver,
        names: Collection[str] = (),
        *,
        invite: Iterable[str] = (),
        encrypted: Collection[str] = (),
    ) -> Self:
        """Register these people (all unless named;
        Morgan always, who makes the rooms) and bring each where they belong.

        `invite`: user ids, the bot's, invited everywhere. `encrypted`: kinds of rooms.
        """
        places, characters = read()
        present = [who for who in characters if not names or who.localpart in {*names, "animation"}]
        joined = await asyncio.gather(
            *(Person.join_server(homeserver, who.localpart, who.name) for who in present)
        )
        people = dict(zip((who.localpart for who in present), joined, strict=True))
        cast = cls(people, {})
        for place in places:
            guests = [who for who in present if who.localpart != "animation" and who.belongs(place.kind)]
            cast.rooms[place.kind] = await cast._open(place, guests, invite, place.kind in encrypted)
        return cast

    async def _open(
        self, place: Place, guests: list[Character], invite: Iterable[str], encrypted: bool
    ) -> str:
        """Only the team's room is by invitation:
        inviting everybody everywhere would meet the server's limits.
        """
        team = place.kind == "team"
        room = await self["animation"].create_room(
            place.name,
            alias=place.alias,
            encrypted=encrypted,
            invite=[*invite, *(self[who.localpart].user_id for who in guests if team)],
            preset="private_chat" if team else "public_chat",
        )
        await asyncio.gather(*(self[who.localpart].join(room) for who in guests))
        return room

    def __getitem__(self, localpart: str) -> Person:
        return self.people[localpart]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for person in self.people.values():
            await person.close()
