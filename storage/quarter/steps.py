"""Steps of the rounds, and what of polls and meetings they are about."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import settings
from storage.polls import polls
from storage.tables import AvoidedDay, Meeting, Poll, QuarterStep

DATES, THEME, ENTRY, ANNOUNCE = "dates", "theme", "entry", "announce"
STEPS = (DATES, THEME, ENTRY, ANNOUNCE)
REST = "rest"
PROPOSED, DONE, SKIPPED = "proposed", "done", "skipped"
KEY = "quarter:"
_RHYTHM = "rhythm"  # the setting: what the team said; "" for none


def key(round_name: str, step: str) -> str:
    """Of the message that proposes it."""
    return f"{KEY}{round_name}:{step}"


async def step(db: AsyncSession, round_name: str, name: str) -> QuarterStep | None:
    return await db.get(QuarterStep, (round_name, name))


async def of_rounds(db: AsyncSession) -> Mapping[str, Mapping[str, QuarterStep]]:
    """By round and step."""
    found: dict[str, dict[str, QuarterStep]] = {}
    for row in (await db.exec(select(QuarterStep))).all():
        found.setdefault(row.round, {})[row.step] = row
    return found


async def published_polls(db: AsyncSession, since: datetime) -> Sequence[Poll]:
    """Those that people have seen, or will, the latest first."""
    query = select(Poll).where(
        col(Poll.status).in_((polls.PUBLISHED, polls.CLOSING, polls.CLOSED)), Poll.opens_at >= since
    )
    return (await db.exec(query.order_by(col(Poll.id).desc()))).all()


async def meetings_since(db: AsyncSession, since: datetime) -> Sequence[Meeting]:
    """Whatever became of them, in the order of time."""
    query = select(Meeting).where(Meeting.starts_at >= since)
    return (await db.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()


async def rhythm(db: AsyncSession) -> str | None:
    """What the team said of it; "" for none; None: nothing, so that the configuration counts."""
    return await settings.value(db, _RHYTHM)


async def set_rhythm(db: AsyncSession, text: str) -> None:
    await settings.set_value(db, _RHYTHM, text)


async def avoided(db: AsyncSession) -> Mapping[date, str]:
    """Days on which there should be no meeting, and why."""
    rows = (await db.exec(select(AvoidedDay).order_by(col(AvoidedDay.day)))).all()
    return {row.day: row.why for row in rows}


async def avoid(db: AsyncSession, day: date, why: str) -> None:
    await db.merge(AvoidedDay(day=day, why=why))
    await db.flush()


async def forget(db: AsyncSession, before: date) -> None:
    """Days and rounds that are long past."""
    await db.exec(delete(AvoidedDay).where(col(AvoidedDay.day) < before))
    await db.exec(delete(QuarterStep).where(col(QuarterStep.round) < f"{before.year - 1}-{before.month:02d}"))


async def all_meetings(db: AsyncSession) -> Sequence[Meeting]:
    """In the order of time."""
    return (await db.exec(select(Meeting).order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
