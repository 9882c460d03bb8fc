"""The polls there are, and which of them can be voted in.

A poll is known to people by its number, which is its row's id. What shows it in its room are editable
messages, found by their keys.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.tables import Ballot, OutboxEntry, Poll

DRAFT, PUBLISHED, CLOSING, CLOSED, CANCELLED = "draft", "published", "closing", "closed", "cancelled"
VISIBLE, DISCREET, SECRET = "visible", "discreet", "secret"
CHOICES, DATES = "choices", "dates"
YES, MAYBE, NO = 0, 1, 2  # the answers to one date

CARD, BOX, END, HINT, RESULT = "poll:", "poll-box:", "poll-end:", "poll-hint:", "poll-result:"
_SHOWN = re.compile(r"(poll:|poll-box:|poll-result:)(\d+)(?::(\d+))?", re.ASCII)


# in its result, until it is closed: the parts whose native poll somebody ended, or took a vote too late
ENDED, LATE = "ended", "late"


def ended(row: Poll) -> list[int]:
    """The native polls that take no vote any more though the poll is open, by their part."""
    return list(row.result.get(ENDED, ()))


def card_key(number: int) -> str:
    return f"{CARD}{number}"


def box_key(number: int, part: int = 0) -> str:
    """`part`: of dates, the number of the date from 0."""
    return f"{BOX}{number}:{part}"


def end_key(box: str) -> str:
    """The end of a native poll, by the key of that one."""
    return f"{END}{box.removeprefix(BOX)}"


def hint_key(number: int, person: str) -> str:
    return f"{HINT}{number}:{person}"


def result_key(number: int) -> str:
    return f"{RESULT}{number}"


class Shown(NamedTuple):
    """What an editable message shows. `what`: CARD, BOX or RESULT; `part`: which box."""

    what: str
    poll: int
    part: int


def shown(message_key: str) -> Shown | None:
    """None: a message that is not of a poll."""
    found = _SHOWN.fullmatch(message_key)
    return Shown(found[1], int(found[2]), int(found[3] or 0)) if found else None


async def poll(db: AsyncSession, number: int) -> Poll | None:
    return await db.get(Poll, number)


async def by_event(db: AsyncSession, event_id: str) -> Poll | None:
    """The poll that this command asked for."""
    return (await db.exec(select(Poll).where(Poll.event_id == event_id))).first()


async def of_event(db: AsyncSession, event_id: str) -> Poll | None:
    """The poll whose card, box or result this message is."""
    entry = await outbox.by_event(db, event_id)
    found = shown(entry.message_key) if entry and entry.message_key else None
    return await poll(db, found.poll) if found else None


async def running(db: AsyncSession, rooms: Collection[str] | None = None) -> Sequence[Poll]:
    """Published and not yet closed, in these rooms or everywhere, whether their card is out yet or not;
    the first to close first.
    """
    query = select(Poll).where(col(Poll.status).in_((PUBLISHED, CLOSING)))
    if rooms is not None:
        query = query.where(col(Poll.room_id).in_(rooms))
    return (await db.exec(query.order_by(col(Poll.closes_at), col(Poll.id)))).all()


async def open_in(db: AsyncSession, rooms: Collection[str], now: datetime) -> list[Poll]:
    """Those of these rooms that take votes at this moment; the first to close first."""
    return [
        row
        for row in await running(db, rooms)
        if row.opens_at <= now <= row.closes_at and await appeared(db, row)
    ]


async def closed_last(db: AsyncSession, rooms: Collection[str], since: datetime) -> Poll | None:
    """Of those of these rooms that closed, or should have, after an instant: the latest."""
    query = select(Poll).where(
        col(Poll.room_id).in_(rooms),
        col(Poll.status).in_((PUBLISHED, CLOSING, CLOSED)),
        Poll.closes_at >= since,
    )
    found = (await db.exec(query.order_by(col(Poll.closes_at).desc(), col(Poll.id).desc()))).all()
    for row in found:
        if await appeared(db, row):
            return row
    return None


async def card(db: AsyncSession, row: Poll) -> OutboxEntry | None:
    """Its card in the room where it is, as it was posted first."""
    return next(iter(await outbox.versions(db, card_key(row.id), row.room_id)), None)


async def cards(db: AsyncSession, row: Poll) -> Sequence[OutboxEntry]:
    """Its card in each room where it has been: the one it was in may have been replaced.
    Asked at each ballot: it is mostly one row.
    """
    return (
        await db.exec(
            select(OutboxEntry).where(OutboxEntry.message_key == card_key(row.id), OutboxEntry.version == 0)
        )
    ).all()


async def appeared(db: AsyncSession, row: Poll) -> bool:
    """Whether people have seen its card, be it removed since: what comes before is no vote."""
    return any(entry.status in (outbox.SENT, outbox.REMOVED) for entry in await cards(db, row))


async def coming(db: AsyncSession, row: Poll) -> bool:
    """Whether its card is still to be sent: neither cancelled nor held back until it was too late."""
    return any(entry.status in outbox.OPEN for entry in await cards(db, row))


async def may_have_appeared(db: AsyncSession, row: Poll) -> bool:
    """Whether its card was tried, and nobody knows yet what became of it."""
    return any(entry.status == outbox.TRIED for entry in await cards(db, row))


async def last_hint(db: AsyncSession, number: int, person: str) -> OutboxEntry | None:
    """The latest version of what this person was told about their vote, in whichever room."""
    query = select(OutboxEntry).where(OutboxEntry.message_key == hint_key(number, person))
    return (await db.exec(query.order_by(col(OutboxEntry.id).desc()).limit(1))).first()


async def takes_votes(db: AsyncSession, row: Poll, now: datetime) -> bool:
    """Whether an act of voting counts whose server time is `now`;
    while it is closing, what comes late may still be of before.
    """
    return row.status in (PUBLISHED, CLOSING) and now <= row.closes_at and await appeared(db, row)


async def to_close(db: AsyncSession, upto: datetime) -> Sequence[Poll]:
    """Published, and over by then."""
    query = select(Poll).where(Poll.status == PUBLISHED, Poll.closes_at <= upto)
    return (await db.exec(query.order_by(col(Poll.closes_at), col(Poll.id)))).all()


async def to_count(db: AsyncSession, now: datetime) -> Sequence[Poll]:
    """Closing, whose votes are to be read on the server at this moment."""
    waits = col(Poll.next_try).is_not(None) & (col(Poll.next_try) > now)
    return (await db.exec(select(Poll).where(Poll.status == CLOSING, ~waits).order_by(col(Poll.id)))).all()


async def boxes(db: AsyncSession, row: Poll) -> list[tuple[int, OutboxEntry]]:
    """The native polls that were posted for it, or will be,
    in whichever room it has been, each with its part.
    """
    parts = {box_key(row.id, part): part for part in range(len(row.days) if row.kind == DATES else 1)}
    found = (
        await db.exec(
            select(OutboxEntry)
            .where(col(OutboxEntry.message_key).in_(parts), OutboxEntry.version == 0)
            .order_by(col(OutboxEntry.id))
        )
    ).all()
    return [(parts[entry.message_key or ""], entry) for entry in found]


async def with_status(
    db: AsyncSession, statuses: Collection[str], rooms: Collection[str] | None = None
) -> Sequence[Poll]:
    """Those of these statuses, in these rooms or everywhere, latest first."""
    query = select(Poll).where(col(Poll.status).in_(statuses))
    if rooms is not None:
        query = query.where(col(Poll.room_id).in_(rooms))
    return (await db.exec(query.order_by(col(Poll.id).desc()))).all()


async def purge(db: AsyncSession, drafts: datetime, votes: datetime) -> None:
    """Forgets questions that nobody confirmed since `drafts`,
    and who said what of dates that closed before `votes`.
    """
    await db.exec(delete(Poll).where(col(Poll.status) == DRAFT, col(Poll.opens_at) < drafts))
    old = select(Poll.id).where(col(Poll.status).in_((CLOSED, CANCELLED)), col(Poll.closes_at) < votes)
    await db.exec(delete(Ballot).where(col(Ballot.poll_id).in_(old)))
