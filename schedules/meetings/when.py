"""When a meeting is, as people read it: « mardi 16 mars 2027, de 9 h 30 à 12 h 30 »."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.time import Moment


@dataclass(frozen=True)
class When:
    """`today`: the year is said unless it is that of today; None: always. `capital`: it begins a line."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    today: date | None = None
    capital: bool = False

    def localized(self, language: str) -> str:
        start, end = self.starts_at.astimezone(self.zone), self.ends_at.astimezone(self.zone)
        said = Moment(start.date(), start.time(), end.time(), self.zone, self.today).localized(language)
        return f"{said[0].upper()}{said[1:]}" if self.capital else said
