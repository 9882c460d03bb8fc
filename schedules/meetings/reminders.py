"""A month, a week, a day before: one short message in the rooms, and a word in private to those who come and asked for it.

One run a day looks at all meetings; after an absence, one run looks at all the days that were missed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run, every
from bot.text import Say
from bot.time.recurrence import instant
from schedules.meetings import card, reminding, wording
from schedules.meetings.attendance import coming
from storage import outbox, pause
from storage.meetings import answers, meetings, preferences, seats
from storage.meetings.waitlist import SEATED
from storage.tables import Meeting, OutboxEntry

A_DAY = timedelta(days=1)
EVE = 1
FAR = timedelta(days=100)
FRESH = timedelta(days=3)  # who has just read the card needs no reminder
MOST_CLOSED = 5  # days before a meeting: an eve further away is none


@dataclass(frozen=True)
class Due:
    """A reminder that has come due. `last`: the last day on which it still makes sense."""

    row: Meeting
    days: int
    day: date
    last: date


def hour(config: Config) -> str | None:
    return f"daily {config.meetings.reminders_at:%H:%M}" if config.meetings.reminders else None


# What was missed is said in the next open hour if it still makes sense then; else it is dropped, and the team told.
@every(hour, name="meeting reminders", missed="merge")
async def remind(run: Run) -> None:
    days = {date.fromisoformat(name) for name in (run.name, *run.merged)}
    today = run.planned.astimezone(run.config.zone).date()
    for row in await meetings.held(run.db, run.planned - len(days) * A_DAY - FRESH, run.planned + FAR):
        found = [each for each in dues(row, run.config) if each.day in days]
        said = next((each for each in found if today <= each.last), None)
        if said:
            await _remind(run, said)
        for each in found:
            if each is not said and today > each.last:
                await _tell_dropped(run, each)


def dues(row: Meeting, config: Config) -> list[Due]:
    """Its reminders, the nearest to it first. One makes sense until two days before the next one."""
    start = row.starts_at.astimezone(config.zone).date()
    found: list[Due] = []
    for days in sorted(set(config.meetings.reminders)):
        day = _eve(start, config) if days == EVE else start - days * A_DAY
        last = found[-1].day - 2 * A_DAY if found else start - A_DAY
        found.append(Due(row, days, day, max(day, last)))
    return found


def _eve(start: date, config: Config) -> date:
    """The last open day before."""
    hours = config.hours()
    before = [start - back * A_DAY for back in range(1, MOST_CLOSED + 1)]
    return next((day for day in before if hours.open(instant(day, hours.start, hours.zone))), before[0])


async def _remind(run: Run, due: Due) -> None:
    """The eve's goes out even while the rest is suspended."""
    shown = await _shown(run, due)
    if not shown or (due.days != EVE and await pause.held(run.db, run.planned)):
        return
    for entry in shown:
        await run.post(_post(run, due, entry))
    await _remind_privately(run, due)


async def _shown(run: Run, due: Due) -> list[OutboxEntry]:
    """The cards that people have had the time to forget."""
    moment = instant(due.day, run.config.meetings.reminders_at, run.config.zone)
    fresh = A_DAY / 2 if due.days == EVE else FRESH
    found = await card.standing(run.db, due.row, meetings.card_key(due.row.id))
    return [entry for entry in found if entry.status == outbox.SENT and entry.sent_at and entry.sent_at <= moment - fresh]


def _post(run: Run, due: Due, entry: OutboxEntry) -> Post:
    row, config = due.row, run.config
    eve = due.days == EVE
    return Post(
        room=entry.room_id,
        say=reminding.eve(row, config, run.planned) if eve else reminding.ahead(row, config, run.planned),
        key=meetings.reminder_key(row.id, f"{row.starts_at.astimezone(config.zone):%Y-%m-%d} J-{due.days}"),
        reactions=() if eve else card.seeds(row),
        until=instant(run.planned.astimezone(config.zone).date() if eve else due.last, config.office_hours.end, config.zone),
        title=card.title(row, config, run.network.language(entry.room_id)),
    )


async def _remind_privately(run: Run, due: Due) -> None:
    """Those who have a seat, or follow by video, and accept it. Who waits for a seat comes only once there is one."""
    accepted = await preferences.wishing(run.db, (preferences.YES, preferences.EVE) if due.days == EVE else (preferences.YES,))
    number = due.row.id
    seated = {place.person for place in await seats.places(run.db, number) if place.state == SEATED}
    remote = set(await coming(run, due.row, (answers.REMOTE,)))
    there = set(await coming(run, due.row, (answers.YES,))) & seated
    until = instant(due.row.starts_at.astimezone(run.config.zone).date(), run.config.office_hours.end, run.config.zone)
    for person in sorted((there | remote) & accepted):
        say = reminding.private(due.row, run.config, run.planned, by_video=person in remote)
        await run.post(Post(person=person, say=say, until=min(until, due.row.starts_at)))


async def _tell_dropped(run: Run, due: Due) -> None:
    if not await _shown(run, due):
        return
    day = wording.day(due.row, run.config, run.planned)
    which = Say("Le rappel de la veille") if due.days == EVE else Say("Le rappel à {n} jours", n=due.days)
    say = Say("{which} de la rencontre du {day} n’est pas parti : j’étais à l’arrêt, et le moment est passé.", which=which, day=day)
    await run.tell_team(say)
