"""The meetings there are, what people call them, and which messages show them.

A meeting is known to people by its name ("2026-T4", or "T4" for short). What shows it are living messages, found by their keys.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.tables import Meeting, OutboxEntry

DRAFT, PLANNED, ANNOUNCED, CANCELLED = "draft", "planned", "announced", "cancelled"
THEMATIC, GENERAL = "thematic", "general"

CARD, COUNT, OFFER, REMINDER = "meeting:", "meeting-count:", "meeting-offer:", "meeting-reminder:"
_SHOWN = re.compile(
    r"(meeting:|meeting-count:|meeting-offer:|meeting-reminder:)(\d+)(?::(.+))?", re.ASCII | re.DOTALL
)


def card_key(number: int) -> str:
    """The same in each room that the meeting is announced in."""
    return f"{CARD}{number}"


def count_key(number: int) -> str:
    return f"{COUNT}{number}"


def offer_key(number: int, person: str) -> str:
    return f"{OFFER}{number}:{person}"


def reminder_key(number: int, name: str) -> str:
    """`name`: "J-7"."""
    return f"{REMINDER}{number}:{name}"


def asked_back_key(number: int, person: str, answer: str = "") -> str:
    """What is said to a person of a gesture of theirs that is no answer; `answer`: what it may mean, where that is asked."""
    return f"meeting-asked:{number}:{person}" + (f":{answer}" if answer else "")


class Shown(NamedTuple):
    """What a living message shows. `what`: CARD, COUNT, OFFER or REMINDER; `of`: to whom, or which; else empty."""

    what: str
    meeting: int
    of: str


def shown(living: str) -> Shown | None:
    """None: a message that is not of a meeting."""
    found = _SHOWN.fullmatch(living)
    return Shown(found[1], int(found[2]), found[3] or "") if found else None


async def meeting(db: AsyncSession, number: int) -> Meeting | None:
    return await db.get(Meeting, number)


async def entered_by(db: AsyncSession, event_id: str) -> Meeting | None:
    """The meeting that this command entered."""
    return (await db.exec(select(Meeting).where(Meeting.event_id == event_id))).first()


async def of_poll(db: AsyncSession, number: int) -> Meeting | None:
    """The meeting that this poll on dates became."""
    return (await db.exec(select(Meeting).where(Meeting.poll_id == number).order_by(col(Meeting.id)))).first()


async def of_event(db: AsyncSession, event_id: str) -> Meeting | None:
    """The meeting that this message shows: its card, its counts, an offer or a reminder."""
    entry = await outbox.by_event(db, event_id)
    found = shown(entry.message_key) if entry and entry.message_key else None
    return await meeting(db, found.meeting) if found else None


async def called(db: AsyncSession, name: str, now: datetime) -> Meeting | None:
    """What people mean by "2026-T4", or by "T4": the first of such a quarter that is not over, else the one that was last.

    One that is cancelled is meant when there is no other: it may have been entered anew, as "2026-T4-2".
    """
    exact = (await db.exec(select(Meeting).where(Meeting.name == name))).first()
    if exact:
        return exact
    such = col(Meeting.name).endswith(f"-{name}", autoescape=True) | col(Meeting.name).contains(
        f"-{name}-", autoescape=True
    )
    found = (
        await db.exec(select(Meeting).where(such).order_by(col(Meeting.starts_at), col(Meeting.id)))
    ).all()
    coming = [row for row in found if row.ends_at >= now]
    return next(
        (row for row in (*coming, *reversed(found)) if row.status != CANCELLED),
        (*coming, *reversed(found), None)[0],
    )


def quarter(day: date) -> str:
    """ "2026-T4" of any of its days."""
    return f"{day.year}-T{(day.month + 2) // 3}"


async def free_name(db: AsyncSession, day: date) -> str:
    """The name of a new meeting on that day: "2026-T4", or "2026-T4-2" for the second of a quarter."""
    first = quarter(day)
    taken = set(
        (
            await db.exec(select(Meeting.name).where(col(Meeting.name).startswith(first, autoescape=True)))
        ).all()
    )
    names = [first, *(f"{first}-{place}" for place in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


async def ahead(
    db: AsyncSession,
    now: datetime,
    statuses: Collection[str] = (ANNOUNCED,),
    rooms: Collection[str] | None = None,
) -> list[Meeting]:
    """Those that are not over, in these rooms or everywhere; the soonest first."""
    query = select(Meeting).where(Meeting.ends_at >= now, col(Meeting.status).in_(statuses))
    found = (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
    return [row for row in found if rooms is None or set(row.rooms) & set(rooms)]


async def before(db: AsyncSession, moment: datetime) -> Meeting | None:
    """The one that took place last, or will, before that moment."""
    query = select(Meeting).where(Meeting.starts_at < moment, col(Meeting.status).in_((PLANNED, ANNOUNCED)))
    return (
        await db.exec(query.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()).limit(1))
    ).first()


async def held(db: AsyncSession, since: datetime, upto: datetime) -> Sequence[Meeting]:
    """Announced ones that begin between two instants, the first included; the soonest first."""
    query = select(Meeting).where(
        Meeting.status == ANNOUNCED, Meeting.starts_at >= since, Meeting.starts_at < upto
    )
    return (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()


async def changed(db: AsyncSession, upto: datetime) -> Sequence[Meeting]:
    """Those whose latest change, not announced yet, was made by then."""
    query = select(Meeting).where(col(Meeting.pending_at).is_not(None), col(Meeting.pending_at) <= upto)
    return (await db.exec(query.order_by(col(Meeting.pending_at), col(Meeting.id)))).all()


async def to_forget(db: AsyncSession, ended: datetime) -> list[Meeting]:
    """Those that ended by then, of which it is still known who answered what."""
    query = select(Meeting).where(Meeting.ends_at <= ended)
    return [row for row in (await db.exec(query.order_by(col(Meeting.id)))).all() if not row.counts]


async def appeared(db: AsyncSession, row: Meeting, room: str | None = None) -> bool:
    """Whether people have seen its card, be it removed since, in that room or in any; one that is being sent may have been seen."""
    seen = (outbox.TRIED, outbox.SENT, outbox.REMOVED)
    query = select(OutboxEntry.id).where(
        OutboxEntry.message_key == card_key(row.id),
        OutboxEntry.version == 0,
        col(OutboxEntry.status).in_(seen),
    )
    if room is not None:
        query = query.where(OutboxEntry.room_id == room)
    return (await db.exec(query.limit(1))).first() is not None


async def withdraw(db: AsyncSession, number: int) -> None:
    """Whatever is still to be said about it for the first time."""
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
    await db.exec(
        update(OutboxEntry)
        .where(about, col(OutboxEntry.version) == 0, col(OutboxEntry.status) == outbox.WAITING)
        .values(status=outbox.WITHDRAWN)
    )
