"""A Matrix client for one person of the demo and the tests:
plain HTTP, and end-to-end encryption by nio's Olm machine.

It shares nothing with the way the bot uses either, but how JSON is signed.
"""

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from nio import AsyncClient, AsyncClientConfig, Event, MegolmEvent, SyncResponse, ToDeviceEvent
from nio.crypto.attachments import decrypt_attachment
from nio.store import SqliteMemoryStore

from bot.demo.homeserver import Account
from bot.matrix.signing import SigningKey

OUTAGE = 60.0  # seconds a server may be away before its people give up


class Denied(Exception):
    """The server understood and said no."""

    def __init__(self, status: int, errcode: str, why: str) -> None:
        super().__init__(f"{status} {errcode}: {why}")
        self.status = status
        self.errcode = errcode


class Access:
    """Requests in someone's name. Limits are waited for; what can be repeated safely outlives an outage."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._web = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})

    async def close(self) -> None:
        await self._web.close()

    async def call(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        """JSON in, JSON out, `path` below /_matrix/client/v3.
        Raises Denied, or aiohttp.ClientError after an outage.
        """
        data = b"" if body is None else json.dumps(body).encode()
        answer: dict[str, Any] = json.loads(await self._ask(method, f"/_matrix/client/v3{path}", data, query))
        return answer

    async def upload(self, data: bytes, name: str) -> str:
        answer = await self._ask("POST", "/_matrix/media/v3/upload", data, {"filename": name})
        return str(json.loads(answer)["content_uri"])

    async def download(self, mxc: str) -> bytes:
        return await self._ask(
            "GET", f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}", b"", {}
        )

    async def _ask(self, method: str, path: str, data: bytes, query: Mapping[str, str]) -> bytes:
        loop = asyncio.get_running_loop()
        patience = loop.time() + OUTAGE
        while True:
            try:
                async with self._web.request(method, self.url + path, data=data, params=query) as answer:
                    found = await answer.read()
                if answer.status == 429:
                    await asyncio.sleep(json.loads(found).get("retry_after_ms", 1000) / 1000)
                    continue
                if answer.status < 500:
                    return _accepted(answer.status, found)
                trouble: Exception = Denied(answer.status, "M_UNKNOWN", found[:200].decode(errors="replace"))
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = error
            # A POST may have been done: only the caller knows whether twice is harmless.
            if method == "POST" or loop.time() > patience:
                raise trouble
            await asyncio.sleep(0.2)


def _accepted(status: int, found: bytes) -> bytes:
    if status < 400:
        return found
    error = json.loads(found)
    raise Denied(status, error.get("errcode", ""), error.get("error", ""))


class Keys:
    """One device's keys, in memory: they go with the person."""

    def __init__(self, access: Access, account: Account) -> None:
        self._access = access
        self._signed = False
        config = AsyncClientConfig(store=SqliteMemoryStore, encryption_enabled=True)
        self._client = AsyncClient(access.url, account.user_id, account.device_id, config=config)
        self._client.restore_login(account.user_id, account.device_id, account.access_token)
        self._sealing = asyncio.Lock()

    async def close(self) -> None:
        await self._client.close()
        self._client.store.database.close()

    async def tend(self) -> None:
        """What the server is owed after a sync, and before the first message."""
        if self._client.should_upload_keys:
            await self._client.keys_upload()
        await self._sign()
        if self._client.should_query_keys:
            await self._client.keys_query()
        await self._client.send_to_device_messages()

    async def _sign(self) -> None:
        """Cross-signing, once: clients share keys with devices that their owners have signed."""
        if self._signed:
            return
        self._signed, me = True, self._client.user_id
        master, signing = (SigningKey(secrets.token_bytes(32)) for _ in range(2))
        keys = {
            "master_key": _public(me, "master", master),
            "self_signing_key": master.sign(_public(me, "self_signing", signing), me),
        }
        await self._access.call("POST", "/keys/device_signing/upload", keys)
        found = await self._access.call("POST", "/keys/query", {"device_keys": {me: []}})
        device = found["device_keys"][me][self._client.device_id]
        del device["unsigned"]
        signed = {me: {self._client.device_id: signing.sign(device, me)}}
        await self._access.call("POST", "/keys/signatures/upload", signed)

    async def absorb(self, sync: dict[str, Any], encrypted: set[str]) -> None:
        """Room keys, devices and members out of a sync; the messages of its rooms are left to `open`."""
        for event in sync.get("to_device", {}).get("events", []):
            self._receive(event)
        joined = {
            room: _members(part)
            for room, part in sync.get("rooms", {}).get("join", {}).items()
            if room in encrypted
        }
        kept = {
            key: sync[key]
            for key in ("next_batch", "device_lists", "device_one_time_keys_count")
            if key in sync
        }
        response = SyncResponse.from_dict(kept | {"rooms": {"join": joined}})
        if isinstance(response, SyncResponse):
            await self._client.receive_response(response)
        await self.tend()

    def _receive(self, event: dict[str, Any]) -> None:
        try:
            self._client.olm.handle_to_device_event(ToDeviceEvent.parse_event(event))
        except Exception:  # noqa: BLE001 - anyone may send us anything, and nio raises nearly everything at it
            return

    def open(self, event: dict[str, Any], room: str) -> dict[str, Any]:
        """The event as it reads; the same one back when there is no key for it."""
        try:
            parsed = Event.parse_event(event)
            if not isinstance(parsed, MegolmEvent):
                return event
            parsed.room_id = room
            clear = self._client.decrypt_event(parsed).source
            return event | {"type": str(clear["type"]), "content": dict(clear["content"])}
        except Exception:  # noqa: BLE001 - as above
            return event

    async def seal(self, room: str, type: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Type and content as the server may see them;
        the session is shared with all devices in the room first.
        """
        async with self._sealing:
            if not self._client.rooms[room].members_synced:
                await self._client.joined_members(room)
            await self.tend()
            if self._client.olm.should_share_group_session(room):
                await self._client.share_group_session(room, ignore_unverified_devices=True)
            sealed: tuple[str, dict[str, Any]] = self._client.encrypt(room, type, content)
            return sealed


def unlock(data: bytes, key: dict[str, Any]) -> bytes:
    """A file of an encrypted room; `key` is the `file` object of its message."""
    return bytes(decrypt_attachment(data, key["key"]["k"], key["hashes"]["sha256"], key["iv"]))


def _public(user: str, usage: str, key: SigningKey) -> dict[str, Any]:
    return {"user_id": user, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}}


def _members(room: dict[str, Any]) -> dict[str, Any]:
    state = [*room.get("state", {}).get("events", []), *room.get("timeline", {}).get("events", [])]
    needed = [
        event
        for event in state
        if event.get("type") in ("m.room.member", "m.room.encryption") and "state_key" in event
    ]
    return {"state": {"events": needed}, "summary": room.get("summary", {})}
