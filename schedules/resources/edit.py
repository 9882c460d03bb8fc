"""What a person may put right of a resource, field by field, as typed: « titre = Diagnostic en marchant »."""

import re
from dataclasses import dataclass

from bot.text import Localized, Say, UserError
from bot.text.clean import clean_text
from schedules.resources.file_columns import column
from schedules.resources.import_rows import address
from schedules.resources.kinds import KINDS, kind
from schedules.resources.parse_recommendation import reason
from schedules.themes import known, theme
from storage.resources.library import LONGEST_TITLE
from storage.tables import Resource

FIELDS = {"title": Say("titre"), "why": Say("pourquoi"), "theme": Say("thème"), "kind": Say("type"), "link": Say("lien")}
_TYPED = re.compile(r"\s*([^\d\s=:][^=:]{0,30}?)\s*[=:]\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Correction:
    """`field`: one of FIELDS; `value`: as stored, "" to have none any more."""

    field: str
    value: str


def read(text: str, n: int) -> Correction:
    """Raises UserError, with a line to copy for the resource of this number."""
    found = _TYPED.fullmatch(text[:4_000])
    if found is None:
        raise UserError("Il me manque ce qu’il faut corriger. Exemple : `!ressource corriger {n} titre = Le nouveau titre`", n=n)
    field = column(found[1])
    if field not in FIELDS:
        raise UserError(
            "Je ne sais pas corriger « {word} » : titre, pourquoi, thème, type ou lien. Exemple : `!ressource corriger {n} titre = Le nouveau titre`",
            word=found[1],
            n=n,
        )
    return Correction(field, _value(field, found[2].strip(), n))


def before(row: Resource, field: str) -> str:
    return str(getattr(row, field))


def named(field: str, value: str) -> str | Localized:
    """As people call it: a theme and a type by their label."""
    if field == "theme":
        return theme(value) or value
    return (kind(value) or value) if field == "kind" else value


def apply(row: Resource, correction: Correction) -> None:
    """For all but the link, which may be another one's (schedules/resources/redirect.py). Without a title, its page gives one."""
    setattr(row, correction.field, correction.value)
    if correction.field == "title":
        row.title_given = bool(correction.value)
        row.read_at = row.read_at if correction.value else None


def _value(field: str, typed: str, n: int) -> str:
    if field == "link":
        return _link(typed, n)
    if field == "theme":
        return known(typed).id if typed else ""
    if field == "kind":
        return _kind(typed)
    return reason(typed) if field == "why" else clean_text(typed, LONGEST_TITLE)


def _link(typed: str, n: int) -> str:
    found = address(typed)
    if found is None:
        raise UserError(
            "« {word} » n’est pas une adresse web. Exemple : `!ressource corriger {n} lien = https://example.org/page`", word=typed[:80], n=n
        )
    return found


def _kind(typed: str) -> str:
    found = kind(typed) if typed else None
    if typed and found is None:
        raise UserError("Je ne connais pas le type « {word} ». Les types : {names}.", word=typed[:40], names=", ".join(each.id for each in KINDS))
    return found.id if found else ""
