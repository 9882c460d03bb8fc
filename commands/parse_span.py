"""How long: « 15 jours », « 2 semaines », « un mois », as a parameter of a command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.command import Context
from bot.text import UserError
from storage.text import fold

MOST = 366  # days
_WORDS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "one": 1, "a": 1, "two": 2, "three": 3}
_SPAN = re.compile(
    rf"(?:(?:pendant|depuis|les|for|the)\s+)?(?P<n>\d{{1,4}}|{'|'.join(_WORDS)})\s*"
    r"(?:(?:derniers?|dernieres?|last)\s+)?(?P<unit>jours?|semaines?|mois|days?|weeks?|months?)\b\s*"
)


@dataclass(frozen=True)
class Span:
    """`days`: from 1 to a year."""

    days: int

    @property
    def length(self) -> timedelta:
        return timedelta(days=self.days)

    @classmethod
    def parse_prefix(cls, text: str, ctx: Context, /) -> tuple[Span, str] | None:
        """As a parameter is read. Raises UserError for more than a year."""
        folded = fold(text)
        found = _SPAN.match(folded)
        if found is None or len(folded) != len(text):
            return None
        count = _WORDS.get(found["n"]) or int(found["n"])
        unit = found["unit"]
        days = count * (30 if unit.startswith(("mois", "month")) else 7 if unit[0] in "sw" else 1)
        if not 1 <= days <= MOST:
            raise UserError("Entre un jour et un an, s’il vous plaît. Par exemple : 15 jours.")
        return cls(days), text[found.end() :]
