"""What people need to come, or to eat there: how it is asked and shown, and for how long it is known."""

from datetime import datetime, timedelta

from bot.config import Config
from bot.dates import Day
from bot.words import Say
from schedules.meetings.words import one_line
from storage.meetings.needs import MEAL
from storage.tables import Meeting

KEPT = timedelta(days=7)  # after the end of the meeting


def asked() -> Say:
    """To be said where only they read it, to those who come."""
    return Say("Un besoin pour venir ou pour le repas ? Par exemple `acces place adaptée` ou `repas végétarien`.")


def label(kind: str, what: str) -> Say:
    if kind == MEAL:
        return Say("Repas : {what}", what=one_line(what))
    return Say("Accès : {what}", what=one_line(what))


def erased_on(row: Meeting, now: datetime, config: Config) -> Day:
    return Day((row.ends_at + KEPT).astimezone(config.zone).date(), now.astimezone(config.zone).date())
