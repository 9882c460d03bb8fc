"""What the bot has to do on the server, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, case, cast, func, or_, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Act, Instant

WAITING, TRIED, SENT = "waiting", "tried", "sent"
REFUSED, DROPPED, WITHDRAWN, REMOVED = "refused", "dropped", "withdrawn", "removed"
OPEN = (WAITING, TRIED)
LOST = (REFUSED, DROPPED, WITHDRAWN, REMOVED)


async def by_txn(db: AsyncSession, txn: str) -> Act | None:
    return (await db.exec(select(Act).where(Act.txn == txn))).first()


async def by_event(db: AsyncSession, event_id: str) -> Act | None:
    return (await db.exec(select(Act).where(Act.event_id == event_id))).first()


async def caused_by(db: AsyncSession, cause: str) -> int:
    """How many acts this cause has had so far: the place of the next one."""
    return (await db.exec(select(func.count()).select_from(Act).where(Act.cause == cause))).one()


async def living(db: AsyncSession, key: str, room: str | None) -> Sequence[Act]:
    """The versions of a living message in a room, oldest first."""
    same_room = Act.room_id == room if room else col(Act.room_id).is_(None)
    return (await db.exec(select(Act).where(Act.living == key, same_room).order_by(col(Act.version)))).all()


class Waiting(NamedTuple):
    """An act that is due. `order`: -1 the next part of a begun post, then its rank; `next_try`: not before, since a try has failed."""

    act: int
    room: str | None
    order: int
    next_try: datetime


async def queue(db: AsyncSession, now: datetime) -> Sequence[Waiting]:
    """The first act that is due of each room, in their order: parts of a begun post, answers, announcements, the rest."""
    return [Waiting(*row) for row in (await db.exec(_queue(), params={"now": now})).all()]


@cache
def _queue() -> Any:
    target, before = aliased(Act), aliased(Act)
    order = case((col(Act.follows).is_not(None), -1), else_=col(Act.rank)).label("order_")
    # The room that was opened for somebody is known to what was written before by the act that opened it.
    room = func.coalesce(col(Act.room_id), case((col(Act.relation) == "room", col(target.event_id)))).label("room")
    place = func.coalesce(room, cast(col(Act.id), String))  # a room that is still to be opened is a place of its own
    turn = func.row_number().over(partition_by=place, order_by=(order, col(Act.id))).label("turn")
    due = (
        columns(col(Act.id), room, order, col(Act.next_try), turn)
        .outerjoin(target, col(target.id) == col(Act.target_act))
        .outerjoin(before, col(before.id) == col(Act.follows))
        .where(col(Act.status).in_(OPEN), col(Act.not_before) <= bindparam("now", type_=Instant))
        .where(or_(col(target.id).is_(None), col(target.status).not_in(OPEN)))
        .where(or_(col(before.id).is_(None), col(before.status).not_in(OPEN)))
        .subquery()
    )
    return select(due.c.id, due.c.room, due.c.order_, due.c.next_try).where(due.c.turn == 1).order_by(due.c.order_, due.c.id)


async def next_change(db: AsyncSession, now: datetime) -> datetime | None:
    """When something that waits today comes due, or may be tried again."""
    waits = case((col(Act.not_before) > col(Act.next_try), col(Act.not_before)), else_=col(Act.next_try))
    found = (await db.exec(select(func.min(waits)).where(col(Act.status).in_(OPEN), waits > now))).one()
    return found if isinstance(found, datetime) else None


async def announced_since(db: AsyncSession, room: str, since: datetime) -> int:
    query = select(func.count()).select_from(Act).where(Act.room_id == room, col(Act.announcement), Act.status == SENT, col(Act.sent_at) >= since)
    return (await db.exec(query)).one()


async def planned_announcements(db: AsyncSession, room: str, start: datetime, end: datetime) -> int:
    """Announcements of this room sent, or still to be sent, between two instants."""
    moment = func.coalesce(col(Act.sent_at), col(Act.not_before))
    query = (
        select(func.count())
        .select_from(Act)
        .where(Act.room_id == room, col(Act.announcement), col(Act.status).in_((*OPEN, SENT)), moment >= start, moment < end)
    )
    return (await db.exec(query)).one()


async def announcements_waiting(db: AsyncSession) -> Sequence[Act]:
    """Announcements that are due later, or held back by hours or budget."""
    query = select(Act).where(col(Act.announcement), Act.status == WAITING).order_by(col(Act.not_before), col(Act.id))
    return (await db.exec(query)).all()


async def edits(db: AsyncSession, act: int) -> Sequence[Act]:
    """The edits of a message that are out: each is an event with a text of its own."""
    query = select(Act).where(Act.target_act == act, Act.relation == "edit", Act.status == SENT)
    return (await db.exec(query.order_by(col(Act.id)))).all()


async def files(db: AsyncSession, act: Act) -> list[Act]:
    """The files that came with a message and are out."""
    found: list[Act] = []
    before = [act.id]
    while before:
        parts = (await db.exec(select(Act).where(col(Act.follows).in_(before)).order_by(col(Act.id)))).all()
        found += [part for part in parts if part.kind == "file" and part.status == SENT]
        before = [part.id for part in parts]
    return found


async def standing(db: AsyncSession, prefix: str) -> Sequence[Act]:
    """The living messages that are out under keys that begin so, in whatever room."""
    query = select(Act).where(col(Act.living).startswith(prefix, autoescape=True), Act.version == 0, Act.status == SENT)
    return (await db.exec(query.order_by(col(Act.id)))).all()


async def files_waiting(db: AsyncSession, act: Act) -> Sequence[Act]:
    """The files of a post that is not out yet."""
    query = select(Act).where(Act.cause == act.cause, Act.room_id == act.room_id, Act.kind == "file", Act.status == WAITING)
    return (await db.exec(query.order_by(col(Act.id)))).all()


async def reactions(db: AsyncSession, act: Act) -> set[str]:
    """What we put under a message to be tapped; nothing once its bodies are erased."""
    found = (await db.exec(select(Act).where(Act.target_act == act.id, Act.relation == "reaction"))).all()
    return {str(each.content["key"]) for each in found if "key" in each.content}


async def last_edit(db: AsyncSession, act: int) -> int:
    """The version of the latest edit of a message; 0: never edited."""
    query = select(func.max(Act.version)).where(Act.target_act == act, Act.relation == "edit")
    return (await db.exec(query)).one() or 0


async def sent(db: AsyncSession, txn: str, event_id: str, at: datetime) -> Act | None:
    """Records what the server did with an act; None when it is not ours, or is known already."""
    act = await by_txn(db, txn)
    if act is None or act.status not in OPEN:
        return None
    act.status, act.event_id, act.sent_at, act.error = SENT, event_id, at, ""
    db.add(act)
    return act


async def settle(db: AsyncSession, number: int, status: str) -> None:
    """Ends an act without an event of its own."""
    await db.exec(update(Act).where(col(Act.id) == number).values(status=status))


async def withdraw(db: AsyncSession, cause: str) -> int:
    """Takes back what still waits for this cause; what was tried may be out already. Returns how many."""
    statement = update(Act).where(col(Act.cause) == cause, col(Act.status) == WAITING).values(status=WITHDRAWN)
    return int((await db.exec(statement)).rowcount)


async def put_off(db: AsyncSession, before: datetime, after: datetime) -> None:
    """What would be announced by itself at one instant is for another, be it sooner; what people asked for stays."""
    statement = update(Act).where(col(Act.status) == WAITING, col(Act.announcement), col(Act.not_before) == before, ~col(Act.cause).startswith("$"))
    await db.exec(statement.values(not_before=after))


async def drop_room(db: AsyncSession, room: str) -> int:
    """Nothing more goes to a room we are no longer in."""
    statement = update(Act).where(col(Act.room_id) == room, col(Act.status).in_(OPEN), col(Act.kind) != "join").values(status=DROPPED)
    return int((await db.exec(statement)).rowcount)


async def erase(db: AsyncSession, before: datetime) -> int:
    """Empties the bodies of what was settled before an instant (DESIGN: 7 days after sending)."""
    settled = func.coalesce(col(Act.sent_at), col(Act.not_before)) < before
    statement = update(Act).where(col(Act.status).not_in(OPEN), settled, col(Act.error) != "erased").values(content={}, data=None, error="erased")
    return int((await db.exec(statement)).rowcount)
