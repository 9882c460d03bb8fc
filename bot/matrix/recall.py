"""What the server still has, asked for by id: one event, or all that refers to it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.matrix import raw
from bot.matrix.errors import Later, Refused
from bot.matrix.events import Event
from bot.matrix.http import Request, path
from bot.matrix.keys import Keys
from bot.matrix.link import Link

PAGE = 500
MOST_PAGES = 100


class Recall:
    def __init__(self, link: Link, keys: Keys) -> None:
        self._link = link
        self._keys = keys

    async def event(self, room: str, event_id: str) -> Event | None:
        """The event as it reads now, unreadable perhaps; None when the server has it no more, or never had. Raises Later."""
        try:
            source = await self._link.http.ask(Request(method="GET", path=path("rooms", room, "event", event_id), scope="room"))
        except Refused:
            return None
        event = self._keys.read(source, room)
        return self._edited(event, source) if event and event.id == event_id and (event.content or event.unreadable) else None

    def _edited(self, event: Event, source: dict[str, Any]) -> Event:
        """With its latest edit, which the server hands over with it (MSC3925)."""
        latest = raw.mapping(raw.mapping(source.get("unsigned")).get("m.relations")).get("m.replace")
        edit = self._keys.read(latest, event.room) if latest else None
        fresh = edit.content.get("m.new_content") if edit and edit.sender == event.sender else None
        return replace(event, content=fresh) if isinstance(fresh, dict) else event

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        """All events that refer to this one (m.reference), oldest first; what was redacted refers to nothing any more. Raises Later and Refused.

        https://spec.matrix.org/v1.17/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype
        """
        where = path("rooms", room, "relations", event_id, "m.reference").replace("/v3/", "/v1/", 1)
        found: list[Event] = []
        start: object = ""
        for _ in range(MOST_PAGES):
            query = {"limit": str(PAGE)} | ({"from": start} if isinstance(start, str) and start else {})
            page = await self._link.http.ask(Request(method="GET", path=where, query=query, scope="room"))
            found += [event for one in raw.listing(page.get("chunk")) if (event := self._keys.read(one, room))]
            start = page.get("next_batch")
            if not isinstance(start, str) or not start:
                return found[::-1]
        raise Later(None, "room", "relations without end")
