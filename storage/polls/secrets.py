"""Secret ballots: who voted what is held together by a keyed digest, whose key is a file of its own.

The key lives while the poll is open; no backup holds it. Once it is destroyed, nobody can tell whose a ballot
was, nor try everybody's name.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import SecretBallot

SIZE = 32  # bytes, those of the digest (RFC 2104)
RECEIPT = "secret"  # the way of a Ballot without choices that only remembers which message voted last


def key_file(data_dir: Path, number: int) -> Path:
    return data_dir / "poll-keys" / str(number)


def make_key(data_dir: Path, number: int) -> bytes:
    """The poll's key, made if there is none: publishing twice does not lose it. Raises OSError."""
    known = key(data_dir, number)
    if known is not None:
        return known
    file = key_file(data_dir, number)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, draft = secrets.token_bytes(SIZE), file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return made


def key(data_dir: Path, number: int) -> bytes | None:
    """None: destroyed, or never made, or not what we wrote."""
    try:
        found = key_file(data_dir, number).read_bytes()
    except FileNotFoundError:
        return None
    return found if len(found) == SIZE else None


def destroy_key(data_dir: Path, number: int) -> None:
    """Overwritten, then removed; harmless twice."""
    file = key_file(data_dir, number)
    if file.exists():
        with file.open("r+b") as out:
            out.write(bytes(SIZE))
            out.flush()
            os.fsync(out.fileno())
    file.unlink(missing_ok=True)


def digest(key: bytes, person: str) -> str:
    """HMAC-SHA256, in hexadecimal."""
    return hmac.new(key, person.encode(), hashlib.sha256).hexdigest()


async def put(db: AsyncSession, number: int, digest: str, choices: Sequence[int]) -> bool:
    """Takes the place of the ballot of the same digest; whether there was one.
    The order of the choices says nothing. None of them: withdrawn.
    """
    row = await db.get(SecretBallot, (number, digest))
    if row is not None and not choices:
        await db.delete(row)
    elif choices:
        await db.merge(SecretBallot(poll_id=number, digest=digest, choices=sorted(choices)))
    await db.flush()
    return row is not None


async def has_voted(db: AsyncSession, number: int, digest: str) -> bool:
    return await db.get(SecretBallot, (number, digest)) is not None


async def any_ballot(db: AsyncSession, number: int) -> bool:
    query = select(func.count()).select_from(SecretBallot).where(col(SecretBallot.poll_id) == number)
    return (await db.exec(query)).one() > 0
