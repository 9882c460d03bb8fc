"""People who send commands and wait for the answers, as plain HTTP:
they cost the machine as little as can be.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bot.demo.homeserver import Account

FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "timeline": {"limit": 1000, "types": ["m.room.message"]},
        "state": {"lazy_load_members": True, "types": ["m.room.create"]},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}

ANSWERS = "org.animatrice.answers"


class Speaker:
    """One member who sends."""

    def __init__(self, url: str, account: Account) -> None:
        self.user_id = account.user_id
        self._base = f"{url}/_matrix/client/v3"
        headers = {"Authorization": f"Bearer {account.access_token}"}
        self._web = aiohttp.ClientSession(headers=headers)

    async def close(self) -> None:
        await self._web.close()

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        async with self._web.request(method, self._base + path, json=body, params=query) as answer:
            found: dict[str, Any] = await answer.json()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {found}")
        return found

    async def create(self, name: str, alias: str, invite: Sequence[str]) -> str:
        body = {"name": name, "room_alias_name": alias, "preset": "private_chat", "invite": list(invite)}
        return str((await self.call("POST", "/createRoom", body))["room_id"])

    async def join(self, room: str) -> None:
        await self.call("POST", f"/join/{quote(room)}", {})

    async def says(self, room: str, body: str) -> str:
        return await self.sends(room, "m.room.message", {"msgtype": "m.text", "body": body, "m.mentions": {}})

    async def reacts(self, room: str, event: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.sends(room, "m.reaction", {"m.relates_to": relation})

    async def sends(self, room: str, type: str, content: dict[str, Any]) -> str:
        path = f"/rooms/{quote(room)}/send/{type}/{secrets.token_hex(8)}"
        return str((await self.call("PUT", path, content))["event_id"])


class Observer(Speaker):
    """One member who reads all rooms and notes when each event was answered,
    by a reply of somebody else's.
    """

    def __init__(self, url: str, account: Account) -> None:
        super().__init__(url, account)
        self.answered: dict[str, float] = {}  # event → when its answer was read (monotonic)
        self.answers = 0
        self.last = 0.0
        self._token = ""
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._token = (await self.call("GET", "/sync", filter=json.dumps(FILTER), timeout="0"))["next_batch"]
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.close()

    async def _listen(self) -> None:
        while True:
            query = {"filter": json.dumps(FILTER), "timeout": "30000", "since": self._token}
            found = await self.call("GET", "/sync", **query)
            now = time.monotonic()
            for part in found.get("rooms", {}).get("join", {}).values():
                for event in part["timeline"]["events"]:
                    self._read(event, now)
            self._token = found["next_batch"]
            async with self._news:
                self._news.notify_all()

    def _read(self, event: dict[str, Any], now: float) -> None:
        relation = event["content"].get("m.relates_to") or {}
        # Animatrice quotes nothing that stands just above its answer, and says so by a key of its own.
        target = event["content"].get(ANSWERS) or (relation.get("m.in_reply_to") or {}).get("event_id")
        if target and relation.get("rel_type") != "m.replace":
            self.answers += 1
            self.last = now
            self.answered.setdefault(target, now)

    async def waits_for(self, events: Sequence[str], within: float) -> set[str]:
        """Until all of these are answered, or so many seconds have passed; those that were not.
        Raises what ended the reading, if something did: nothing is lost then but our sight of it.
        """
        deadline = time.monotonic() + within
        async with self._news:
            while missing := {event for event in events if event not in self.answered}:
                if self._task.done():
                    self._task.result()
                left = deadline - time.monotonic()
                if left <= 0:
                    return missing
                try:
                    await asyncio.wait_for(self._news.wait(), left)
                except TimeoutError:
                    continue
        return set()
