"""Parses an answer in words to a question of the wizard, which may hold several values.
UserError: it will not do.
"""

import re
from dataclasses import replace

from bot import time
from bot.text import UserError
from bot.text.clean import clean_text
from commands.meetings import parse_lines, parse_values
from commands.meetings.form import Clock, Draft

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_AROUND_LINK = re.compile(r"\b(?:et|la|le|lien|visio(?:conf[ée]rence)?|and|link|video)\b\s*:?", re.IGNORECASE)
_ACCESS = re.compile(r"\s*\n\s*|[\s.;,–-]+(?=acc[eè]s\s*:)", re.IGNORECASE)
_ACCESS_KEY = re.compile(r"^\s*acc[eè]s\s*:?\s*", re.IGNORECASE)
_UNTIL = re.compile(r"^\s*(?:avant|before)\s+", re.IGNORECASE)
_DAYS = re.compile(r"\d|\b(?:veille|semaine|mois|jours?|eve|weeks?|months?|days?)\b", re.IGNORECASE)
_WITH = re.compile(r"^[\s,;:–-]*(?:(?:aupr[èe]s\s+de|avec|et|with)\s+)?", re.IGNORECASE)
_HOUR = re.compile(r"\d\s?(?:h|:\d)", re.IGNORECASE)


def place(typed: str, draft: Draft, clock: Clock) -> Draft:
    """« La Filature, Wambrecourt » and, on a second line or after « accès : », how to come."""
    where, *access = _ACCESS.split(typed.strip(), maxsplit=1)
    parsed = parse_values.place(re.sub(r"\s*;", ",", where), draft)
    return (
        replace(parsed, access=parse_values.text(_ACCESS_KEY.sub("", access[0], count=1)))
        if access
        else parsed
    )


def programme(typed: str, draft: Draft, clock: Clock) -> Draft:
    """Lines with a key (« visite : … ») go where they belong, the others are the programme."""
    rows = [each.strip() for each in typed.strip().splitlines() if each.strip()]
    plain = [each for each in rows if not parse_lines.has_lines(each)]
    keyed = [each for each in rows if parse_lines.has_lines(each)]
    parsed = parse_lines.parse("\n".join(keyed), draft, clock, "") if keyed else draft
    return replace(parsed, programme=parse_values.parts("\n".join(plain))) if plain else parsed


def seats(typed: str, draft: Draft, clock: Clock) -> Draft:
    link = _LINK.search(typed)
    parsed = parse_values.video(link[0], draft) if link else draft
    rest = (_AROUND_LINK.sub(" ", _LINK.sub(" ", typed)) if link else typed).strip(" ,;:.–-\n")
    if _HOUR.search(rest) or ";" in rest:
        raise UserError(
            "« {said} » ressemble à un programme ; ici, il faut un nombre de places. Pour changer le "
            "programme : « programme : 9 h 45 accueil ; 10 h 15 ateliers ».",
            said=clean_text(rest, 60),
        )
    return replace(parsed, capacity=parse_values.capacity(rest)) if rest or not link else parsed


def proposal(draft: Draft, clock: Clock) -> Draft:
    """A week before, unless something else was said."""
    return replace(draft, answer_by=draft.answer_by or parse_values.usual_answer_by(draft, clock))


def deadline(typed: str, draft: Draft, clock: Clock) -> Draft:
    """« 9 mars », « 9 mars, Gwen », « Gwen »."""
    if parse_values.is_nothing(typed):
        raise UserError(
            "Donnez une autre date et un nom, par exemple « 9 mars, Gwen », ou écrivez « passer » pour ne "
            "fixer aucune date."
        )
    typed = _UNTIL.sub("", typed)
    parsed = time.parse_prefix(typed, clock.now, clock.hours.zone)
    if parsed is None and _DAYS.search(typed):
        raise UserError(
            "Je n’ai pas compris la date « {said} ». Par exemple : « 9 mars, Gwen ».",
            said=clean_text(typed, 60),
        )
    contact = (
        parse_values.text(_WITH.sub("", parsed[1] if parsed else typed).strip(), parse_values.LONGEST_PART)
        or draft.contact
    )
    if parsed is None:
        return replace(proposal(draft, clock), contact=contact)
    at = parsed[0].instant(clock.hours.end)
    parse_values.check_answer_by(at, draft, clock)
    return replace(draft, answer_by=at, contact=contact)
