"""Why the bot would rather not speak at some time, as people read it.

« Il est 19 h 40 et les vacances de Noël commencent demain (zone B) » about now, « Le samedi 28 novembre n’est pas un
jour de bureau » about a time to come. Both halves depend on each other in French, so they are put together here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.dates.days_off import Holiday
from bot.dates.names import WEEKDAYS
from bot.dates.phrases import Day, Hour, at_hour


@dataclass(frozen=True)
class Closed:
    """What stands against a local time: at least one of the five is true or named."""

    at: datetime
    feast: Holiday | None
    day_off: bool
    out_of_hours: bool
    school: Holiday | None
    school_tomorrow: Holiday | None
    school_zone: str | None


@dataclass(frozen=True)
class Reason:
    """`today` when the time is still to come, None when it is now."""

    closed: Closed
    today: date | None

    def words(self, language: str) -> str:
        english = language == "en"
        if self.today is None:
            clauses = _english_now(self.closed) if english else _french_now(self.closed)
        else:
            clauses = _english_then(self.closed, self.today) if english else _french_then(self.closed, self.today)
        said = (" and " if english else " et ").join(clause for clause in clauses if clause)
        return said[0].upper() + said[1:]


def _french_now(closed: Closed) -> tuple[str, str]:
    if closed.feast is not None:
        today = f"c’est férié ({closed.feast})"
    elif closed.day_off:
        today = f"nous sommes {WEEKDAYS['fr'][closed.at.weekday()]}"
    else:
        today = f"il est {Hour(closed.at.time()).words('fr')}" if closed.out_of_hours else ""
    return today, _french_school(closed, "demain")


def _french_then(closed: Closed, today: date) -> tuple[str, str]:
    day = Day(closed.at.date(), today)
    if closed.feast is not None:
        then = f"le {day.words('fr')} est férié ({closed.feast})"
    elif closed.day_off:
        then = f"le {day.words('fr')} n’est pas un jour de bureau"
    elif closed.out_of_hours:
        then = f"le {at_hour(day, closed.at.time(), 'fr')}, c’est hors des heures de bureau"
    else:
        then = f"le {day.words('fr')}"
        return f"{then}, {_french_school(closed, 'le lendemain')}", ""
    return then, _french_school(closed, "le lendemain")


def _french_school(closed: Closed, tomorrow: str) -> str:
    holiday = closed.school or closed.school_tomorrow
    if holiday is None:
        return ""
    several, zone = str(holiday).startswith("vacances"), f"(zone {closed.school_zone})"
    if closed.school is not None:
        return f"{'ce sont les' if several else 'c’est le'} {holiday} {zone}"
    return f"{'les' if several else 'le'} {holiday} {'commencent' if several else 'commence'} {tomorrow} {zone}"


def _english_now(closed: Closed) -> tuple[str, str]:
    if closed.feast is not None:
        today = f"it is a public holiday ({closed.feast.english})"
    elif closed.day_off:
        today = f"it is {WEEKDAYS['en'][closed.at.weekday()]}"
    else:
        today = f"it is {Hour(closed.at.time()).words('en')}" if closed.out_of_hours else ""
    return today, _english_school(closed, "tomorrow")


def _english_then(closed: Closed, today: date) -> tuple[str, str]:
    day = Day(closed.at.date(), today)
    if closed.feast is not None:
        then = f"{day.words('en')} is a public holiday ({closed.feast.english})"
    elif closed.day_off:
        then = f"{day.words('en')} is not a working day"
    elif closed.out_of_hours:
        then = f"{at_hour(day, closed.at.time(), 'en')} is out of office hours"
    else:
        return f"on {day.words('en')}, {_english_school(closed, 'the day after')}", ""
    return then, _english_school(closed, "the day after")


def _english_school(closed: Closed, tomorrow: str) -> str:
    holiday = closed.school or closed.school_tomorrow
    if holiday is None:
        return ""
    when = "is on" if closed.school is not None else f"starts {tomorrow}"
    return f"the {holiday.english} {when} (zone {closed.school_zone})"
