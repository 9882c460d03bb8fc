"""Sync state: what one person of the demo has heard so far, room by room, by /sync."""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import quote

from bot.demo.chat import Room
from bot.demo.client import Access, Keys

FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "timeline": {"limit": 100},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}


class Invitation(NamedTuple):
    """`direct`: the room is to be one of the two (is_direct in the event that invites)."""

    by: str
    direct: bool


class SyncState:
    """Listens when asked, from where it stopped: nothing is skipped in between."""

    def __init__(self, access: Access, keys: Keys, user_id: str) -> None:
        self._access = access
        self._keys = keys
        self._user_id = user_id
        self._rooms: dict[str, Room] = {}
        self._invitations: dict[str, Invitation] = {}  # by room
        self._token: str | None = None
        self._listening = asyncio.Lock()

    def room(self, id: str) -> Room:
        """As heard so far; an empty one when nothing was."""
        return self._rooms.get(id) or Room(id)

    async def known(self, id: str) -> Room:
        """KeyError when they are not in that room."""
        if id not in self._rooms:
            await self.listen()
        return self._rooms[id]

    def invitation(self, inviter: str) -> tuple[str, bool] | None:
        """The room that this person invites to, and whether it is a direct one."""
        return next(
            ((room, found.direct) for room, found in self._invitations.items() if found.by == inviter), None
        )

    async def listen(self, patience: float = 0) -> None:
        """One sync. With `patience` (seconds) it waits for
        something new, unless another task has just heard some.
        """
        since = self._token
        async with self._listening:
            if patience and self._token != since:
                return
            query = {"filter": json.dumps(FILTER), "timeout": str(int(patience * 1000))}
            found = await self._access.call(
                "GET", "/sync", **query, **({"since": self._token} if self._token else {})
            )
            await self._hear(found.get("rooms", {}), found)
            self._token = found["next_batch"]

    async def _hear(self, rooms: dict[str, Any], sync: dict[str, Any]) -> None:
        for id, part in rooms.get("invite", {}).items():
            self._invitations[id] = _invitation(part["invite_state"]["events"], self._user_id)
        parts = rooms.get("leave", {}) | rooms.get("join", {})
        for id, part in parts.items():
            self._invitations.pop(id, None)
            self._rooms.setdefault(id, Room(id)).learn(part["state"]["events"] + part["timeline"]["events"])
        await self._keys.absorb(sync, {room.id for room in self._rooms.values() if room.encrypted})
        for id, part in parts.items():
            await self._follow(self._rooms[id], part)
        self._open()

    async def _follow(self, room: Room, part: dict[str, Any]) -> None:
        timeline = part["timeline"]
        if timeline.get("limited"):
            room.hear(await self._gap(room, timeline["prev_batch"]))
        room.learn(part["state"]["events"])
        room.hear(timeline["events"])

    async def _gap(self, room: Room, token: str) -> list[dict[str, Any]]:
        """What lies between the last known event (or the beginning) and `token`, oldest first."""
        found: list[dict[str, Any]] = []
        while token:
            page = await self._access.call(
                "GET", f"/rooms/{quote(room.id)}/messages", **{"dir": "b", "from": token, "limit": "100"}
            )
            new = [event for event in page["chunk"] if event["event_id"] not in room.events]
            found += new
            token = page.get("end", "") if len(new) == len(page["chunk"]) else ""
        return found[::-1]

    def _open(self) -> None:
        for room in self._rooms.values():
            for event in room.unread():
                room.events[event["event_id"]] = self._keys.open(event, room.id)


def _invitation(state: list[dict[str, Any]], me: str) -> Invitation:
    for event in state:
        if event["type"] == "m.room.member" and event.get("state_key") == me:
            return Invitation(str(event["sender"]), event["content"].get("is_direct") is True)
    return Invitation("", False)
