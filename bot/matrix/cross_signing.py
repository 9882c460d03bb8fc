"""Cross-signing of our own device: others' clients trust a device that its account has signed.

At the first start the account gets its keys (master, self-signing, user-signing), kept in secret storage
under a recovery key. Each step can be taken again: a start that was killed is finished by the next one.
https://spec.matrix.org/v1.17/client-server-api/#cross-signing
"""

import logging
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from unpaddedbase64 import decode_base64, encode_base64

from bot.matrix import parse
from bot.matrix.errors import AuthenticationNeeded, PermanentError
from bot.matrix.http import Http, HttpRequest, path
from bot.matrix.keys import Keys
from bot.matrix.secret_storage import (
    KEY_BYTES,
    SecretStorage,
    opener,
    parse_recovery_key,
    recovery_key,
)
from bot.matrix.session import keep
from bot.matrix.signing import Identity, SigningKey, is_signed, with_signature

log = logging.getLogger(__name__)

RECOVERY_FILE = "recovery-key"  # in data_dir
USAGES = ("master", "self_signing", "user_signing")
SELF_SIGNING = "m.cross_signing.self_signing"

State = Literal[
    "signed",
    "to be signed",  # nothing is in the way: the next start does it
    "no recovery key",  # the account has keys that another client made
    "wrong recovery key",  # none we have opens the account's secret storage
    "not a recovery key",  # what the configured file holds
    "other keys",  # the server shows a device of our name that is not this one: never to be signed
    "refused",  # by the server
    "unknown",  # the server could not be asked
]


@dataclass(frozen=True, slots=True)
class DeviceTrust:
    """Whether our device is signed by its account. `fingerprint`: its Ed25519 key, in groups of four."""

    state: State
    device: str = ""
    fingerprint: str = ""

    @property
    def signed(self) -> bool:
        return self.state == "signed"


@dataclass(frozen=True)
class Recovery:
    """Where recovery keys are: ours, made at the first start, and the one that an operator gave."""

    file: Path
    given: str | None = None

    def keys(self) -> list[bytes]:
        """Those there are. Raises ValueError when one was mistyped."""
        kept = self.file.read_text() if self.file.exists() else None
        return [parse_recovery_key(text) for text in (self.given, kept) if text]

    def make(self) -> bytes:
        """The key that there is, else a new one, written for the operator's eyes only and never logged."""
        if found := self.keys():
            return found[0]
        key = secrets.token_bytes(KEY_BYTES)
        keep(self.file, recovery_key(key) + "\n")
        log.warning("matrix: the account's recovery key is in %s: keep a copy of it elsewhere", self.file)
        return key


@dataclass(frozen=True)
class Published:
    """What the server shows of an account and one device of it."""

    identity: Identity | None
    device: dict[str, Any]
    master: dict[str, Any]

    @property
    def has_keys(self) -> bool:
        return bool(self.master)

    @property
    def signed(self) -> bool:
        return bool(self.identity and self.identity.has_signed(self.device))


async def published(http: Http, me: str, device: str) -> Published:
    """Asks the server. Raises TransientError and PermanentError."""
    body: dict[str, Any] = {"device_keys": {me: []}}
    answer = await http.ask(HttpRequest(method="POST", path=path("keys", "query"), body=body))
    devices = parse.mapping(parse.mapping(answer.get("device_keys")).get(me))
    master = parse.mapping(parse.mapping(answer.get("master_keys")).get(me))
    return Published(Identity.of(me, answer), parse.mapping(devices.get(device)), master)


async def examine_device(http: Http, me: str, device: str, recovery: Recovery) -> DeviceTrust:
    """Reads only: what a start would find, and whether it could sign. Raises as `published` does."""
    shown = await published(http, me, device)
    fingerprint = _fingerprint(shown.device, device)
    if shown.signed:
        return DeviceTrust("signed", device, fingerprint)
    if not shown.has_keys:
        return DeviceTrust("to be signed", device, fingerprint)
    state, _ = await _openable(http, me, shown, recovery)
    return DeviceTrust(state, device, fingerprint)


class CrossSigning:
    """Signs our device once its keys are on the server. `password`: for when the server asks for it."""

    def __init__(self, http: Http, keys: Keys, password: str | None, recovery: Recovery) -> None:
        self._http = http
        self._keys = keys
        self._me, self._device = keys.me, keys.device
        self._password = password
        self._recovery = recovery
        self.trust = DeviceTrust("unknown", self._device, grouped(keys.olm.account.identity_keys["ed25519"]))

    async def ensure(self) -> DeviceTrust:
        """Signs our device unless it is signed; says in the log when it cannot. Raises TransientError."""
        before = self.trust.state
        try:
            state = await self._sign(await published(self._http, self._me, self._device))
        except PermanentError as refusal:
            log.warning("matrix: cross-signing was refused: %s %s", refusal.status, refusal.errcode)
            state = "refused"
        self.trust = replace(self.trust, state=state)
        if state != before:
            self._tell()
        return self.trust

    def _tell(self) -> None:
        if self.trust.signed:
            log.info("matrix: device %s is signed by its account", self._device)
            return
        log.warning(
            "matrix: device %s (fingerprint %s) is not signed by its account, so that some clients neither "
            "read us nor let us read: %s. What to do: animatrice check",
            self._device,
            self.trust.fingerprint,
            self.trust.state,
        )

    async def _sign(self, shown: Published) -> State:
        if not self._is_ours(shown.device):
            return "other keys"
        if shown.signed:
            return "signed"
        if shown.has_keys:
            state, key = await _openable(self._http, self._me, shown, self._recovery)
            if key is None:
                return state
        else:
            try:
                key = await self._bootstrap()
            except ValueError:
                return "not a recovery key"
        device = {part: value for part, value in shown.device.items() if part != "unsigned"}
        await self._http.ask(
            HttpRequest(
                method="POST",
                path=path("keys", "signatures", "upload"),
                body={self._me: {self._device: key.sign(device, self._me)}},
            )
        )
        return "signed"

    def _is_ours(self, device: dict[str, Any]) -> bool:
        """The server could show us anything to sign."""
        ours = self._keys.olm.account.identity_keys
        shown = {f"{kind}:{self._device}": ours[kind] for kind in ("curve25519", "ed25519")}
        return device.get("keys") == shown and is_signed(device, self._me, self._device, ours["ed25519"])

    async def _bootstrap(self) -> SigningKey:
        """The account's first keys: kept under the recovery key before the server shows their public halves.

        Returns the self-signing key. Raises ValueError when the recovery key was mistyped.
        """
        storage = SecretStorage(self._http, self._me, self._recovery.make())
        await storage.create()
        keys: dict[str, SigningKey] = {}
        for usage in USAGES:
            name = f"m.cross_signing.{usage}"
            seed = await storage.read(name)
            if seed is None:
                seed = encode_base64(secrets.token_bytes(KEY_BYTES))
                await storage.write(name, seed)
            keys[usage] = SigningKey(decode_base64(seed))
        await self._upload({f"{usage}_key": self._public(usage, keys) for usage in USAGES})
        return keys["self_signing"]

    def _public(self, usage: str, keys: dict[str, SigningKey]) -> dict[str, Any]:
        public = keys[usage].public
        shown = {"user_id": self._me, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        if usage != "master":
            return keys["master"].sign(shown, self._me)
        return with_signature(shown, self._me, self._device, self._keys.olm.sign_json(shown))

    async def _upload(self, body: dict[str, Any]) -> None:
        where = path("keys", "device_signing", "upload")
        try:
            await self._http.ask(HttpRequest(method="POST", path=where, body=body))
        except AuthenticationNeeded as needed:
            if not self._password:
                raise
            auth = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._me},
                "password": self._password,
                "session": needed.session,
            }
            await self._http.ask(HttpRequest(method="POST", path=where, body=body | {"auth": auth}))


async def _openable(
    http: Http, me: str, shown: Published, recovery: Recovery
) -> tuple[State, SigningKey | None]:
    """The self-signing key of an account that has one, and whether we can have it."""
    try:
        keys = recovery.keys()
    except ValueError:
        return "not a recovery key", None
    if not keys:
        return "no recovery key", None
    found = await opener(http, me, keys, SELF_SIGNING)
    key = _seed(found[1]) if found else None
    if key is None or shown.identity is None or key.public != shown.identity.self_signing:
        return "wrong recovery key", None
    return "to be signed", key


def _seed(text: str) -> SigningKey | None:
    try:
        seed = decode_base64(text.rstrip("="))
    except ValueError:
        return None
    return SigningKey(seed) if len(seed) == KEY_BYTES else None


def _fingerprint(device: dict[str, Any], id_: str) -> str:
    key = parse.mapping(device.get("keys")).get(f"ed25519:{id_}")
    return grouped(key) if isinstance(key, str) else ""


def grouped(key: str) -> str:
    """As clients show a fingerprint."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
