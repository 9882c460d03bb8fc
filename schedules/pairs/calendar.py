"""When pairs are drawn, and how long a round lasts."""

from datetime import datetime, timedelta

from bot.time import OfficeHours
from bot.time.recurrence import Rule
from storage.tables import PairRound

WEEKLY = "tue 10:00"
ROUND = timedelta(days=28)
LAST_DAY = 21  # of a month: later, its pairs would meet in the next
_NEVER = timedelta(days=400)
_A_DAY = timedelta(days=1)


def month_of(at: datetime, hours: OfficeHours) -> str:
    return f"{at.astimezone(hours.zone):%Y-%m}"


def may_draw(last: PairRound | None, at: datetime, hours: OfficeHours) -> bool:
    """Once a month, on its first Tuesday out of holidays, when the round before is over."""
    if not hours.good(at) or at.astimezone(hours.zone).day > LAST_DAY:
        return False
    return last is None or (month_of(at, hours) > last.month and is_over(last, at))


def is_over(round_: PairRound, at: datetime) -> bool:
    """Four weeks later, whatever a change of clock makes of them."""
    return round_.closed or at >= round_.drawn_at + ROUND - _A_DAY


def next_draw(last: PairRound | None, now: datetime, hours: OfficeHours) -> datetime | None:
    """The next moment at which pairs are drawn; None: not within a year."""
    rule = Rule.parse(WEEKLY)
    weeks = rule.occurrences(now.astimezone(hours.zone).date(), now + _NEVER, hours.zone)
    return next(
        (each.planned for each in weeks if each.planned > now and may_draw(last, each.planned, hours)), None
    )
