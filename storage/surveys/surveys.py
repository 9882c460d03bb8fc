"""The surveys there are: known to people by their number, which is that of their row."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox, questions
from storage.tables import OutboxEntry, Question, Survey

DRAFT, OPEN, CLOSED, CANCELLED = "draft", "open", "closed", "cancelled"
CARD = "survey:"
THEN = "survey.answer"  # the question that is asked; its data has the survey's number


def card_key(number: int) -> str:
    return f"{CARD}{number}"


async def survey(db: AsyncSession, number: int) -> Survey | None:
    return await db.get(Survey, number)


async def by_event(db: AsyncSession, event_id: str) -> Survey | None:
    return (await db.exec(select(Survey).where(Survey.event_id == event_id))).first()


async def by_subject(db: AsyncSession, subject: str) -> Survey | None:
    """The latest on this subject that was not cancelled."""
    query = select(Survey).where(Survey.subject == subject, Survey.status != CANCELLED)
    return (await db.exec(query.order_by(col(Survey.id).desc()))).first()


async def with_status(db: AsyncSession, *statuses: str) -> Sequence[Survey]:
    """The first to close first."""
    query = select(Survey).where(col(Survey.status).in_(statuses))
    return (await db.exec(query.order_by(col(Survey.closes_at), col(Survey.id)))).all()


async def closed_last(db: AsyncSession) -> Survey | None:
    """Of the network: one on a subject of its own is asked for by its number."""
    query = select(Survey).where(Survey.status == CLOSED, Survey.subject == "")
    return (await db.exec(query.order_by(col(Survey.closes_at).desc(), col(Survey.id).desc()))).first()


async def to_close(db: AsyncSession, upto: datetime) -> Sequence[Survey]:
    return [row for row in await with_status(db, OPEN) if row.closes_at <= upto]


async def _asked(db: AsyncSession, number: int) -> list[Question]:
    """The questions that people were asked in it, the latest first."""
    query = select(Question).where(Question.then == THEN).order_by(col(Question.id).desc())
    return [row for row in (await db.exec(query)).all() if row.data.get("survey") == number]


async def reopen(db: AsyncSession, number: int, person: str, room: str) -> None:
    """What they were asked there last takes their words again."""
    theirs = [row for row in await _asked(db, number) if (row.person, row.room_id) == (person, room)]
    if theirs:
        await questions.replace_open(db, person, room)
        theirs[0].status, theirs[0].passed, theirs[0].accepts = "open", False, "text"
        db.add(theirs[0])
        await db.flush()


async def forget_asked(db: AsyncSession, number: int) -> None:
    """Where each person had come to, and what they were told: of the questions only the last one is left,
    which says no more than that they were asked; what was posted with them has no body any more.
    """
    asked = await _asked(db, number)
    messages = col(OutboxEntry.id).in_([row.act_id for row in asked]) & col(OutboxEntry.confidential)
    unsent = messages & (col(OutboxEntry.status) == outbox.WAITING)
    await db.exec(update(OutboxEntry).where(unsent).values(status=outbox.WITHDRAWN))
    settled = messages & col(OutboxEntry.status).not_in(outbox.OPEN)
    await db.exec(update(OutboxEntry).where(settled).values(content={}, error=outbox.ERASED))
    last = {row.person: row.id for row in reversed(asked)}.values()
    gone = [row.id for row in asked if row.id not in last]
    await db.exec(delete(Question).where(col(Question.id).in_(gone)))


async def purge(db: AsyncSession, drafts: datetime) -> None:
    """Forgets what nobody confirmed."""
    await db.exec(delete(Survey).where(col(Survey.status) == DRAFT, col(Survey.opens_at) < drafts))
