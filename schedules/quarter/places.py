"""Places: the towns that hosted a meeting, and those that have not yet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from schedules.members import towns
from storage.meetings import meetings
from storage.quarter import steps
from storage.tables import HostOffer, Meeting
from storage.text import fold


@dataclass(frozen=True)
class Visit:
    """A meeting that took place in a town, or will."""

    town: str
    day: date
    coming: bool


@dataclass(frozen=True)
class Tour:
    """`visits`: in the order of time; `left`: towns of members where the network has not met."""

    visits: tuple[Visit, ...]
    left: tuple[str, ...]


async def tour(db: AsyncSession, config: Config, now: datetime, *, announced: bool) -> Tour:
    """`announced`: only what everybody may know of what comes."""
    shown = (meetings.ANNOUNCED,) if announced else (meetings.ANNOUNCED, meetings.PLANNED)
    visits = [
        Visit(row.town, row.starts_at.astimezone(config.zone).date(), row.ends_at > now)
        for row in await steps.all_meetings(db)
        if row.town and row.status in shown
    ]
    seen = {fold(each.town) for each in visits}
    known = {fold(town): town for town in sorted((await towns(db, config)).values())}
    return Tour(tuple(visits), tuple(sorted((t for f, t in known.items() if f not in seen), key=fold)))


def matches(offer: HostOffer, row: Meeting) -> bool:
    """Whether the meeting is where this offer says."""
    place, town = fold(row.place), fold(row.town)
    if offer.town and town:
        return fold(offer.town) == town
    return bool(offer.place) and fold(offer.place) in place
