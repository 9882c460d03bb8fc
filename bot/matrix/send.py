"""Doing one request: one PUT under its transaction id, so that a second try meets the first event."""

from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.encrypt import Encryptor
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.events import Request
from bot.matrix.http import HttpRequest, path

MEDIA = "/_matrix/media/v3/upload"
BYTES = "application/octet-stream"
NEVER_ENCRYPTED = {"m.reaction"}  # the server has to count them


class Requests:
    def __init__(self, connection: Connection, encryptor: Encryptor) -> None:
        self._connection = connection
        self._encryptor = encryptor

    async def send(self, request: Request) -> str | None:
        """See Matrix.send."""
        match request.kind:
            case "event":
                return await self._send(request, request.content)
            case "file":
                return await self._send(request, await self._uploaded(request))
            case "redact":
                return await self._redact(request)
            case "create":
                return _id(await self._ask("POST", path("createRoom"), request.content), "room_id")
            case "join":
                return _id(await self._ask("POST", path("join", _room(request)), {}), "room_id")
            case "leave":
                await self._ask("POST", path("rooms", _room(request), "leave"), request.content)
                return None

    async def _send(self, request: Request, content: dict[str, Any]) -> str:
        room, type_ = _room(request), request.type or "m.room.message"
        if type_ not in NEVER_ENCRYPTED and await self._is_encrypted(room):
            type_, content = "m.room.encrypted", await self._encryptor.encrypt(room, type_, content)
        return _id(
            await self._ask("PUT", path("rooms", room, "send", type_, request.txn), content), "event_id"
        )

    async def _redact(self, request: Request) -> str:
        if request.target is None:
            raise ValueError("a redaction needs its target")
        return _id(
            await self._ask(
                "PUT", path("rooms", _room(request), "redact", request.target, request.txn), request.content
            ),
            "event_id",
        )

    async def _uploaded(self, request: Request) -> dict[str, Any]:
        """The content with the file's address: `url`, or `file` with its key where the room is encrypted."""
        data = request.data or b""
        if await self._is_encrypted(_room(request)):
            encrypted, key = encrypt_attachment(data)
            return request.content | {"file": {"url": await self.upload(encrypted, BYTES), **key}}
        mime = parse.mapping(request.content.get("info")).get("mimetype")
        return request.content | {"url": await self.upload(data, mime if isinstance(mime, str) else BYTES)}

    async def upload(self, data: bytes, content_type: str) -> str:
        """See Matrix.upload."""
        request = HttpRequest(method="POST", path=MEDIA, body=data, content_type=content_type, scope="room")
        return _id(await self._connection.http.ask(request), "content_uri")

    async def _is_encrypted(self, room: str) -> bool:
        """Asked from the server unless our rows know:
        plaintext never goes where it is not known to be allowed.
        """
        known = await self._connection.store.encrypted(room)
        if known is not None:
            return known
        try:
            await self._ask("GET", path("rooms", room, "state", "m.room.encryption", ""))
        except PermanentError as refusal:
            if refusal.status == 404 and refusal.errcode == "M_NOT_FOUND":
                return False
            raise
        return True

    async def _ask(self, method: str, endpoint: str, body: object = None) -> dict[str, Any]:
        return await self._connection.http.ask(
            HttpRequest(method=method, path=endpoint, body=body, scope="room")
        )


def _room(request: Request) -> str:
    if request.room is None:
        raise ValueError(f"a request of kind {request.kind} needs its room")
    return request.room


def _id(answer: dict[str, Any], key: str) -> str:
    """Half an answer: the same is asked again, and the transaction id makes it one event."""
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise TransientError(None, "room", f"the answer had no {key}")
    return found
