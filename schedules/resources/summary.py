"""Monthly summary, « À garder »:
in the first panorama of a month, the resources that were most useful in the month before, after those that
the team pinned.

The first is the first that appears, whatever was left out or suspended before it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.text import Count, Link, Say
from bot.time.recurrence import instant
from bot.time.vocabulary import MONTHS
from schedules.resources.card import title
from storage.news import editions
from storage.resources import library
from storage.tables import Resource

MOST = 3


@dataclass(frozen=True)
class Month:
    """« novembre », and what it takes to say so: « en novembre »."""

    day: date

    def localized(self, language: str) -> str:
        return MONTHS[language][self.day.month - 1]


async def monthly_summary(db: AsyncSession, config: Config, name: str, at: datetime) -> Say | None:
    """What the edition of this name, which appears at this moment, shows at its end;
    None when it shows nothing.
    """
    this = at.astimezone(config.zone).date().replace(day=1)
    start = instant(this, time(0), config.zone)
    if any(each.name != name and each.planned < at for each in await editions.published_since(db, start)):
        return None
    before = (this - timedelta(days=1)).replace(day=1)
    pinned = list(await library.pinned(db))[:MOST]
    known = {row.id for row in pinned}
    liked = [
        row
        for row in await library.most_useful(db, instant(before, time(0), config.zone), start, 2 * MOST)
        if row.id not in known
    ]
    rows = [*pinned, *liked][:MOST]
    if not rows:
        return None
    voices = await library.voices_of(db, [row.id for row in rows])
    heading = (
        Say("**À garder : les ressources les plus utiles en {month}**", month=Month(before))
        if len(rows) > len(pinned)
        else Say("**À garder**")
    )
    return Say.lines(Say(""), heading, *(_line(row, voices.get(row.id, 0)) for row in rows))


def _line(row: Resource, voices: int) -> Say:
    """By its number, which is that of its card: not one of the panorama's."""
    link, n = Link(title(row), row.link), row.id
    if row.pinned:
        return Say("- Fiche {n}, {title} – épinglée par l’équipe", n=n, title=link)
    if voices < 2:  # whoever recommended it
        return Say("- Fiche {n}, {title}", n=n, title=link)
    return Say("- Fiche {n}, {title} – {count}", n=n, title=link, count=Count(voices, "une voix", "{n} voix"))
