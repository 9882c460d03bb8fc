"""What the server still has, asked for by id: one event, or all that refers to it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from nio.crypto.attachments import decrypt_attachment

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.errors import FileUnavailable, PermanentError, TransientError
from bot.matrix.events import Event
from bot.matrix.http import HttpRequest, path
from bot.matrix.keys import Keys

PAGE = 500
MOST_PAGES = 100


class Lookup:
    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def event(self, room: str, event_id: str) -> Event | None:
        """The event as it reads now, unreadable perhaps; None when the server has it no more, or never had.
        Raises TransientError.
        """
        try:
            source = await self._connection.http.ask(
                HttpRequest(method="GET", path=path("rooms", room, "event", event_id), scope="room")
            )
        except PermanentError:
            return None
        event = self._keys.read(source, room)
        return (
            self._edited(event, source)
            if event and event.id == event_id and (event.content or event.unreadable)
            else None
        )

    def _edited(self, event: Event, source: dict[str, Any]) -> Event:
        """With its latest edit, which the server hands over with it (MSC3925)."""
        latest = parse.mapping(parse.mapping(source.get("unsigned")).get("m.relations")).get("m.replace")
        edit = self._keys.read(latest, event.room) if latest else None
        fresh = edit.content.get("m.new_content") if edit and edit.sender == event.sender else None
        return replace(event, content=fresh) if isinstance(fresh, dict) else event

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        """All events that refer to this one (m.reference), oldest first;
        what was redacted refers to nothing any more.

        Raises TransientError and PermanentError.

        https://spec.matrix.org/v1.17/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype
        """
        where = path("rooms", room, "relations", event_id, "m.reference").replace("/v3/", "/v1/", 1)
        found: list[Event] = []
        start: object = ""
        for _ in range(MOST_PAGES):
            query = {"limit": str(PAGE)} | ({"from": start} if isinstance(start, str) and start else {})
            page = await self._connection.http.ask(
                HttpRequest(method="GET", path=where, query=query, scope="room")
            )
            found += [
                event for one in parse.listing(page.get("chunk")) if (event := self._keys.read(one, room))
            ]
            start = page.get("next_batch")
            if not isinstance(start, str) or not start:
                return found[::-1]
        raise TransientError(None, "room", "relations without end")


# with authentication (MSC3916); older servers only know the second
MEDIA = ("/_matrix/client/v1/media/download", "/_matrix/media/v3/download")
SILENCE = 20.0  # seconds; as long as a server waits for another one's file
ADDRESS = re.compile(r"mxc://([A-Za-z0-9\[][A-Za-z0-9.:\[\]-]{0,254})/([A-Za-z0-9_-]{1,255})")


class Files:
    def __init__(self, connection: Connection, lookup: Lookup) -> None:
        self._connection = connection
        self._lookup = lookup

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        """See Matrix.download."""
        content = await self._shown(room, event_id)
        encrypted = parse.mapping(content.get("file"))
        data = await self._fetched(address(encrypted or content), limit)
        if len(data) > limit:
            raise FileUnavailable("too big")
        return opened(data, encrypted) if encrypted else data

    async def _shown(self, room: str, event_id: str) -> dict[str, Any]:
        event = await self._lookup.event(room, event_id)
        if event is None:
            raise FileUnavailable("gone")
        if event.unreadable:
            raise FileUnavailable("unreadable")
        return event.content

    async def _fetched(self, where: str, limit: int) -> bytes:
        """At most one byte more than `limit`.
        A server that does not know the first address answers 404 in one way or another.
        """
        for media in MEDIA:
            try:
                return await self._connection.http.fetch(
                    HttpRequest(method="GET", path=f"{media}/{where}", scope="room", timeout=SILENCE), limit
                )
            except (PermanentError, TransientError) as error:
                if isinstance(error, TransientError) and error.status >= 500:
                    raise FileUnavailable("away") from None  # where it came from, most often
                if isinstance(error, TransientError) and error.status != 404:
                    raise
                if error.status != 404:
                    break
        raise FileUnavailable("gone")


def address(shown: dict[str, Any]) -> str:
    """The end of the path it is fetched by. Raises FileUnavailable."""
    url = shown.get("url")
    found = ADDRESS.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        raise FileUnavailable("no file")
    return f"{quote(found[1], safe='')}/{found[2]}"


def opened(data: bytes, encrypted: dict[str, Any]) -> bytes:
    """What it is once decrypted, its hash checked first.
    `encrypted`: an EncryptedFile of the specification. Raises FileUnavailable.
    """
    try:
        clear: bytes = decrypt_attachment(
            data, encrypted["key"]["k"], encrypted["hashes"]["sha256"], encrypted["iv"]
        )
    except Exception:  # noqa: BLE001 - anybody may write anything there
        raise FileUnavailable("unreadable") from None
    return clear
