"""Parses what people type for one value of a meeting:
read strictly, bounded, or refused with what would do.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.text import Say, UserError
from bot.text.clean import clean_text, web_address
from bot.time import Day, Hour, Moment, parse_moment
from bot.time.recurrence import instant
from commands.meetings.form import Clock, Draft
from storage.meetings import meetings
from storage.text import fold

NONE = {"", "-", "…", "non", "no", "none", "aucun", "aucune", "rien", "pas de visio", "a preciser", "sans"}
UNLIMITED = {"sans limite", "illimite", "illimitee", "illimitees", "no limit", "unlimited", *NONE}
BARE_YES = {"oui", "ok", "yes"}
THEMATIC = {"thematique", "thematic", "a theme"}
GENERAL = {"generaliste", "generale", "general"}
MOST_SEATS = 5_000
LONGEST, LONGEST_PART, MOST_PARTS = 300, 150, 12  # characters; characters of a part of the programme; parts
LONGEST_TOWN = 60
USUAL_HOURS = (time(9, 30), time(12, 30))
_SEATS = re.compile(r"(\d{1,6})(?: (?:places?|personnes?|seats?|people))?(?: (?:au plus|maximum|max))?")
STREET = (
    "rue|avenue|av|boulevard|bd|place|quai|impasse|all[ée]e|chemin|route|cours|square|esplanade|passage"
    "|faubourg|promenade|parvis|rond-point|voie|sentier|mail|street|road|lane"
)
_NO_TOWN = re.compile(
    rf"(?:{STREET}|salle|b[âa]timent|b[âa]t|[ée]tage|hall|entr[ée]e|escalier|bureau|porte|amphith[ée][âa]tre"
    r"|amphi|r[ée]sidence|zone|za|zac|bp|room|floor|building)(?![\w-])",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_][^,\d]{1,39}"
_POSTCODE = re.compile(rf"\b\d{{5}}\s+({_NAME})$")
_IN_TOWN = re.compile(
    r"(?:\b(?:mairie|h[ôo]tel de ville|ville|commune|pr[ée]fecture) (?P<of>de |du |des |d['’])"
    r"|\b(?P<at>à|au|aux)\s+)(?P<name>(?-i:[A-ZÀ-Ý])[^,\d]{1,39})$",
    re.IGNORECASE,
)
_ARTICLES = {"du ": "Le ", "au": "Le ", "des ": "Les ", "aux": "Les "}
_CEDEX = re.compile(r"\s+cedex(?:\s+\d{1,2})?$", re.IGNORECASE)
_KIND = re.compile(r"\s*([^\s:–,-]+(?:\s+th[eè]me)?)\s*(?:[:–,-]\s*(.*))?$", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"[;\n]")
_BULLET = re.compile(r"^\s*[-–—*•·]\s+")


def is_nothing(typed: str) -> bool:
    """Whether these words say that there is none."""
    return fold(typed).strip(" .") in NONE


def text(typed: str, most: int = LONGEST) -> str:
    """A line of somebody's; "" when they say that there is none. UserError when it is too long."""
    cleaned = clean_text(typed, 10_000)
    if len(cleaned) > most:
        raise UserError(
            "« {start} » est trop long : {size} signes, pour {most} au plus.",
            start=clean_text(cleaned, 40),
            size=len(cleaned),
            most=most,
        )
    return "" if is_nothing(cleaned) else cleaned


def when(typed: str, draft: Draft, clock: Clock) -> Draft:
    """A day and its hours; hours alone for a day that is known;
    a day alone keeps hours that are known, else waits for them (Draft.day).
    """
    known = draft.day or (draft.starts_at.astimezone(clock.hours.zone).date() if draft.starts_at else None)
    moment = (_hours_of(known, typed, clock) if known else None) or parse_moment(
        typed, clock.now, clock.hours.zone
    )
    if moment is None:
        raise UserError(
            "Je n’ai pas compris la date « {said} ». Écrivez par exemple « {sample} ».",
            said=clean_text(typed, 60),
            sample=sample_when(clock),
        )
    if known is None and _hours_of(_good_day(clock), typed, clock) is not None:
        raise UserError("Il manque le jour. Écrivez par exemple « {sample} ».", sample=sample_when(clock))
    if moment.start is not None and moment.end is None:
        raise UserError(
            "Il manque l’heure de fin, par exemple « {said}, {hours} ».",
            said=Day(moment.day),
            hours=_usual_range(moment.start),
        )
    if moment.start is None and draft.hours:
        start, end = (time.fromisoformat(each) for each in draft.hours.split())
        moment = replace(moment, start=start, end=end)
    if moment.start is None and (draft.starts_at is None or draft.ends_at is None):
        return replace(draft, day=moment.day, starts_at=None, ends_at=None)
    return _with_moment(draft, moment, clock)


def require_hours(draft: Draft) -> Draft:
    """UserError while the hours are missing."""
    if draft.starts_at is None and draft.day is not None:
        raise UserError(
            "Il manque l’horaire, par exemple « {day}, {hours} ».",
            day=Day(draft.day),
            hours=_usual_range(USUAL_HOURS[0]),
        )
    return draft


def _hours_of(day: date, typed: str, clock: Clock) -> Moment | None:
    """The range of hours that these words are, on that day; None when they are something else."""
    try:
        moment = parse_moment(f"{Day(day).localized('fr')}, {typed}", clock.now, clock.hours.zone)
    except UserError:
        return None
    return moment if moment and moment.start is not None else None


def _usual_range(start: time) -> Say:
    later = time(min(start.hour + 3, 23), start.minute)
    return Say("{start} – {end}", start=Hour(start), end=Hour(later))


def _with_moment(draft: Draft, moment: Moment, clock: Clock) -> Draft:
    """At this date; people then have as many days to answer as they had, while that is ahead."""
    zone = clock.hours.zone
    was_start, was_end = ((at.astimezone(zone) if at else None) for at in (draft.starts_at, draft.ends_at))
    start = moment.start or (was_start.time() if was_start else USUAL_HOURS[0])
    end = moment.end or (was_end.time() if was_end else USUAL_HOURS[1])
    by = draft.answer_by
    if by is not None and was_start is not None:
        local = by.astimezone(zone)
        by = instant(local.date() + (moment.day - was_start.date()), local.time(), zone)
    moved = replace(
        draft,
        starts_at=instant(moment.day, start, zone),
        ends_at=instant(moment.day, end, zone),
        answer_by=by,
        day=None,
        hours="",
    )
    return (
        replace(moved, answer_by=usual_answer_by(moved, clock))
        if by is not None and by <= clock.now
        else moved
    )


def sample_when(clock: Clock) -> Moment:
    """A date two months ahead, ready to copy."""
    return Moment(_good_day(clock), *USUAL_HOURS, clock.hours.zone)


def _good_day(clock: Clock) -> date:
    return clock.hours.next_good(clock.now + timedelta(days=60)).astimezone(clock.hours.zone).date()


def kind(typed: str, draft: Draft) -> Draft:
    """« généraliste », « thématique », « thématique : participation des habitants »."""
    match = _KIND.match(typed)
    word = fold(match[1]) if match else ""
    kind = meetings.THEMATIC if word in THEMATIC else meetings.GENERAL if word in GENERAL else None
    if match is None or kind is None:
        raise UserError(
            "Je n’ai pas compris « {said} ». Répondez « généraliste », ou le thème : "
            "« thématique : {said} ».",
            said=clean_text(typed, 60),
        )
    title = text(match[2] or "", LONGEST_PART)
    title = title[:1].upper() + title[1:]  # it is announced on a line of its own
    return replace(draft, kind=kind, title=title or draft.title)


def place(typed: str, draft: Draft) -> Draft:
    """With its town: « La Filature, 3 quai du Canal, Wambrecourt »,
    « Mairie de Wambrecourt, place Jean Jaurès ».
    """
    parsed = text(typed)
    return replace(draft, place=parsed, town=_town_of(parsed))


def _town_of(place: str) -> str:
    """The last part that may be one: a street, a room, what has a number is none. "" when there is none."""
    first, *others = [_CEDEX.sub("", part.strip(" .")) for part in place.split(",")]
    for part in (*reversed(others), first):
        if (found := _POSTCODE.search(part)) is not None:
            return found[1].strip(" .")
        if (found := _IN_TOWN.search(part)) is not None:
            return _ARTICLES.get((found["of"] or found["at"]).lower(), "") + found["name"].strip(" .")
        named = part is not first and re.fullmatch(_NAME, part) and not _NO_TOWN.match(part)
        if named:
            return part.removeprefix("à ")
    return ""


def town(typed: str, draft: Draft) -> Draft:
    """Added to the place, unless it is there."""
    parsed = text(typed, LONGEST_TOWN)
    both = ", ".join(each for each in (draft.place, parsed) if each)
    there = not parsed or fold(parsed) in fold(draft.place) or len(both) > LONGEST
    return replace(draft, town=parsed, place=draft.place if there else both)


def video(typed: str, draft: Draft) -> Draft:
    parsed = text(typed)
    if parsed and web_address(parsed) is None:
        raise UserError(
            "« {said} » n’est pas un lien de visioconférence : collez l’adresse entière, ou écrivez « non ».",
            said=clean_text(parsed, 60),
        )
    return replace(draft, video=parsed)


def actors(typed: str) -> str:
    """To whom else it is open; "" for nobody. UserError for a bare yes, which names nobody."""
    if fold(typed).strip(" .!") in BARE_YES:
        raise UserError("Nommez-les, par exemple « bailleurs sociaux », ou écrivez « non ».")
    return text(typed)


def parts(typed: str) -> tuple[str, ...]:
    """The parts of a programme, between « ; » or on lines of their own."""
    parsed = tuple(
        part for piece in _BETWEEN.split(typed) if (part := text(_BULLET.sub("", piece), LONGEST_PART))
    )
    if len(parsed) > MOST_PARTS:
        raise UserError(
            "Le programme a {count} points, pour {most} au plus.", count=len(parsed), most=MOST_PARTS
        )
    return parsed


def shortened(typed: str) -> tuple[str, ...]:
    """The same, made short enough."""
    parsed = (clean_text(_BULLET.sub("", piece), LONGEST_PART) for piece in _BETWEEN.split(typed))
    return tuple(part for part in parsed if not is_nothing(part))[:MOST_PARTS]


def capacity(typed: str) -> int | None:
    words = fold(typed).strip(" .")
    if words in UNLIMITED:
        return None
    match = _SEATS.fullmatch(words)
    if match is None or not 1 <= int(match[1]) <= MOST_SEATS:
        raise UserError(
            "« {said} » n’est pas un nombre de places : de 1 à {most}, ou « sans limite ».",
            said=clean_text(typed, 60),
            most=MOST_SEATS,
        )
    return int(match[1])


def answer_by(typed: str, draft: Draft, clock: Clock) -> datetime | None:
    """A day alone ends with its office hours."""
    if is_nothing(typed):
        return None
    moment = parse_moment(typed, clock.now, clock.hours.zone)
    if moment is None:
        raise UserError(
            "Je n’ai pas compris la date limite de réponse « {said} ».", said=clean_text(typed, 60)
        )
    deadline = moment.instant(clock.hours.end)
    check_answer_by(deadline, draft, clock)
    return deadline


def check_answer_by(at: datetime | None, draft: Draft, clock: Clock) -> None:
    """UserError when nobody could answer by then, or the meeting has begun."""
    if at is not None and at <= clock.now:
        raise UserError("La date limite de réponse est déjà passée.")
    if at is not None and draft.starts_at is not None and at >= draft.starts_at:
        raise UserError("La date limite de réponse vient après la rencontre.")


def usual_answer_by(draft: Draft, clock: Clock) -> datetime | None:
    """A week before, else the eve; None when that is past."""
    if draft.starts_at is None:
        return None
    day = draft.starts_at.astimezone(clock.hours.zone).date()
    candidates = [instant(day - timedelta(days=days), clock.hours.end, clock.hours.zone) for days in (7, 1)]
    return next((at for at in candidates if at > clock.now), None)
