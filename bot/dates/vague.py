"""What is about time but names no day and hour to come: « ce soir », « fin mars », « mardi dernier ».

At the start of a longer text these are just its words; alone, where a date is expected, they deserve a kind word.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.dates.cursor import Cursor
from bot.dates.moment import Moment
from bot.dates.names import BARE_MONTH, BARE_WEEKDAY
from bot.dates.said_days import day
from bot.words import UserError

EVENING = r"(?:(?:au|le|en|in the|at) )?(?:soir|soiree|nuit|evening|night)"
_EVENING = re.compile(rf",? ?{EVENING}$")
_PERIOD = r"(?:week-?end|semaine|mois|annee|trimestre|week|month|quarter|year)"
_VAGUE = re.compile(
    rf"(?:(?:ce|cette|this|le|la|en|in|the|next) )*(?:soir|soiree|nuit|tonight|evening|night|{_PERIOD})"
    r"(?: (?:prochaine?|qui vient|suivante?))?"
    r"|(?:(?:en|vers|courant|debut|fin|mi|in|early|late|mid|end of|around)[ -](?:de |d'|du |la )?){0,2}"
    rf"(?:{BARE_MONTH}|{_PERIOD})(?: \d{{4}}| prochaine?)?"
    r"|bientot|prochainement|plus tard|soon|later|des que possible|des possible|as soon as possible"
)
_GONE = re.compile(
    rf"hier|avant-hier|yesterday|(?:la |le )?(?:{BARE_WEEKDAY}|{_PERIOD}) (?:derniere?|passee?)"
    rf"|last (?:{BARE_WEEKDAY}|{_PERIOD})"
)


def refuse_vague(text: str, today: date, zone: ZoneInfo) -> None:
    """UserError if the whole text is a vague or past time; nothing otherwise."""
    cursor = Cursor(text)
    whole = cursor.folded.rstrip(" \n.!")
    example = Moment(today + timedelta(days=7), time(18, 30), None, zone, today)
    if _GONE.fullmatch(whole):
        raise UserError(
            "C’est déjà passé : {said}. Donnez une date à venir, par exemple « {example} ».",
            said=text.strip(),
            example=example,
        )
    if _VAGUE.fullmatch(whole) or (day(cursor, today) is not None and _EVENING.match(whole, cursor.at)):
        raise UserError(
            "« {said} » est trop vague pour moi : donnez le jour et l’heure, par exemple « {example} ».",
            said=text.strip(),
            example=example,
        )
