"""Proposals: what the team is shown for each step, from all that is known; a tap uses the same facts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.text import Say
from bot.time.monthly import MonthlyRule
from bot.time.recurrence import instant
from schedules import themes as taxonomy
from schedules.polls import result
from schedules.polls.wording import Slot, advice_against
from schedules.quarter import places, rounds
from schedules.quarter.rounds import A_DAY, Round
from storage.meetings import meetings
from storage.news import readers
from storage.polls import polls
from storage.quarter import hosts, steps
from storage.tables import HostOffer, Meeting, Poll
from storage.text import fold

OFFSETS = (0, -7, 7, 14, -14, 2, -2)  # days from the rhythm's own
WANTED, FEWEST, MOST_THEMES = 3, 2, 6
SOON = timedelta(days=14)  # a date that is nearer cannot be prepared
DEFAULT_KINDS = (meetings.THEMATIC, meetings.GENERAL)


@dataclass(frozen=True)
class Day:
    """A date that may be proposed, and what speaks against it."""

    slot: Slot
    against: Say | None


async def days(db: AsyncSession, config: Config, found: Round, today: date) -> list[Day]:
    """The rhythm's own day and those around it, in order, until there are enough good ones."""
    rule = await rounds.rule(db, config)
    start, end = (rule.start, rule.end) if rule else (None, None)
    avoided, taken = await steps.avoided(db), await _taken(db, config)
    days: list[Day] = []
    for offset in OFFSETS:
        day = found.day + offset * A_DAY
        if sum(each.against is None for each in days) >= WANTED:
            break
        if day >= today + SOON:
            against = _against(day, config, avoided) or taken.get(day)
            days.append(Day(Slot(day, start, end), against))
    return sorted(days, key=lambda each: each.slot.day)


def _against(day: date, config: Config, avoided: Mapping[date, str]) -> Say | None:
    against = advice_against(day, config.hours())
    if against is None and day in avoided:
        return Say("déconseillé : {why}", why=avoided[day])
    return against


async def _taken(db: AsyncSession, config: Config) -> Mapping[date, Say]:
    return {
        row.starts_at.astimezone(config.zone).date(): Say("la rencontre {name} est ce jour-là", name=row.name)
        for row in await steps.all_meetings(db)
        if row.status in (meetings.PLANNED, meetings.ANNOUNCED)
    }


Source = Callable[[AsyncSession, str], Awaitable[Sequence[str]]]


async def _followed(db: AsyncSession, language: str) -> Sequence[str]:
    """The themes that people follow, the most followed first."""
    counts = await readers.followers(db)
    known = [each for each in taxonomy.all_themes() if each.id in counts]
    return [each.localized(language) for each in sorted(known, key=lambda each: -counts[each.id])]


async def _priorities(db: AsyncSession, language: str) -> Sequence[str]:
    return [each.localized(language) for each in taxonomy.all_themes() if each.priority]


async def _others(db: AsyncSession, language: str) -> Sequence[str]:
    return [each.localized(language) for each in taxonomy.all_themes() if not each.priority]


# Where themes come from, the best first: what members ask one another, and what they said in a survey, are to
# stand before these.
THEME_SOURCES: list[Source] = [_followed, _priorities, _others]


async def themes(db: AsyncSession, language: str, now: datetime) -> list[str]:
    """Choices of a theme poll, from all that is stored; not that of the last meeting again."""
    last = await meetings.previous(db, now)
    taken = fold(last.title) if last else ""
    found: dict[str, str] = {}
    for source in THEME_SOURCES:
        for label in await source(db, language):
            if fold(label) not in taken:
                found.setdefault(fold(label), label)
    return list(found.values())[:MOST_THEMES]


@dataclass(frozen=True)
class Known:
    """All that is known of a meeting before it is entered. `access`: of the same place, used before."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    title: str = ""
    place: str = ""
    town: str = ""
    access: str = ""
    capacity: int | None = None
    poll: Poll | None = None
    best: int | None = None  # of this poll, the day that most people can come, when none was kept


async def known(db: AsyncSession, config: Config, found: Round) -> Known:
    rule = await rounds.rule(db, config)
    best = result.best_day(found.dates) if found.dates and found.dates.status == polls.CLOSED else None
    slot = found.slot or (Slot.read(found.dates.days[best]) if found.dates and best is not None else None)
    day = slot.day if slot else found.day
    hours = _hours(slot, rule)
    offer = next(iter(await _offers(db, config, found)), None)
    kind = await _kind(db, config, instant(day, hours[0], config.zone))
    return Known(
        starts_at=instant(day, hours[0], config.zone),
        ends_at=instant(day, hours[1], config.zone),
        kind=kind,
        title=winner(found.theme) if kind == meetings.THEMATIC else "",
        **(await _place(db, offer) if offer else {}),
        poll=found.dates if slot else None,
        best=best if found.slot is None else None,
    )


def _hours(slot: Slot | None, rule: MonthlyRule | None) -> tuple[time, time]:
    if slot and slot.start and slot.end:
        return slot.start, slot.end
    return (rule.start, rule.end) if rule else (time(9, 30), time(12, 30))


async def _kind(db: AsyncSession, config: Config, at: datetime) -> str:
    previous = await meetings.previous(db, at)
    kinds = config.rhythm.kinds if config.rhythm else DEFAULT_KINDS
    return rounds.kind_in_turn(kinds, previous.kind if previous else "")


def winner(poll: Poll | None) -> str:
    """The theme with most votes, if there is one alone."""
    if poll is None or poll.status != polls.CLOSED or not poll.result.get("counts"):
        return ""
    first = result.ranked(poll, poll.result["counts"])[0]
    return "" if first.tied or not first.votes else str(first.label)


async def _offers(db: AsyncSession, config: Config, found: Round) -> list[HostOffer]:
    """For that month or any; a town where the network has not met goes first."""
    tour = await places.tour(db, config, instant(found.day, time(0), config.zone), announced=False)
    seen = {fold(each.town) for each in tour.visits}
    offers = await hosts.open_offers(db, found.day.month)
    return sorted(offers, key=lambda each: (fold(each.town) in seen, each.month is None))


async def _place(db: AsyncSession, offer: HostOffer) -> Mapping[str, Any]:
    before = [row for row in await steps.all_meetings(db) if row.access and _same_place(offer, row)]
    place = ", ".join(part for part in (offer.place, offer.town) if part)
    access = before[-1].access if before else ""
    return {"place": place, "town": offer.town, "access": access, "capacity": offer.capacity}


def _same_place(offer: HostOffer, row: Meeting) -> bool:
    return bool(offer.place) and fold(offer.place) in fold(row.place)
