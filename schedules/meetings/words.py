"""A meeting in words: where it is, what is on its programme, whom to ask. What the card, the calendar file and the reminders share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.text import Localized, Long, Say
from bot.time.format import Day, Hour
from bot.time.vocabulary import MONTHS
from storage.tables import Meeting
from storage.text import fold


@dataclass(frozen=True)
class AsOf:
    """« 24 novembre, 11 h 05 », "24 November, 11:05": when something was counted."""

    instant: datetime
    zone: ZoneInfo

    def localized(self, language: str) -> str:
        local = self.instant.astimezone(self.zone)
        number = "1er" if local.day == 1 and language == "fr" else str(local.day)
        return f"{number} {MONTHS[language][local.month - 1]}, {Hour(local.time()).localized(language)}"


@dataclass(frozen=True)
class Capital:
    """What begins a line."""

    of: Localized

    def localized(self, language: str) -> str:
        said = self.of.localized(language)
        return said[:1].upper() + said[1:]


def day(row: Meeting, config: Config, today: datetime | None = None) -> Day:
    """« jeudi 10 décembre » : with its year when that is not the year of `today`, or always."""
    return Day(row.starts_at.astimezone(config.zone).date(), today.astimezone(config.zone).date() if today else None)


def where(row: Meeting) -> str:
    """« Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont » : the town is said once. Empty: nowhere yet."""
    known = row.town and fold(row.town) not in fold(row.place)
    return ", ".join(part for part in (row.place, row.town if known else "") if part)


def programme(row: Meeting) -> str:
    """On one line."""
    parts = [" ".join(part.split()).strip(" ;,") for part in row.programme]
    return (" ; " if any("," in part for part in parts) else ", ").join(part for part in parts if part)


def one_line(text: str) -> Long:
    """What people wrote, be it long."""
    return Long(" ".join(text.split()))


def contact(row: Meeting, config: Config) -> tuple[str, bool]:
    """Whom to ask, and whether that is who `!contact` shows. Empty: nobody is named."""
    card = config.network.contact
    usual = ", ".join(part for part in (card.name or card.user, card.role) if part) if card else ""
    same = not row.contact or (card is not None and row.contact in (card.user, card.name))
    return (usual, bool(usual)) if same else (row.contact, False)


def listed(says: Sequence[Say]) -> Say:
    """« a, b, c »."""
    return reduce(lambda first, then: Say("{first}, {then}", first=first, then=then), says)
