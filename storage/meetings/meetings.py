"""The meetings there are, found by name ("2026-T4", or "T4" for short), by date or by where they are from."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Meeting

DRAFT, PLANNED, ANNOUNCED, CANCELLED = "draft", "planned", "announced", "cancelled"
THEMATIC, GENERAL = "thematic", "general"


async def meeting(db: AsyncSession, number: int) -> Meeting | None:
    return await db.get(Meeting, number)


async def entered_by(db: AsyncSession, event_id: str) -> Meeting | None:
    """The meeting that this command entered."""
    return (await db.exec(select(Meeting).where(Meeting.event_id == event_id))).first()


async def of_poll(db: AsyncSession, number: int) -> Meeting | None:
    """The meeting that this poll on dates became."""
    return (await db.exec(select(Meeting).where(Meeting.poll_id == number).order_by(col(Meeting.id)))).first()


async def by_name(db: AsyncSession, name: str, now: datetime) -> Meeting | None:
    """What people mean by "2026-T4", or by "T4":
    the first of such a quarter that is not over, else the one that was last.

    One that is cancelled is meant when there is no other: it may have been entered anew, as "2026-T4-2".
    """
    exact = (await db.exec(select(Meeting).where(Meeting.name == name))).first()
    if exact:
        return exact
    named_so = col(Meeting.name).endswith(f"-{name}", autoescape=True) | col(Meeting.name).contains(
        f"-{name}-", autoescape=True
    )
    rows = (
        await db.exec(select(Meeting).where(named_so).order_by(col(Meeting.starts_at), col(Meeting.id)))
    ).all()
    coming = [row for row in rows if row.ends_at >= now]
    return next(
        (row for row in (*coming, *reversed(rows)) if row.status != CANCELLED),
        (*coming, *reversed(rows), None)[0],
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


async def upcoming(
    db: AsyncSession,
    now: datetime,
    statuses: Collection[str] = (ANNOUNCED,),
    rooms: Collection[str] | None = None,
) -> list[Meeting]:
    """Those that are not over, in these rooms or everywhere; the soonest first."""
    query = select(Meeting).where(Meeting.ends_at >= now, col(Meeting.status).in_(statuses))
    rows = (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
    return [row for row in rows if rooms is None or set(row.rooms) & set(rooms)]


async def previous(db: AsyncSession, moment: datetime) -> Meeting | None:
    """The one that took place last, or will, before that moment."""
    query = select(Meeting).where(Meeting.starts_at < moment, col(Meeting.status).in_((PLANNED, ANNOUNCED)))
    return (
        await db.exec(query.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()).limit(1))
    ).first()


async def starting_between(db: AsyncSession, since: datetime, upto: datetime) -> Sequence[Meeting]:
    """Announced ones that begin between two instants, the first included; the soonest first."""
    query = select(Meeting).where(
        Meeting.status == ANNOUNCED, Meeting.starts_at >= since, Meeting.starts_at < upto
    )
    return (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()


async def with_pending_change(db: AsyncSession, upto: datetime) -> Sequence[Meeting]:
    """Those whose latest change, not announced yet, was made by then."""
    query = select(Meeting).where(col(Meeting.pending_at).is_not(None), col(Meeting.pending_at) <= upto)
    return (await db.exec(query.order_by(col(Meeting.pending_at), col(Meeting.id)))).all()


async def to_forget(db: AsyncSession, ended: datetime) -> list[Meeting]:
    """Those that ended by then, of which it is still known who answered what."""
    query = select(Meeting).where(Meeting.ends_at <= ended)
    return [row for row in (await db.exec(query.order_by(col(Meeting.id)))).all() if not row.counts]
