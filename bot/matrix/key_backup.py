"""Key backup on the server (m.megolm_backup.v1.curve25519-aes-sha2): what a lost or old key store could read.

Its private key is in secret storage. The server can write into a backup whatever it likes: only what we put
there ourselves, which carries a mark that it cannot make, opens messages again.
https://spec.matrix.org/v1.17/client-server-api/#server-side-key-backups
"""

import hmac
import json
import logging
import secrets
from typing import Any

from nio.crypto import InboundGroupSession
from unpaddedbase64 import decode_base64, encode_base64
from vodozemac import Curve25519SecretKey, Message, PkDecryption, PkEncryption

from bot.matrix import parse
from bot.matrix.cross_signing import Recovery
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import Http, HttpRequest, path
from bot.matrix.keys import Keys
from bot.matrix.room_key import MEGOLM, RoomKey
from bot.matrix.secret_storage import KEY_BYTES, SecretStorage, opener
from bot.matrix.signing import canonical, with_signature

log = logging.getLogger(__name__)

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
SECRET = "m.megolm_backup.v1"
MARK = "animatrice.mac"  # in what is encrypted: other clients pass over it
AT_ONCE = 100  # sessions a request


class KeyBackup:
    """The account's backup, once `open` found or made it and the recovery key opens its private key."""

    def __init__(self, http: Http, keys: Keys, recovery: Recovery) -> None:
        self._http = http
        self._keys = keys
        self._recovery = recovery
        self._version = ""
        self._seed = b""
        self._is_open = False
        self._database = keys.database
        self._database.execute_sql(
            "CREATE TABLE IF NOT EXISTS animatrice_backed_up"
            " (version TEXT, session TEXT, PRIMARY KEY (version, session))"
        )

    async def run(self) -> bool:
        """Fetches what we miss and uploads what the server lacks; whether a key came.
        Raises TransientError and PermanentError.
        """
        if not self._is_open:
            try:
                await self._open()
            except PermanentError as refusal:  # a server without backups: asked again at the next start
                log.warning("matrix: no key backup: %s %s", refusal.status, refusal.errcode)
        try:
            came = await self._fetch()
            await self._upload()
        except PermanentError:  # another client made a new version, or deleted ours
            self._is_open, self._version = False, ""
            raise
        return came

    async def _open(self) -> None:
        """Without a recovery key, or beside a backup that it does not open, there is none for us."""
        info = await self._ask("GET", path("room_keys", "version"))
        self._is_open = True
        try:
            recovery = self._recovery.keys()
        except ValueError:
            return
        found = await opener(self._http, self._keys.me, recovery, SECRET)
        seed = _seed(found[1]) if found else None
        if not info and recovery:
            seed = seed or await self._store(recovery[0])
            info = await self._create(seed)
        if seed is None or _public(seed) != parse.mapping(info.get("auth_data")).get("public_key"):
            log.warning("matrix: no key backup: the recovery key does not open the account's")
            return
        self._seed, self._version = seed, str(info.get("version"))

    async def _store(self, recovery: bytes) -> bytes:
        seed = secrets.token_bytes(KEY_BYTES)
        await SecretStorage(self._http, self._keys.me, recovery).write(SECRET, encode_base64(seed))
        return seed

    async def _create(self, seed: bytes) -> dict[str, Any]:
        auth = {"public_key": _public(seed)}
        signed = with_signature(auth, self._keys.me, self._keys.device, self._keys.olm.sign_json(auth))
        body = {"algorithm": ALGORITHM, "auth_data": signed}
        made = await self._ask("POST", path("room_keys", "version"), body)
        return body | {"version": made.get("version")}

    async def _upload(self) -> None:
        """Every room key that is not there yet."""
        self._keys.unsaved = False
        while sessions := self._missing_there()[:AT_ONCE]:
            rooms: dict[str, Any] = {}
            for session in sessions:
                place = rooms.setdefault(session.room_id, {"sessions": {}})["sessions"]
                place[session.id] = self._sealed(session)
            try:
                await self._ask("PUT", path("room_keys", "keys"), {"rooms": rooms}, self._version)
            except (TransientError, PermanentError):
                self._keys.unsaved = True
                raise
            self._note(sessions)

    def _note(self, sessions: list[InboundGroupSession]) -> None:
        with self._database.atomic():
            for session in sessions:
                self._database.execute_sql(
                    "INSERT OR IGNORE INTO animatrice_backed_up VALUES (?, ?)", (self._version, session.id)
                )

    def _missing_there(self) -> list[InboundGroupSession]:
        if not self._version:
            return []
        found = self._database.execute_sql(
            "SELECT session FROM animatrice_backed_up WHERE version = ?", (self._version,)
        )
        saved = {session for (session,) in found}
        return [each for each in self._keys.olm.inbound_group_store if each.id not in saved]

    async def _fetch(self) -> bool:
        """The keys that we miss and that are there, into the store; each is asked for once in a process."""
        came = False
        if not self._version:
            self._keys.missing.clear()
        while self._keys.missing:
            key = next(iter(self._keys.missing))
            where = path("room_keys", "keys", key.room, key.session)
            data = parse.mapping((await self._ask("GET", where, None, self._version)).get("session_data"))
            self._keys.missing.discard(key)
            session = self._opened(key, data)
            came |= session is not None and self._keys.import_session(key, session)
        return came

    def _sealed(self, session: InboundGroupSession) -> dict[str, Any]:
        content = {
            "algorithm": MEGOLM,
            "sender_key": session.sender_key,
            "sender_claimed_keys": {"ed25519": session.ed25519},
            "forwarding_curve25519_key_chain": list(session.forwarding_chain),
            "session_key": session.export_session(session.first_known_index),
        }
        content[MARK] = self._mark(session.room_id, content)
        key = PkDecryption.from_key(Curve25519SecretKey.from_bytes(self._seed)).public_key
        sealed = PkEncryption.from_key(key).encrypt(json.dumps(content).encode())
        return {
            "first_message_index": session.first_known_index,
            "forwarded_count": len(session.forwarding_chain),
            "is_verified": False,
            "session_data": {
                "ciphertext": encode_base64(sealed.ciphertext),
                "mac": encode_base64(sealed.mac),
                "ephemeral": encode_base64(sealed.ephemeral_key),
            },
        }

    def _opened(self, key: RoomKey, data: dict[str, Any]) -> InboundGroupSession | None:
        try:
            message = Message.from_base64(*(data[part] for part in ("ciphertext", "mac", "ephemeral")))
            pair = PkDecryption.from_key(Curve25519SecretKey.from_bytes(self._seed))
            content = json.loads(pair.decrypt(message))
            mark = content.pop(MARK)
            if not hmac.compare_digest(mark, self._mark(key.room, content)):
                return None
            return InboundGroupSession.import_session(
                content["session_key"],
                content["sender_claimed_keys"]["ed25519"],
                content["sender_key"],
                key.room,
                content["forwarding_curve25519_key_chain"],
            )
        except Exception as error:  # noqa: BLE001 - the server, or another client, may have put anything there
            if data:
                log.warning("matrix: passed over a key of the backup: %s", type(error).__name__)
            return None

    def _mark(self, room: str, content: dict[str, Any]) -> str:
        """What nobody can make without the private key: the public one is enough to encrypt."""
        data = canonical({"room_id": room, "content": content})
        return hmac.digest(b"animatrice key backup" + self._seed, data, "sha256").hex()

    async def _ask(self, method: str, where: str, body: object = None, version: str = "") -> dict[str, Any]:
        """{} for what is not there."""
        query = {"version": version} if version else {}
        try:
            return await self._http.ask(HttpRequest(method=method, path=where, body=body, query=query))
        except PermanentError as refusal:
            if refusal.status == 404 and method == "GET":
                return {}
            raise


def _seed(text: str) -> bytes | None:
    try:
        seed = bytes(decode_base64(text.rstrip("=")))
    except ValueError:
        return None
    return seed if len(seed) == KEY_BYTES else None


def _public(seed: bytes) -> str:
    return PkDecryption.from_key(Curve25519SecretKey.from_bytes(seed)).public_key.to_base64()
