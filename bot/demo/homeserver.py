"""A throw-away Synapse, so that the demo and the tests speak with a real homeserver and need nothing but Python."""

import asyncio
import hashlib
import hmac
import json
import random
import secrets
import signal
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from bot.demo import synapse
from bot.demo.child import Child

START_PATIENCE = 60.0


class HomeserverError(Exception):
    """Synapse did not start or refused what it should accept; the text ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Account:
    """Someone's way in: enough to speak as them."""

    user_id: str
    access_token: str
    device_id: str


class Homeserver:
    """Synapse on a free loopback port, as a child that dies with us.

    `directory`: where its data live, kept afterwards; None is a temporary one, removed by `stop()`.
    `rate_limits`: True leaves Synapse's defaults (logins of the cast aside), False lifts them all.
    `extra`: options of homeserver.yaml, put over ours.
    """

    child = Child  # what runs it

    def __init__(
        self,
        directory: Path | None = None,
        *,
        rate_limits: bool = False,
        server_name: str = "reseau.example.org",
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._temporary = None if directory else tempfile.TemporaryDirectory("-synapse", ignore_cleanup_errors=True)
        self.directory = directory or Path(self._temporary.name if self._temporary else "")
        self.server_name = server_name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.directory / "homeserver.log"
        self._rate_limits = rate_limits
        self._extra = dict(extra or {})
        self._secret = secrets.token_hex()
        self._process: Child | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it, or start it again on the same data and port; back when it answers."""
        self._write_config()
        self._spawn()
        async with asyncio.timeout(START_PATIENCE):
            while not await self._answers():
                if self._process is None or not self._process.running:
                    raise HomeserverError(f"Synapse did not start:\n{self._last_words()}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL, as a power cut; `start()` brings it back with its data."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        await self._end(signal.SIGTERM)
        await self.start()

    async def stop(self) -> None:
        """End it and remove its temporary data. A directory that was given is left whole."""
        await self._end(signal.SIGKILL if self._temporary else signal.SIGTERM)
        if self._temporary:
            self._temporary.cleanup()

    async def register(self, localpart: str, password: str, name: str = "") -> Account:
        """Create someone, with a first device. `name` is what others see; HomeserverError when they exist."""
        path = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as web:
            async with web.get(path) as answer:
                nonce = (await answer.json())["nonce"]
            body = {
                "nonce": nonce,
                "username": localpart,
                "displayname": name or localpart,
                "password": password,
                "admin": False,
                "mac": self._signature(nonce, localpart, password),
            }
            async with web.post(path, json=body) as answer:
                found = await answer.json()
        if "access_token" not in found:
            raise HomeserverError(f"{localpart} was not registered: {found}")
        return Account(found["user_id"], found["access_token"], found["device_id"])

    def _signature(self, nonce: str, localpart: str, password: str) -> str:
        signed = "\0".join((nonce, localpart, password, "notadmin"))
        return hmac.new(self._secret.encode(), signed.encode(), hashlib.sha1).hexdigest()

    async def _answers(self) -> bool:
        try:
            async with aiohttp.ClientSession() as web, web.get(f"{self.url}/health") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def _spawn(self) -> None:
        if self._process and self._process.running:
            raise HomeserverError("Synapse is already running")
        self._process = self.child("synapse.app.homeserver", ["-c", str(self.directory / "homeserver.yaml")], self.directory, self.log)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end(how)

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def _write_config(self) -> None:
        """JSON is YAML."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "log.yaml").write_text(json.dumps(synapse.LOGGING))
        config = synapse.config(self.directory, self.server_name, self.port, self._secret)
        config |= synapse.limits(self._rate_limits) | self._extra
        (self.directory / "homeserver.yaml").write_text(json.dumps(config, indent=1))


def free_port() -> int:
    """Below the ephemeral range: there, an outgoing connection could take our port while the server is down."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
