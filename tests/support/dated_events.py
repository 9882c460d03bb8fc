"""Dated events, of what people did hours ago, for tests that cannot wait:
a homeserver where each has the date it is given.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.demo.client import Access
from bot.demo.homeserver import Homeserver
from bot.demo.person import Person


class DatedAccess(Access):
    """Requests of an application service in the name of `who`;
    what they bring about is of the moment `at`.
    """

    def __init__(self, url: str, token: str, who: str, at: datetime) -> None:
        super().__init__(url, token)
        self._query = {"user_id": who, "ts": str(int(at.timestamp() * 1000))}

    async def call(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        return await super().call(method, path, body, **self._query, **query)


class DatedEvents:
    """Lets things have been said hours ago: an application service may date its users' events (MSC3316)."""

    def __init__(self, folder: Path) -> None:
        self._token = secrets.token_hex()
        registration = {
            "id": "past",
            "url": None,
            "as_token": self._token,
            "hs_token": secrets.token_hex(),
            "sender_localpart": "past",
            "namespaces": {"users": [{"exclusive": False, "regex": "@.*"}]},
        }
        file = folder / "past.yaml"
        file.write_text(json.dumps(registration))
        self.homeserver = Homeserver(extra={"app_service_config_files": [str(file)]})

    async def joins(self, who: str, room: str, at: datetime) -> None:
        await self._put(
            f"/rooms/{quote(room)}/state/m.room.member/{quote(who)}", {"membership": "join"}, who, at
        )

    async def says(self, who: str, room: str, text: str, at: datetime) -> None:
        path = f"/rooms/{quote(room)}/send/m.room.message/{secrets.token_hex(8)}"
        await self._put(path, {"msgtype": "m.text", "body": text, "m.mentions": {}}, who, at)

    @asynccontextmanager
    async def at(self, moment: datetime, *people: Person) -> AsyncIterator[None]:
        """What these people send meanwhile, encrypted or not, is of that moment."""
        today = [person.access for person in people]
        for person in people:
            person.access = DatedAccess(self.homeserver.url, self._token, person.user_id, moment)
        try:
            yield
        finally:
            for person, access in zip(people, today, strict=True):
                await person.access.close()
                person.access = access

    async def _put(self, path: str, body: Mapping[str, Any], who: str, at: datetime) -> None:
        access = DatedAccess(self.homeserver.url, self._token, who, at)
        try:
            await access.call("PUT", path, body)
        finally:
            await access.close()
