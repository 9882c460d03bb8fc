"""Outbox: what the bot has to do on the server, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import OutboxEntry
from storage.transaction import PLACES

WAITING, TRIED, SENT = "waiting", "tried", "sent"
REFUSED, DROPPED, WITHDRAWN, REMOVED = "refused", "dropped", "withdrawn", "removed"
OPEN = (WAITING, TRIED)
SILENCE = "silence"  # the error of what waits for the end of somebody's silence, or was not sent for it
ERASED = "erased"  # the error of what has no body any more
ANSWER = "answer:"  # how the keys of answers begin; what follows is the event answered
SEALED = "org.animatrice.sealed"  # the whole content of an entry whose text is kept encrypted
FAILED = (REFUSED, DROPPED, WITHDRAWN, REMOVED)


async def by_txn(db: AsyncSession, txn: str) -> OutboxEntry | None:
    return (await db.exec(select(OutboxEntry).where(OutboxEntry.txn == txn))).first()


async def by_event(db: AsyncSession, event_id: str) -> OutboxEntry | None:
    return (await db.exec(select(OutboxEntry).where(OutboxEntry.event_id == event_id))).first()


async def caused_by(db: AsyncSession, cause: str) -> int:
    """How many entries this cause has had so far."""
    return (
        await db.exec(select(func.count()).select_from(OutboxEntry).where(OutboxEntry.cause == cause))
    ).one()


def nothing_yet(db: AsyncSession, cause: str) -> None:
    """Says of a cause that it is new: `next_place` need not ask."""
    db.info.setdefault(PLACES, {})[cause] = 0


def is_new(db: AsyncSession, cause: str) -> bool:
    """Whether nothing was done for it yet, as `nothing_yet` said."""
    return bool(db.info.get(PLACES, {}).get(cause) == 0)


async def next_place(db: AsyncSession, cause: str) -> int:
    """The place of the next entry among those of its cause."""
    places: dict[str, int] = db.info.setdefault(PLACES, {})
    place = places[cause] if cause in places else await caused_by(db, cause)
    places[cause] = place + 1
    return place


async def versions(db: AsyncSession, key: str, room: str | None) -> Sequence[OutboxEntry]:
    """The versions of an editable message in a room, oldest first."""
    same_room = OutboxEntry.room_id == room if room else col(OutboxEntry.room_id).is_(None)
    return (
        await db.exec(
            select(OutboxEntry)
            .where(OutboxEntry.message_key == key, same_room)
            .order_by(col(OutboxEntry.version))
        )
    ).all()


async def open_entries(db: AsyncSession) -> Sequence[Any]:
    """What is still to be sent: id, room, order, target, whether that one opens its room, the part before,
    not before, not tried again before.
    """
    target = aliased(OutboxEntry)
    in_its_room = col(OutboxEntry.relation) == "room"
    query: Any = (
        columns(
            col(OutboxEntry.id),
            # the room that was opened for somebody is known to what was written before by what opened it
            func.coalesce(col(OutboxEntry.room_id), case((in_its_room, col(target.event_id)))),
            case((col(OutboxEntry.follows).is_not(None), -1), else_=col(OutboxEntry.rank)),
            col(OutboxEntry.target_act),
            in_its_room,
            col(OutboxEntry.follows),
            col(OutboxEntry.not_before),
            col(OutboxEntry.next_try),
        )
        .outerjoin(target, col(target.id) == col(OutboxEntry.target_act))
        .where(col(OutboxEntry.status).in_(OPEN))
    )
    return list((await db.exec(query)).all())


async def announced_since(db: AsyncSession, room: str, since: datetime) -> int:
    query = (
        select(func.count())
        .select_from(OutboxEntry)
        .where(
            OutboxEntry.room_id == room,
            col(OutboxEntry.announcement),
            OutboxEntry.status == SENT,
            col(OutboxEntry.sent_at) >= since,
        )
    )
    return (await db.exec(query)).one()


async def planned_announcements(db: AsyncSession, room: str, start: datetime, end: datetime) -> int:
    """Announcements of this room sent, or still to be sent, between two instants."""
    moment = func.coalesce(col(OutboxEntry.sent_at), col(OutboxEntry.not_before))
    query = (
        select(func.count())
        .select_from(OutboxEntry)
        .where(
            OutboxEntry.room_id == room,
            col(OutboxEntry.announcement),
            col(OutboxEntry.status).in_((*OPEN, SENT)),
            moment >= start,
            moment < end,
        )
    )
    return (await db.exec(query)).one()


async def announcements_waiting(db: AsyncSession) -> Sequence[OutboxEntry]:
    """Announcements that are due later, or held back by hours or budget."""
    query = (
        select(OutboxEntry)
        .where(col(OutboxEntry.announcement), OutboxEntry.status == WAITING)
        .order_by(col(OutboxEntry.not_before), col(OutboxEntry.id))
    )
    return (await db.exec(query)).all()


async def edits(db: AsyncSession, entry: int) -> Sequence[OutboxEntry]:
    """The edits of a message that are out: each is an event with a text of its own."""
    query = select(OutboxEntry).where(
        OutboxEntry.target_act == entry, OutboxEntry.relation == "edit", OutboxEntry.status == SENT
    )
    return (await db.exec(query.order_by(col(OutboxEntry.id)))).all()


async def files(db: AsyncSession, entry: OutboxEntry) -> list[OutboxEntry]:
    """The files that came with a message and are out."""
    found: list[OutboxEntry] = []
    before = [entry.id]
    while before:
        parts = (
            await db.exec(
                select(OutboxEntry).where(col(OutboxEntry.follows).in_(before)).order_by(col(OutboxEntry.id))
            )
        ).all()
        found += [part for part in parts if part.kind == "file" and part.status == SENT]
        before = [part.id for part in parts]
    return found


async def standing(db: AsyncSession, prefix: str) -> Sequence[OutboxEntry]:
    """The editable messages that are out under keys that begin so, in whatever room."""
    query = select(OutboxEntry).where(
        col(OutboxEntry.message_key).startswith(prefix, autoescape=True),
        OutboxEntry.version == 0,
        OutboxEntry.status == SENT,
    )
    return (await db.exec(query.order_by(col(OutboxEntry.id)))).all()


async def last_edit(db: AsyncSession, entry: int) -> int:
    """The version of the latest edit of a message; 0: never edited."""
    query = select(func.max(OutboxEntry.version)).where(
        OutboxEntry.target_act == entry, OutboxEntry.relation == "edit"
    )
    return (await db.exec(query)).one() or 0


async def sent(db: AsyncSession, txn: str, event_id: str, at: datetime) -> OutboxEntry | None:
    """Records what the server did with an entry; None when it is not ours, or is known already."""
    entry = await by_txn(db, txn)
    if entry is None or entry.status not in OPEN:
        return None
    arrived(entry, event_id, at)
    db.add(entry)
    return entry


def arrived(entry: OutboxEntry, event_id: str, at: datetime) -> None:
    entry.status, entry.event_id, entry.sent_at, entry.error = SENT, event_id, at, ""
    if entry.confidential:
        entry.content, entry.error = {}, ERASED


async def finish(db: AsyncSession, number: int, status: str) -> None:
    """Ends an entry without an event of its own."""
    await db.exec(update(OutboxEntry).where(col(OutboxEntry.id) == number).values(status=status))


async def withdraw(db: AsyncSession, cause: str) -> int:
    """Takes back what still waits for this cause; what was tried may be out already. Returns how many."""
    statement = (
        update(OutboxEntry)
        .where(col(OutboxEntry.cause) == cause, col(OutboxEntry.status) == WAITING)
        .values(status=WITHDRAWN)
    )
    return int((await db.exec(statement)).rowcount)


async def has_spoken(db: AsyncSession, room: str) -> bool:
    """Whether we have said anything there."""
    query = select(OutboxEntry.id).where(
        OutboxEntry.room_id == room, OutboxEntry.type == "m.room.message", OutboxEntry.kind == "event"
    )
    return (await db.exec(query.limit(1))).first() is not None


async def rename(db: AsyncSession, entry: int, key: str) -> None:
    """Gives an editable message, this entry of it being known, another key: its edits too."""
    db.info.pop(PLACES, None)  # what was new to this transaction has an entry now
    row = await db.get(OutboxEntry, entry)
    base = row.target_act if row is not None and row.relation == "edit" else entry
    edits = (col(OutboxEntry.target_act) == base) & (col(OutboxEntry.relation) == "edit")
    await db.exec(update(OutboxEntry).where((col(OutboxEntry.id) == base) | edits).values(message_key=key))


async def put_off(db: AsyncSession, before: datetime, after: datetime) -> None:
    """What would be announced by itself at one instant is for another, be it sooner;
    what people asked for stays.
    """
    statement = update(OutboxEntry).where(
        col(OutboxEntry.status) == WAITING,
        col(OutboxEntry.announcement),
        col(OutboxEntry.not_before) == before,
        ~col(OutboxEntry.cause).startswith("$"),
    )
    await db.exec(statement.values(not_before=after))


async def end_silence(db: AsyncSession, now: datetime) -> None:
    """What is held by anybody's silence is looked at again."""
    held = update(OutboxEntry).where(col(OutboxEntry.status) == WAITING, col(OutboxEntry.error) == SILENCE)
    await db.exec(held.values(not_before=now, error=""))


async def cancel_room(db: AsyncSession, room: str) -> int:
    """Nothing more goes to a room we are no longer in."""
    statement = (
        update(OutboxEntry)
        .where(
            col(OutboxEntry.room_id) == room,
            col(OutboxEntry.status).in_(OPEN),
            col(OutboxEntry.kind) != "join",
        )
        .values(status=DROPPED)
    )
    return int((await db.exec(statement)).rowcount)


async def erase(db: AsyncSession, before: datetime) -> int:
    """Empties the bodies of what was settled before an instant, and of what is confidential;
    the emoji of a reaction is none.
    """
    at = func.coalesce(col(OutboxEntry.sent_at), col(OutboxEntry.not_before))
    settled = (at < before) | col(OutboxEntry.confidential)
    statement = (
        update(OutboxEntry)
        .where(col(OutboxEntry.status).not_in(OPEN), settled, col(OutboxEntry.error) != ERASED)
        .where(col(OutboxEntry.relation) != "reaction")
        .values(content={}, data=None, error=ERASED, asked_by="")
    )
    return int((await db.exec(statement)).rowcount)
