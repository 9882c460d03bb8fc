"""Reminders, a month, a week, a day before:
one message in the rooms, and one in private to those who come and asked for it.

One run a day looks at all meetings; after an absence, one run looks at all the days that were missed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run, every
from bot.text import Capital, Say
from bot.time.format import Hour, Weekday, When
from bot.time.recurrence import instant
from schedules.meetings import card, wording
from schedules.meetings.attendance import recipients
from storage import outbox, pause
from storage.meetings import answers, meetings, messages, preferences, seats
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


# What was missed is said in the next open hour if it still makes sense then; else it is dropped, and the team
# told.
@every(hour, name="meeting reminders", missed="merge")
async def remind(run: Run) -> None:
    days = {date.fromisoformat(name) for name in (run.name, *run.merged)}
    today = run.planned.astimezone(run.config.zone).date()
    for row in await meetings.starting_between(
        run.db, run.planned - len(days) * A_DAY - FRESH, run.planned + FAR
    ):
        reminders = [each for each in reminders_of(row, run.config) if each.day in days]
        current = next((each for each in reminders if today <= each.last), None)
        if current:
            await _remind(run, current)
        for each in reminders:
            if each is not current and today > each.last:
                await _tell_dropped(run, each)


def reminders_of(row: Meeting, config: Config) -> list[Due]:
    """Its reminders, the nearest to it first. One makes sense until two days before the next one."""
    start = row.starts_at.astimezone(config.zone).date()
    reminders: list[Due] = []
    for days in sorted(set(config.meetings.reminders)):
        day = _eve(start, config) if days == EVE else start - days * A_DAY
        last = reminders[-1].day - 2 * A_DAY if reminders else start - A_DAY
        reminders.append(Due(row, days, day, max(day, last)))
    return reminders


def _eve(start: date, config: Config) -> date:
    """The last open day before."""
    hours = config.hours()
    before = [start - back * A_DAY for back in range(1, MOST_CLOSED + 1)]
    return next((day for day in before if hours.open(instant(day, hours.start, hours.zone))), before[0])


async def _remind(run: Run, due: Due) -> None:
    """The eve's goes out even while the rest is suspended."""
    cards = await _cards_read(run, due)
    if not cards or (due.days != EVE and await pause.held(run.db, run.planned)):
        return
    for entry in cards:
        await run.post(_post(run, due, entry))
    await _remind_privately(run, due)


async def _cards_read(run: Run, due: Due) -> list[OutboxEntry]:
    """The cards that people have had the time to forget."""
    moment = instant(due.day, run.config.meetings.reminders_at, run.config.zone)
    fresh = A_DAY / 2 if due.days == EVE else FRESH
    cards = await card.posted(run.db, due.row, messages.card_key(due.row.id))
    return [
        entry
        for entry in cards
        if entry.status == outbox.SENT and entry.sent_at and entry.sent_at <= moment - fresh
    ]


def _post(run: Run, due: Due, entry: OutboxEntry) -> Post:
    row, config = due.row, run.config
    eve = due.days == EVE
    return Post(
        room=entry.room_id,
        say=eve_text(row, config, run.planned) if eve else text(row, config, run.planned),
        key=messages.reminder_key(row.id, f"{row.starts_at.astimezone(config.zone):%Y-%m-%d} J-{due.days}"),
        reactions=() if eve else card.reactions(row),
        until=instant(
            run.planned.astimezone(config.zone).date() if eve else due.last,
            config.office_hours.end,
            config.zone,
        ),
        title=card.title(row, config, run.network.language(entry.room_id)),
    )


async def _remind_privately(run: Run, due: Due) -> None:
    """Those who have a seat, or follow by video, and accept it.
    Who waits for a seat comes only once there is one.
    """
    accepted = await preferences.who_chose(
        run.db, (preferences.YES, preferences.EVE) if due.days == EVE else (preferences.YES,)
    )
    number = due.row.id
    seated = {seat.person for seat in await seats.of_meeting(run.db, number) if seat.state == SEATED}
    remote = set(await recipients(run, due.row, (answers.REMOTE,)))
    on_site = set(await recipients(run, due.row, (answers.YES,))) & seated
    until = instant(
        due.row.starts_at.astimezone(run.config.zone).date(), run.config.office_hours.end, run.config.zone
    )
    for person in sorted((on_site | remote) & accepted):
        say = private_text(due.row, run.config, run.planned, by_video=person in remote)
        await run.post(Post(person=person, say=say, until=min(until, due.row.starts_at)))


async def _tell_dropped(run: Run, due: Due) -> None:
    if not await _cards_read(run, due):
        return
    day = wording.day(due.row, run.config, run.planned)
    which = Say("Le rappel de la veille") if due.days == EVE else Say("Le rappel à {n} jours", n=due.days)
    say = Say(
        "{which} de la rencontre du {day} n’est pas parti : j’étais à l’arrêt, et le moment est passé.",
        which=which,
        day=day,
    )
    await run.tell_team(say)


def text(row: Meeting, config: Config, now: datetime) -> Say:
    """Days before, whichever day it is said on: it may have waited."""
    return Say.lines(
        Say("**Rappel : rencontre du réseau, {when}**", when=_when(row, config, now)),
        Say("{title}", title=wording.one_line(row.title)) if row.title else None,
        _place(row),
        Say(
            "Pas encore de réponse, ou un changement ? Touchez un signe sous ce message, ou écrivez "
            "`!presence oui` ou `!presence non`."
        ),
    )


def eve_text(row: Meeting, config: Config, now: datetime) -> Say:
    """To be read on the last open day before."""
    return Say.lines(
        _headline(row, config, now),
        _welcome(row, config, now),
        Say(
            "Prévoyez des chaussures confortables pour la visite : {visit}.",
            visit=wording.one_line(row.visit).rstrip("."),
        )
        if row.visit
        else None,
        Say(
            "Vous ne pouvez plus venir ? `!presence non` – En visio : `!presence visio`, le lien vous "
            "sera envoyé en message privé."
        )
        if row.video
        else Say("Vous ne pouvez plus venir ? `!presence non`"),
    )


def private_text(row: Meeting, config: Config, now: datetime, *, by_video: bool) -> Say:
    """To somebody who comes, or follows by video, and wants to be reminded."""
    start = row.starts_at.astimezone(config.zone).date()
    near = 0 <= (start - now.astimezone(config.zone).date()).days <= _NEAR
    link = Say("En visioconférence : {link}", link=row.video)
    return Say.lines(
        _headline(row, config, now)
        if near
        else Say("**Rappel : rencontre du réseau, {when}**", when=_when(row, config, now)),
        link if by_video else _welcome(row, config, now) if near else _place(row),
        Say("Accès : {access}", access=wording.one_line(row.access)) if row.access and not by_video else None,
        Say("Vous ne pouvez plus venir ? `presence non` – Pour ne plus recevoir ces rappels : `rappels non`"),
    )


_NEAR = 6  # days: then the name of the day is enough


def _when(row: Meeting, config: Config, now: datetime) -> When:
    return When(row.starts_at, row.ends_at, config.zone, now.astimezone(config.zone).date())


def _headline(row: Meeting, config: Config, now: datetime) -> Say:
    start = row.starts_at.astimezone(config.zone).date()
    tomorrow = (start - now.astimezone(config.zone).date()).days == 1
    day = Say("demain") if tomorrow else Say("{day}", day=Weekday(start.weekday()))
    if row.town:
        return Say("**C’est {day} : rencontre du réseau à {town}**", day=day, town=row.town)
    return Say("**C’est {day} : rencontre du réseau**", day=day)


def _welcome(row: Meeting, config: Config, now: datetime) -> Say:
    day, hour = Capital(wording.day(row, config, now)), Hour(row.starts_at.astimezone(config.zone).time())
    place = wording.one_line(_address(row))
    if not place:
        return Say("{day}, à {hour}", day=day, hour=hour)
    return Say("{day}, accueil à {hour} – {place}", day=day, hour=hour, place=place)


def _address(row: Meeting) -> str:
    """The town is in the headline: it is not said again at the end."""
    place = " ".join(row.place.split())
    ending = f", {row.town}"
    return place.removesuffix(ending) if row.town and len(place) > len(ending) else place or row.town


def _place(row: Meeting) -> Say | None:
    place = wording.one_line(wording.where(row))
    return Say("{place}", place=place) if place else None
