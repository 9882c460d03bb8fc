"""Secret keys: what holds people and their confidential answers together is a keyed digest (HMAC, RFC 2104),
whose key is a file of its own.

A key lives while something is open; no backup holds its folder. Once it is destroyed, nobody can tell whose
an answer was, nor try everybody's name.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

SIZE = 32  # bytes, those of the digest
FOLDER = "poll-keys"  # left out of backups (docs/operateur.md)


def make(file: Path) -> bytes:
    """The key of this file, made if there is none: made twice, it is the same. Raises OSError."""
    known = read(file)
    if known is not None:
        return known
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, draft = secrets.token_bytes(SIZE), file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return made


def read(file: Path) -> bytes | None:
    """None: destroyed, or never made, or not what we wrote."""
    try:
        found = file.read_bytes()
    except FileNotFoundError:
        return None
    return found if len(found) == SIZE else None


def destroy(file: Path) -> None:
    """Overwritten, then removed; harmless twice."""
    if file.exists():
        with file.open("r+b") as out:
            out.write(bytes(SIZE))
            out.flush()
            os.fsync(out.fileno())
    file.unlink(missing_ok=True)


def digest(key: bytes, *what: str) -> str:
    """HMAC-SHA256 of these words in their order, in hexadecimal."""
    return hmac.new(key, "\x1f".join(what).encode(), hashlib.sha256).hexdigest()
