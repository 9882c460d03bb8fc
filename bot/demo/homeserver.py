"""A throw-away Synapse, so that the demo and the tests
speak with a real homeserver and need nothing but Python.
"""

import asyncio
import hashlib
import hmac
import json
import random
import secrets
import signal
import socket
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from bot.demo.child import Child

START_PATIENCE = 60.0


class HomeserverError(Exception):
    """Synapse did not start or refused what it should accept;
    the text ends with the last lines of its log.
    """


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
        self._temporary = (
            None if directory else tempfile.TemporaryDirectory("-synapse", ignore_cleanup_errors=True)
        )
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
        self._process = self.child(
            "synapse.app.homeserver",
            ["-c", str(self.directory / "homeserver.yaml")],
            self.directory,
            self.log,
        )

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end(how)

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def _write_config(self) -> None:
        """JSON is YAML."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "log.yaml").write_text(json.dumps(LOGGING))
        written = config(self.directory, self.server_name, self.port, self._secret)
        written |= limits(self._rate_limits) | self._extra
        (self.directory / "homeserver.yaml").write_text(json.dumps(written, indent=1))


def free_port() -> int:
    """Below the ephemeral range: there, an outgoing connection could take our port while the server is
    down.
    """
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


GENEROUS = {"per_second": 10_000, "burst_count": 10_000}


def config(directory: Path, server_name: str, port: int, secret: str) -> dict[str, Any]:
    """homeserver.yaml but for the limits: everything inside `directory`, listening on loopback only;
    `secret` is 32 bytes in hex.
    """
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"]}
    return QUIET | {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}",
        "pid_file": str(directory / "homeserver.pid"),
        "signing_key": f"ed25519 a_1 {b64encode(bytes.fromhex(secret)).decode().rstrip('=')}",
        "media_store_path": str(directory / "media"),
        "log_config": str(directory / "log.yaml"),
        "listeners": [listener | {"resources": [{"names": ["client"]}]}],
        "database": {"name": "sqlite3", "args": {"database": str(directory / "homeserver.db")}},
        "registration_shared_secret": secret,
        "macaroon_secret_key": secret,
        "form_secret": secret,
    }


# Nothing leaves the machine, and nothing runs that no test looks at.
QUIET: dict[str, Any] = {
    "report_stats": False,
    "enable_metrics": False,
    "trusted_key_servers": [],
    "federation_domain_whitelist": [],
    "url_preview_enabled": False,
    "presence": {"enabled": False},
    "stats": {"enabled": False},
    "bcrypt_rounds": 4,
    "user_directory": {"search_all_users": True},
    "background_updates": {"sleep_enabled": False},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["errors"]},
}


def limits(kept: bool) -> dict[str, Any]:
    """Logins of the cast are never limited: no test is about them, and each would wait for minutes."""
    always = {"rc_registration": GENEROUS} | _each("rc_login", "address", "account", "failed_attempts")
    if kept:
        return always
    return (
        always
        | dict.fromkeys((f"rc_{name}" for name in _LIMITED), GENEROUS)
        | _each("rc_joins", "local", "remote")
        | _each("rc_invites", "per_room", "per_user", "per_issuer")
    )


_LIMITED = (
    *("message", "admin_redaction", "joins_per_room", "room_creation", "reports"),
    *("media_create", "key_requests", "user_directory", "profile"),
)


def _each(name: str, *kinds: str) -> dict[str, Any]:
    return {name: dict.fromkeys(kinds, GENEROUS)}


class OpenHomeserver(Homeserver):
    """Everybody has the same password, so that one can come in as anyone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.password = secrets.token_hex(4)

    async def register(self, localpart: str, password: str, name: str = "") -> Account:
        return await super().register(localpart, self.password, name)
