"""Taps: the reactions of people under our messages that stand; and our own there, the seeds, and what
takes either away.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import OPEN, SENT, WAITING, WITHDRAWN
from storage.tables import OutboxEntry, Tap

YIELD = "yield"  # the relation of a redaction of a seed that may come back


async def record(db: AsyncSession, tap: Tap) -> None:
    """The same reaction again takes its own place."""
    await db.merge(tap)
    await db.flush()


async def take_back(db: AsyncSession, event_id: str) -> Tap | None:
    """As if this reaction had never been; what it was, None when it was no tap that stands."""
    tap = await db.get(Tap, event_id)
    if tap is not None:
        await db.delete(tap)
        await db.flush()
    return tap


async def among(db: AsyncSession, events: Collection[str]) -> Sequence[Tap]:
    """Those of these reactions that stand, in their order."""
    query = select(Tap).where(col(Tap.event_id).in_(events))
    return (await db.exec(query.order_by(col(Tap.at), col(Tap.event_id)))).all()


async def stands(db: AsyncSession, message: int, key: str) -> bool:
    """Whether somebody has this reaction under this message. `key`: without variation selectors."""
    query = select(Tap.event_id).where(Tap.act_id == message, Tap.key == key)
    return (await db.exec(query.limit(1))).first() is not None


async def overruled(db: AsyncSession, message: int) -> bool:
    """Whether a tap under this message says what no longer counts."""
    query = select(Tap.event_id).where(Tap.act_id == message, col(Tap.overruled))
    return (await db.exec(query.limit(1))).first() is not None


async def seeds(db: AsyncSession, entry: int) -> dict[str, OutboxEntry]:
    """What we put under a message to be tapped, by key: the latest of each, be it taken back."""
    query = select(OutboxEntry).where(OutboxEntry.target_act == entry, OutboxEntry.relation == "reaction")
    found = (await db.exec(query.order_by(col(OutboxEntry.id)))).all()
    return {str(each.content["key"]): each for each in found if "key" in each.content}


async def redaction(db: AsyncSession, *, entry: int | None = None, event: str = "") -> OutboxEntry | None:
    """Our latest redaction of this entry, or of this event of somebody else, out or still to be sent."""
    target = OutboxEntry.target_act == entry if entry else OutboxEntry.target_event == event
    query = select(OutboxEntry).where(
        OutboxEntry.kind == "redact", target, col(OutboxEntry.status).in_((*OPEN, SENT))
    )
    return (await db.exec(query.order_by(col(OutboxEntry.id).desc()).limit(1))).first()


async def call_off(db: AsyncSession, redaction: OutboxEntry | None) -> bool:
    """Whether nothing is redacted after all: what was tried may be out already."""
    if redaction is None:
        return True
    if redaction.status != WAITING:
        return False
    redaction.status = WITHDRAWN
    db.add(redaction)
    await db.flush()
    return True


async def is_offered(db: AsyncSession, message: int, key: str) -> bool:
    """Whether our reaction with this key stands under a message, or will:
    its removal that has not left is called off.
    """
    seed = (await seeds(db, message)).get(key)
    if seed is None or seed.status not in (*OPEN, SENT):
        return False
    return await call_off(db, await redaction(db, entry=seed.id))


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(Tap).where(col(Tap.at) < before))
