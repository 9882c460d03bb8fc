"""Open questions: what the bot waits for, from whom, where."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import cached_query
from storage.outbox import FAILED
from storage.tables import OutboxEntry, Question

OPEN, EXPIRED = "open", "expired"


async def open_for(db: AsyncSession, person: str, room: str) -> Question | None:
    """What waits for this person's words here, if its message still stands:
    one that nobody can read is no question any more.
    """
    if (person, room) not in await _asked(db):
        return None
    failed = select(OutboxEntry.id).where(col(OutboxEntry.status).in_(FAILED))
    lost = select(OutboxEntry.id).where(
        col(OutboxEntry.id).in_(failed) | col(OutboxEntry.target_act).in_(failed)
    )
    query = select(Question).where(
        Question.person == person,
        Question.room_id == room,
        Question.status == OPEN,
        col(Question.act_id).not_in(lost),
    )
    return (await db.exec(query.order_by(col(Question.passed), col(Question.id).desc()))).first()


@cached_query(Question)
async def _asked(db: AsyncSession) -> frozenset[tuple[str, str]]:
    """Who has an open question, and in which room."""
    query = select(Question.person, Question.room_id).where(Question.status == OPEN)
    return frozenset((await db.exec(query)).all())


async def asked_in(db: AsyncSession, event_id: str) -> Sequence[Question]:
    """The questions that a message of ours asked, the latest first:
    an edited answer may have asked a second one.
    """
    base = select(OutboxEntry.id).where(OutboxEntry.event_id == event_id)
    later = select(OutboxEntry.id).where(
        col(OutboxEntry.target_act).in_(base), OutboxEntry.relation == "edit"
    )
    query = select(Question).where(col(Question.act_id).in_(base) | col(Question.act_id).in_(later))
    return (await db.exec(query.order_by(col(Question.id).desc()))).all()


async def expiry(db: AsyncSession, entry: int) -> datetime | None:
    """Until when the question that this entry asks is waited for; None: it asks none."""
    query = select(Question.expires_at).where(Question.act_id == entry)
    return (await db.exec(query.order_by(col(Question.id).desc()).limit(1))).first()


async def replace_open(db: AsyncSession, person: str, room: str) -> list[OutboxEntry]:
    """One open question per person and room: asking the next one closes it. The messages that asked."""
    if (person, room) not in await _asked(db):
        return []
    query = select(Question).where(
        col(Question.person) == person, col(Question.room_id) == room, col(Question.status) == OPEN
    )
    return await _end(db, (await db.exec(query)).all(), "replaced")


async def expire(db: AsyncSession, now: datetime) -> list[OutboxEntry]:
    """Ends the questions whose time is over. The messages that asked."""
    query = select(Question).where(col(Question.expires_at) < now, col(Question.status) == OPEN)
    return await _end(db, (await db.exec(query)).all(), EXPIRED)


async def _end(db: AsyncSession, found: Sequence[Question], status: str) -> list[OutboxEntry]:
    for question in found:
        question.status = status
        db.add(question)
    return [entry for question in found if (entry := await message(db, question)) is not None]


async def message(db: AsyncSession, question: Question) -> OutboxEntry | None:
    """The message that asks, whichever edit of it asked."""
    entry = await db.get(OutboxEntry, question.act_id)
    edited = entry is not None and entry.relation == "edit"
    return await db.get(OutboxEntry, entry.target_act) if entry is not None and edited else entry


async def pass_over(db: AsyncSession, person: str, room: str) -> None:
    """The person went on to something else there: only a tap or a reply answers it now."""
    if (person, room) in await _asked(db):
        statement = update(Question).where(
            col(Question.person) == person, col(Question.room_id) == room, col(Question.status) == OPEN
        )
        await db.exec(statement.values(passed=True))


async def reopen(db: AsyncSession, person: str, room: str, then: str) -> None:
    """What this person was last asked here and `then` takes waits for their words again."""
    query = select(Question).where(Question.person == person, Question.room_id == room, Question.then == then)
    row = (await db.exec(query.order_by(col(Question.id).desc()))).first()
    if row is None:
        return
    await replace_open(db, person, room)
    row.status, row.passed = OPEN, False
    db.add(row)
    await db.flush()


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(Question).where(col(Question.expires_at) < before))


async def unanswered(db: AsyncSession, person: str, room: str, then: str) -> Question | None:
    """The latest that this person was asked here and that `then` takes,
    if they have not answered it, whatever was asked since.
    """
    query = select(Question).where(Question.person == person, Question.room_id == room, Question.then == then)
    row = (await db.exec(query.order_by(col(Question.id).desc()))).first()
    return row if row is not None and row.status != "answered" else None
