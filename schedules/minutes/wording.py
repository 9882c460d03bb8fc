"""Wording of what follows a meeting: its minutes, its actions."""

from datetime import date, datetime

from bot.config import Config
from bot.text import Say
from bot.time import Day
from schedules.meetings import wording
from storage.tables import Action, Meeting


def minutes(row: Meeting, link: str, file: str, now: datetime, config: Config) -> Say:
    """Said to the rooms of the meeting. `file`: its name, when it comes with the message."""
    return Say.lines(
        Say("**Compte rendu de la rencontre du {day}**", day=wording.day(row, config, now)),
        Say("« {title} »", title=wording.one_line(row.title)) if row.title else None,
        Say("[Lire le compte rendu]({link})", link=link)
        if link
        else Say("Fichier joint : {file}", file=file),
    )


def action(row: Action, today: date) -> Say:
    """« envoyer la grille – avant le lundi 15 mars »."""
    text = wording.one_line(row.text)
    if row.before is None:
        return Say("{text}", text=text)
    day = Day(row.before, today)
    if row.before < today:
        return Say("{text} – avant le {day} (date passée)", text=text, day=day)
    return Say("{text} – avant le {day}", text=text, day=day)


def reminder(row: Action, meeting: Meeting, now: datetime, config: Config) -> Say:
    """To who has it, in private."""
    today = now.astimezone(config.zone).date()
    return Say.lines(
        Say("**À faire, après la rencontre du {day}**", day=wording.day(meeting, config, now)),
        action(row, today),
        Say("Touchez ✅ quand c’est fait, ou ❌ si ce n’est plus à faire."),
    )


def settled(row: Action, *, done: bool) -> Say:
    text = wording.one_line(row.text)
    return (
        Say("C’est fait : {text}. Merci !", text=text)
        if done
        else Say("Ce n’est plus à faire : {text}.", text=text)
    )
