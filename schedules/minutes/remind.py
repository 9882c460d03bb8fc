"""Reminders of actions, in private to who has them, until they are done or dropped.

Who cannot be reached in private is reminded by the team, which is told.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time.recurrence import Occurrence, instant
from schedules.meetings.wording import one_line
from schedules.minutes import wording
from storage.meetings import meetings
from storage.minutes import actions
from storage.tables import Action

KEY = "action:"
DONE, DROPPED = "✅", "❌"
AT = time(9)
BEFORE = timedelta(days=3)  # the first reminder of what has a date
LATE = timedelta(days=7)  # between two, once the date has passed
UNDATED = timedelta(days=14)


def next_reminder(before: date | None, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after now: three days before the date, that day, then every week;
    every two weeks of what has no date.
    """
    today = now.astimezone(zone).date()
    if before is None:
        return instant(today + UNDATED, AT, zone)
    moments = (instant(day, AT, zone) for day in (before - BEFORE, before))
    return next((moment for moment in moments if moment > now), instant(today + LATE, AT, zone))


async def planned(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    """The latest of each: after an absence, those before it are not said too."""
    return [_latest(row, upto) for row in await actions.due(db, upto)]


def _latest(row: Action, upto: datetime) -> Occurrence:
    moment = row.next_at
    while (later := moment + _until_next(row.before, moment)) <= upto:
        moment = later
    return Occurrence(f"{row.id} {moment.isoformat()}", moment)


def _until_next(before: date | None, moment: datetime) -> timedelta:
    if before is None:
        return UNDATED
    return BEFORE if moment.date() < before else LATE


async def later(db: AsyncSession, now: datetime) -> list[datetime]:
    return [row.next_at for row in await actions.open_ones(db) if row.next_at > now]


@due("action reminders", rows=planned, at_once=True, changes_at=later)
async def remind(run: Run) -> None:
    for row in await actions.due(run.db, run.planned):
        if _latest(row, run.planned).name != run.name:
            continue
        if not await tell(run, row):
            name, text = one_line(row.name), one_line(row.text)
            await run.tell_team(
                Say(
                    "À rappeler à {name}, que je ne peux pas joindre en privé : {text} (`!action fait {n}`)",
                    name=name,
                    text=text,
                    n=row.id,
                )
            )
        row.next_at = next_reminder(row.before, run.planned, run.config.zone)
        run.db.add(row)


async def tell(uow: UnitOfWork, row: Action) -> bool:
    """Whether they can be reached in private. Each day has its own message."""
    meeting = await meetings.meeting(uow.db, row.meeting_id)
    if meeting is None or not row.person or await uow.private_room(row.person) is None:
        return False
    say = wording.reminder(row, meeting, uow.now, uow.config)
    key = f"{KEY}{row.id}:{uow.now.astimezone(uow.config.zone):%Y-%m-%d}"
    title = Say("« Rappel d’une action »").text(uow.config.language)
    await uow.post(Post(person=row.person, say=say, key=key, reactions=(DONE, DROPPED), title=title))
    return True


def number_of_key(key: str) -> int | None:
    number = key.removeprefix(KEY).partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else None
