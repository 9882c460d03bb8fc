"""Outbox: what the bot has to do on the server, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, case, cast, func, or_, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Instant, OutboxEntry

WAITING, TRIED, SENT = "waiting", "tried", "sent"
REFUSED, DROPPED, WITHDRAWN, REMOVED = "refused", "dropped", "withdrawn", "removed"
OPEN = (WAITING, TRIED)
ANSWER = "answer:"  # how the keys of answers begin; what follows is the event answered
FAILED = (REFUSED, DROPPED, WITHDRAWN, REMOVED)


async def by_txn(db: AsyncSession, txn: str) -> OutboxEntry | None:
    return (await db.exec(select(OutboxEntry).where(OutboxEntry.txn == txn))).first()


async def by_event(db: AsyncSession, event_id: str) -> OutboxEntry | None:
    return (await db.exec(select(OutboxEntry).where(OutboxEntry.event_id == event_id))).first()


async def caused_by(db: AsyncSession, cause: str) -> int:
    """How many entries this cause has had so far: the place of the next one."""
    return (
        await db.exec(select(func.count()).select_from(OutboxEntry).where(OutboxEntry.cause == cause))
    ).one()


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


class Waiting(NamedTuple):
    """An entry that is due. `order`: -1 the next part of a begun post, then its rank; `next_try`:
    not before, since a try has failed.
    """

    entry: int
    room: str | None
    order: int
    next_try: datetime


async def queue(db: AsyncSession, now: datetime) -> Sequence[Waiting]:
    """The first entry that is due of each room, in their order:
    parts of a begun post, answers, announcements, the rest.
    """
    return [Waiting(*row) for row in (await db.exec(_queue(), params={"now": now})).all()]


@cache
def _queue() -> Any:
    target, before = aliased(OutboxEntry), aliased(OutboxEntry)
    order = case((col(OutboxEntry.follows).is_not(None), -1), else_=col(OutboxEntry.rank)).label("order_")
    # The room that was opened for somebody is known to what was written before by the entry that opened it.
    room = func.coalesce(
        col(OutboxEntry.room_id), case((col(OutboxEntry.relation) == "room", col(target.event_id)))
    ).label("room")
    queue_of = func.coalesce(
        room, cast(col(OutboxEntry.id), String)
    )  # a room that is still to be opened is a queue of its own
    position = (
        func.row_number().over(partition_by=queue_of, order_by=(order, col(OutboxEntry.id))).label("position")
    )
    due = (
        columns(col(OutboxEntry.id), room, order, col(OutboxEntry.next_try), position)
        .outerjoin(target, col(target.id) == col(OutboxEntry.target_act))
        .outerjoin(before, col(before.id) == col(OutboxEntry.follows))
        .where(
            col(OutboxEntry.status).in_(OPEN), col(OutboxEntry.not_before) <= bindparam("now", type_=Instant)
        )
        .where(or_(col(target.id).is_(None), col(target.status).not_in(OPEN)))
        .where(or_(col(before.id).is_(None), col(before.status).not_in(OPEN)))
        .subquery()
    )
    return (
        select(due.c.id, due.c.room, due.c.order_, due.c.next_try)
        .where(due.c.position == 1)
        .order_by(due.c.order_, due.c.id)
    )


async def next_change(db: AsyncSession, now: datetime) -> datetime | None:
    """When something that waits today comes due, or may be tried again."""
    waits = case(
        (col(OutboxEntry.not_before) > col(OutboxEntry.next_try), col(OutboxEntry.not_before)),
        else_=col(OutboxEntry.next_try),
    )
    found = (
        await db.exec(select(func.min(waits)).where(col(OutboxEntry.status).in_(OPEN), waits > now))
    ).one()
    return found if isinstance(found, datetime) else None


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


async def files_waiting(db: AsyncSession, entry: OutboxEntry) -> Sequence[OutboxEntry]:
    """The files of a post that is not out yet."""
    query = select(OutboxEntry).where(
        OutboxEntry.cause == entry.cause,
        OutboxEntry.room_id == entry.room_id,
        OutboxEntry.kind == "file",
        OutboxEntry.status == WAITING,
    )
    return (await db.exec(query.order_by(col(OutboxEntry.id)))).all()


async def reactions(db: AsyncSession, entry: OutboxEntry) -> set[str]:
    """What we put under a message to be tapped; nothing once its bodies are erased."""
    found = (
        await db.exec(
            select(OutboxEntry).where(OutboxEntry.target_act == entry.id, OutboxEntry.relation == "reaction")
        )
    ).all()
    return {str(each.content["key"]) for each in found if "key" in each.content}


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
    entry.status, entry.event_id, entry.sent_at, entry.error = SENT, event_id, at, ""
    db.add(entry)
    return entry


async def arrived(db: AsyncSession, number: int, event_id: str, at: datetime) -> None:
    """Records what the server answered to an entry, if the sync has not told it yet."""
    statement = update(OutboxEntry).where(col(OutboxEntry.id) == number, col(OutboxEntry.status).in_(OPEN))
    await db.exec(statement.values(status=SENT, event_id=event_id, sent_at=at, error=""))


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
    """Empties the bodies of what was settled before an instant."""
    settled = func.coalesce(col(OutboxEntry.sent_at), col(OutboxEntry.not_before)) < before
    statement = (
        update(OutboxEntry)
        .where(col(OutboxEntry.status).not_in(OPEN), settled, col(OutboxEntry.error) != "erased")
        .values(content={}, data=None, error="erased")
    )
    return int((await db.exec(statement)).rowcount)
