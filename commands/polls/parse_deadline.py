"""Deadline of a poll: as somebody typed it, as it is proposed when nobody said, and what cannot be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.command import Context
from bot.text import UserError
from bot.time import Moment, OfficeHours, parse_moment
from bot.time.recurrence import instant
from commands.polls.options import WORDS

NOON = time(12)
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=60)
_FURTHEST = 366  # days: past any office that opens once a week


@dataclass(frozen=True)
class Clock:
    """When it is asked, the closing that is proposed when nothing better was said,
    and the language of the room.
    """

    now: datetime
    hours: OfficeHours
    closing: datetime
    language: str = "fr"


def default_closing(opens_at: datetime, days: int, hours: OfficeHours) -> datetime:
    """`days`: how many open days after that of the opening;
    at noon, or when that day's office hours end if it is not in them.

    Days of school holidays are passed over as far as a poll may last; a summer is longer.
    """
    found = _after(opens_at, days, hours, hours.good)
    return found if found <= opens_at + LATEST else _after(opens_at, days, hours, hours.open)


def _after(opens_at: datetime, days: int, hours: OfficeHours, counts: Callable[[datetime], bool]) -> datetime:
    hour = NOON if hours.start < NOON < hours.end else hours.end
    first = opens_at.astimezone(hours.zone).date()
    left = days
    for later in range(1, _FURTHEST):
        day = first + timedelta(days=later)
        left -= counts(instant(day, hours.start, hours.zone))
        if left == 0:
            return instant(day, hour, hours.zone)
    raise ValueError("fewer open days than that within a year")


def evening_before(day: date, hours: OfficeHours) -> datetime:
    """The end of office hours on the day before."""
    return instant(day - timedelta(days=1), hours.end, hours.zone)


def parse(typed: str, clock: Clock) -> datetime:
    """The instant that « vendredi 12 h » is; a day alone ends with its office hours.
    UserError when no poll can close then.
    """
    moment = parse_moment(typed, clock.now, clock.hours.zone)
    if moment is None:
        raise UserError(
            "Je n’ai pas compris la date de clôture « {said} ». "
            "Si c’est un choix, mettez-le entre guillemets.",
            said=typed,
        )
    at = moment.ends() or moment.instant(clock.hours.end)
    check(at, clock.now)
    return at


def check(at: datetime, opens: datetime) -> None:
    """UserError for a poll that nobody could answer, or that never ends."""
    if at < opens + SOONEST:
        raise UserError("La clôture est trop proche : laissez au moins dix minutes pour voter.")
    if at > opens + LATEST:
        raise UserError("La clôture est trop lointaine : un sondage dure soixante jours au plus.")


def parse_or_default(typed: str, clock: Clock) -> datetime:
    """What was said if it will do, else the usual."""
    try:
        return parse(typed, clock)
    except UserError:
        return clock.closing


def option(at: datetime, clock: Clock) -> str:
    """An instant as an option, which reads back as the same one: « jusqu’au vendredi 27 novembre à 12 h »."""
    zone = clock.hours.zone
    local = at.astimezone(zone)
    moment = Moment(
        local.date(),
        local.time().replace(second=0, microsecond=0),
        None,
        zone,
        clock.now.astimezone(zone).date(),
    )
    return f"{WORDS[clock.language].until} {moment.localized(clock.language)}"


def clock(ctx: Context) -> Clock:
    hours = ctx.hours
    return Clock(
        ctx.now, hours, default_closing(ctx.now, ctx.config.polls.open_for, hours), ctx.room.language
    )
