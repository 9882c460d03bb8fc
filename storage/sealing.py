"""Sealing (authenticated encryption at rest): what tells who asked something without their name.

The key is a file of its own beside the database, which no backup of the database holds. What is sealed reads
the same nowhere twice; a digest reads the same each time, so that a message is known again without its id.
"""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from storage import secret_key

_NONCE, _TAG = 16, 16  # bytes, those of AES-GCM (NIST SP 800-38D) as pycryptodome makes them


def seal(data_dir: Path, value: Any) -> str:
    """`value`: anything that JSON holds. Base64 of nonce, tag and AES-256-GCM ciphertext. Raises OSError."""
    from Crypto.Cipher import AES

    cipher = AES.new(secret_key.make(_file(data_dir)), AES.MODE_GCM)
    sealed, tag = cipher.encrypt_and_digest(json.dumps(value).encode())
    return b64encode(cipher.nonce + tag + sealed).decode()


def unseal(data_dir: Path, sealed: str) -> Any:
    """None: sealed with a key that is gone, or not by us."""
    from Crypto.Cipher import AES

    key = secret_key.read(_file(data_dir))
    if key is None:
        return None
    try:
        data = b64decode(sealed, validate=True)
        nonce, tag, rest = data[:_NONCE], data[_NONCE : _NONCE + _TAG], data[_NONCE + _TAG :]
        return json.loads(AES.new(key, AES.MODE_GCM, nonce=nonce).decrypt_and_verify(rest, tag))
    except ValueError:
        return None


def digest(data_dir: Path, text: str) -> str:
    """HMAC-SHA256, in hexadecimal. Raises OSError."""
    return secret_key.digest(secret_key.make(_file(data_dir)), text)


def _file(data_dir: Path) -> Path:
    return data_dir / secret_key.FOLDER / "sealing"
