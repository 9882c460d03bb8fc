"""Rest: in August and at Christmas the rhythm proposes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.text import Say
from bot.time import OfficeHours
from bot.time.monthly import AUGUST

A_DAY = timedelta(days=1)
DECEMBER = 12
_CHRISTMAS = "vacances de Noël"


@dataclass(frozen=True)
class Rest:
    """`first` and `last`: its days, both included. `name`: « en août »."""

    first: date
    last: date
    name: Say

    @property
    def round(self) -> str:
        """Under which it is remembered that it was said."""
        return f"{self.first.year}-{self.first.month:02d}"


def rest_on(day: date, hours: OfficeHours) -> Rest | None:
    """The rest that this day is in."""
    if day.month == AUGUST:
        return Rest(day.replace(day=1), day.replace(day=31), Say("en août"))
    winter = day.year if day.month == DECEMBER else day.year - 1
    first, last = _christmas(winter, hours)
    return Rest(first, last, Say("à Noël")) if first <= day <= last else None


def after_rest(day: date, hours: OfficeHours) -> date:
    """The day itself, or the one on which the rest that it is in is over."""
    rest = rest_on(day, hours)
    return rest.last + A_DAY if rest else day


def _christmas(year: int, hours: OfficeHours) -> tuple[date, date]:
    """The school holidays of the zone; without one, from 20 December to 2 January."""
    start = date(year, DECEMBER, 10)
    days = [start + n * A_DAY for n in range(40)]
    off = [day for day in days if str(hours.school_holiday(day) or "") == _CHRISTMAS]
    return (off[0], off[-1]) if off else (date(year, DECEMBER, 20), date(year + 1, 1, 2))
