"""Our device's keys: what comes in for it, and what that opens.

nio's machine and its store do the cryptography. Everything from the network is fed to them piece
by piece, each piece guarded: a stranger can send anything to our device without sharing a room.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import peewee
from nio import Event as NioEvent
from nio import MegolmEvent, RoomKeyEvent, ToDeviceEvent
from nio.crypto import Olm
from nio.store import SqliteStore

from bot.matrix import raw
from bot.matrix.errors import Later
from bot.matrix.events import Event
from bot.matrix.session import Session, keep
from bot.schedule.clock import Clock

log = logging.getLogger(__name__)

MEGOLM = "m.megolm.v1.aes-sha2"
TROUBLE = (peewee.OperationalError, peewee.InterfaceError)  # the disk's fault, nobody's message


@dataclass(frozen=True, slots=True)
class RoomKey:
    """What opens the messages that one device sent to one room for a while."""

    room: str
    sender_key: str
    session: str

    @classmethod
    def of(cls, source: object, room: str) -> Self | None:
        """The key that an encrypted event needs; None when no key could ever open it."""
        content = raw.mapping(raw.mapping(source).get("content"))
        needed = [content.get(part) for part in ("sender_key", "session_id", "ciphertext", "device_id")]
        if content.get("algorithm") != MEGOLM or not all(isinstance(part, str) and part for part in needed):
            return None
        return cls(room, str(needed[0]), str(needed[1]))


class Keys:
    """One device's keys in `directory`. Used from the event loop's thread only: SQLite's connection is bound to it."""

    def __init__(self, session: Session, directory: Path, clock: Clock) -> None:
        """`directory`: the store and the key it is sealed with. RuntimeError when the two do not belong together."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.me = session.user_id
        self.device = session.device_id
        self._clock = clock
        self._store = SqliteStore(self.me, self.device, str(directory), _pickle_key(directory), "keys.sqlite")
        self.olm = Olm(self.me, self.device, self._store)
        if session.fresh:
            self.olm.account.shared = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it in the store or nothing; no await inside.

        When the disk fails, the machine in memory is ahead of the store: it is read again. Raises Later.
        """
        try:
            with self._store.database.atomic():
                yield
        except TROUBLE as error:
            self.olm = Olm(self.me, self.device, self._store)
            raise Later(None, "server", f"the key store failed: {type(error).__name__}") from None

    def take(self, sync: dict[str, Any]) -> set[RoomKey]:
        """Takes what a sync holds for our device, in one transaction; returns the room keys that came."""
        came: set[RoomKey] = set()
        with self.transaction():
            for message in raw.listing(raw.mapping(sync.get("to_device")).get("events")):
                key = self._received(raw.mapping(message))
                if key:
                    came.add(key)
        lists = raw.mapping(sync.get("device_lists"))
        self.olm.add_changed_users(users(lists.get("changed")))
        self.olm.tracked_users -= users(lists.get("left"))
        self.olm.uploaded_key_count = _count(sync)
        return came

    def _received(self, message: dict[str, Any]) -> RoomKey | None:
        """Only what is encrypted to our device counts: key requests and verifications have no answer here."""
        if message.get("type") != "m.room.encrypted":
            return None
        try:
            event = self.olm.handle_to_device_event(ToDeviceEvent.parse_event(message))
        except TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - anybody may send anything
            log.warning("matrix: passed over a to-device message of %s: %s", raw.name(message.get("sender")), type(error).__name__)
            return None
        return RoomKey(event.room_id, event.sender_key, event.session_id) if isinstance(event, RoomKeyEvent) else None

    def read(self, source: object, room: str) -> Event | None:
        """The event as it reads: opened if it is encrypted and we have the key; None for what is no event."""
        event = raw.event(source, room, self._clock)
        if event is None or event.type != "m.room.encrypted" or event.state_key is not None:
            return event
        if not event.content:
            return replace(event, encrypted=True)
        sealed = RoomKey.of(source, room)
        if sealed is None:
            return replace(event, content={}, encrypted=True)
        try:
            type_, content = self._opened(raw.mapping(source), room)
        except TROUBLE as error:
            raise Later(None, "server", f"the key store failed: {type(error).__name__}") from None
        except Exception as error:  # noqa: BLE001 - anybody may send anything
            log.warning("matrix: cannot read %s in %s: %s", event.id, room, type(error).__name__)
            return replace(event, content={}, encrypted=True, unreadable=True)
        return replace(event, type=type_, content=raw.contents(content, type_, event.id), encrypted=True)

    def _opened(self, source: dict[str, Any], room: str) -> tuple[str, object]:
        """Type and content of the payload; raises anything."""
        sealed = NioEvent.parse_encrypted_event({**source, "room_id": room})
        if not isinstance(sealed, MegolmEvent):
            raise ValueError("not for us")
        payload = self.olm.decrypt_megolm_event(sealed, room).source
        type_ = raw.name(payload.get("type"))
        if type_ is None or payload.get("room_id") != room:
            raise ValueError("meant for another room")
        return type_, {} if type_ in raw.NOT_BY_CIPHER else payload.get("content")

    def has(self, key: RoomKey) -> bool:
        return self.olm.inbound_group_store.get(key.room, key.sender_key, key.session) is not None

    def close(self) -> None:
        self._store.database.close()


def users(value: object) -> set[str]:
    """The user ids of a list that a server will take back: one bad id spoils a whole key query."""
    return {who for who in raw.listing(value) if raw.name(who) and who.startswith("@") and ":" in who}


def _count(sync: dict[str, Any]) -> int | None:
    """One-time keys left on the server. An algorithm not listed has none: nio alone would never upload again."""
    counts = raw.mapping(sync.get("device_one_time_keys_count"))
    count = counts.get("signed_curve25519", 0)
    return count if isinstance(count, int) and count >= 0 else None


def _pickle_key(directory: Path) -> str:
    """What the store's contents are sealed with; nio's own default is the same for everybody."""
    file = directory / "pickle.key"
    if not file.exists():
        if (directory / "keys.sqlite").exists():
            raise RuntimeError(f"{file} is missing: without it the keys beside it cannot be read")
        keep(file, secrets.token_urlsafe(32))
    return file.read_text()
