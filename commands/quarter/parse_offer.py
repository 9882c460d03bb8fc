"""An offer to host, as people write it: « juin, salle de 40 places », « La Filature, en mars »."""

import re
from dataclasses import dataclass

from bot.text import UserError
from bot.text.clean import clean_text
from bot.time.scanner import Scanner
from bot.time.vocabulary import MONTH, MONTH_OF

LONGEST, MOST_SEATS = 120, 2_000
_MONTH = re.compile(rf"(?:(?:en|in|pour|for|au mois de|au mois d'|le mois de) ?)?{MONTH}(?: \d{{4}})?$")
_SEATS = re.compile(
    r"(?:\s*(?:de|d['’]|pour|for|of))?\s*(?P<n>\d{1,5})\s*(?:places?|personnes?|pers\.?|seats?|people)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s*[,;]\s*|\s+[–-]\s+|\s*:\s+")
_MOST_WORDS = 5  # of a month: « au mois de juin 2027 »


@dataclass(frozen=True)
class Offer:
    """`month`: 1 to 12, None for any; `place`: "" when only a town or a month is given."""

    month: int | None
    place: str
    capacity: int | None


def parse(text: str) -> Offer:
    """UserError when nothing is offered, or for a number of seats that cannot be."""
    month, pieces = None, []
    for piece in filter(None, _PIECES.split(clean_text(text, 500))):
        found, left = _month(piece) if month is None else (None, piece)
        month = month or found
        pieces += [left] if left else []
    rest = ", ".join(pieces)
    seats = _SEATS.search(rest)
    capacity = int(seats["n"]) if seats else None
    if capacity is not None and not 1 <= capacity <= MOST_SEATS:
        raise UserError("Combien de places ? Par exemple `!accueillir juin, salle de 40 places`")
    place = (rest[: seats.start()] + rest[seats.end() :]).strip(" ,;.") if seats else rest.strip(" ,;.")
    if len(place) > LONGEST:
        raise UserError(
            "C’est trop long : le nom du lieu suffit, par exemple `!accueillir juin, La Filature, 40 places`"
        )
    if not (month or place or capacity):
        raise UserError("Que proposez-vous ? Par exemple `!accueillir juin, salle de 40 places`")
    return Offer(month, place, capacity)


def _month(piece: str) -> tuple[int | None, str]:
    """The month that a piece is, or ends with after « en », and what is left of it."""
    words = piece.split()
    for count in (*range(min(len(words), _MOST_WORDS), 1, -1), *([1] if len(words) == 1 else [])):
        found = Scanner(" ".join(words[-count:])).take(_MONTH)
        if found:
            return MONTH_OF[found["month"]], " ".join(words[:-count])
    return None, piece
