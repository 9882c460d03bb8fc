"""Secret storage (SSSS): secrets in the account's data on the server, which the recovery key alone opens.

Other clients of the account read the same: m.secret_storage.v1.aes-hmac-sha2.
https://spec.matrix.org/v1.17/client-server-api/#secret-storage
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from unpaddedbase64 import decode_base64, encode_base64

from bot.matrix import parse
from bot.matrix.errors import PermanentError
from bot.matrix.http import Http, HttpRequest, path

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # Bitcoin's base 58
HEADER = b"\x8b\x01"
KEY_BYTES = 32
SIGN_BIT = ~(1 << 63)  # of the counter: some platforms' AES-CTR cannot carry into it


def recovery_key(key: bytes) -> str:
    """A key as people write it down: base 58, a check byte, groups of four."""
    whole = HEADER + key
    number = int.from_bytes(whole + bytes([_parity(whole)]))
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = DIGITS[digit] + digits
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def parse_recovery_key(text: str) -> bytes:
    """The 32 bytes of a recovery key, spaces or not. Raises ValueError when it was mistyped."""
    number = 0
    for digit in "".join(text.split()):
        number = number * 58 + DIGITS.index(digit)
    length = len(HEADER) + KEY_BYTES + 1
    if number >= 256**length or (whole := number.to_bytes(length))[:2] != HEADER or _parity(whole):
        raise ValueError("not a recovery key")
    return whole[2:-1]


def _parity(data: bytes) -> int:
    """All bytes of a whole key, its check byte included, make 0."""
    parity = 0
    for byte in data:
        parity ^= byte
    return parity


def encrypt(key: bytes, name: str, secret: str) -> dict[str, str]:
    """`name`: the secret's, which is bound to it."""
    iv = (int.from_bytes(secrets.token_bytes(16)) & SIGN_BIT).to_bytes(16)
    return _encrypted(key, name, secret.encode(), iv)


def decrypt(key: bytes, name: str, encrypted: object) -> str | None:
    """The secret; None when this key is not the one, or the data was altered."""
    found = parse.mapping(encrypted)
    try:
        iv, ciphertext, mac = (decode_base64(found[part].rstrip("=")) for part in ("iv", "ciphertext", "mac"))
        aes_key, mac_key = _derived(key, name)
        if not hmac.compare_digest(hmac.digest(mac_key, ciphertext, "sha256"), mac):
            return None
        return str(_ctr(aes_key, iv).decrypt(ciphertext).decode())
    except (KeyError, ValueError, AttributeError, TypeError):
        return None


def _encrypted(key: bytes, name: str, data: bytes, iv: bytes) -> dict[str, str]:
    aes_key, mac_key = _derived(key, name)
    ciphertext = _ctr(aes_key, iv).encrypt(data)
    mac = hmac.digest(mac_key, ciphertext, "sha256")
    return {
        "iv": encode_base64(iv),
        "ciphertext": encode_base64(ciphertext),
        "mac": encode_base64(mac),
    }


def _derived(key: bytes, name: str) -> tuple[bytes, bytes]:
    derived = HKDF(key, 64, bytes(32), SHA256, context=name.encode())
    assert isinstance(derived, bytes)
    return derived[:32], derived[32:]


def _ctr(key: bytes, iv: bytes) -> Any:
    return AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=iv)


class SecretStorage:
    """What `key` opens of the account's secrets.

    The same key has the same id: a start that was killed leaves nothing that the next one would not find.
    """

    def __init__(self, http: Http, me: str, key: bytes) -> None:
        self._http = http
        self._me = me
        self._key = key
        self.id = hashlib.sha256(b"animatrice secret storage key id" + key).hexdigest()[:32]

    async def create(self) -> None:
        """Makes it the account's own storage, so that other clients ask for this recovery key."""
        check = _encrypted(self._key, "", bytes(KEY_BYTES), (1).to_bytes(16))
        description = {
            "algorithm": ALGORITHM,
            "name": "Animatrice",
            "iv": check["iv"],
            "mac": check["mac"],
        }
        await self._set(f"m.secret_storage.key.{self.id}", description)
        await self._set("m.secret_storage.default_key", {"key": self.id})

    async def read(self, name: str) -> str | None:
        """The secret, whichever client stored it; None when there is none that this key opens."""
        sealed = parse.mapping((await self._get(name)).get("encrypted"))
        opened = (decrypt(self._key, name, each) for each in sealed.values())
        return next((secret for secret in opened if secret is not None), None)

    async def write(self, name: str, secret: str) -> None:
        """Beside what other keys open of it."""
        sealed = parse.mapping((await self._get(name)).get("encrypted"))
        await self._set(name, {"encrypted": sealed | {self.id: encrypt(self._key, name, secret)}})

    async def _get(self, type_: str) -> dict[str, Any]:
        try:
            return await self._http.ask(HttpRequest(method="GET", path=self._path(type_)))
        except PermanentError as refusal:
            if refusal.status == 404:
                return {}
            raise

    async def _set(self, type_: str, content: dict[str, Any]) -> None:
        await self._http.ask(HttpRequest(method="PUT", path=self._path(type_), body=content))

    def _path(self, type_: str) -> str:
        return path("user", self._me, "account_data", type_)


async def opener(http: Http, me: str, keys: Sequence[bytes], name: str) -> tuple[SecretStorage, str] | None:
    """The first of these keys that opens the secret, with it."""
    for key in keys:
        storage = SecretStorage(http, me, key)
        if secret := await storage.read(name):
            return storage, secret
    return None
