"""Form: the draft of a meeting while it is entered or changed, and how far the wizard is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from bot.command import Context
from bot.time import OfficeHours
from bot.time.recurrence import instant
from schedules.polls.wording import Slot
from storage.meetings import from_polls
from storage.tables import Meeting, Poll

INSTANTS = ("starts_at", "ends_at", "answer_by")
NOT_KEPT = ("day", "hours")  # in the row
ASKED_ONCE = ("title", "place", "programme", "access")  # steps that are passed over once they are known


@dataclass(frozen=True)
class Clock:
    """When it is said, and the office hours (and holidays) that dates are judged by."""

    now: datetime
    hours: OfficeHours


@dataclass(frozen=True)
class Draft:
    """The columns of Meeting that people fill.
    `day`: chosen while its hours are still to be said. `hours`: those of a day alone, "09:30 14:00".
    """

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
        values: dict[str, Any] = {
            name: datetime.fromisoformat(value) if name in INSTANTS else value for name, value in data.items()
        }
        if "day" in values:
            values["day"] = date.fromisoformat(values["day"])
        return cls(**values | {"programme": tuple(values.get("programme", ()))})

    @classmethod
    def of(cls, row: Meeting) -> Draft:
        values: dict[str, Any] = {
            each.name: getattr(row, each.name) for each in fields(cls) if each.name not in NOT_KEPT
        }
        return cls(**values | {"programme": tuple(row.programme)})

    def data(self) -> dict[str, Any]:
        """In JSON, what is empty left out."""
        values = {name: value for name, value in asdict(self).items() if value not in (None, "", ())}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }

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
    return tuple(
        each.name for each in fields(before) if getattr(before, each.name) != getattr(after, each.name)
    )


def as_text(value: Any) -> str:
    """A column's value as a change remembers it (Meeting.pending):
    instants in ISO, a programme one line a part, nothing as nothing.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True)
class Progress:
    """`at`: the step that is asked, "" for the last look at the whole.
    `left`: those that follow; `done`: those before. `doubted`: words that look like the answer to something
    else, until « oui ».
    """

    draft: Draft
    at: str
    left: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    guided: bool = False
    doubted: str = ""

    @classmethod
    def read(cls, data: Any) -> Progress:
        return cls(
            Draft.read(data["draft"]),
            data["at"],
            tuple(data["left"]),
            tuple(data["done"]),
            bool(data["guided"]),
            data.get("doubted", ""),
        )

    def data(self) -> dict[str, Any]:
        return {
            "draft": self.draft.data(),
            "at": self.at,
            "left": list(self.left),
            "done": list(self.done),
            "guided": self.guided,
            "doubted": self.doubted,
        }

    @property
    def number(self) -> int:
        return 1 + sum(map(self._applies, self.done))

    @property
    def total(self) -> int:
        return self.number + sum(map(self._applies, self.left))

    def _applies(self, name: str) -> bool:
        """How to come is not asked once the place was passed over."""
        return name != "access" or bool(self.draft.place) or "place" not in self.done

    def _is_known(self, name: str) -> bool:
        return name in ASKED_ONCE and bool(getattr(self.draft, name))

    def onward(self) -> Progress:
        """The next step whose answer is not known yet."""
        to = self._passed()
        while to.at and (not to._applies(to.at) or to._is_known(to.at)):
            to = to._passed()
        return to

    def _passed(self) -> Progress:
        done = (*self.done, self.at) if self.at else self.done
        return replace(self, at=self.left[0] if self.left else "", left=self.left[1:], done=done, doubted="")

    @property
    def before(self) -> Progress | None:
        """The step that comes before; None at the first."""
        to = self
        while to.done:
            left = (to.at, *to.left) if to.at else to.left
            to = replace(to, at=to.done[-1], left=left, done=to.done[:-1], doubted="")
            if to._applies(to.at):
                return to
        return None

    def again(self, name: str) -> Progress:
        """Back at this step, once everything was said."""
        return replace(self, at=name, done=tuple(each for each in self.done if each != name), doubted="")


async def with_poll_date(ctx: Context, draft: Draft, clock: Clock) -> Draft:
    """With the day that was kept last and is no meeting yet, if there is one to come."""
    for poll in await from_polls.with_chosen_date(ctx.db):
        slot = _slot(poll)
        if slot.day > ctx.now.astimezone(clock.hours.zone).date():
            return _on_slot(replace(draft, poll_id=poll.id), slot, clock)
    return draft


async def matching_poll(ctx: Context, draft: Draft, clock: Clock) -> Poll | None:
    """The poll, if the date that it kept is still that of the meeting."""
    poll = next(
        (poll for poll in await from_polls.with_chosen_date(ctx.db) if poll.id == draft.poll_id), None
    )
    if poll is None or draft.starts_at is None:
        return None
    return poll if _slot(poll).day == draft.starts_at.astimezone(clock.hours.zone).date() else None


def _slot(poll: Poll) -> Slot:
    return Slot.read(poll.days[poll.kept_day or 0])


def _on_slot(draft: Draft, slot: Slot, clock: Clock) -> Draft:
    """A part of a day is no hour yet."""
    if slot.start is None or slot.end is None:
        return replace(draft, day=slot.day)
    zone = clock.hours.zone
    return replace(
        draft, starts_at=instant(slot.day, slot.start, zone), ends_at=instant(slot.day, slot.end, zone)
    )
