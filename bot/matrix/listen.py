"""One sync, made into a batch: gaps filled, encrypted events opened, rooms merged."""

import asyncio
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.matrix import raw
from bot.matrix.errors import Later
from bot.matrix.events import Batch, Event, Membership, RoomUpdate
from bot.matrix.gaps import Gap, Gaps, arrival
from bot.matrix.keys import Keys
from bot.matrix.link import Link
from bot.matrix.poll import Poll
from bot.matrix.recovery import Recovery

BREATH = 50  # events read before the loop gets its turn


@dataclass
class _Heard:
    """What one sync brings, as it is put together."""

    since: str | None
    rooms: list[RoomUpdate] = field(default_factory=list)
    lines: list[list[Event]] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)


class Listener:
    def __init__(self, link: Link, keys: Keys, poll: Poll) -> None:
        self._link = link
        self._keys = keys
        self._gaps = Gaps(link)
        self._recovery = Recovery(link, keys)
        self._poll = poll

    async def listen(self, since: str | None, patience: float) -> Batch:
        """See Matrix.listen."""
        began, sync = await self._poll.next(since, patience)
        token = sync.get("next_batch")
        if not isinstance(token, str) or not token:
            raise Later(None, "server", "the sync had no token")
        self._recovery.came(self._keys.take(sync))
        heard = _Heard(since)
        for room, told in _rooms(sync, "join"):
            await self._joined(heard, room, told)
        for room, told in _rooms(sync, "invite"):
            self._invited(heard, room, told)
        for room, told in _rooms(sync, "leave"):
            await self._left(heard, room, told)
        heard.lines.append(await self._recovery.readable())
        return Batch(
            since=since,
            token=token,
            began=began,
            rooms=tuple(heard.rooms),
            events=tuple(merged(heard.lines)),
            overflow=tuple(heard.overflow),
        )

    async def _joined(self, heard: _Heard, room: str, told: dict[str, Any]) -> None:
        timeline = raw.mapping(told.get("timeline"))
        events = raw.listing(timeline.get("events"))
        arrived = arrival(events, self._link.me)
        if arrived is not None:
            events = [event for event in events[:arrived] if "state_key" in raw.mapping(event)] + events[arrived:]
        elif timeline.get("limited") is True:
            events = await self._missed(heard, room, timeline.get("prev_batch")) + events
        heard.lines.append(await self._read(events, room))
        summary = raw.mapping(told.get("summary"))
        update = RoomUpdate(
            room=room,
            membership="join",
            state=self._state(told, room),
            limited=timeline.get("limited") is True,
            joined_count=_count(summary.get("m.joined_member_count")),
            invited_count=_count(summary.get("m.invited_member_count")),
        )
        heard.rooms.append(update)

    async def _missed(self, heard: _Heard, room: str, until: object) -> list[Any]:
        """What the timeline left out. Of a room that was there before us, the past is not ours."""
        if not isinstance(until, str) or (heard.since is None and not await self._link.memory.has_room(room)):
            return []
        events, too_many = await self._gaps.fill(Gap(room=room, since=heard.since, until=until))
        if too_many:
            heard.overflow.append(room)
        return events

    def _invited(self, heard: _Heard, room: str, told: dict[str, Any]) -> None:
        shown = raw.listing(raw.mapping(told.get("invite_state")).get("events"))
        state = tuple(event for one in shown if (event := raw.stripped(one, room, self._link.clock)))
        heard.rooms.append(RoomUpdate(room=room, membership="invite", state=state))

    async def _left(self, heard: _Heard, room: str, told: dict[str, Any]) -> None:
        events = raw.listing(raw.mapping(told.get("timeline")).get("events"))
        heard.lines.append(await self._read(events, room))
        heard.rooms.append(RoomUpdate(room=room, membership="leave", state=self._state(told, room)))

    def _state(self, told: dict[str, Any], room: str) -> tuple[Event, ...]:
        found = raw.listing(raw.mapping(told.get("state")).get("events"))
        return tuple(event for one in found if (event := raw.event(one, room, self._link.clock)))

    async def _read(self, events: list[Any], room: str) -> list[Event]:
        read: dict[str, Event] = {}
        for index, source in enumerate(events):
            event = self._keys.read(source, room)
            if event:
                read.setdefault(event.id, event)
                if event.unreadable:
                    self._recovery.remember(source)
            if index % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        return list(read.values())


def merged(lines: Iterable[list[Event]]) -> Iterable[Event]:
    """Rooms together by server time; a room's own order is kept even where its clock runs backwards."""
    return heapq.merge(*lines, key=lambda event: event.at)


def _rooms(sync: dict[str, Any], section: Membership) -> Iterable[tuple[str, dict[str, Any]]]:
    told = raw.mapping(raw.mapping(sync.get("rooms")).get(section))
    return ((room, raw.mapping(what)) for room, what in told.items() if raw.name(room))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= raw.LAST_INTEGER else None
