"""What was told to one person about a meeting, in private: which messages those are, and which meeting the latest of a room is about."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.meetings import answers, meetings
from storage.tables import Meeting, OutboxEntry, Question

RECEIPT = "meeting-receipt:"
_ABOUT = re.compile(r"meeting(?:-[a-z]+)?:(\d+)(?=:|$)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def receipt_key(number: int, person: str, day: date) -> str:
    return f"{RECEIPT}{number}:{person}:{day.isoformat()}"


def offer_key(number: int, person: str, at: datetime) -> str:
    """A second offer to the same person is another message."""
    return f"{meetings.offer_key(number, person)}:{(at - _EPOCH) // timedelta(milliseconds=1)}"


async def offers(db: AsyncSession, number: int, person: str) -> Sequence[OutboxEntry]:
    """The first versions of those that they were sent, or are about to be."""
    query = select(OutboxEntry).where(
        col(OutboxEntry.message_key).startswith(f"{meetings.offer_key(number, person)}:", autoescape=True),
        OutboxEntry.version == 0,
    )
    return (
        await db.exec(
            query.where(col(OutboxEntry.status).not_in(outbox.FAILED)).order_by(col(OutboxEntry.id))
        )
    ).all()


class Last(NamedTuple):
    """What we said last in a room. `meeting`: what it is about, if it is about one, and `expects`: it waits for an answer to that; `asked`: it was a
    question about something else."""

    meeting: Meeting | None = None
    expects: bool = False
    asked: bool = False


async def last_said(db: AsyncSession, room: str) -> Last:
    """Among what went out and stands; edits are no new message."""
    query = select(OutboxEntry).where(
        OutboxEntry.room_id == room,
        OutboxEntry.kind == "event",
        OutboxEntry.type == "m.room.message",
        OutboxEntry.status == outbox.SENT,
        OutboxEntry.version == 0,
    )
    entry = (await db.exec(query.order_by(col(OutboxEntry.id).desc()).limit(1))).first()
    if entry is None:
        return Last()
    living = entry.message_key or ""
    if found := _ABOUT.match(living):
        return Last(await meetings.meeting(db, int(found[1])), expects=not living.startswith(RECEIPT))
    if answered := await answers.act(
        db, living.removeprefix("answer:")
    ):  # what we say to an answer is about its meeting
        return Last(await meetings.meeting(db, answered.meeting_id))
    asked = (
        await db.exec(select(Question.id).where(Question.act_id == entry.id).limit(1))
    ).first() is not None
    return Last(asked=asked)
