"""Reading a date that somebody typed: `read` for a whole text, `leading` for the date a text begins with.

What the words mean, said on a given day:
- « mardi », « mardi prochain » : the first Tuesday after today. On a Tuesday it is in seven days; « ce
  mardi » may be today. « mardi en huit » is seven days later, « en quinze » fourteen; « mardi de la semaine
  prochaine » counts weeks from Monday. "next Tuesday" is « mardi prochain ».
- a date without a year (« 15/12 », « mardi 15 décembre », « premier mardi de mars », « le 15 ») is the next
  one, today included.
- « matin » is 9 h to 12 h, « après-midi » 14 h to 17 h, « midi » 12 h. A day without an hour stays without
  one.
- an hour alone is the next such hour: today, or tomorrow when it is past.
- an hour that the spring clock change skips is refused; of the two in autumn it is the first.
Refused with a way out (UserError): a weekday that is not that of the date, days and hours that do not exist,
an end before its start, the past, more than eighteen months ahead, and in `read` what is too vague (« ce
soir »). Languages are read together: people of a French network type "9:30", and the other way round.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.text import UserError
from bot.time.format import Day, Hour, Moment, exists
from bot.time.parse_day import months_later, parse_day, sample
from bot.time.parse_hour import Span, parse_clock, parse_hours
from bot.time.recurrence import instant
from bot.time.scanner import Scanner
from bot.time.vocabulary import BARE_MONTH, BARE_WEEKDAY, NUMBER, number

MONTHS_AHEAD = 18

_PREFIX = re.compile(r"jusqu'(?:a|au|en) (?:le |the )?|(?:until|till|pour|le|au|a|on|at|the) ")
_BEFORE_HOURS = re.compile(r",? ?- ?|, ?| |t(?=\d)")
_BEFORE_DAY = re.compile(r",? (?:(?:le|on|the) )?")
_SOON = re.compile(
    rf"(?:dans|in) (?:(?P<half>une demi-?heure|half an hour)|"
    rf"{NUMBER} ?(?:(?P<hours>h|heures?|hours?)(?: ?(?P<more>\d\d))?|minutes?|min|mn))(?!\w)"
)
_NO_MORE = re.compile(r"[ \n.!]*$")
_BREAK = re.compile(r" ?(?:[,:;.]|-(?= ))?[ \n]*")
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
# After a date, these change what it means: then it is not the date that was read.
_DOUBT = re.compile(
    rf",? ?(?:{EVENING}|derniere?|passee?|last|prochaine?|suivante?|en (?:huit|quinze)"
    r"|moins|et (?:demie?|quart))(?!\w)"
    rf"| ?(?:et|ou|au|and|or|to|/) ?(?:(?:le|the) )?(?:{BARE_WEEKDAY}|\d\d?(?:er)? ?{BARE_MONTH}|\d\d?/"
    r"|\d\d? ?h(?!\w))"
    rf"| ?{BARE_MONTH}|-[^\W\d]|[:/]\d"
)


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> Moment | None:
    """The date that this text is; None when it is something else;
    UserError when it is a date that cannot be.
    """
    cursor = Scanner(text)
    moment = _moment(cursor, now, zone)
    if moment is not None and cursor.take(_NO_MORE) and not cursor.rest().strip():
        return moment
    refuse_vague(text, now.astimezone(zone).date(), zone)
    return None


def parse_prefix(text: str, now: datetime, zone: ZoneInfo) -> tuple[Moment, str] | None:
    """The longest date at the start of a text, on one line, and what follows it as it was typed.

    None when the text begins otherwise, vaguely (« ce soir »), or with several days (« mardi ou jeudi »).
    """
    cursor = Scanner(text)
    moment = _moment(cursor, now, zone)
    if moment is None:
        return None
    cursor.take(_BREAK)
    return moment, cursor.rest()


def _moment(cursor: Scanner, now: datetime, zone: ZoneInfo) -> Moment | None:
    cursor.take(_PREFIX)
    found = _soon(cursor, now, zone) or _day_first(cursor, now, zone) or _hours_first(cursor, now, zone)
    if found is None or cursor.sees(_DOUBT):
        return None
    _check(found, now)
    return found


def _soon(cursor: Scanner, now: datetime, zone: ZoneInfo) -> Moment | None:
    found = cursor.take(_SOON)
    if found is None:
        return None
    if found["half"]:
        wait = timedelta(minutes=30)
    elif found["hours"]:
        wait = timedelta(hours=number(found["number"]), minutes=int(found["more"] or 0))
    else:
        wait = timedelta(minutes=number(found["number"]))
    local = (now.astimezone(UTC) + wait).astimezone(zone)
    return Moment(local.date(), time(local.hour, local.minute), None, zone, now.astimezone(zone).date())


def _day_first(cursor: Scanner, now: datetime, zone: ZoneInfo) -> Moment | None:
    today = now.astimezone(zone).date()
    found = parse_day(cursor, today)
    if found is None:
        return None
    after = cursor.at
    span = parse_hours(cursor) if cursor.take(_BEFORE_HOURS) else None
    if span is None:
        cursor.at = after
        return Moment(found, None, None, zone, today)
    return Moment(found, span.start, span.end, zone, today)


def _hours_first(cursor: Scanner, now: datetime, zone: ZoneInfo) -> Moment | None:
    span = parse_clock(cursor)
    if span is None:
        return None
    today = now.astimezone(zone).date()
    after = cursor.at
    found = parse_day(cursor, today) if cursor.take(_BEFORE_DAY) else None
    if found is None:
        cursor.at = after
        found = _next_such_hour(span, now, zone)
    return Moment(found, span.start, span.end, zone, today)


def _next_such_hour(span: Span, now: datetime, zone: ZoneInfo) -> date:
    today = now.astimezone(zone).date()
    return today if instant(today, span.start, zone) > now else today + timedelta(days=1)


def _check(said: Moment, now: datetime) -> None:
    today = now.astimezone(said.zone).date()
    limit = months_later(today, MONTHS_AHEAD)
    if said.day > limit:
        raise UserError(
            "C’est trop loin : je peux prévoir jusqu’au {limit}. Donnez une date plus proche.",
            limit=Day(limit, today),
        )
    if said.day >= today:
        _check_hours(said, today)
    if said.day < today or (said.start is not None and said.instant(said.start) <= now):
        raise UserError(
            "C’est déjà passé : {said}. Donnez une date à venir, par exemple « {example} ».",
            said=said,
            example=sample(today),
        )


def _check_hours(said: Moment, today: date) -> None:
    for hour in (said.start, said.end):
        if hour is not None and not exists(said.day, hour, said.zone):
            later = instant(said.day, hour, said.zone).astimezone(said.zone).time()
            raise UserError(
                "Le {day}, on passe à l’heure d’été : {hour} n’existe pas. Écrivez par exemple « {later} ».",
                day=Day(said.day, today),
                hour=Hour(hour),
                later=Moment(said.day, later, None, said.zone, today),
            )


def refuse_vague(text: str, today: date, zone: ZoneInfo) -> None:
    """UserError if the whole text is a vague or past time; nothing otherwise."""
    cursor = Scanner(text)
    whole = cursor.folded.rstrip(" \n.!")
    example = Moment(today + timedelta(days=7), time(18, 30), None, zone, today)
    if _GONE.fullmatch(whole):
        raise UserError(
            "C’est déjà passé : {said}. Donnez une date à venir, par exemple « {example} ».",
            said=text.strip(),
            example=example,
        )
    if _VAGUE.fullmatch(whole) or (parse_day(cursor, today) is not None and _EVENING.match(whole, cursor.at)):
        raise UserError(
            "« {said} » n’est pas assez précis : donnez le jour et l’heure, par exemple « {example} ».",
            said=text.strip(),
            example=example,
        )
