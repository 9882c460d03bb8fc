"""Paging back over what a sync left out (`limited`), up to where we had heard everything."""

import logging
from dataclasses import dataclass
from typing import Any

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import HttpRequest, path

log = logging.getLogger(__name__)

PAGE = 500
MOST = 5000  # events; beyond, the team is told
LEAST = 50  # what a page counts at least, however empty: the requests are bounded too
TRIES = 6  # a room over whose history the server itself stumbles must not silence all the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What lies between the tokens `since` (nothing before it; None: unknown) and `until`."""

    room: str
    since: str | None
    until: str


class Backfill:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._failures: dict[tuple[str, str | None], int] = {}

    async def fill(self, gap: Gap) -> tuple[list[Any], bool]:
        """The raw events left out, oldest first and without state; True when there are more than those.

        Raises TransientError; but of the server's own internal error (500), only a few times for one gap.
        """
        found: list[Any] = []
        key = (gap.room, gap.since)  # `until` moves with every new message
        try:
            complete = await self._back(gap, found)
        except PermanentError as refusal:
            log.warning("matrix: %s no longer shows its history: %s", gap.room, refusal.errcode)
            complete = True
        except TransientError as transient:
            self._failures[key] = self._failures.get(key, 0) + (transient.status == 500)
            if self._failures[key] < TRIES:
                raise
            log.error("matrix: the history of %s cannot be had, going on without", gap.room)
            complete = False
        self._failures.pop(key, None)
        return found[::-1], not complete

    async def _back(self, gap: Gap, found: list[Any]) -> bool:
        """Adds pages, newest event first, until everything new is there; False when it is too much."""
        at: object = gap.until
        seen = 0
        while isinstance(at, str) and seen < MOST:
            page = await self._page(gap, at)
            events = parse.listing(page.get("chunk"))
            arrived = arrival(events[::-1], self._connection.me)
            timeline = events if arrived is None else events[: len(events) - arrived]
            messages = [event for event in timeline if "state_key" not in parse.mapping(event)]
            new = await self._new(messages)
            found += new
            if (messages and not new) or arrived is not None:
                return True
            seen += max(len(events), LEAST)
            at = page.get("end")
        return not isinstance(at, str)

    async def _page(self, gap: Gap, at: str) -> dict[str, Any]:
        query = {"dir": "b", "from": at, "limit": str(PAGE)} | ({"to": gap.since} if gap.since else {})
        return await self._connection.http.ask(
            HttpRequest(method="GET", path=path("rooms", gap.room, "messages"), query=query)
        )

    async def _new(self, events: list[Any]) -> list[Any]:
        ids = [id_ for event in events if (id_ := parse.name(parse.mapping(event).get("event_id")))]
        known = await self._connection.store.known(ids)
        return [event for event in events if parse.mapping(event).get("event_id") not in known]


def arrival(events: list[Any], me: str) -> int | None:
    """Where among these events (oldest first) we last came into the room; None when we were there before."""
    return next(
        (index for index in range(len(events) - 1, -1, -1) if _is_arrival(parse.mapping(events[index]), me)),
        None,
    )


def _is_arrival(event: dict[str, Any], me: str) -> bool:
    """A change of name is a join event too, but no arrival."""
    if event.get("type") != "m.room.member" or event.get("state_key") != me:
        return False
    before = parse.mapping(parse.mapping(event.get("unsigned")).get("prev_content"))
    return parse.mapping(event.get("content")).get("membership") == "join" != before.get("membership")
