"""Whether a date is a good one to meet: public and school holidays, and days when the offices are closed, are said."""

from dataclasses import replace
from datetime import date

from bot.text import Say
from bot.time import OfficeHours
from schedules.polls.wording import Slot
from storage.tables import Poll


def against(day: date, hours: OfficeHours) -> Say | None:
    """« déconseillé : vacances d’hiver (zone B) »; None for a good day."""
    if feast := hours.public_holiday(day):
        return Say("déconseillé : jour férié ({name})", name=feast)
    if day.weekday() not in hours.days:
        return Say("hors des jours ouvrés")
    if school := hours.school_holiday(day):
        return Say("déconseillé : {name} (zone {zone})", name=school, zone=hours.school_zone or "")
    return None


def advised(poll: Poll, hours: OfficeHours) -> list[Say]:
    """The dates of a poll, each with what is to be said of it; none for a poll of another kind."""
    slots = [replace(Slot.read(row), capital=True) for row in poll.days]
    found = [(each, against(each.day, hours) or Say("possible")) for each in slots]
    return [Say("{n}. {day} – {advice}", n=n, day=day, advice=advice) for n, (day, advice) in enumerate(found, 1)]
