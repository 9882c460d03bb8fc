"""Encrypting what we say: nobody's message leaves before
its key has reached every device that should read it.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Self, TypeGuard

from nio.crypto import OlmDevice
from nio.crypto.sessions import OutboundGroupSession

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import HttpRequest, path
from bot.matrix.key_upkeep import KeyUpkeep
from bot.matrix.keys import Keys
from bot.matrix.room_key import MEGOLM

log = logging.getLogger(__name__)

HOUR, WEEK = 3_600_000, 7 * 24 * 3_600_000  # milliseconds
LEFT_OUT = 3600.0  # seconds before devices that had no one-time key are tried again

Device = tuple[str, str]  # user id, device id
# what a device that gets no key is told, by whether we leave it out
WITHHELD = {
    True: ("m.unverified", "this device is not signed by its owner"),
    False: ("m.no_olm", "this device has no one-time key"),
}


@dataclass(frozen=True)
class Rotation:
    """When a room's session has had its time (m.room.encryption), within what other clients accept."""

    age: timedelta = timedelta(days=7)
    messages: int = 100

    @classmethod
    def of(cls, state: dict[str, Any]) -> Self:
        """A room that wants a new session for each message would stall everybody: an hour at least."""
        age, messages = state.get("rotation_period_ms"), state.get("rotation_period_msgs")
        return cls(
            timedelta(milliseconds=min(max(age, HOUR), WEEK)) if _is_count(age) else cls.age,
            min(max(messages, 1), 10_000) if _is_count(messages) else cls.messages,
        )

    def apply(self, session: OutboundGroupSession) -> None:
        session.max_age, session.max_messages = self.age, self.messages


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class _Shared:
    """Who was to have the key of a room's present session, and whether some could not be given it."""

    devices: frozenset[Device]
    complete: bool
    at: float


@dataclass(frozen=True)
class Encryption:
    """What the operator decides. `devices`: which ones get our keys, those that their owners have signed, or
    all; `recovery_key`: of an account that has cross-signing keys already.
    """

    devices: Literal["signed", "all"] = "signed"
    recovery_key: str | None = None


class Encryptor:
    def __init__(self, connection: Connection, keys: Keys, upkeep: KeyUpkeep) -> None:
        self._connection = connection
        self._keys = keys
        self._upkeep = upkeep
        self._shared: dict[str, _Shared] = {}
        self._one_at_a_time = asyncio.Lock()

    async def encrypt(self, room: str, type_: str, content: dict[str, Any]) -> dict[str, Any]:
        """The content of the m.room.encrypted event.
        Raises TransientError when a key could not be delivered.
        """
        members = await self._members(room)
        async with self._one_at_a_time:
            try:
                await self._upkeep.query(self._unknown(members))
                if self._is_stale(room, self._devices(members)):
                    await self._share(room, members)
            except PermanentError as refusal:  # of a key, not of the message
                raise TransientError(None, "room", f"the keys were refused: {refusal.errcode}") from None
            if self._keys.olm.should_share_group_session(room):
                raise TransientError(None, "room", "the key store failed meanwhile")
            encrypted: dict[str, Any] = dict(
                self._keys.olm.group_encrypt(room, {"type": type_, "content": content})
            )
        if "m.relates_to" in content:
            encrypted["m.relates_to"] = content["m.relates_to"]  # the server counts relations by it
        return encrypted

    async def _members(self, room: str) -> list[str]:
        """Joined and invited; from the server when our rows do not have ourselves, or nobody else:
        a sync may have seen a room of ours half made.
        """
        members = await self._connection.store.members(room)
        if self._connection.me in members and len(members) > 1:
            return members
        answer = await self._connection.http.ask(
            HttpRequest(method="GET", path=path("rooms", room, "members"), scope="room")
        )
        present = {"join", "invite"}
        events = [parse.mapping(event) for event in parse.listing(answer.get("chunk"))]
        return [
            user
            for event in events
            if parse.mapping(event.get("content")).get("membership") in present
            and (user := parse.name(event.get("state_key")))
        ]

    def _unknown(self, members: list[str]) -> set[str]:
        olm = self._keys.olm
        return {user for user in members if user not in olm.tracked_users or user in olm.users_for_key_query}

    def _devices(self, members: list[str]) -> frozenset[Device]:
        """Those that get our keys."""
        olm = self._keys.olm
        return frozenset(
            (user, device.id)
            for user, device in self._active(members)
            if not olm.is_device_blacklisted(device)
        )

    def _active(self, members: list[str]) -> Iterator[tuple[str, OlmDevice]]:
        for user in members:
            for device in self._keys.olm.device_store.active_user_devices(user):
                if (user, device.id) != (self._connection.me, self._keys.device):
                    yield user, device

    def _is_stale(self, room: str, devices: frozenset[Device]) -> bool:
        """Someone came or went, or the session has had its time."""
        shared = self._shared.get(room)
        if shared is None or shared.devices != devices or self._keys.olm.should_share_group_session(room):
            return True
        return not shared.complete and time.monotonic() - shared.at > LEFT_OUT

    async def _share(self, room: str, members: list[str]) -> None:
        """A new session for the room, its key sent to every device of its members."""
        olm = self._keys.olm
        self._shared.pop(room, None)
        rotation = await self._rotation(room)
        await self._upkeep.claim(self._without_session(members))
        devices = self._devices(members)
        with self._keys.transaction():
            olm.create_outbound_group_session(room)
            self._keys.unsaved = True
            rotation.apply(olm.outbound_group_sessions[room])
            letters = list(olm.share_group_session_parallel(room, members, ignore_unverified_devices=True))
        reached: set[Device] = set()
        for recipients, letter in letters:
            await self._upkeep.send_to_devices(letter)
            reached |= recipients
        olm.outbound_group_sessions[room].mark_as_shared()
        self._shared[room] = _Shared(devices, devices <= reached, time.monotonic())
        await self._withhold(room, members, reached)

    def _without_session(self, members: list[str]) -> dict[str, list[str]]:
        olm, wanted = self._keys.olm, dict[str, list[str]]()
        for user, device in self._active(members):
            if not olm.is_device_blacklisted(device) and not olm.session_store.get(device.curve25519):
                wanted.setdefault(user, []).append(device.id)
        return wanted

    async def _rotation(self, room: str) -> Rotation:
        """As the room's state has it now; asked once a session."""
        try:
            where = path("rooms", room, "state", "m.room.encryption") + "/"
            state = await self._connection.http.ask(HttpRequest(method="GET", path=where, scope="room"))
        except PermanentError:
            return Rotation()
        return Rotation.of(state)

    async def _withhold(self, room: str, members: list[str], reached: set[Device]) -> None:
        """Tells each device that gets no key why, so that its owner is told too (m.room_key.withheld)."""
        olm, messages = self._keys.olm, dict[str, dict[str, Any]]()
        for user, device in self._active(members):
            if (user, device.id) not in reached:
                excluded = olm.is_device_blacklisted(device)
                messages.setdefault(user, {})[device.id] = self._withheld(room, excluded=excluded)
        if not messages:
            return
        log.warning("matrix: devices in %s that cannot read us: %s", room, _counts(messages))
        try:
            await self._upkeep.send_to_devices({"messages": messages}, "m.room_key.withheld")
        except (TransientError, PermanentError) as error:
            log.info("matrix: they could not be told why: %s", error)

    def _withheld(self, room: str, *, excluded: bool) -> dict[str, Any]:
        olm = self._keys.olm
        code, reason = WITHHELD[excluded]
        content = {
            "algorithm": MEGOLM,
            "code": code,
            "reason": reason,
            "sender_key": olm.account.identity_keys["curve25519"],
        }
        if code == "m.no_olm":  # of the device, not of one session
            return content
        return content | {"room_id": room, "session_id": olm.outbound_group_sessions[room].id}


def _counts(messages: dict[str, dict[str, Any]]) -> str:
    """How many, by reason."""
    codes = Counter(content["code"] for devices in messages.values() for content in devices.values())
    return ", ".join(f"{count} {code}" for code, count in codes.items())
