"""The long poll, which can be cut short at any moment without losing or repeating anything."""

import asyncio
import json
import secrets
from datetime import datetime
from typing import Any

from bot.matrix.http import Request, path
from bot.matrix.link import Link

SILENCE = 60.0  # seconds beyond the patience asked for before the server counts as gone
TIMELINE = 100  # events a room; what a sync leaves out is paged
NOTHING = {"not_types": ["*"]}
STATE = [
    "m.room.create",
    "m.room.member",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.join_rules",
    "m.room.name",
    "m.room.canonical_alias",
    "m.room.tombstone",
]


class Poll:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._cut = asyncio.Event()

    def cut(self) -> None:
        """Now, or if nothing is being asked: the next request does not wait."""
        self._cut.set()

    async def next(self, since: str | None, patience: float) -> tuple[datetime, dict[str, Any]]:
        """What the server has after `since`, and when the request that brought it was sent."""
        if not self._cut.is_set():
            began = self._link.clock.now()
            answer = await self._until_cut(since, patience)
            if answer is not None:
                return began, answer
        self._cut.clear()
        return self._link.clock.now(), await self._ask(since, 0)

    async def _until_cut(self, since: str | None, patience: float) -> dict[str, Any] | None:
        asking = asyncio.create_task(self._ask(since, patience))
        cutting = asyncio.create_task(self._cut.wait())
        try:
            await asyncio.wait((asking, cutting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            cutting.cancel()
            await asyncio.gather(asking, cutting, return_exceptions=True)
        return None if asking.cancelled() else asking.result()

    async def _ask(self, since: str | None, patience: float) -> dict[str, Any]:
        query = {"filter": _filter(), "timeout": str(int(patience * 1000))} | ({"since": since} if since else {})
        return await self._link.http.ask(Request(method="GET", path=path("sync"), query=query, timeout=patience + SILENCE))


def _filter() -> str:
    """What we use and no more; our own events are in it, they tell what was sent.

    The nonce keeps Synapse from answering out of its cache (two minutes): what had been said
    before we asked must be in the answer.
    """
    wanted = {
        "presence": NOTHING,
        "account_data": {"not_types": ["*", secrets.token_hex(4)]},
        "room": {
            "timeline": {"limit": TIMELINE},
            "state": {"types": STATE, "lazy_load_members": False},
            "ephemeral": NOTHING,
            "account_data": NOTHING,
        },
    }
    return json.dumps(wanted)
