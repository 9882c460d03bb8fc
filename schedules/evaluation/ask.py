"""Three questions the day after, in private, to who was there: asked with the surveys, which keep no names.

Nothing is asked when fewer than five were there: it could never be shown. Nothing is shown before the close,
nor does anything change after it, so that no two readings can be held one against the other.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time import OfficeHours
from bot.time.recurrence import Occurrence, instant
from schedules.meetings.attendance import reachable
from schedules.meetings.wording import day
from schedules.surveys import card
from schedules.surveys.card import About
from schedules.surveys.parse_questionnaire import built_in
from storage.rollcall import presence, rollcalls
from storage.rollcall.presence import NAMED
from storage.surveys.disclosure import FEW
from storage.tables import Meeting, RollCall

OPEN_DAYS = 5
MORNING = time(8, tzinfo=UTC)
AFTER_LATE_ROLL_CALL = timedelta(hours=4)  # for the team to note who was there after the day
LATE = 3  # of these: when it was not asked by the end of the third, too few are left
A_DAY = timedelta(days=1)
MOST_DAYS = 40  # holidays included


def subject(number: int) -> str:
    """Of the survey about this meeting."""
    return f"meeting:{number}"


def asked_at(roll: RollCall) -> datetime:
    """The morning after; of a roll call made after its day, once the team has had the time."""
    late = roll.opened_at + AFTER_LATE_ROLL_CALL if roll.opened_at >= roll.closes_at else roll.closes_at
    return max(late, datetime.combine(roll.day + A_DAY, MORNING))


async def planned(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    return [
        _occurrence(roll, row)
        for roll, row in await rollcalls.to_evaluate(db, upto)
        if asked_at(roll) <= upto
    ]


def _occurrence(roll: RollCall, row: Meeting) -> Occurrence:
    return Occurrence(f"{row.name} {roll.day.isoformat()}", asked_at(roll))


async def dropped(run: Run) -> None:
    for roll, row in await rollcalls.to_evaluate(run.db, run.planned):
        if _occurrence(roll, row).name in (*run.merged, run.name):
            _settle(run, roll)
            if not await _people(run, roll, row):
                continue  # nothing would have been asked
            await run.tell_team(
                Say(
                    "L’évaluation de la rencontre du {day} n’est pas partie : j’étais à l’arrêt, et il est "
                    "trop tard.",
                    day=day(row, run.config, run.now),
                )
            )


def last_moment(occurrence: Occurrence, config: Config) -> datetime:
    return after_open_days(config.hours(), occurrence.planned.astimezone(config.zone).date(), LATE)


@due("meeting evaluation", rows=planned, missed="drop", grace=last_moment, dropped=dropped)
async def ask(run: Run) -> None:
    for roll, row in await rollcalls.to_evaluate(run.db, run.planned):
        if _occurrence(roll, row).name == run.name:
            _settle(run, roll)
            await _ask(run, roll, row)


def _settle(uow: UnitOfWork, roll: RollCall) -> None:
    roll.evaluated = True
    uow.db.add(roll)


async def _people(run: Run, roll: RollCall, row: Meeting) -> list[str]:
    """Who is to be asked: nobody, when they are too few to be told anything of."""
    if not presence.was_held(roll, row, run.config.zone):
        return []
    there = presence.there(await rollcalls.everybody(run.db, row.id))
    people = {each.person for each in there if not each.person.startswith(NAMED)} & await reachable(run)
    return sorted(people) if len(people) >= FEW else []


async def _ask(run: Run, roll: RollCall, row: Meeting) -> None:
    people = await _people(run, roll, row)
    if not people:
        return
    first = run.now.astimezone(run.config.zone).date()
    await card.open_about(
        run,
        built_in("rencontre"),
        About(
            subject=subject(row.id),
            people=people,
            closes_at=after_open_days(run.hours, first, OPEN_DAYS),
            author=row.author,
            title=Say("rencontre du {day}", day=day(row, run.config)).text(run.config.language),
        ),
    )


def after_open_days(hours: OfficeHours, first: date, count: int) -> datetime:
    """The end of the last of so many open days, the first of which may be `first`."""
    days = (first + n * A_DAY for n in range(MOST_DAYS))
    open_days = [day for day in days if hours.open(instant(day, hours.start, hours.zone))]
    last = open_days[count - 1] if len(open_days) >= count else first + count * A_DAY
    return instant(last, hours.end, hours.zone)
