"""Parses an action: « Gwen : envoyer la grille, avant le 15 mars »."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.text.clean import clean_text
from bot.time import parse_moment

LONGEST, LONGEST_NAME = 200, 80
_BEFORE = re.compile(
    r"(?:^|[\s,;(])(?:avant|d['’]ici|pour|before|by)\s+(?:le\s+|la\s+|the\s+)?(?P<when>[^,;]{3,40}?)\)?[\s.!]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParsedAction:
    name: str
    text: str
    before: date | None


def parse(typed: str, now: datetime, zone: ZoneInfo) -> ParsedAction | None:
    """None: not of that form. Raises UserError for a date that cannot be."""
    name, colon, rest = typed.partition(":")
    name, rest = clean_text(name, LONGEST_NAME), clean_text(rest, LONGEST + 80)
    if not colon or not name or not rest:
        return None
    found = _BEFORE.search(rest)
    moment = parse_moment(found["when"], now, zone) if found else None
    if found is not None and moment is not None:
        rest = rest[: found.start()].rstrip(" ,;(")
    text = clean_text(rest, LONGEST)
    return ParsedAction(name, text, moment.day if moment else None) if text else None
