"""Wording of the quarter: a round, a step and its state, a place that is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.config import Config
from bot.text import Count, Long, Say
from bot.time import Day
from bot.time.format import When
from bot.time.vocabulary import MONTHS
from schedules.polls.wording import Slot
from schedules.quarter.proposals import Known
from schedules.quarter.rounds import Round, StepState
from storage.meetings import meetings
from storage.quarter.steps import ANNOUNCE, DATES, ENTRY, THEME
from storage.tables import Availability, HostOffer, Meeting

MOST_OFFERS, MOST_TOWNS = 3, 6
HALF_DAY, DAY = 210, 420  # minutes of work
NAMES = {
    DATES: Say("choisir la date"),
    THEME: Say("choisir le thème"),
    ENTRY: Say("entrer la rencontre"),
    ANNOUNCE: Say("annoncer la rencontre"),
}


@dataclass(frozen=True)
class OfMonth:
    """« de mars 2027 », « d’avril 2027 »; "of March 2027"."""

    day: date

    def localized(self, language: str) -> str:
        month = MONTHS[language][self.day.month - 1]
        of = "of " if language == "en" else "d’" if month[0] in "ao" else "de "
        return f"{of}{month} {self.day.year}"


@dataclass(frozen=True)
class InMonth:
    """« mars »; "March"."""

    number: int

    def localized(self, language: str) -> str:
        return MONTHS[language][self.number - 1]


def title(found: Round, what: Say) -> Say:
    return Say("**Rencontre {month} – {what}**", month=OfMonth(found.day), what=what)


def by_hand(step: str, name: str) -> Say:
    """How the team does it itself."""
    return {
        DATES: Say("`!dates 9 mars ; 16 mars`"),
        THEME: Say("`!sondage Quel thème ? | choix | choix`"),
        ENTRY: Say("`!rencontre nouvelle`"),
        ANNOUNCE: Say("`!rencontre annoncer {name}`", name=name) if name else Say("`!rencontre annoncer`"),
    }[step]


def offer(row: HostOffer) -> Say:
    """« Dominique, Wambrecourt – La Filature, 40 places (juin) »."""
    who = Say("{name}, {town}", name=row.name, town=row.town) if row.town else Say("{name}", name=row.name)
    what = Say("{who} – {place}", who=who, place=row.place) if row.place else who
    if row.capacity:
        what = Say("{what}, {seats}", what=what, seats=seats(row.capacity))
    return Say("{what} ({month})", what=what, month=InMonth(row.month)) if row.month else what


def seats(capacity: int) -> Count:
    return Count(capacity, "une place", "{n} places")


def offers(rows: Sequence[HostOffer]) -> list[Say]:
    if not rows:
        return []
    more = len(rows) - MOST_OFFERS
    listed = [Say("- {offer}", offer=offer(row)) for row in rows[:MOST_OFFERS]]
    others = Count(more, "et une autre proposition", "et {n} autres propositions")
    return [Say("Lieux proposés :"), *listed, *([Say("{more}.", more=others)] if more > 0 else [])]


def state(found: StepState, name: str, today: date) -> Say:
    """One line of `!trimestre`. `name`: of the meeting, if there is one."""
    what = NAMES[found.step]
    when = Day(found.planned, today)
    match found.status:
        case "done":
            return Say("✅ {what} : fait", what=what)
        case "skipped":
            line = Say("➖ {what} : pas cette fois", what=what)
        case "proposed":
            line = Say("⏳ {what} : proposé, j’attends votre réponse", what=what)
        case "due":
            line = Say("⏳ {what} : proposé à la prochaine heure d’ouverture", what=what)
        case "waiting":
            return Say("⏳ {what} : dès que la rencontre est entrée", what=what)
        case "passed":
            line = Say("➖ {what} : le moment est passé", what=what)
        case "off":
            return Say("➖ {what} : la rencontre est annulée", what=what)
        case "coming" if found.moved:
            return Say("▫️ {what} : le {when}, après la pause", what=what, when=when)
        case _:
            return Say("▫️ {what} : le {when}", what=what, when=when)
    return Say("{line} – {how}", line=line, how=by_hand(found.step, name))


def day(n: int, slot: Slot, against: Say | None) -> Say:
    """« 1. Mardi 2 mars 2027, de 9 h 30 à 14 h – possible »."""
    return Say(
        "{n}. {day} – {advice}", n=n, day=replace(slot, capital=True), advice=against or Say("possible")
    )


def towns(names: Sequence[str]) -> Say:
    """As many as fit on a line."""
    more = len(names) - MOST_TOWNS
    listed = Say("{names}", names=Long(", ".join(names[:MOST_TOWNS])))
    if more <= 0:
        return listed
    return Say("{listed} et {more}", listed=listed, more=Count(more, "une autre", "{n} autres"))


def not_yet(names: Sequence[str]) -> Say | None:
    """The towns of members where the network has not met."""
    return Say("Communes pas encore visitées : {towns}.", towns=towns(names)) if names else None


def kind(name: str) -> Say:
    return Say("thématique") if name == meetings.THEMATIC else Say("généraliste")


def known(found: Known, config: Config) -> list[Say | None]:
    """A line a fact, nothing of those that are not known."""
    when = When(found.starts_at, found.ends_at, config.zone)
    chosen = found.poll is not None
    return [
        Say("- Date, d’après le sondage : {when}", when=when)
        if chosen
        else Say("- Date, d’après le rythme : {when}", when=when),
        Say("- Format, à son tour : {kind}", kind=kind(found.kind)) if found.kind else None,
        Say("- Thème choisi : {theme}", theme=found.title) if found.title else None,
        Say("- Lieu proposé : {place}", place=found.place) if found.place else None,
        Say("- Accès, déjà utilisé : {access}", access=Long(found.access)) if found.access else None,
        Say("- Places : {n}", n=found.capacity) if found.capacity else None,
    ]


def lacking(row: Meeting) -> Say:
    return Say(
        "Il manque le titre ou le lieu : `!rencontre modifier {name} titre = … | lieu = …`", name=row.name
    )


def time(row: Availability) -> Say:
    """« 2 h par mois », « une demi-journée par trimestre »."""
    length = _length(row.minutes)
    match row.every:
        case "month":
            return Say("{length} par mois", length=length)
        case "quarter":
            return Say("{length} par trimestre", length=length)
    return Say("{length} par an", length=length)


def _length(minutes: int) -> Say:
    if minutes == HALF_DAY:
        return Say("une demi-journée")
    if minutes % DAY == 0:
        return Say("{days}", days=Count(minutes // DAY, "un jour", "{n} jours"))
    hours, left = divmod(minutes, 60)
    if not hours:
        return Say("{n} minutes", n=left)
    return Say("{hours} h {minutes}", hours=hours, minutes=f"{left:02}") if left else Say("{n} h", n=hours)
