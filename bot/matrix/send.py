"""Doing one deed: one PUT under its transaction id, so that a second try meets the first event."""

from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.matrix import parse
from bot.matrix.connection import Link
from bot.matrix.encrypt import Seal
from bot.matrix.errors import Later, Refused
from bot.matrix.events import Deed
from bot.matrix.http import Request, path

MEDIA = "/_matrix/media/v3/upload"
BYTES = "application/octet-stream"
NEVER_ENCRYPTED = {"m.reaction"}  # the server has to count them


class Hands:
    def __init__(self, link: Link, seal: Seal) -> None:
        self._link = link
        self._seal = seal

    async def perform(self, deed: Deed) -> str | None:
        """See Matrix.perform."""
        match deed.kind:
            case "event":
                return await self._send(deed, deed.content)
            case "file":
                return await self._send(deed, await self._uploaded(deed))
            case "redact":
                return await self._redact(deed)
            case "create":
                return _id(await self._ask("POST", path("createRoom"), deed.content), "room_id")
            case "join":
                return _id(await self._ask("POST", path("join", _room(deed)), {}), "room_id")
            case "leave":
                await self._ask("POST", path("rooms", _room(deed), "leave"), deed.content)
                return None

    async def _send(self, deed: Deed, content: dict[str, Any]) -> str:
        room, type_ = _room(deed), deed.type or "m.room.message"
        if type_ not in NEVER_ENCRYPTED and await self._is_encrypted(room):
            type_, content = "m.room.encrypted", await self._seal.close(room, type_, content)
        return _id(await self._ask("PUT", path("rooms", room, "send", type_, deed.txn), content), "event_id")

    async def _redact(self, deed: Deed) -> str:
        if deed.target is None:
            raise ValueError("a redaction needs its target")
        return _id(await self._ask("PUT", path("rooms", _room(deed), "redact", deed.target, deed.txn), deed.content), "event_id")

    async def _uploaded(self, deed: Deed) -> dict[str, Any]:
        """The content with the file's address: `url`, or `file` with its key where the room is encrypted."""
        data = deed.data or b""
        if await self._is_encrypted(_room(deed)):
            sealed, key = encrypt_attachment(data)
            return deed.content | {"file": {"url": await self._upload(sealed, BYTES), **key}}
        mime = parse.mapping(deed.content.get("info")).get("mimetype")
        return deed.content | {"url": await self._upload(data, mime if isinstance(mime, str) else BYTES)}

    async def _upload(self, data: bytes, content_type: str) -> str:
        request = Request(method="POST", path=MEDIA, body=data, content_type=content_type, scope="room")
        return _id(await self._link.http.ask(request), "content_uri")

    async def _is_encrypted(self, room: str) -> bool:
        """Asked from the server unless our rows know: plaintext never goes where it is not known to be allowed."""
        known = await self._link.memory.encrypted(room)
        if known is not None:
            return known
        try:
            await self._ask("GET", path("rooms", room, "state", "m.room.encryption", ""))
        except Refused as refusal:
            if refusal.status == 404 and refusal.errcode == "M_NOT_FOUND":
                return False
            raise
        return True

    async def _ask(self, method: str, where: str, body: object = None) -> dict[str, Any]:
        return await self._link.http.ask(Request(method=method, path=where, body=body, scope="room"))


def _room(deed: Deed) -> str:
    if deed.room is None:
        raise ValueError(f"a deed of kind {deed.kind} needs its room")
    return deed.room


def _id(answer: dict[str, Any], key: str) -> str:
    """Half an answer: the same is asked again, and the transaction id makes it one event."""
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise Later(None, "room", f"the answer had no {key}")
    return found
