"""What people are told about a meeting, one fact a line, as it is and as it was: what a change changes."""

from datetime import datetime
from typing import Any, NamedTuple

from bot.config import Config
from bot.text import Say
from bot.time import Day
from schedules.meetings import words
from schedules.meetings.when import When
from storage.tables import Meeting

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
        Fact(Say("Lieu"), _told(words.where(row), Say("à préciser"))),
        Fact(Say("Accès"), _told(row.access, Say("à préciser")), brief=False),
        Fact(Say("Programme"), _told(words.programme(row), Say("à préciser")), brief=False),
        Fact(Say("Visite"), _told(row.visit, Say("pas de visite"))),
        Fact(Say("Moment convivial"), _told(row.social, Say("pas de moment convivial"))),
        Fact(Say("Visioconférence"), Say("possible") if row.video else Say("pas possible")),
        Fact(Say("Places"), Say("{n}", n=row.capacity) if row.capacity is not None else Say("sans limite")),
        Fact(Say("Réponse souhaitée"), _by(row, config)),
        Fact(Say("Aussi ouverte à"), _told(row.actors, Say("personne d’autre"))),
        Fact(Say("Interlocuteur"), _told(words.contact(row, config)[0], Say("à préciser"))),
    ]


def _told(text: str, nothing: Say) -> Say:
    return Say("{said}", said=words.one_line(text)) if text.strip() else nothing


def _by(row: Meeting, config: Config) -> Say:
    if row.answer_by is None:
        return Say("sans date limite")
    return Say("avant le {day}", day=Day(row.answer_by.astimezone(config.zone).date(), row.starts_at.astimezone(config.zone).date()))
