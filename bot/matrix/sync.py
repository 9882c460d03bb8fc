"""One sync, made into a batch: gaps filled, encrypted events opened, rooms merged."""

import asyncio
import heapq
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.matrix import parse
from bot.matrix.backfill import Backfill, Gap, arrival
from bot.matrix.connection import Connection
from bot.matrix.errors import TransientError
from bot.matrix.events import Batch, Event, Membership, RoomUpdate
from bot.matrix.http import HttpRequest, path
from bot.matrix.keys import Keys
from bot.matrix.retry_decrypt import RetryDecrypt

SILENCE = 60.0  # seconds beyond the wait asked for before the server counts as gone
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


class LongPoll:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cut = asyncio.Event()

    def cut(self) -> None:
        """Now, or if nothing is being asked: the next request does not wait."""
        self._cut.set()

    async def next(self, since: str | None, seconds: float) -> tuple[datetime, dict[str, Any]]:
        """What the server has after `since`, and when the request that brought it was sent."""
        if not self._cut.is_set():
            began = self._connection.clock.now()
            answer = await self._until_cut(since, seconds)
            if answer is not None:
                return began, answer
        self._cut.clear()
        return self._connection.clock.now(), await self._ask(since, 0)

    async def _until_cut(self, since: str | None, seconds: float) -> dict[str, Any] | None:
        asking = asyncio.create_task(self._ask(since, seconds))
        cutting = asyncio.create_task(self._cut.wait())
        try:
            await asyncio.wait((asking, cutting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            cutting.cancel()
            await asyncio.gather(asking, cutting, return_exceptions=True)
        return None if asking.cancelled() else asking.result()

    async def _ask(self, since: str | None, seconds: float) -> dict[str, Any]:
        query = {"filter": _filter(), "timeout": str(int(seconds * 1000))} | (
            {"since": since} if since else {}
        )
        return await self._connection.http.ask(
            HttpRequest(method="GET", path=path("sync"), query=query, timeout=seconds + SILENCE)
        )


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


BREATH = 50  # events read before the loop gets its turn


@dataclass
class _Parsed:
    """What one sync brings, as it is put together."""

    since: str | None
    rooms: list[RoomUpdate] = field(default_factory=list)
    lines: list[list[Event]] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)


class Sync:
    def __init__(self, connection: Connection, keys: Keys, poll: LongPoll) -> None:
        self._connection = connection
        self._keys = keys
        self._gaps = Backfill(connection)
        self._retry_decrypt = RetryDecrypt(connection, keys)
        self._poll = poll

    async def sync(self, since: str | None, seconds: float) -> Batch:
        """See Matrix.sync."""
        began, sync = await self._poll.next(since, seconds)
        token = sync.get("next_batch")
        if not isinstance(token, str) or not token:
            raise TransientError(None, "server", "the sync had no token")
        self._retry_decrypt.came(self._keys.take(sync))
        parsed = _Parsed(since)
        for room, room_sync in _rooms(sync, "join"):
            await self._joined(parsed, room, room_sync)
        for room, room_sync in _rooms(sync, "invite"):
            self._invited(parsed, room, room_sync)
        for room, room_sync in _rooms(sync, "leave"):
            await self._left(parsed, room, room_sync)
        parsed.lines.append(await self._retry_decrypt.readable())
        return Batch(
            since=since,
            token=token,
            began=began,
            rooms=tuple(parsed.rooms),
            events=tuple(merged(parsed.lines)),
            overflow=tuple(parsed.overflow),
        )

    async def _joined(self, parsed: _Parsed, room: str, room_sync: dict[str, Any]) -> None:
        timeline = parse.mapping(room_sync.get("timeline"))
        events = parse.listing(timeline.get("events"))
        arrived = arrival(events, self._connection.me)
        if arrived is not None:
            events = [event for event in events[:arrived] if "state_key" in parse.mapping(event)] + events[
                arrived:
            ]
        elif timeline.get("limited") is True:
            events = await self._missed(parsed, room, timeline.get("prev_batch")) + events
        parsed.lines.append(await self._read(events, room))
        update = RoomUpdate(
            room=room,
            membership="join",
            state=self._state(room_sync, room),
            limited=timeline.get("limited") is True,
        )
        parsed.rooms.append(update)

    async def _missed(self, parsed: _Parsed, room: str, until: object) -> list[Any]:
        """What the timeline left out. Of a room that was there before us, the past is not ours."""
        if not isinstance(until, str) or (
            parsed.since is None and not await self._connection.store.has_room(room)
        ):
            return []
        events, too_many = await self._gaps.fill(Gap(room=room, since=parsed.since, until=until))
        if too_many:
            parsed.overflow.append(room)
        return events

    def _invited(self, parsed: _Parsed, room: str, room_sync: dict[str, Any]) -> None:
        shown = parse.listing(parse.mapping(room_sync.get("invite_state")).get("events"))
        state = tuple(event for one in shown if (event := parse.stripped(one, room, self._connection.clock)))
        parsed.rooms.append(RoomUpdate(room=room, membership="invite", state=state))

    async def _left(self, parsed: _Parsed, room: str, room_sync: dict[str, Any]) -> None:
        events = parse.listing(parse.mapping(room_sync.get("timeline")).get("events"))
        parsed.lines.append(await self._read(events, room))
        parsed.rooms.append(RoomUpdate(room=room, membership="leave", state=self._state(room_sync, room)))

    def _state(self, room_sync: dict[str, Any], room: str) -> tuple[Event, ...]:
        found = parse.listing(parse.mapping(room_sync.get("state")).get("events"))
        return tuple(event for one in found if (event := parse.event(one, room, self._connection.clock)))

    async def _read(self, events: list[Any], room: str) -> list[Event]:
        read: dict[str, Event] = {}
        for index, source in enumerate(events):
            event = self._keys.read(source, room)
            if event:
                read.setdefault(event.id, event)
                if event.unreadable:
                    self._retry_decrypt.remember(source)
            if index % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        return list(read.values())


def merged(lines: Iterable[list[Event]]) -> Iterable[Event]:
    """Rooms together by server time; a room's own order is kept even where its clock runs backwards."""
    return heapq.merge(*lines, key=lambda event: event.at)


def _rooms(sync: dict[str, Any], section: Membership) -> Iterable[tuple[str, dict[str, Any]]]:
    by_room = parse.mapping(parse.mapping(sync.get("rooms")).get(section))
    return ((room, parse.mapping(room_sync)) for room, room_sync in by_room.items() if parse.name(room))
