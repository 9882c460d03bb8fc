"""Virtual users, hundreds of them, who vote, tap and ask:
registered and joined by plain requests over a few connections, nobody syncs.
"""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.demo.chat import ballot
from bot.demo.homeserver import Homeserver

CONCURRENCY = 12  # requests


@dataclass
class VirtualUsers:
    web: aiohttp.ClientSession
    url: str
    tokens: list[str]

    async def join(self, room: str) -> None:
        await asyncio.gather(
            *(self._call(token, "POST", f"/join/{quote(room)}", {}) for token in self.tokens)
        )

    async def vote(
        self, room: str, box: str, choices: int, most: int, ballots: int, chance: random.Random
    ) -> None:
        """`ballots` of each of them, one after the other:
        changes of mind in both wire forms, empty ones, and some that are deleted.
        """
        plans = [[_ballot(choices, most, chance) for _ in range(ballots)] for _ in self.tokens]
        slips = [{number for number in range(ballots) if chance.random() < 0.05} for _ in self.tokens]
        work = zip(self.tokens, plans, slips, strict=True)
        await asyncio.gather(*(self._votes(token, (room, box), plan, slip) for token, plan, slip in work))

    async def tap(self, room: str, event: str, key: str) -> None:
        """Once each, all at once."""
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}
        await asyncio.gather(
            *(self.sends(person, room, "m.reaction", content) for person in range(len(self.tokens)))
        )

    async def sends(self, person: int, room: str, type_: str, content: dict[str, Any]) -> str:
        """The event id."""
        sent = await self._call(
            self.tokens[person], "PUT", f"/rooms/{quote(room)}/send/{type_}/{secrets.token_hex(8)}", content
        )
        return str(sent["event_id"])

    async def dm(self, person: int, user: str) -> str:
        """A room of the two, once they have joined it."""
        body = {"is_direct": True, "preset": "trusted_private_chat", "invite": [user]}
        token = self.tokens[person]
        room = str((await self._call(token, "POST", "/createRoom", body))["room_id"])
        members = f"/rooms/{quote(room)}/joined_members"
        while user not in (await self._call(token, "GET", members))["joined"]:  # noqa: ASYNC110 - it asks a server
            await asyncio.sleep(0.1)
        return room

    async def said_by(self, user: str, person: int, room: str) -> list[str]:
        """Every message, edits too, oldest first; the last hundred events of the room."""
        found = await self._call(self.tokens[person], "GET", f"/rooms/{quote(room)}/messages?dir=b&limit=100")
        return [
            event["content"]["body"]
            for event in reversed(found["chunk"])
            if event["sender"] == user and "body" in event["content"]
        ]

    async def _votes(
        self, token: str, where: tuple[str, str], plan: Iterable[tuple[list[str], bool]], slips: set[int]
    ) -> None:
        room, box = where
        for number, (answers, stable) in enumerate(plan):
            type_, content = ballot(box, answers, stable=stable)
            sent = await self._call(
                token, "PUT", f"/rooms/{quote(room)}/send/{type_}/{secrets.token_hex(8)}", content
            )
            if number in slips:
                await self._call(
                    token,
                    "PUT",
                    f"/rooms/{quote(room)}/redact/{quote(sent['event_id'])}/{secrets.token_hex(8)}",
                    {},
                )

    async def _call(
        self, token: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.web.request(
            method, f"{self.url}/_matrix/client/v3{path}", json=body, headers=headers
        ) as answer:
            found: dict[str, Any] = await answer.json()
            return found


def _ballot(choices: int, most: int, chance: random.Random) -> tuple[list[str], bool]:
    """Ids and form; the ballots of one in eight choose nothing."""
    wanted = chance.sample(range(1, choices + 1), chance.randint(1, most)) if chance.random() < 7 / 8 else []
    return [str(number) for number in wanted], chance.random() < 0.5


@asynccontextmanager
async def virtual_users(homeserver: Homeserver, people: int) -> AsyncIterator[VirtualUsers]:
    turn = asyncio.Semaphore(CONCURRENCY)

    async def register(number: int) -> str:
        async with turn:
            return (
                await homeserver.register(f"personne-{number}", secrets.token_hex(8), f"Personne {number}")
            ).access_token

    tokens = await asyncio.gather(*map(register, range(people)))
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONCURRENCY), raise_for_status=True
    ) as web:
        yield VirtualUsers(web, homeserver.url, list(tokens))
