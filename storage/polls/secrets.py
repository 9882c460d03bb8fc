"""Secret ballots: who voted what is held together by a keyed digest, whose key is a file of its own
(storage/secret_key.py).
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import secret_key
from storage.tables import SecretBallot

RECEIPT = "secret"  # the way of a Ballot without choices that only remembers which message voted last


def key_file(data_dir: Path, number: int) -> Path:
    return data_dir / secret_key.FOLDER / str(number)


def make_key(data_dir: Path, number: int) -> bytes:
    """The poll's key, made if there is none: publishing twice does not lose it. Raises OSError."""
    return secret_key.make(key_file(data_dir, number))


def key(data_dir: Path, number: int) -> bytes | None:
    """None: destroyed, or never made, or not what we wrote."""
    return secret_key.read(key_file(data_dir, number))


def destroy_key(data_dir: Path, number: int) -> None:
    secret_key.destroy(key_file(data_dir, number))


def digest(key: bytes, person: str) -> str:
    return secret_key.digest(key, person)


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
