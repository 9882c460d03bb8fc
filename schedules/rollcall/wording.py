"""Wording of a roll call: its card, its counts, and the sentence for who checks in."""

from collections.abc import Sequence
from datetime import datetime

from bot.config import Config
from bot.text import Count, Say
from bot.time import Hour
from schedules.meetings.wording import day, listed, one_line
from storage.rollcall import words
from storage.rollcall.presence import Tally, there
from storage.tables import CheckIn, Meeting, RollCall

MOST_NAMED = 60  # people in a line


def card(row: Meeting, roll: RollCall, now: datetime, config: Config) -> Say:
    """In the rooms of the meeting."""
    choices = [Say("{tap} {word}", tap=words.tap_of(each), word=each) for each in roll.choices]
    return Say.lines(
        Say("**Rencontre du {day} : dites que vous êtes là**", day=day(row, config, now)),
        Say("L’équipe dit un mot dans la salle et en visio. Touchez le même sous ce message :"),
        listed(choices),
        Say(
            "Ou écrivez-le-moi en message privé, par exemple « {word} ». En visio : « {word}, visio ».",
            word=roll.choices[0],
        ),
        Say("C’est possible jusqu’à ce soir, même si vous arrivez en retard."),
    )


def closed_card(row: Meeting, tally: Tally | None, now: datetime, config: Config) -> Say:
    """`tally`: None when the meeting was not held after all."""
    return Say.lines(
        Say("**Rencontre du {day} : le pointage est clos**", day=day(row, config, now)),
        counts(tally) if tally else None,
        Say("Vous y étiez ? `!attestation {name}`", name=row.name) if tally and tally.there else None,
    )


def counts(tally: Tally) -> Say:
    return Say(
        "{there} : {site} sur place, {remote} en visio",
        there=Count(
            tally.there, "une personne présente", "{n} personnes présentes", zero="aucune personne présente"
        ),
        site=tally.on_site,
        remote=tally.remote,
    )


def against_answers(tally: Tally) -> Say:
    """Attendance against the answers, in numbers."""
    return Say(
        "Personnes attendues et pas venues : {missing} – Venues sans l’avoir annoncé : {unexpected}",
        missing=tally.missing,
        unexpected=tally.unexpected,
    )


def for_team(row: Meeting, roll: RollCall, tally: Tally, now: datetime, config: Config) -> Say:
    """What the team reads while it is open, without the names."""
    close = Hour(roll.closes_at.astimezone(config.zone).time())
    state = (
        Say(
            "Le mot à dire dans la salle et en visio : **{word}** {tap}",
            word=roll.word,
            tap=words.tap_of(roll.word),
        )
        if now < roll.closes_at
        else Say("Le pointage est clos.")
    )
    until = Say("Il se ferme tout seul à minuit.") if close == _MIDNIGHT else None
    return Say.lines(
        Say("**Pointage de la rencontre du {day}**", day=day(row, config, now)),
        state,
        until if now < roll.closes_at else None,
        counts(tally),
    )


def names(rows: Sequence[CheckIn]) -> list[Say]:
    """Who is there, for the team."""
    present = there(rows)
    groups = (
        (Say("Sur place"), [row for row in present if not row.remote]),
        (Say("En visio"), [row for row in present if row.remote]),
    )
    return [
        Say("- **{label}** : {names}", label=label, names=listed([_name(row) for row in group[:MOST_NAMED]]))
        for label, group in groups
        if group
    ]


def _name(row: CheckIn) -> Say:
    name = one_line(row.name)
    return Say("{name} (ajout de l’équipe)", name=name) if row.by else Say("{name}", name=name)


def how_to_change(name: str) -> Say:
    return Say(
        "Ajouter quelqu’un : `!pointage {name} ajouter Prénom Nom` – Retirer : "
        "`!pointage {name} retirer Prénom Nom`",
        name=name,
    )


def noted(row: Meeting, checkin: CheckIn, who: str, now: datetime, config: Config) -> Say:
    when = day(row, config, now)
    if checkin.remote:
        return Say("C’est noté, {name} : vous suivez en visio la rencontre du {day}.", name=who, day=when)
    return Say("C’est noté, {name} : vous êtes à la rencontre du {day}.", name=who, day=when)


_MIDNIGHT = Hour(datetime.min.time())
