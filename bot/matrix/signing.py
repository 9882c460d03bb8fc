"""Signatures of JSON (Ed25519), and cross-signing identities as anybody can read them from the server.

https://spec.matrix.org/v1.17/appendices/#signing-json
https://spec.matrix.org/v1.17/client-server-api/#cross-signing
"""

from dataclasses import dataclass
from typing import Any, Self

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from nio import Api
from unpaddedbase64 import encode_base64
from vodozemac import Ed25519PublicKey, Ed25519Signature

from bot.matrix import parse

JsonObject = dict[str, Any]


def canonical(value: JsonObject) -> bytes:
    """What is signed: canonical JSON without `signatures` and `unsigned`."""
    bare = {key: part for key, part in value.items() if key not in ("signatures", "unsigned")}
    return bytes(Api.to_canonical_json(bare).encode())


def with_signature(value: JsonObject, user: str, key: str, signature: str) -> JsonObject:
    """The same with one more signature. `key`: without its `ed25519:`."""
    signatures = parse.mapping(value.get("signatures"))
    ours = parse.mapping(signatures.get(user)) | {f"ed25519:{key}": signature}
    return value | {"signatures": signatures | {user: ours}}


def is_signed(value: object, user: str, key: str, public: str) -> bool:
    """Whether `user`'s key named `key` signed it. `public`: unpadded base64. Never raises."""
    signatures = parse.mapping(parse.mapping(parse.mapping(value).get("signatures")).get(user))
    try:
        found = Ed25519Signature.from_base64(signatures[f"ed25519:{key}"])
        Ed25519PublicKey.from_base64(public).verify_signature(canonical(parse.mapping(value)), found)
    except Exception:  # noqa: BLE001 - anybody's client may have uploaded anything
        return False
    return True


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private Ed25519 key. `seed`: 32 bytes, which is how other clients keep it too."""

    seed: bytes

    @property
    def public(self) -> str:
        """Unpadded base64."""
        return str(encode_base64(self._private().public_key().export_key(format="raw")))

    def sign(self, value: JsonObject, user: str) -> JsonObject:
        """The same with this key's signature."""
        signature = encode_base64(eddsa.new(self._private(), "rfc8032").sign(canonical(value)))
        return with_signature(value, user, self.public, signature)

    def _private(self) -> ECC.EccKey:
        return ECC.construct(curve="Ed25519", seed=self.seed)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody's cross-signing identity: their master key, and the self-signing key that it signed."""

    user: str
    master: str
    self_signing: str

    @classmethod
    def of(cls, user: str, answer: JsonObject) -> Self | None:
        """From the answer of `/keys/query`; None when there is none, or it does not hold together."""
        master = parse.mapping(parse.mapping(answer.get("master_keys")).get(user))
        signing = parse.mapping(parse.mapping(answer.get("self_signing_keys")).get(user))
        master_key, signing_key = public_key(master), public_key(signing)
        if not master_key or not signing_key or {master.get("user_id"), signing.get("user_id")} != {user}:
            return None
        return (
            cls(user, master_key, signing_key) if is_signed(signing, user, master_key, master_key) else None
        )

    def has_signed(self, device: object) -> bool:
        """Whether this device is its owner's own, as its owner said."""
        return parse.mapping(device).get("user_id") == self.user and is_signed(
            device, self.user, self.self_signing, self.self_signing
        )


def public_key(cross_signing_key: object) -> str:
    """The one key that a cross-signing key object holds; empty when it is none."""
    keys = parse.mapping(parse.mapping(cross_signing_key).get("keys"))
    found = [key for name, key in keys.items() if name == f"ed25519:{key}"]
    return found[0] if len(found) == 1 else ""
