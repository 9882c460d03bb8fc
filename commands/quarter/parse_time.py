"""How much time somebody has, as people say it: « 2 heures par mois », « une demi-journée par trimestre »."""

import re
from dataclasses import dataclass

from bot.text import UserError
from bot.time.scanner import Scanner
from bot.time.vocabulary import NUMBER, number
from schedules.quarter.wording import DAY, HALF_DAY

MOST = 5 * DAY
_MINUTES = {"minute": 1, "heure": 60, "demi": HALF_DAY, "jour": DAY}
_EVERY = {"month": "mois|month", "quarter": "trimestre|quarter", "year": "an|annee|year"}
_TIME = re.compile(
    rf"(?:environ |about )?(?:(?P<half>une demi[- ]?heure|half an hour)|{NUMBER} ?"
    r"(?:(?P<minute>min(?:utes?)?)"
    r"|(?P<heure>h(?:eures?|ours?)?)(?P<more>[0-5]\d)?"
    r"|(?P<demi>demi[- ]?journees?|half[- ]days?)|(?P<jour>jour(?:nee)?s?|days?))) ?"
    r"(?:par|/|chaque|tous les|toutes les|a|per|each|every) ?"
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _EVERY.items())})s?[ .!]*$"
)


@dataclass(frozen=True)
class Time:
    """`minutes` of every `every`: month, quarter or year."""

    minutes: int
    every: str


def parse(text: str) -> Time:
    """UserError when it is no length of time, or a very long one."""
    found = Scanner(text).take(_TIME)
    if found is None:
        raise UserError("Combien de temps ? Par exemple `!disponible 2 heures par mois`")
    unit = next((name for name in _MINUTES if found[name]), "")
    minutes = 30 if found["half"] else number(found["number"]) * _MINUTES[unit] + int(found["more"] or 0)
    if not 0 < minutes <= MOST:
        raise UserError("Donnez au plus cinq jours, par exemple `!disponible 2 heures par mois`")
    return Time(minutes, next(name for name in _EVERY if found[name]))
