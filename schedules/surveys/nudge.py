"""Nudge: once, in private, two days before a survey closes, to who has not finished it;
never to who wants no reminders, or nothing in private.
"""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules.polls.nudge import end_of_day, too_late
from schedules.surveys import card, interview
from schedules.surveys.close import member_ids
from storage import pause, silence
from storage.meetings import preferences
from storage.surveys import surveys
from storage.tables import Survey

BEFORE, SHORTEST = timedelta(days=2), timedelta(days=1)  # a survey that is open for less is not nudged


async def soon_over(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [
        Occurrence(row.event_id, _moment(row))
        for row in await surveys.with_status(db, surveys.OPEN)
        if row.closes_at - row.opens_at >= SHORTEST and _moment(row) <= upto
    ]


def _moment(row: Survey) -> datetime:
    return max(row.opens_at + (row.closes_at - row.opens_at) / 2, row.closes_at - BEFORE)


@due("survey nudge", rows=soon_over, missed="drop", grace=end_of_day, dropped=too_late)
async def nudge(run: Run) -> None:
    row = await surveys.by_event(run.db, run.name)
    if row is None or row.status != surveys.OPEN or run.planned >= row.closes_at:
        return
    hours = run.config.hours()
    if await pause.held(run.db, run.planned) or not hours.good(hours.next_open(run.planned)):
        return
    asked = set(row.audience) or await member_ids(run)
    unwilling = await preferences.who_chose(run.db, (preferences.NO,))
    for person in sorted(asked - unwilling - await silence.silent(run.db, run.now)):
        who = await interview.respondent(run, row, person)
        progress = await who.progress(run.db) if who else None
        if who is not None and not (progress and progress.finished):
            await card.remind(run, row, person, began=progress is not None)
