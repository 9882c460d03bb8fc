"""Export: the whole library as a file, CSV for a spreadsheet, JSON for a program.
What goes out can come back in (parse_csv.py).

It holds what everybody reads on the cards: names as said in the open, nobody's Matrix id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.readers import spreadsheet
from schedules.resources.fields import COLUMNS, Name
from schedules.resources.kinds import kind
from schedules.themes import theme
from storage.tables import Resource
from storage.text import fold

ACCESS = {"free": ("libre", "free"), "paid": ("abonnement", "paid")}
DEAD = ("lien mort", "dead link")


@dataclass(frozen=True)
class ExportFormat:
    """How it is written: `language`, "fr" or "en"; `zone`: whose days."""

    language: str
    zone: ZoneInfo

    def pick(self, pair: Sequence[str]) -> str:
        return pair[self.language == "en"]

    def day(self, at: datetime) -> str:
        return at.astimezone(self.zone).date().isoformat()


def as_csv(rows: Sequence[Resource], voices: Mapping[int, int], manner: ExportFormat) -> bytes:
    """As a spreadsheet of that language opens it without a question."""
    head = [each.label(manner.language) for each in COLUMNS]
    cells = (_cells(row, voices, manner) for row in rows)
    return spreadsheet.as_csv(
        [head, *([each[column.name] for column in COLUMNS] for each in cells)], manner.language
    )


def as_json(rows: Sequence[Resource], voices: Mapping[int, int], manner: ExportFormat) -> bytes:
    names = {each.name: fold(each.label(manner.language)).replace(" ", "_") for each in COLUMNS}
    found = [
        {names[name]: cell for name, cell in _cells(row, voices, manner).items() if cell != ""}
        for row in rows
    ]
    whole = {"resources" if manner.language == "en" else "ressources": found}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _cells(row: Resource, voices: Mapping[int, int], manner: ExportFormat) -> dict[Name, str | int]:
    about, what = theme(row.theme) if row.theme else None, kind(row.kind)
    return {
        "number": row.id,
        "title": row.title,
        "link": row.link,
        "kind": what.localized(manner.language) if what else "",
        "theme": about.localized(manner.language) if about else "",
        "why": row.why,
        "by": row.name,
        "town": row.town,
        "at": manner.day(row.at),
        "minutes": row.minutes or "",
        "access": manner.pick(ACCESS[row.access]) if row.access in ACCESS else "",
        "voices": voices.get(row.id, 0),
        "site": row.site,
        "state": manner.pick(DEAD) if row.dead else "",
    }
