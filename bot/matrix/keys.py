"""Our device's keys: what comes in for it, and what that opens.

nio's machine and its store do the cryptography. Everything from the network is fed to them piece
by piece, each piece guarded: a stranger can send anything to our device without sharing a room.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import peewee
from nio import Event as NioEvent
from nio import MegolmEvent, RoomKeyEvent, ToDeviceEvent
from nio.crypto import InboundGroupSession, Olm, OlmDevice
from nio.store import SqliteStore

from bot.matrix import parse
from bot.matrix.errors import TransientError
from bot.matrix.events import Event
from bot.matrix.room_key import RoomKey
from bot.matrix.session import Session, keep
from bot.matrix.withheld import Withheld
from bot.time.clock import Clock

log = logging.getLogger(__name__)

CURVE = "signed_curve25519"
MOST_MISSING = 5_000  # keys: anybody can send what nobody can read


class _Store(SqliteStore):  # type: ignore[misc]  # nio has no types
    """Trust is read from the devices in memory, where nio keeps it too: three queries an event otherwise.

    Who gets no keys of ours counts as blacklisted.
    """

    excludes: Callable[[OlmDevice], bool]

    def is_device_verified(self, device: OlmDevice) -> bool:
        return bool(device.verified)

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        return bool(device.blacklisted) or self.excludes(device)

    def is_device_ignored(self, device: OlmDevice) -> bool:
        return bool(device.ignored)


class Keys:
    """One device's keys in `directory`.
    Used from the event loop's thread only: SQLite's connection is bound to it.
    """

    def __init__(self, session: Session, directory: Path, clock: Clock, *, only_signed: bool = False) -> None:
        """`directory`: the store and the key it is sealed with.
        RuntimeError when the two do not belong together.
        `only_signed`: devices that their owners have not signed are told nothing.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.me = session.user_id
        self.device = session.device_id
        self._clock = clock
        self._directory = directory
        self._store = _Store(self.me, self.device, str(directory), _pickle_key(directory), "keys.sqlite")
        self._store.excludes = lambda device: only_signed and not self.is_signed(device)
        self._withheld = Withheld(self.database)
        self.signed: dict[str, frozenset[str]] = {}  # user id → the devices that their owner has signed
        self.unsaved = True  # room keys that the backup may lack
        self.missing: set[RoomKey] = set()  # to be looked for there
        self._looked_for: set[RoomKey] = set()
        self._imported: set[RoomKey] = set()
        self.olm = self._machine()
        if session.fresh:
            self.olm.account.shared = False
        self.fallback_used = not self.olm.account.shared
        self._fallback: dict[str, Any] = {}

    def is_signed(self, device: OlmDevice) -> bool:
        """Whether its owner has signed it, as far as we have asked."""
        return device.device_id in self.signed.get(device.user_id, ())

    def _machine(self) -> Olm:
        try:
            return Olm(self.me, self.device, self._store)
        except peewee.DatabaseError as error:
            raise TransientError(None, "server", f"the key store failed: {type(error).__name__}") from None
        except ValueError as error:
            raise RuntimeError(
                f"the keys in {self._directory} cannot be read: {type(error).__name__}"
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it in the store or nothing; no await inside.

        After a failure the machine in memory is ahead of the store: it is read again. Raises TransientError
        when the disk failed.
        """
        try:
            with self._store.database.atomic():
                yield
        except BaseException as error:
            self.olm = self._machine()
            if is_trouble(error):
                raise TransientError(
                    None, "server", f"the key store failed: {type(error).__name__}"
                ) from None
            raise

    def take(self, sync: dict[str, Any]) -> set[RoomKey]:
        """Takes what a sync holds for our device, in one transaction; returns the room keys that came."""
        came, self._imported = self._imported, set()
        with self.transaction():
            for message in parse.listing(parse.mapping(sync.get("to_device")).get("events")):
                key = self._received(parse.mapping(message))
                if key:
                    came.add(key)
                    self.unsaved = True
        lists = parse.mapping(sync.get("device_lists"))
        self.olm.add_changed_users(users(lists.get("changed")))
        self.olm.tracked_users -= users(lists.get("left"))
        self.olm.uploaded_key_count = _count(sync)
        unused = sync.get("device_unused_fallback_key_types")
        self.fallback_used = isinstance(unused, list) and CURVE not in unused
        return came

    def _received(self, message: dict[str, Any]) -> RoomKey | None:
        """Only what is encrypted to our device counts, and why a key was withheld:
        key requests and verifications have no answer here.
        """
        if message.get("type") == "m.room_key.withheld":
            self._withheld.take(message)
        if message.get("type") != "m.room.encrypted":
            return None
        try:
            event = self.olm.handle_to_device_event(ToDeviceEvent.parse_event(message))
        except Exception as error:
            if is_trouble(error):
                raise
            log.warning(
                "matrix: passed over a to-device message of %s: %s",
                parse.name(message.get("sender")),
                type(error).__name__,
            )
            return None
        return (
            RoomKey(event.room_id, event.sender_key, event.session_id)
            if isinstance(event, RoomKeyEvent)
            else None
        )

    def read(self, source: object, room: str) -> Event | None:
        """The event as it reads: opened if it is encrypted and we have the key; None for what is no event."""
        event = parse.event(source, room, self._clock)
        if event is None or event.type != "m.room.encrypted" or event.state_key is not None:
            return event
        if not event.content:
            return replace(event, encrypted=True)
        encrypted = RoomKey.of(source, room)
        if encrypted is None:
            return replace(event, content={}, encrypted=True)
        try:
            type_, content = self._opened(parse.mapping(source), room)
        except Exception as error:  # noqa: BLE001 - anybody may send anything
            if is_trouble(error):
                raise TransientError(
                    None, "server", f"the key store failed: {type(error).__name__}"
                ) from None
            log.warning("matrix: cannot read %s in %s: %s", event.id, room, type(error).__name__)
            self.miss(encrypted)
            why = self._withheld.why(event.sender, encrypted.session)
            return replace(event, content={}, encrypted=True, unreadable=True, withheld=why)
        return replace(event, type=type_, content=parse.contents(content, type_, event.id), encrypted=True)

    def _opened(self, source: dict[str, Any], room: str) -> tuple[str, object]:
        """Type and content of the payload; raises anything."""
        encrypted = NioEvent.parse_encrypted_event({**source, "room_id": room})
        if not isinstance(encrypted, MegolmEvent):
            raise ValueError("not for us")
        payload = self.olm.decrypt_megolm_event(encrypted, room).source
        type_ = parse.name(payload.get("type"))
        if type_ is None or payload.get("room_id") != room:
            raise ValueError("meant for another room")
        return type_, {} if type_ in parse.NOT_BY_CIPHER else payload.get("content")

    @property
    def wants_upload(self) -> bool:
        return self.fallback_used or bool(self.olm.should_upload_keys)

    def fresh_keys(self) -> dict[str, Any]:
        """The body of an upload: device keys the first time, one-time
        keys that are missing, a last resort for when they run out.

        All is saved before it leaves, and counts as published even if the upload fails: a key that
        is on the server and not in our store would eat someone's message.
        """
        with self.transaction():
            body: dict[str, Any] = self.olm.share_keys() if self.olm.should_upload_keys else {}
            if self.fallback_used:
                body["fallback_keys"] = self._last_resort()
            self.olm.mark_keys_as_published()
            self.olm.save_account()
        return body

    def _last_resort(self) -> dict[str, Any]:
        """A fallback key (MSC2732; nio has none).
        The account knows two: none is made before the server has the last one.
        """
        if not self._fallback:
            account = self.olm.account._account
            account.generate_fallback_key()
            for id_, key in account.fallback_key.items():
                signed = {"key": key.to_base64(), "fallback": True}
                signatures = {self.me: {f"ed25519:{self.device}": self.olm.sign_json(signed)}}
                self._fallback[f"{CURVE}:{id_}"] = signed | {"signatures": signatures}
        return self._fallback

    def published(self, count: object) -> None:
        """The upload was accepted; `count`: one-time keys on the server now."""
        with self.transaction():
            self.olm.account.shared = True
            self.olm.uploaded_key_count = count if isinstance(count, int) else None
            self.olm.save_account()
        self.fallback_used = False
        self._fallback = {}

    @property
    def database(self) -> peewee.SqliteDatabase:
        """The key store's, for what is kept beside the keys and in their transactions."""
        return self._store.database

    def miss(self, key: RoomKey) -> None:
        """Notes a key to be looked for in the backup, once in a process."""
        if key not in self._looked_for and len(self._looked_for) < MOST_MISSING:
            self._looked_for.add(key)
            self.missing.add(key)

    def import_session(self, key: RoomKey, session: InboundGroupSession) -> bool:
        """A key out of the backup; whether it is the one that was missed."""
        if (session.id, session.sender_key) != (key.session, key.sender_key) or self.has(key):
            return False
        with self.transaction():
            self.olm.inbound_group_store.add(session)
            self.olm.save_inbound_group_session(session)
        self._imported.add(key)
        return True

    def has(self, key: RoomKey) -> bool:
        return self.olm.inbound_group_store.get(key.room, key.sender_key, key.session) is not None

    def close(self) -> None:
        self.database.close()


def is_trouble(error: BaseException) -> bool:
    """The disk's fault, not a message's: passing over it would lose what others sent."""
    return isinstance(error, peewee.DatabaseError) and not isinstance(
        error, peewee.IntegrityError | peewee.DataError
    )


def users(value: object) -> set[str]:
    """The user ids of a list that a server will take back: one bad id spoils a whole key query."""
    return {
        user for user in parse.listing(value) if parse.name(user) and user.startswith("@") and ":" in user
    }


def _count(sync: dict[str, Any]) -> int | None:
    """One-time keys left on the server.
    An algorithm not listed has none: nio alone would never upload again.
    """
    counts = parse.mapping(sync.get("device_one_time_keys_count"))
    count = counts.get(CURVE, 0)
    return count if isinstance(count, int) and count >= 0 else None


def _pickle_key(directory: Path) -> str:
    """What the store's contents are sealed with; nio's own default is the same for everybody."""
    file = directory / "pickle.key"
    if not file.exists():
        if (directory / "keys.sqlite").exists():
            raise RuntimeError(f"{file} is missing: without it the keys beside it cannot be read")
        keep(file, secrets.token_urlsafe(32))
    return file.read_text()
