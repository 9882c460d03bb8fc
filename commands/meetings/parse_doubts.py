"""Parses what looks like the answer to another question of the wizard: a date, a link, a number at « Où ? ».
Such words are not refused: they are asked back.
"""

import re

from bot.text import Say, UserError
from bot.time import parse_moment
from commands.meetings.form import Clock, Draft
from commands.meetings.parse_values import BARE_YES, STREET, is_nothing
from storage.text import fold

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}(?: (?:places?|personnes?|seats?|people))?")
_HOUR_FIRST = re.compile(r"\s*(?:[àa] |de )?\d{1,2} ?(?:h(?![\w-])|h ?\d\d|: ?\d\d)", re.IGNORECASE)
_ADDRESS = re.compile(rf"\b\d{{5}}\s+\w|\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+(?:{STREET})\b", re.IGNORECASE)
_OF = r"(?:(?:de|du|des|la|le|les)\s+|de\s+la\s+|(?:de\s+)?l['’]|d['’])?"
# « rue des Tilleuls », « Mairie, place Jean Jaurès »; « La place des habitants » is none.
_STREET = re.compile(rf"(?:^|,)\s*(?i:{STREET})\s+{_OF}[A-ZÀ-Ý]")


def other_answer(typed: str, draft: Draft, clock: Clock) -> Say | None:
    """« c’est une date »: why these words are hardly a text; None: they may be one."""
    words = fold(typed).strip(" .!?")
    if words in BARE_YES:
        return Say("ce mot seul ne suffit pas")
    if _LINK.fullmatch(typed.strip()):
        return Say("c’est un lien")
    if _NUMBER.fullmatch(words):
        return Say("c’est un nombre")
    if _HOUR_FIRST.match(typed):
        return Say("cela commence par une heure, comme un programme")
    return Say("c’est une date") if _is_date(typed, clock) else None


def _is_date(typed: str, clock: Clock) -> bool:
    """One that is past or wrong too."""
    try:
        return parse_moment(typed, clock.now, clock.hours.zone) is not None
    except UserError:
        return True


def title(typed: str, draft: Draft, clock: Clock) -> Say | None:
    if _ADDRESS.search(typed) or _STREET.search(typed):
        return Say("c’est une adresse")
    return other_answer(typed, draft, clock)


def place(typed: str, draft: Draft, clock: Clock) -> Say | None:
    """`draft`: with the place as it was read."""
    if is_nothing(typed) or (why := other_answer(typed, draft, clock)) is not None:
        return None if is_nothing(typed) else why
    if ";" in typed and not any(map(str.isdigit, typed)):
        return Say("c’est une liste, comme un programme")
    if _is_town(draft.town):
        return None
    if any(map(str.isdigit, draft.place)):
        return None if draft.town else Say("il manque peut-être la commune")
    return Say("il manque peut-être l’adresse ou la commune")


def _is_town(name: str) -> bool:
    """« actualités et perspectives », after a comma, is none."""
    return bool(name) and (name[0].isupper() or len(name.split()) == 1)


def programme(typed: str, draft: Draft, clock: Clock) -> Say | None:
    """Moments begin with an hour."""
    return None if _HOUR_FIRST.match(typed) else other_answer(typed, draft, clock)
