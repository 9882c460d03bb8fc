"""What a device owes the others: one-time keys on the server, knowledge of their devices, sessions that work.

Done beside the listening, never in its way; what fails is logged and tried again later.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from nio import KeysClaimResponse, KeysQueryResponse
from nio.event_builders import DummyMessage
from vodozemac import Curve25519PublicKey

from bot.matrix import parse
from bot.matrix.connection import Connection
from bot.matrix.cross_signing import CrossSigning
from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.http import HttpRequest, path
from bot.matrix.key_backup import KeyBackup
from bot.matrix.keys import CURVE, Keys, is_trouble, users
from bot.matrix.signing import Identity

log = logging.getLogger(__name__)

REST = 30.0  # seconds after a failure
UNHEARD = 300.0  # seconds before a user whose server did not answer is asked for again
REMOTE = 10_000  # milliseconds the server may wait for other servers


class KeyUpkeep:
    def __init__(
        self,
        connection: Connection,
        keys: Keys,
        cross_signing: CrossSigning,
        backup: KeyBackup,
        on_keys: Callable[[], None],
    ) -> None:
        """`on_keys`: called when room keys came out of the backup."""
        self._backup = backup
        self._on_keys = on_keys
        self._connection = connection
        self._keys = keys
        self._cross_signing = cross_signing
        self._to_sign = True  # not looked at yet, or our own keys changed
        self._task: asyncio.Task[None] | None = None
        self._rest_until = 0.0
        self._asked: dict[str, float] = {}  # users whose devices could not be had, and when

    def start(self) -> None:
        """Does what is needed, unless it is being done or a failure is too fresh."""
        if (
            self._needed()
            and (self._task is None or self._task.done())
            and time.monotonic() >= self._rest_until
        ):
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _needed(self) -> bool:
        olm = self._keys.olm
        self._to_sign |= bool(self._due({self._keys.me} & olm.users_for_key_query))
        # nio wants to ask senders for keys it lacks, once per unreadable event, and would not take the
        # answers.
        olm.outgoing_to_device_messages = [
            message for message in olm.outgoing_to_device_messages if isinstance(message, DummyMessage)
        ]
        olm.key_re_requests_events.clear()
        return bool(
            self._keys.wants_upload
            or self._to_sign
            or self._keys.unsaved
            or self._keys.missing
            or self._due(olm.users_for_key_query)
            or olm.wedged_devices
            or olm.outgoing_to_device_messages
        )

    async def _run(self) -> None:
        try:
            await self.upload()
            await self.sign()
            await self.query(set(self._keys.olm.users_for_key_query))
            await self._mend()
            if await self._backup.run():
                self._on_keys()
        except (TransientError, PermanentError, UnknownToken) as error:
            self._rest_until = time.monotonic() + max(REST, getattr(error, "after", None) or 0)
            log.warning("matrix: the upkeep of keys failed, again later: %s", error)

    async def upload(self) -> None:
        """Whatever keys of ours the server lacks."""
        if not self._keys.wants_upload:
            return
        answer = await self._connection.http.ask(
            HttpRequest(method="POST", path=path("keys", "upload"), body=self._keys.fresh_keys())
        )
        self._keys.published(parse.mapping(answer.get("one_time_key_counts")).get(CURVE))

    async def sign(self) -> None:
        """Our device, by its account. Never in the way of a start: what fails now is tried again later."""
        if not self._to_sign:
            return
        try:
            await self._cross_signing.ensure()
        except TransientError as error:
            self._rest_until = time.monotonic() + REST
            log.warning("matrix: our device could not be signed now, again later: %s", error)
            return
        self._to_sign = False

    async def query(self, wanted: set[str]) -> None:
        """Learns the devices of these users.
        One whose server does not answer is left as known for a while.
        """
        due = self._due(wanted)
        if not due:
            return
        body = {"device_keys": {user: [] for user in due}, "timeout": REMOTE}
        answer = await self._connection.http.ask(
            HttpRequest(method="POST", path=path("keys", "query"), body=body, scope="room")
        )
        found = parse.mapping(answer.get("device_keys"))
        now = time.monotonic()
        with self._keys.transaction():
            for user in due:
                if user in found:
                    self._learn(user, parse.mapping(found[user]), Identity.of(user, answer))
                else:
                    self._asked[user] = now

    def _due(self, wanted: Iterable[str]) -> set[str]:
        now = time.monotonic()
        return {user for user in users(list(wanted)) if now - self._asked.get(user, -UNHEARD) >= UNHEARD}

    def _learn(self, user: str, devices: dict[str, Any], identity: Identity | None) -> None:
        """Devices one by one: a malformed one must not hide its user's others, nor stay half known."""
        sound = {id_: device for id_, device in devices.items() if self._is_sound(user, id_, device)}
        signed = {id_ for id_, device in sound.items() if identity and identity.has_signed(device)}
        self._keys.signed[user] = frozenset(signed)
        self._keys.olm.handle_response(KeysQueryResponse({user: sound}, {}))
        self._asked.pop(user, None)

    def _is_sound(self, user: str, id_: str, device: Any) -> bool:
        try:
            device.pop("unsigned", None)
            curve, signing = device["keys"][f"curve25519:{id_}"], device["keys"][f"ed25519:{id_}"]
            checked = Curve25519PublicKey.from_base64(curve) and self._keys.olm.verify_json(
                dict(device), signing, user, id_
            )
            return bool(
                checked and parse.name(id_) and device["user_id"] == user and device["device_id"] == id_
            )
        except Exception as error:  # noqa: BLE001 - anybody's client may have uploaded anything
            log.warning("matrix: passed over a device of %s: %s", user, type(error).__name__)
            return False

    async def claim(self, wanted: dict[str, list[str]]) -> None:
        """Opens sessions with these devices; those without a one-time key stay without."""
        if not wanted:
            return
        keys = {user: dict.fromkeys(devices, CURVE) for user, devices in wanted.items()}
        body = {"one_time_keys": keys, "timeout": REMOTE}
        answer = await self._connection.http.ask(
            HttpRequest(method="POST", path=path("keys", "claim"), body=body, scope="room")
        )
        with self._keys.transaction():
            for user, devices in parse.mapping(answer.get("one_time_keys")).items():
                for id_, key in parse.mapping(devices).items():
                    self._begin(user, id_, key)

    def _begin(self, user: str, id_: str, key: Any) -> None:
        try:
            self._keys.olm.handle_response(KeysClaimResponse({user: {id_: key}}, {}))
        except Exception as error:
            if is_trouble(error):
                raise
            log.warning("matrix: no session with a device of %s: %s", user, type(error).__name__)

    async def _mend(self) -> None:
        """Begins new sessions with the devices whose old one broke, and says so to them."""
        wanted: dict[str, list[str]] = {}
        for device in self._keys.olm.wedged_devices:
            wanted.setdefault(device.user_id, []).append(device.id)
        await self.claim(wanted)
        olm = self._keys.olm
        olm.wedged_devices.clear()  # one that has no key to claim is marked again by its next message
        greetings, olm.outgoing_to_device_messages = olm.outgoing_to_device_messages, []
        for greeting in greetings:
            await self.send_to_devices(greeting.as_dict())

    async def send_to_devices(self, body: dict[str, Any], type_: str = "m.room.encrypted") -> None:
        """`body`: {"messages": {user: {device: content}}}, each content encrypted unless its type says
        otherwise.
        """
        where = path("sendToDevice", type_, secrets.token_hex(8))
        await self._connection.http.ask(HttpRequest(method="PUT", path=where, body=body, scope="room"))
