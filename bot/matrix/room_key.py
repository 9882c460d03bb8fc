"""Room keys (Megolm sessions) by name: which one an encrypted event needs."""

from dataclasses import dataclass
from typing import Self

from bot.matrix import parse

MEGOLM = "m.megolm.v1.aes-sha2"


@dataclass(frozen=True, slots=True)
class RoomKey:
    """What opens the messages that one device sent to one room for a while."""

    room: str
    sender_key: str
    session: str

    @classmethod
    def of(cls, source: object, room: str) -> Self | None:
        """The key that an encrypted event needs; None when no key could ever open it."""
        content = parse.mapping(parse.mapping(source).get("content"))
        sender_key, session = parse.name(content.get("sender_key")), parse.name(content.get("session_id"))
        rest = [content.get(part) for part in ("ciphertext", "device_id")]
        if content.get("algorithm") != MEGOLM or not all(isinstance(part, str) and part for part in rest):
            return None
        return cls(room, sender_key, session) if sender_key and session else None
