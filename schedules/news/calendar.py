"""Calendar of the panorama: when each edition is due, which days it tells, which ones are left out."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.text import Say
from bot.time.format import DayMonth
from bot.time.recurrence import DAYS, Occurrence, Rule, first_day, instant
from storage import occurrences, pause
from storage.news import editions

WORKING_DAYS = 5
STILL_NEWS = timedelta(days=2)  # an edition that is late by more is merged into the next one
DRAFT_BEFORE_CLOSING = timedelta(hours=1)


def span(first: date, name: str) -> Say:
    """« semaine du 16 au 20 novembre » : what the edition of this name tells, from the Monday `first` on."""
    today = first_day(name)
    last = max(first, today - timedelta(days=7)) + timedelta(days=WORKING_DAYS - 1)
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    start = DayMonth(first, last if same_year else None, bare=same_month)
    end = DayMonth(last, today if same_year else None)
    one = last - first < timedelta(days=7)
    return (
        Say("semaine du {first} au {last}", first=start, last=end)
        if one
        else Say("semaines du {first} au {last}", first=start, last=end)
    )


def before(name: str, config: Config) -> datetime:
    """What was published before this moment is for the edition of this name: the Sunday's midnight."""
    return instant(first_day(name), time(0), config.zone)


def last_moment(occurrence: Occurrence, config: Config) -> datetime:
    """Until when an edition may be late: the evening two days after its own (Wednesday, for a Monday)."""
    (weekday,) = Rule.parse(config.digest.at).days
    return instant(
        first_day(occurrence.name) + timedelta(days=weekday) + STILL_NEWS,
        config.office_hours.end,
        config.zone,
    )


def is_light_week(name: str, config: Config) -> bool:
    """Whether this week is left out: one in two during school holidays, unless they are as usual."""
    (weekday,) = Rule.parse(config.digest.at).days
    day = first_day(name) + timedelta(days=weekday)
    quiet = config.office_hours.holidays == "lighter" and config.hours().school_holiday(day) is not None
    return quiet and day.isocalendar().week % 2 == 0


def draft_rule(config: Config) -> str | None:
    """When the team sees the draft: the last office day before, in the evening; None: never."""
    if not config.digest.draft:
        return None
    (weekday,) = Rule.parse(config.digest.at).days
    earlier = ((weekday - step) % 7 for step in range(1, 8))
    day = next(each for each in earlier if each in config.office_hours.days)
    evening = datetime.combine(date.min, config.office_hours.end) - DRAFT_BEFORE_CLOSING
    return f"{DAYS[day]} {evening:%H:%M}"


async def upcoming(uow: UnitOfWork) -> Occurrence | None:
    """The edition to prepare: this week's if it is still to come, else next week's; None:
    that one has appeared already.
    """
    last = (await occurrences.recorded(uow.db, [editions.JOB]))[editions.JOB].last
    for occurrence in _occurrences(uow.config, uow.now):
        over = last is not None and occurrence.name <= last.name and last.outcome != occurrences.WAITING
        late = max(uow.now, occurrence.planned) > last_moment(occurrence, uow.config)
        found = await editions.edition(uow.db, occurrence.name)
        if not over and not late and (found is None or found.status == editions.DRAFT):
            return occurrence
    return None


async def is_left_out(uow: UnitOfWork, occurrence: Occurrence) -> bool:
    """Whether nothing appears at this occurrence: what it would tell waits for the next one."""
    return is_light_week(occurrence.name, uow.config) or await pause.held(uow.db, occurrence.planned)


def _occurrences(config: Config, now: datetime) -> Iterator[Occurrence]:
    """This week's and the next one."""
    rule, hours = Rule.parse(config.digest.at), config.hours()
    local = now.astimezone(config.zone).date()
    (weekday,) = rule.days
    for week in range(2):
        day = local - timedelta(days=local.weekday()) + timedelta(weeks=week, days=weekday)
        yield Occurrence(rule.name(day), hours.next_open(instant(day, rule.at, config.zone)))
