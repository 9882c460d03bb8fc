"""Places: the towns that hosted a meeting, and those that have not yet."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from schedules.members import towns
from storage.meetings import meetings
from storage.quarter import steps
from storage.tables import HostOffer, Meeting
from storage.text import fold

_WORD = re.compile(r"[^\W_]+")
_NAMELESS = frozenset(
    _WORD.findall(
        "un une le la les l de du des d a notre nos grand grande petit petite salle salles reunion lieu "
        "local locaux bureau bureaux chez moi nous the our my room rooms meeting place office"
    )
)


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
    if offer.town and row.town:
        return fold(offer.town) == fold(row.town)
    return same_place(offer, row)


def same_place(offer: HostOffer, row: Meeting) -> bool:
    """Whether the place of the offer is that of the meeting by its name: « une salle » names none."""
    offered = _words(offer.place)
    named = not _NAMELESS.issuperset(offered)
    return named and f" {' '.join(offered)} " in f" {' '.join(_words(row.place))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
