"""A meeting while it is being entered or changed: its values, as the row has them, before anything counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from bot.time import OfficeHours
from storage.tables import Meeting

INSTANTS = ("starts_at", "ends_at", "answer_by")
NOT_KEPT = ("day", "hours")  # in the row


@dataclass(frozen=True)
class Clock:
    """When it is said, and the office hours (and holidays) that dates are judged by."""

    now: datetime
    hours: OfficeHours


@dataclass(frozen=True)
class Draft:
    """The columns of Meeting that people fill. `day`: chosen while its hours are still to be said. `hours`: those of a day alone, "09:30 14:00"."""

    title: str = ""
    kind: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""
    town: str = ""
    access: str = ""
    video: str = ""
    programme: tuple[str, ...] = ()
    visit: str = ""
    social: str = ""
    capacity: int | None = None
    answer_by: datetime | None = None
    contact: str = ""
    actors: str = ""
    poll_id: int | None = None
    day: date | None = None
    hours: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Draft:
        """From what a question remembered (see `data`)."""
        found: dict[str, Any] = {name: datetime.fromisoformat(value) if name in INSTANTS else value for name, value in data.items()}
        if "day" in found:
            found["day"] = date.fromisoformat(found["day"])
        return cls(**found | {"programme": tuple(found.get("programme", ()))})

    @classmethod
    def of(cls, row: Meeting) -> Draft:
        found: dict[str, Any] = {each.name: getattr(row, each.name) for each in fields(cls) if each.name not in NOT_KEPT}
        return cls(**found | {"programme": tuple(row.programme)})

    def data(self) -> dict[str, Any]:
        """In JSON, what is empty left out."""
        found = {name: value for name, value in asdict(self).items() if value not in (None, "", ())}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}

    def put(self, row: Meeting) -> None:
        """Into the row."""
        if self.starts_at is None or self.ends_at is None:
            raise ValueError("a meeting has a date")
        for each in fields(self):
            if each.name not in NOT_KEPT:
                setattr(row, each.name, getattr(self, each.name))
        row.programme = list(self.programme)


def changed(before: Draft, after: Draft) -> tuple[str, ...]:
    """The names of the columns that differ."""
    return tuple(each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name))


def as_text(value: Any) -> str:
    """A column's value as a change remembers it (Meeting.pending): instants in ISO, a programme one line a part, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)
