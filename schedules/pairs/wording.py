"""What is said of the pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from bot.text import Count, Pill, Say
from bot.time import Day
from bot.time.vocabulary import MONTHS
from storage.tables import PairRound

FEWEST = 5  # below it, nothing is counted


@dataclass(frozen=True)
class Month:
    """« décembre », by its name "2026-12"."""

    name: str

    def localized(self, language: str) -> str:
        return MONTHS[language][int(self.name[5:]) - 1]


def introduction(month: str, people: Mapping[str, str], until: date, today: date) -> Say:
    """To one of a pair. `people`: the first names of the others, by Matrix id."""
    return Say.lines(
        Say("**Pause-café ({month}) : avec {people}**", month=Month(month), people=_names(people, bold=True)),
        Say(
            "Vingt minutes pour faire connaissance, quand vous voulez, d’ici au {day}. Pour écrire : "
            "{people}. Trois façons de commencer :",
            day=Day(until, today),
            people=_names(people),
        ),
        Say("1. « Bonjour ! Un café par téléphone mardi à 13 h 30, ou un autre jour ? »"),
        Say("2. « Sur quoi travaillez-vous en ce moment ? »"),
        Say("3. « J’aimerais votre avis sur une question de mon quartier. »"),
        Say("Pas le temps ce mois-ci ? Dites-le simplement. Pour arrêter : `cafe non`"),
    )


def nobody(month: str) -> Say:
    """To who is alone this month."""
    return Say(
        "**Pause-café ({month})** : personne d’autre n’est disponible ce mois-ci. Vous restez sur la liste "
        "pour le prochain tirage. Pour arrêter : `cafe non`",
        month=Month(month),
    )


def question(month: str, people: Mapping[str, str]) -> Say:
    """A fortnight later."""
    return Say.lines(
        Say(
            "Pause-café ({month}) : vous êtes-vous parlé, avec {people} ?",
            month=Month(month),
            people=_names(people),
        ),
        Say("✅ oui"),
        Say("❌ pas cette fois"),
        Say("L’équipe ne voit que des nombres."),
    )


def removed() -> Say:
    """To who did not answer for three rounds."""
    return Say(
        "Je n’ai pas eu de réponse après vos trois dernières pauses-café : je vous retire de la liste, pour "
        "que personne ne vous attende. Pour revenir quand vous voulez : `cafe oui`"
    )


def summary(round_: PairRound) -> Say:
    """For the team: how many, never who; nothing is told of fewer than five, nor by difference."""
    if round_.pairs < FEWEST:
        return Say("Pause-café ({month}) : moins de cinq binômes.", month=Month(round_.month))
    pairs = Count(round_.pairs, "un binôme", "{n} binômes")
    apart = round_.pairs - round_.met
    if round_.met < FEWEST or 0 < apart < FEWEST:
        return Say(
            "Pause-café ({month}) : {pairs}. Combien se sont parlé n’est pas détaillé : un des nombres est "
            "inférieur à cinq.",
            month=Month(round_.month),
            pairs=pairs,
        )
    return Say(
        "Pause-café ({month}) : {pairs}, dont {met} se sont parlé.",
        month=Month(round_.month),
        pairs=pairs,
        met=round_.met,
    )


def _names(people: Mapping[str, str], *, bold: bool = False) -> Say:
    """« Camille et Noa »: pills, or the names alone."""
    names: Sequence[Say] = [
        Say("{name}", name=name if bold else Pill(name, person)) for person, name in people.items()
    ]
    return reduce(lambda before, each: Say("{before} et {next}", before=before, next=each), names)
