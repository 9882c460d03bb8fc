"""Edits of a resource: what a person may put right, field by field,
as typed (« titre = Diagnostic en marchant »); another address, since its site says so or a person does; and
what follows from any change, in the index and on its cards.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.outbox import Rank, UnitOfWork
from bot.text import Localized, Say, UserError
from bot.text.clean import clean_text
from bot.web import Page, canonical_url, meant
from schedules.resources.card import refresh
from schedules.resources.fields import column
from schedules.resources.kinds import KINDS, kind
from schedules.resources.parse_recommendation import reason
from schedules.resources.parse_rows import address
from schedules.themes import require_theme, theme
from storage.resources import changes, index, library, links
from storage.resources.library import LONGEST_TITLE
from storage.tables import Change, Resource

FIELDS = {
    "title": Say("titre"),
    "why": Say("pourquoi"),
    "theme": Say("thème"),
    "kind": Say("type"),
    "link": Say("lien"),
}
_TYPED = re.compile(r"\s*([^\d\s=:][^=:]{0,30}?)\s*[=:]\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Correction:
    """`field`: one of FIELDS; `value`: as stored, "" to have none any more."""

    field: str
    value: str


def parse(text: str, n: int) -> Correction:
    """Raises UserError, with a line to copy for the resource of this number."""
    found = _TYPED.fullmatch(text[:4_000])
    if found is None:
        raise UserError(
            "Il me manque ce qu’il faut corriger. "
            "Exemple : `!ressource corriger {n} titre = Le nouveau titre`",
            n=n,
        )
    field = column(found[1])
    if field not in FIELDS:
        raise UserError(
            "Je ne sais pas corriger « {word} » : titre, pourquoi, thème, type ou lien. Exemple : "
            "`!ressource corriger {n} titre = Le nouveau titre`",
            word=found[1],
            n=n,
        )
    return Correction(field, _value(field, found[2].strip(), n))


def stored_value(row: Resource, field: str) -> str:
    return str(getattr(row, field))


def displayed(field: str, value: str) -> str | Localized:
    """As people call it: a theme and a type by their label."""
    if field == "theme":
        return theme(value) or value
    return (kind(value) or value) if field == "kind" else value


def apply(row: Resource, correction: Correction) -> None:
    """For all but the link, which may be another one's (`move`). Without a title, its page gives one."""
    setattr(row, correction.field, correction.value)
    if correction.field == "title":
        row.title_given = bool(correction.value)
        row.read_at = row.read_at if correction.value else None


def _value(field: str, typed: str, n: int) -> str:
    if field == "link":
        return _link(typed, n)
    if field == "theme":
        return require_theme(typed).id if typed else ""
    if field == "kind":
        return _kind(typed)
    return reason(typed) if field == "why" else clean_text(typed, LONGEST_TITLE)


def _link(typed: str, n: int) -> str:
    found = address(typed)
    if found is None:
        raise UserError(
            "« {word} » n’est pas une adresse web. "
            "Exemple : `!ressource corriger {n} lien = https://example.org/page`",
            word=typed[:80],
            n=n,
        )
    return found


def _kind(typed: str) -> str:
    found = kind(typed) if typed else None
    if typed and found is None:
        raise UserError(
            "Je ne connais pas le type « {word} ». Les types : {names}.",
            word=typed[:40],
            names=", ".join(each.id for each in KINDS),
        )
    return found.id if found else ""


async def save(uow: UnitOfWork, row: Resource, rank: Rank = Rank.BOOKKEEPING) -> None:
    """A row that was changed, or is new:
    it is found by what it says now, and its cards, where it has any, say it (`refresh`).
    """
    uow.db.add(row)
    await uow.db.flush()
    await index.index(uow.db, row)
    await refresh(uow, row, rank)


def lasting(page: Page, link: str) -> str | None:
    """Where the site of `link` sends it for good;
    not to the front door, which is where sites send what they no longer have.
    """
    there = meant("", page.permanent_url or "")
    return None if there is None or (_is_front_door(there) and not _is_front_door(link)) else there


@dataclass(frozen=True, slots=True)
class By:
    """Who says so, and when. `person`: "" for the site itself."""

    at: datetime
    person: str = ""


async def move(uow: UnitOfWork, row: Resource, link: str, by: By, rank: Rank = Rank.BOOKKEEPING) -> None:
    """It gets another address, an http(s) one; when another one has it, the two become one.

    Afterwards `row` is retired if another one, older, had that address: `library.by_link` finds the one that
    stands.
    """
    db, before, number = uow.db, row.link, row.id
    other = await library.by_link(db, canonical_url(link))
    retired = other is not None and other.status == library.RETIRED
    found = await links.move(db, row, link, canonical_url(link))
    if retired and other is found[0]:
        db.add(Change(resource_id=other.id, person=by.person, at=by.at, what=changes.BACK))
    if canonical_url(before) != canonical_url(link):
        db.add(Change(resource_id=number, person=by.person, at=by.at, what="link", before=before, after=link))
    if by.person:  # nobody has seen what is there
        links.mark_unread(found[0], by.at)
    for each in found:
        await save(uow, each, rank)


def _is_front_door(link: str) -> bool:
    parts = urlsplit(link)
    return parts.path.strip("/") == "" and not parts.query
