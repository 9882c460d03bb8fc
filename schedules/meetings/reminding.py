"""The words of the reminders: short, with what is needed to come, and the way to say that one does not."""

from datetime import datetime

from bot.config import Config
from bot.text import Capital, Say
from bot.time.format import Hour, Weekday, When
from schedules.meetings import wording
from storage.tables import Meeting


def ahead(row: Meeting, config: Config, now: datetime) -> Say:
    """Days before, whichever day it is said on: it may have waited."""
    return Say.lines(
        Say("**Rappel : rencontre du réseau, {when}**", when=_when(row, config, now)),
        Say("{title}", title=wording.one_line(row.title)) if row.title else None,
        _place(row),
        Say("Pas encore de réponse, ou un changement ? D’un geste sous ce message, ou `!presence oui`, `!presence non`."),
    )


def eve(row: Meeting, config: Config, now: datetime) -> Say:
    """To be read on the last open day before."""
    return Say.lines(
        _headline(row, config, now),
        _welcome(row, config, now),
        Say("Prévoyez des chaussures confortables pour la visite : {visit}.", visit=wording.one_line(row.visit).rstrip(".")) if row.visit else None,
        Say("Un empêchement ? `!presence non` – En visio : `!presence visio`, le lien vous sera envoyé en message privé.")
        if row.video
        else Say("Un empêchement ? `!presence non`"),
    )


def private(row: Meeting, config: Config, now: datetime, *, by_video: bool) -> Say:
    """To somebody who comes, or follows by video, and wants to be reminded."""
    start = row.starts_at.astimezone(config.zone).date()
    near = 0 <= (start - now.astimezone(config.zone).date()).days <= _NEAR
    link = Say("En visioconférence : {link}", link=row.video)
    return Say.lines(
        _headline(row, config, now) if near else Say("**Rappel : rencontre du réseau, {when}**", when=_when(row, config, now)),
        link if by_video else _welcome(row, config, now) if near else _place(row),
        Say("Accès : {access}", access=wording.one_line(row.access)) if row.access and not by_video else None,
        Say("Un empêchement ? `presence non` – Pour ne plus recevoir ces rappels : `rappels non`"),
    )


_NEAR = 6  # days: then the name of the day is enough


def _when(row: Meeting, config: Config, now: datetime) -> When:
    return When(row.starts_at, row.ends_at, config.zone, now.astimezone(config.zone).date())


def _headline(row: Meeting, config: Config, now: datetime) -> Say:
    start = row.starts_at.astimezone(config.zone).date()
    tomorrow = (start - now.astimezone(config.zone).date()).days == 1
    day = Say("demain") if tomorrow else Say("{day}", day=Weekday(start.weekday()))
    if row.town:
        return Say("**C’est {day} : rencontre du réseau à {town}**", day=day, town=row.town)
    return Say("**C’est {day} : rencontre du réseau**", day=day)


def _welcome(row: Meeting, config: Config, now: datetime) -> Say:
    day, hour = Capital(wording.day(row, config, now)), Hour(row.starts_at.astimezone(config.zone).time())
    place = wording.one_line(_address(row))
    if not place:
        return Say("{day}, à {hour}", day=day, hour=hour)
    return Say("{day}, accueil à {hour} – {place}", day=day, hour=hour, place=place)


def _address(row: Meeting) -> str:
    """The town is in the headline: it is not said again at the end."""
    place = " ".join(row.place.split())
    ending = f", {row.town}"
    return place.removesuffix(ending) if row.town and len(place) > len(ending) else place or row.town


def _place(row: Meeting) -> Say | None:
    place = wording.one_line(wording.where(row))
    return Say("{place}", place=place) if place else None
