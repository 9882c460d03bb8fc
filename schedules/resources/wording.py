"""Wording: what became of a correction or of one more voice, and the history of a resource, line by line."""

from collections.abc import Mapping
from datetime import date

from bot.outbox import UnitOfWork
from bot.text import Count, Say
from bot.text.names import first_name
from bot.time.format import DayMonth
from schedules.resources.edit import FIELDS, Correction, displayed
from storage.resources import changes, imports
from storage.tables import Change, Resource

DONE = {
    changes.RETIRED: Say("fiche retirée"),
    changes.BACK: Say("fiche remise"),
    changes.PINNED: Say("fiche épinglée"),
    changes.UNPINNED: Say("fiche détachée"),
    imports.ADDED: Say("fiche importée d’un fichier"),
}


def correction_done(row: Resource, correction: Correction, old: str) -> Say:
    """What became of a correction, and the line that takes it back."""
    n, field = row.id, FIELDS[correction.field]
    if correction.value:
        value = displayed(correction.field, correction.value)
        done = Say("C’est corrigé, fiche {n} – {field} : {value}", n=n, field=field, value=value)
    elif correction.field == "title":
        done = Say("C’est noté : la fiche {n} reprend le titre de sa page.", n=n)
    else:
        done = Say("C’est effacé, fiche {n} – {field}.", n=n, field=field)
    back = Say(
        "Pour revenir en arrière : `!ressource corriger {n} {field} = {old}`", n=n, field=field, old=old
    )
    return Say.lines(done, back if old else None)


def change_line(uow: UnitOfWork, change: Change, names: Mapping[str, str]) -> Say:
    """A line of the history. `names`: of people, by their ids."""
    full = names.get(change.person)
    who = (
        Say("{name}", name=first_name(full))
        if full
        else Say("quelqu’un qui est parti")
        if change.person
        else Say("son site")
    )
    zone = uow.config.zone
    day = DayMonth(change.at.astimezone(zone).date(), uow.now.astimezone(zone).date())
    if change.what in DONE:
        return Say("- {day}, {name} : {what}", day=day, name=who, what=DONE[change.what])
    field = FIELDS.get(change.what, Say("{what}", what=change.what))
    old, new = (displayed(change.what, value) or "–" for value in (change.before, change.after))
    return Say(
        "- {day}, {name} : {field}, {after} (avant : {before})",
        day=day,
        name=who,
        field=field,
        after=new,
        before=old,
    )


def useful_to(voices: int) -> Count:
    """« 11 personnes la jugent utile »."""
    return Count(voices, "une personne la juge utile", "{n} personnes la jugent utile")


def already_known(row: Resource, person: str, today: date) -> Say:
    """To `person`, who recommends it today."""
    day, n = DayMonth(row.at.date(), today), row.id
    if row.person == person:
        return Say(
            "Cette ressource est déjà connue : **fiche {n}**, que vous avez recommandée le {day}.",
            n=n,
            day=day,
        )
    if row.name:
        return Say(
            "Cette ressource est déjà connue : **fiche {n}**, recommandée par {name} le {day}.",
            n=n,
            name=row.name,
            day=day,
        )
    return Say("Cette ressource est déjà connue : **fiche {n}**, du {day}.", n=n, day=day)


def voice_counted(retired: bool, before: bool, count: Count) -> Say:
    """What became of one more voice. `before`: it was there already."""
    if retired:
        return Say("Elle avait été retirée : la voici de retour, avec votre voix ({count}).", count=count)
    return (
        Say("Votre voix y était déjà : {count}.", count=count)
        if before
        else Say("J’ai ajouté votre voix : {count}.", count=count)
    )
