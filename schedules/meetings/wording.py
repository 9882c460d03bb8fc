"""Wording of a meeting: where, when, the programme, its counts, what changed.
What the card, the file and the reminders share.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple

from bot.config import Config, Contact
from bot.text import Count, Long, Pill, Say
from bot.time.format import AsOf, Day, When
from storage.meetings import meetings
from storage.meetings.counts import Counts
from storage.meetings.needs import MEAL
from storage.meetings.waitlist import LAST_DAY
from storage.tables import Meeting
from storage.text import fold


def day(row: Meeting, config: Config, today: datetime | None = None) -> Day:
    """« jeudi 10 décembre » : with its year when that is not the year of `today`, or always."""
    return Day(
        row.starts_at.astimezone(config.zone).date(), today.astimezone(config.zone).date() if today else None
    )


def where(row: Meeting) -> str:
    """« Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont » : the town is said once.
    Empty: nowhere yet.
    """
    named = row.town and fold(row.town) not in fold(row.place)
    return ", ".join(part for part in (row.place, row.town if named else "") if part)


def programme(row: Meeting) -> str:
    """On one line."""
    parts = [" ".join(part.split()).strip(" ;,") for part in row.programme]
    return (" ; " if any("," in part for part in parts) else ", ").join(part for part in parts if part)


def one_line(text: str) -> Long:
    """What people wrote, be it long."""
    return Long(" ".join(text.split()))


def contact(row: Meeting, config: Config) -> tuple[Say | None, bool]:
    """Whom to ask, and whether that is who `!contact` shows. None: nobody is named."""
    card = config.network.contact
    if row.contact and (card is None or row.contact not in (card.user, contact_name(card))):
        return Say("{name}", name=one_line(row.contact)), False
    if card is None or not contact_name(card):
        return None, False
    name = Pill(contact_name(card), card.user) if card.user else contact_name(card)
    who = Say("{name}, {role}", name=name, role=card.role) if card.role else Say("{name}", name=name)
    return who, True


def contact_name(card: Contact) -> str:
    """As configured, else the local part of their id, which clients replace by their name."""
    return card.name or (card.user or "").removeprefix("@").partition(":")[0]


def listed(says: Sequence[Say]) -> Say:
    """« a, b, c »."""
    return reduce(lambda first, then: Say("{first}, {then}", first=first, then=then), says)


INSTANTS = ("starts_at", "ends_at", "answer_by")


class Fact(NamedTuple):
    """`brief`: short enough for what it was to be said too."""

    label: Say
    value: Say
    brief: bool = True


def as_announced(row: Meeting) -> Meeting:
    """As people know it: without the changes that were not announced yet (see Meeting.pending)."""
    return Meeting(
        **row.model_dump()
        | {field: _value(field, text) for field, text in row.pending.items() if hasattr(row, field)}
    )


def _value(field: str, text: str) -> Any:
    """From the text that a change remembers:
    an instant in ISO, a programme one line a part, nothing as nothing.
    """
    if field in INSTANTS:
        return datetime.fromisoformat(text) if text else None
    if field == "programme":
        return text.splitlines()
    if field in ("capacity", "poll_id", "revision"):
        return int(text) if text else None
    return text


def changes(row: Meeting, config: Config) -> list[Say]:
    """« **Lieu : La Filature, Wambrecourt** (au lieu de :
    Maison de quartier des Glacis) », one line a change.
    """
    pairs = zip(_facts(as_announced(row), config), _facts(row, config), strict=True)
    return [_line(old, new) for old, new in pairs if old.value.text() != new.value.text()]


def _line(old: Fact, new: Fact) -> Say:
    if old.brief and new.brief:
        return Say(
            "**{label} : {said}** (au lieu de : {before})", label=new.label, said=new.value, before=old.value
        )
    return Say("**{label} : {said}**", label=new.label, said=new.value)


def _facts(row: Meeting, config: Config) -> list[Fact]:
    """The video link is not told in rooms: that it is another one is."""
    when = When(row.starts_at, row.ends_at, config.zone)
    return [
        Fact(Say("Titre"), _or(row.title, Say("à préciser"))),
        Fact(Say("Date"), Say("{when}", when=when)),
        Fact(Say("Lieu"), _or(where(row), Say("à préciser"))),
        Fact(Say("Accès"), _or(row.access, Say("à préciser")), brief=False),
        Fact(Say("Programme"), _or(programme(row), Say("à préciser")), brief=False),
        Fact(Say("Visite"), _or(row.visit, Say("pas de visite"))),
        Fact(Say("Moment convivial"), _or(row.social, Say("pas de moment convivial"))),
        Fact(Say("Visioconférence"), Say("possible") if row.video else Say("pas possible")),
        Fact(Say("Places"), Say("{n}", n=row.capacity) if row.capacity is not None else Say("sans limite")),
        Fact(Say("Réponse souhaitée"), _by(row, config)),
        Fact(Say("Aussi ouverte à"), _or(row.actors, Say("personne d’autre"))),
        Fact(Say("Interlocuteur"), contact(row, config)[0] or Say("à préciser")),
    ]


def _or(text: str, nothing: Say) -> Say:
    return Say("{said}", said=one_line(text)) if text.strip() else nothing


def _by(row: Meeting, config: Config) -> Say:
    if row.answer_by is None:
        return Say("sans date limite")
    return Say(
        "avant le {day}",
        day=Day(row.answer_by.astimezone(config.zone).date(), row.starts_at.astimezone(config.zone).date()),
    )


def count_line(row: Meeting, counts: Counts, now: datetime, config: Config) -> Say:
    """« Réponses au 24 novembre, 11 h :
    6 sur place, 2 en visio, 3 peut-être, 2 absences – il reste 24 places. »
    """
    if row.status == meetings.CANCELLED:
        return Say("**Réponses** : la rencontre est annulée.")
    answers, left = _answer_counts(counts), _seats_left(row, counts, now)
    if answers is None:
        return (
            Say("**Réponses** : aucune pour l’instant – {left}.", left=left)
            if left
            else Say("**Réponses** : aucune pour l’instant.")
        )
    when = AsOf(now, config.zone)
    if left is None:
        return Say("**Réponses au {when}** : {said}.", when=when, said=answers)
    return Say("**Réponses au {when}** : {said} – {left}.", when=when, said=answers, left=left)


def _answer_counts(counts: Counts) -> Say | None:
    """None: there are none."""
    parts = [
        _if_any(counts.seated, Count(counts.seated, "{n} sur place", "{n} sur place")),
        _if_any(counts.remote, Count(counts.remote, "{n} en visio", "{n} en visio")),
        _if_any(counts.maybe, Count(counts.maybe, "{n} peut-être", "{n} peut-être")),
        _if_any(counts.no, Count(counts.no, "{n} absence", "{n} absences")),
        _if_any(
            counts.offered,
            Count(
                counts.offered,
                "une place proposée à la liste d’attente",
                "{n} places proposées à la liste d’attente",
            ),
        ),
        _if_any(
            counts.waiting,
            Count(counts.waiting, "une personne en liste d’attente", "{n} personnes en liste d’attente"),
        ),
        _if_any(
            counts.polled,
            Count(counts.polled, "un oui au sondage à confirmer", "{n} oui au sondage à confirmer"),
        ),
        _if_any(
            counts.to_confirm,
            Count(counts.to_confirm, "dont une réponse à reconfirmer", "dont {n} réponses à reconfirmer"),
        ),
    ]
    says = [say for say in parts if say]
    return listed(says) if says else None


def _if_any(count: int, text: Count) -> Say | None:
    return Say("{said}", said=text) if count else None


def _seats_left(row: Meeting, counts: Counts, now: datetime) -> Say | None:
    """None: there is no limit, or it is over."""
    if counts.free is None or row.ends_at <= now:
        return None
    if not counts.free:
        return Say("complet")
    if counts.waiting and now >= row.starts_at - LAST_DAY:
        free = Count(counts.free, "une place libre", "{n} places libres")
        return Say("{free}, à prendre en écrivant `!presence oui`", free=free)
    return Say("{left}", left=Count(counts.free, "il reste une place", "il reste {n} places"))


def needs_prompt() -> Say:
    """To be said where only they read it, to those who come.
    It is no question: a « non » would be an answer to the meeting.
    """
    return Say(
        "Si vous avez un besoin pour venir ou pour le repas : "
        "par exemple `acces place adaptée` ou `repas végétarien`."
    )


def need_label(kind: str, what: str) -> Say:
    if kind == MEAL:
        return Say("Repas : {what}", what=one_line(what))
    return Say("Accès : {what}", what=one_line(what))
