"""Acts of voting as they stand: kept one by one, so that taking one back brings back the one before."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, func
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Ballot, SecretBallot

NATIVE, TEXT, TAP = "native", "text", "tap"


async def record(db: AsyncSession, *rows: Ballot) -> None:
    """The same act again takes its own place."""
    for row in rows:
        row.filled = bool(row.choices)
        await db.merge(row)
    await db.flush()


async def act(db: AsyncSession, event_id: str) -> Ballot | None:
    """An act of voting that stands; of one that answers several dates, its first part."""
    return (
        await db.exec(select(Ballot).where(Ballot.event_id == event_id).order_by(col(Ballot.part)).limit(1))
    ).first()


async def take_back(db: AsyncSession, event_id: str) -> int | None:
    """As if this act had never been;
    the number of its poll, None when it was no act of voting that stands.
    """
    number = (await db.exec(select(Ballot.poll_id).where(Ballot.event_id == event_id).limit(1))).first()
    if number is not None:
        await db.exec(delete(Ballot).where(col(Ballot.event_id) == event_id))
    return number


async def of_poll(db: AsyncSession, number: int) -> Sequence[Ballot]:
    """Every act that stands, of everybody, in their order."""
    query = select(Ballot).where(Ballot.poll_id == number)
    return (await db.exec(query.order_by(col(Ballot.at), col(Ballot.event_id), col(Ballot.part)))).all()


async def of_person(db: AsyncSession, number: int, person: str) -> Sequence[Ballot]:
    query = select(Ballot).where(Ballot.poll_id == number, Ballot.person == person)
    return (await db.exec(query.order_by(col(Ballot.at), col(Ballot.event_id), col(Ballot.part)))).all()


async def voters(db: AsyncSession, number: int) -> int:
    """How many people have a choice that counts, secret polls too;
    asked at each ballot, hence one query that reads no choice.

    Of one person and part the latest act decides: a tap always has its choice, and whatever was whole before
    it no longer matters.
    """
    newest = (col(Ballot.at).desc(), col(Ballot.event_id).desc())
    turn = (
        func.row_number()
        .over(partition_by=(col(Ballot.person), col(Ballot.part)), order_by=newest)
        .label("turn")
    )
    latest = (
        columns(col(Ballot.person), col(Ballot.filled), turn).where(col(Ballot.poll_id) == number).subquery()
    )
    seen = (
        columns(func.count(latest.c.person.distinct()))
        .where(and_(latest.c.turn == 1, latest.c.filled))
        .scalar_subquery()
    )
    secret = (
        columns(func.count())
        .select_from(SecretBallot)
        .where(col(SecretBallot.poll_id) == number)
        .scalar_subquery()
    )
    return int((await db.exec(select(seen + secret))).one())


async def of_secret(db: AsyncSession, number: int) -> Sequence[SecretBallot]:
    """By digest: an order that says nothing."""
    query = select(SecretBallot).where(SecretBallot.poll_id == number)
    return (await db.exec(query.order_by(col(SecretBallot.digest)))).all()


async def erase(db: AsyncSession, number: int) -> None:
    """Nothing is left of who voted what, whatever the mode."""
    await db.exec(delete(Ballot).where(col(Ballot.poll_id) == number))
    await db.exec(delete(SecretBallot).where(col(SecretBallot.poll_id) == number))
