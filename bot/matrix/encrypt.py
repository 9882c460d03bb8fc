"""Encrypting what we say: nobody's message leaves before
its key has reached every device that should read it.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any, Literal

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import HttpRequest, path
from bot.matrix.key_upkeep import KeyUpkeep
from bot.matrix.keys import Keys

log = logging.getLogger(__name__)

LEFT_OUT = 3600.0  # seconds before devices that had no one-time key are tried again

Device = tuple[str, str]  # user id, device id


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
        known = self._keys.olm.device_store
        found = {(user, device.id) for user in members for device in known.active_user_devices(user)}
        return frozenset(found - {(self._connection.me, self._keys.device)})

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
        await self._upkeep.claim(dict(olm.get_missing_sessions(members)))
        devices = self._devices(members)
        with self._keys.transaction():
            olm.create_outbound_group_session(room)
            letters = list(olm.share_group_session_parallel(room, members, ignore_unverified_devices=True))
        reached: set[Device] = set()
        for recipients, letter in letters:
            await self._upkeep.send_to_devices(letter)
            reached |= recipients
        olm.outbound_group_sessions[room].mark_as_shared()
        self._shared[room] = _Shared(devices, devices <= reached, time.monotonic())
        if not devices <= reached:
            log.info(
                "matrix: %d devices in %s have no one-time key and cannot read us for now",
                len(devices - reached),
                room,
            )
