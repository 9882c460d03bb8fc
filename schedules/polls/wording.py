"""Wording of choices: the words of a choice, or the day of a date, and what speaks against that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.text import Say
from bot.time import Day, Hour, Hours, OfficeHours
from storage.polls import polls
from storage.tables import Poll

PARTS = {
    "morning": {"fr": "matin", "en": "morning"},
    "afternoon": {"fr": "après-midi", "en": "afternoon"},
    "evening": {"fr": "soir", "en": "evening"},
}
ANSWERS = (Say("Oui"), Say("Si besoin"), Say("Non"))  # to one date: YES, MAYBE, NO


@dataclass(frozen=True)
class Slot:
    """A date of a date poll: « mardi 9 mars 2027 », « …, matin », « …, de 9 h 30 à 12 h ».
    Kept as a row of text in Poll.days.
    """

    day: date
    start: time | None = None
    end: time | None = None
    part: str = ""  # a key of PARTS
    capital: bool = False

    @classmethod
    def read(cls, row: Mapping[str, str]) -> Slot:
        start, end = (time.fromisoformat(row[name]) if row.get(name) else None for name in ("start", "end"))
        return cls(date.fromisoformat(row["day"]), start, end, row.get("part") or "")

    def row(self) -> dict[str, str]:
        found = {"day": self.day.isoformat(), "part": self.part}
        hours = {
            name: at.isoformat("minutes") for name, at in (("start", self.start), ("end", self.end)) if at
        }
        return {name: value for name, value in (found | hours).items() if value}

    def localized(self, language: str) -> str:
        day = Day(self.day).localized(language)
        text = f"{day[0].upper()}{day[1:]}" if self.capital else day
        hours = self._hours(language)
        return f"{text}, {hours}" if hours else text

    def _hours(self, language: str) -> str:
        if self.part:
            return PARTS.get(self.part, {}).get(language, self.part)
        if self.start and self.end:
            return Hours(self.start, self.end).localized(language)
        return Hour(self.start).localized(language) if self.start else ""


def labels(poll: Poll, *, capital: bool = False) -> Sequence[str | Slot]:
    """The choices in the order of their numbers, as values of a sentence; `capital`:
    dates that begin a line.
    """
    if poll.kind == polls.DATES:
        return [replace(Slot.read(row), capital=capital) for row in poll.days]
    return poll.choices


def numbered(poll: Poll) -> Say:
    """« 1. Emploi et insertion », one a line."""
    return Say.lines(
        *(Say("{n}. {label}", n=n, label=label) for n, label in enumerate(labels(poll, capital=True), 1))
    )


def advice_against(day: date, hours: OfficeHours) -> Say | None:
    """« déconseillé : vacances d’hiver (zone B) »; None for a good day."""
    if holiday := hours.public_holiday(day):
        return Say("déconseillé : jour férié ({name})", name=holiday)
    if day.weekday() not in hours.days:
        return Say("hors des jours ouvrés")
    if school := hours.school_holiday(day):
        return Say("déconseillé : {name} (zone {zone})", name=school, zone=hours.school_zone or "")
    return None
