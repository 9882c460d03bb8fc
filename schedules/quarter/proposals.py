"""Proposals: what the team is shown for each step, from all that is known; a tap uses the same facts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.text import Say
from bot.time.monthly import MonthlyRule
from bot.time.recurrence import instant
from schedules.polls import result
from schedules.polls.wording import Slot, advice_against
from schedules.quarter import places, rounds
from schedules.quarter.rounds import A_DAY, Round
from schedules.themes import Theme, all_themes, theme
from schedules.tickets.themes import recurring
from storage.meetings import meetings
from storage.news import readers
from storage.polls import polls
from storage.quarter import hosts, steps
from storage.surveys import surveys
from storage.surveys.disclosure import shown
from storage.surveys.items import items_of
from storage.tables import HostOffer, Poll
from storage.text import fold

OFFSETS = (0, -7, 7, 14, -14, 2, -2)  # days from the rhythm's own
WANTED, FEWEST, MOST_THEMES = 3, 2, 6
SURVEYED = timedelta(days=366)  # an older survey says nothing of this year
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


Source = Callable[[UnitOfWork], Awaitable[Sequence[Theme]]]


async def _surveyed(uow: UnitOfWork) -> Sequence[Theme]:
    """The choices of the network's last survey that are themes, the most chosen first; not those whose count
    may not be told.
    """
    survey = await surveys.closed_last(uow.db)
    if survey is None or survey.closes_at < uow.now - SURVEYED:
        return []
    items = items_of(survey)
    told = shown(items, survey.result)
    counts = {
        named.id: cell.count
        for item in items
        for label, cell in zip(item.choices, told[item.id].cells, strict=False)
        if cell.count and (named := theme(label)) is not None
    }
    return _most_first(counts)


async def _followed(uow: UnitOfWork) -> Sequence[Theme]:
    """The themes that people follow, the most followed first."""
    return _most_first(await readers.followers(uow.db))


def _most_first(counts: Mapping[str, int]) -> Sequence[Theme]:
    return sorted((each for each in all_themes() if each.id in counts), key=lambda each: -counts[each.id])


async def _all(uow: UnitOfWork) -> Sequence[Theme]:
    """Those of priority come first."""
    return sorted(all_themes(), key=lambda each: not each.priority)


# Where themes come from, the best first: what members ask one another, what they said in a survey, what they
# follow.
THEME_SOURCES: list[Source] = [recurring, _surveyed, _followed, _all]


async def themes(uow: UnitOfWork, language: str) -> list[str]:
    """Choices of a theme poll, from all that is stored; not that of the last meeting again."""
    last = await meetings.previous(uow.db, uow.now)
    taken = fold(last.title) if last else ""
    found: dict[str, str] = {}
    for source in THEME_SOURCES:
        for each in await source(uow):
            label = each.localized(language)
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
    turn = await kind(db, config, instant(day, hours[0], config.zone))
    return Known(
        starts_at=instant(day, hours[0], config.zone),
        ends_at=instant(day, hours[1], config.zone),
        kind=turn,
        title=winner(found.theme),
        **(await _place(db, offer) if offer else {}),
        poll=found.dates if slot else None,
        best=best if found.slot is None else None,
    )


def _hours(slot: Slot | None, rule: MonthlyRule | None) -> tuple[time, time]:
    if slot and slot.start and slot.end:
        return slot.start, slot.end
    return (rule.start, rule.end) if rule else (time(9, 30), time(12, 30))


async def kind(db: AsyncSession, config: Config, at: datetime) -> str:
    """Thematic or general, in turn, of the meeting at that moment."""
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
    before = [row for row in await steps.all_meetings(db) if row.access and places.same_place(offer, row)]
    place = ", ".join(part for part in (offer.place, offer.town) if part)
    access = before[-1].access if before else ""
    return {"place": place, "town": offer.town, "access": access, "capacity": offer.capacity}
