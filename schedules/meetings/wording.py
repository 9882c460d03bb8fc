"""A meeting in words: where it is, what is on its programme, whom to ask. What the card, the calendar file and the reminders share."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple

from bot.config import Config
from bot.text import Long, Say
from bot.time.format import Day, When
from storage.tables import Meeting
from storage.text import fold


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


INSTANTS = ("starts_at", "ends_at", "answer_by")


class Fact(NamedTuple):
    """`brief`: short enough for what it was to be said too."""

    label: Say
    said: Say
    brief: bool = True


def before(row: Meeting) -> Meeting:
    """As people know it: without the changes that were not announced yet (see Meeting.pending)."""
    return Meeting(**row.model_dump() | {field: _value(field, kept) for field, kept in row.pending.items() if hasattr(row, field)})


def _value(field: str, kept: str) -> Any:
    """From the text that a change remembers: an instant in ISO, a programme one line a part, nothing as nothing."""
    if field in INSTANTS:
        return datetime.fromisoformat(kept) if kept else None
    if field == "programme":
        return kept.splitlines()
    if field in ("capacity", "poll_id", "revision"):
        return int(kept) if kept else None
    return kept


def changed(row: Meeting, config: Config) -> list[Say]:
    """« **Lieu : La Filature, Wambrecourt** (au lieu de : Maison de quartier des Glacis) », one line a change."""
    pairs = zip(_facts(before(row), config), _facts(row, config), strict=True)
    return [_line(old, new) for old, new in pairs if old.said.text() != new.said.text()]


def _line(old: Fact, new: Fact) -> Say:
    if old.brief and new.brief:
        return Say("**{label} : {said}** (au lieu de : {before})", label=new.label, said=new.said, before=old.said)
    return Say("**{label} : {said}**", label=new.label, said=new.said)


def _facts(row: Meeting, config: Config) -> list[Fact]:
    """The video link is not told in rooms: that it is another one is."""
    when = When(row.starts_at, row.ends_at, config.zone)
    return [
        Fact(Say("Titre"), _told(row.title, Say("à préciser"))),
        Fact(Say("Date"), Say("{when}", when=when)),
        Fact(Say("Lieu"), _told(where(row), Say("à préciser"))),
        Fact(Say("Accès"), _told(row.access, Say("à préciser")), brief=False),
        Fact(Say("Programme"), _told(programme(row), Say("à préciser")), brief=False),
        Fact(Say("Visite"), _told(row.visit, Say("pas de visite"))),
        Fact(Say("Moment convivial"), _told(row.social, Say("pas de moment convivial"))),
        Fact(Say("Visioconférence"), Say("possible") if row.video else Say("pas possible")),
        Fact(Say("Places"), Say("{n}", n=row.capacity) if row.capacity is not None else Say("sans limite")),
        Fact(Say("Réponse souhaitée"), _by(row, config)),
        Fact(Say("Aussi ouverte à"), _told(row.actors, Say("personne d’autre"))),
        Fact(Say("Interlocuteur"), _told(contact(row, config)[0], Say("à préciser"))),
    ]


def _told(text: str, nothing: Say) -> Say:
    return Say("{said}", said=one_line(text)) if text.strip() else nothing


def _by(row: Meeting, config: Config) -> Say:
    if row.answer_by is None:
        return Say("sans date limite")
    return Say("avant le {day}", day=Day(row.answer_by.astimezone(config.zone).date(), row.starts_at.astimezone(config.zone).date()))
