"""Message keys of meetings: which messages show a meeting or tell one person of it,
and which meeting a message is about.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.meetings import answers, meetings
from storage.tables import Meeting, OutboxEntry, Question

CARD, COUNT, OFFER, REMINDER = "meeting:", "meeting-count:", "meeting-offer:", "meeting-reminder:"
RECEIPT = "meeting-receipt:"
_KEY = re.compile(
    r"(meeting:|meeting-count:|meeting-offer:|meeting-reminder:)(\d+)(?::(.+))?", re.ASCII | re.DOTALL
)
_ABOUT = re.compile(r"meeting(?:-[a-z]+)?:(\d+)(?=:|$)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def card_key(number: int) -> str:
    """The same in each room that the meeting is announced in."""
    return f"{CARD}{number}"


def count_key(number: int) -> str:
    return f"{COUNT}{number}"


def offers_key(number: int, person: str) -> str:
    return f"{OFFER}{number}:{person}"


def reminder_key(number: int, name: str) -> str:
    """`name`: "J-7"."""
    return f"{REMINDER}{number}:{name}"


def asked_back_key(number: int, person: str, answer: str = "") -> str:
    """What is said to a person of a gesture of theirs that is no answer; `answer`:
    what it may mean, where that is asked.
    """
    return f"meeting-asked:{number}:{person}" + (f":{answer}" if answer else "")


def receipt_key(number: int, person: str, day: date) -> str:
    return f"{RECEIPT}{number}:{person}:{day.isoformat()}"


def offer_key(number: int, person: str, at: datetime) -> str:
    """A second offer to the same person is another message."""
    return f"{offers_key(number, person)}:{(at - _EPOCH) // timedelta(milliseconds=1)}"


class MessageKey(NamedTuple):
    """What an editable message shows.
    `kind`: CARD, COUNT, OFFER or REMINDER; `detail`: to whom, or which; else empty.
    """

    kind: str
    meeting: int
    detail: str


def parse_key(key: str) -> MessageKey | None:
    """None: a message that is not of a meeting."""
    match = _KEY.fullmatch(key)
    return MessageKey(match[1], int(match[2]), match[3] or "") if match else None


async def of_message(db: AsyncSession, event_id: str) -> Meeting | None:
    """The meeting that this message shows: its card, its counts, an offer or a reminder."""
    entry = await outbox.by_event(db, event_id)
    key = parse_key(entry.message_key) if entry and entry.message_key else None
    return await meetings.meeting(db, key.meeting) if key else None


async def was_seen(db: AsyncSession, row: Meeting, room: str | None = None) -> bool:
    """Whether people have seen its card, be it removed since, in that room or in any;
    one that is being sent may have been seen.
    """
    seen = (outbox.TRIED, outbox.SENT, outbox.REMOVED)
    query = select(OutboxEntry.id).where(
        OutboxEntry.message_key == card_key(row.id),
        OutboxEntry.version == 0,
        col(OutboxEntry.status).in_(seen),
    )
    if room is not None:
        query = query.where(OutboxEntry.room_id == room)
    return (await db.exec(query.limit(1))).first() is not None


def _about(number: int) -> ColumnElement[bool]:
    """The first versions of whatever is said about it by itself."""
    keys = (
        card_key(number),
        f"{card_key(number)}:",
        f"{REMINDER}{number}:",
        count_key(number),
        f"{OFFER}{number}:",
    )
    about = or_(
        *(
            col(OutboxEntry.message_key).startswith(key, autoescape=True)
            if key.endswith(":")
            else col(OutboxEntry.message_key) == key
            for key in keys
        )
    )
    return about & (col(OutboxEntry.version) == 0)


async def withdraw_posts(db: AsyncSession, number: int) -> None:
    """Whatever is still to be said about it for the first time."""
    await db.exec(
        update(OutboxEntry)
        .where(_about(number), col(OutboxEntry.status) == outbox.WAITING)
        .values(status=outbox.WITHDRAWN)
    )


async def posted(db: AsyncSession, number: int) -> Sequence[OutboxEntry]:
    """What was said about it and stands."""
    query = select(OutboxEntry).where(_about(number), col(OutboxEntry.status) == outbox.SENT)
    return (await db.exec(query.order_by(col(OutboxEntry.id)))).all()


async def offers(db: AsyncSession, number: int, person: str) -> Sequence[OutboxEntry]:
    """The first versions of those that they were sent, or are about to be."""
    query = select(OutboxEntry).where(
        col(OutboxEntry.message_key).startswith(f"{offers_key(number, person)}:", autoescape=True),
        OutboxEntry.version == 0,
    )
    return (
        await db.exec(
            query.where(col(OutboxEntry.status).not_in(outbox.FAILED)).order_by(col(OutboxEntry.id))
        )
    ).all()


class LastMessage(NamedTuple):
    """What we said last in a room: about a `meeting`, and whether it waits for an answer to that;
    or a question about something else. `answered`: the event that it answers, or "".
    """

    meeting: Meeting | None = None
    expects_answer: bool = False
    is_question: bool = False
    answered: str = ""


async def last_message(db: AsyncSession, room: str) -> LastMessage:
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
        return LastMessage()
    key = entry.message_key or ""
    if match := _ABOUT.match(key):
        return LastMessage(
            await meetings.meeting(db, int(match[1])), expects_answer=not key.startswith(RECEIPT)
        )
    answered = key.removeprefix(outbox.ANSWER) if key.startswith(outbox.ANSWER) else ""
    if answer := await answers.of_event(db, answered):  # what we say to an answer is about its meeting
        return LastMessage(await meetings.meeting(db, answer.meeting_id))
    question = (
        await db.exec(select(Question.id).where(Question.act_id == entry.id).limit(1))
    ).first() is not None
    return LastMessage(is_question=question, answered=answered)
