"""Rounds: each meeting that the rhythm foresees, with what the team has done for it, by hand or by a tap.

A round is named by its month (« 2027-03 »), so that another day or hour of the rhythm repeats nothing. A poll
or a meeting is of the round whose day is the nearest; once seen there, a meeting stays, wherever it moves.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.time import OfficeHours
from bot.time.monthly import MonthlyRule
from bot.time.recurrence import instant
from bot.time.vocabulary import MONTHS
from schedules.polls.wording import Slot
from schedules.quarter.rest import after_rest
from storage.meetings import meetings
from storage.polls import polls
from storage.quarter import steps
from storage.quarter.steps import ANNOUNCE, DATES, ENTRY, STEPS, THEME
from storage.tables import Meeting, Poll, QuarterStep
from storage.text import fold

A_DAY = timedelta(days=1)
BEFORE = {DATES: 75, THEME: 60, ENTRY: 45, ANNOUNCE: 30}  # days before the meeting
LAST = {ENTRY: 4, ANNOUNCE: 2}  # days before it when there is no point any more
NEAR = 60  # days: what is further from a round's day is not of it
BACK, AHEAD = timedelta(days=130), timedelta(days=220)
THEME_AHEAD = 110  # days between a question about themes and its meeting, at most

# off: there is nothing to do it for; waiting: what comes before it is not done; passed: it is too late
Status = Literal["done", "skipped", "proposed", "due", "coming", "waiting", "passed", "off"]


@dataclass(frozen=True)
class StepState:
    """`planned`: when it is proposed; `moved`: because of a rest."""

    step: str
    status: Status
    planned: date
    moved: bool = False


@dataclass(frozen=True)
class Round:
    """`day`: by the rhythm. `rows`: what was proposed, by step."""

    name: str
    day: date
    zone: ZoneInfo
    rows: Mapping[str, QuarterStep] = field(default_factory=dict)
    dates: Poll | None = None
    theme: Poll | None = None
    meeting: Meeting | None = None

    @property
    def slot(self) -> Slot | None:
        """The date that the team kept."""
        poll = self.dates
        return Slot.read(poll.days[poll.kept_day]) if poll and poll.kept_day is not None else None

    @property
    def anchor(self) -> date:
        """Its day, as far as it is known."""
        if self.meeting:
            return self.meeting.starts_at.astimezone(self.zone).date()
        return self.slot.day if self.slot else self.day

    @property
    def cancelled(self) -> bool:
        return self.meeting is not None and self.meeting.status == meetings.CANCELLED

    def states(self, today: date, hours: OfficeHours) -> list[StepState]:
        return [self._state(step, today, hours) for step in STEPS]

    def _state(self, step: str, today: date, hours: OfficeHours) -> StepState:
        wanted = self._wanted(step)
        rested = after_rest(wanted, hours)
        opening = hours.next_open(instant(rested, hours.start, hours.zone))
        planned = opening.astimezone(hours.zone).date()
        return StepState(step, self._status(step, planned, today, hours), planned, rested != wanted)

    def _wanted(self, step: str) -> date:
        if step == DATES:
            return self.day - BEFORE[DATES] * A_DAY
        wanted = self.anchor - BEFORE[step] * A_DAY
        if step == ENTRY and self.dates and self.dates.status != polls.CLOSED:  # the winner is not known
            return max(wanted, self._closing(self.dates) + A_DAY)
        return wanted

    def _closing(self, poll: Poll) -> date:
        return poll.closes_at.astimezone(self.zone).date()

    def _is_counting(self, today: date) -> bool:
        """Whether a poll is over whose result is not known yet."""
        own = [poll for poll in (self.dates, self.theme) if poll and poll.status != polls.CLOSED]
        return any(self._closing(poll) <= today for poll in own)

    def _status(self, step: str, planned: date, today: date, hours: OfficeHours) -> Status:
        row = self.rows.get(step)
        if self._is_done(step):
            return "done"
        if self.cancelled:
            return "off"
        if row and row.status != steps.PROPOSED:  # not this time; or done, and taken back since
            return "skipped"
        if today > self.anchor:
            return "passed"
        if row and row.status == steps.PROPOSED:
            return "proposed"
        if today < planned or (step == ENTRY and self._is_counting(today)):
            return "coming"
        if step == ANNOUNCE and self.meeting is None:
            return "waiting"
        return "due" if today <= self._last(step, planned, hours) else "passed"

    def _last(self, step: str, planned: date, hours: OfficeHours) -> date:
        """The last day on which it makes sense: polls, until the meeting is to be entered."""
        if step in LAST:
            return self.anchor - LAST[step] * A_DAY
        return max(planned, after_rest(self._wanted(ENTRY), hours) - A_DAY)

    def _is_done(self, step: str) -> bool:
        if step == DATES:
            return self.dates is not None or self.meeting is not None
        if step == THEME:
            return self.theme is not None or bool(self.meeting and self.meeting.title)
        if self.meeting is None:
            return False
        return step == ENTRY or self.meeting.status == meetings.ANNOUNCED


def kind_in_turn(kinds: Sequence[str], previous: str) -> str:
    """The kind that follows that of the meeting before; "" when none was configured."""
    if not kinds:
        return ""
    return kinds[(kinds.index(previous) + 1) % len(kinds)] if previous in kinds else kinds[0]


async def rule(db: AsyncSession, config: Config) -> MonthlyRule | None:
    """The rhythm as the team said it, else as configured; None: there is none."""
    said = await steps.rhythm(db)
    text = said if said is not None else config.rhythm.at if config.rhythm else ""
    return MonthlyRule.parse(text) if text else None


Rows = Mapping[str, Mapping[str, QuarterStep]]


async def load(db: AsyncSession, config: Config, now: datetime) -> list[Round]:
    """The rounds around this moment, in the order of time."""
    found = await rule(db, config)
    if found is None:
        return []
    zone, today = config.zone, now.astimezone(config.zone).date()
    days = {f"{day:%Y-%m}": day for day in found.days(today - BACK, today + AHEAD)}
    rows = await steps.of_rounds(db)
    asked = await steps.published_polls(db, now - BACK - AHEAD)
    by_dates = _polls(asked, rows, DATES, lambda poll: _round_of_dates(poll, days))
    by_theme = _polls(asked, rows, THEME, lambda poll: _round_of_theme(poll, days, zone))
    held = _meetings(await steps.meetings_since(db, now - BACK), rows, days, zone)
    return [
        Round(name, day, zone, rows.get(name, {}), by_dates.get(name), by_theme.get(name), held.get(name))
        for name, day in days.items()
    ]


def upcoming(rounds: Iterable[Round], today: date) -> list[Round]:
    return [each for each in rounds if each.anchor >= today]


def _polls(
    asked: Sequence[Poll], rows: Rows, step: str, of: Callable[[Poll], str | None]
) -> Mapping[str, Poll]:
    """By round, the one that a tap published, else the latest that the team asked of itself."""
    tapped = {of_round[step].poll_id: name for name, of_round in rows.items() if step in of_round}
    found: dict[str, Poll] = {}
    for poll in asked:
        if (name := of(poll)) is not None and poll.id not in tapped:
            found.setdefault(name, poll)
    return found | {tapped[poll.id]: poll for poll in asked if poll.id in tapped}


def _meetings(
    held: Sequence[Meeting], rows: Rows, days: Mapping[str, date], zone: ZoneInfo
) -> Mapping[str, Meeting]:
    """By round: not a cancelled one if there is another, the one that was seen there first, the nearest."""
    linked = {of_round[ENTRY].meeting_id: name for name, of_round in rows.items() if ENTRY in of_round}
    found: dict[str, list[Meeting]] = {}
    for row in held:
        name = linked.get(row.id) or _nearest(row.starts_at.astimezone(zone).date(), days)
        if name is not None and name in days:
            found.setdefault(name, []).append(row)

    def rank(row: Meeting) -> tuple[bool, bool, timedelta]:
        name = linked.get(row.id) or _nearest(row.starts_at.astimezone(zone).date(), days) or ""
        off = abs(row.starts_at.astimezone(zone).date() - days[name])
        return row.status == meetings.CANCELLED, row.id not in linked, off

    return {name: min(several, key=rank) for name, several in found.items()}


def _nearest(day: date, days: Mapping[str, date]) -> str | None:
    name = min(days, key=lambda each: abs(days[each] - day), default=None)
    return name if name is not None and abs(days[name] - day) <= NEAR * A_DAY else None


def _round_of_dates(poll: Poll, days: Mapping[str, date]) -> str | None:
    if poll.kind != polls.DATES or not poll.days:
        return None
    kept = poll.days[poll.kept_day or 0]
    return _nearest(Slot.read(kept).day, days)


def _round_of_theme(poll: Poll, days: Mapping[str, date], zone: ZoneInfo) -> str | None:
    """Of the month that its question names, else of the next meeting when it was asked."""
    question = fold(poll.question)
    if poll.kind != polls.CHOICES or "theme" not in question:
        return None
    asked = poll.opens_at.astimezone(zone).date()
    ahead = {name: day for name, day in days.items() if asked <= day <= asked + THEME_AHEAD * A_DAY}
    named = [name for name, day in ahead.items() if _names_month(question, day.month)]
    return next(iter((*named, *ahead)), None)


def _names_month(question: str, month: int) -> bool:
    names = (fold(MONTHS[language][month - 1]) for language in MONTHS)
    return any(re.search(rf"\b{name}\b", question) for name in names)
