"""The search index: which stems stand in which resource, and how much they weigh there.

A theme, a kind and a town stand in it under names that no stem has (« #sante », « =outil », « @marquemont »).
What they are called besides is the query's business: words added to themes.yaml or to the glossary find what
was written before, and nothing needs to be indexed anew.
"""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from sqlalchemy import insert
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources.words import stems
from storage.tables import Resource, Term
from storage.text import key

TITLE, THEME, WHY, ABOUT, DESCRIPTION = 5, 4, 3, 2, 1  # where a word weighs most is what it weighs
MOST_TERMS = 400  # of one resource


async def index(db: AsyncSession, resource: Resource) -> None:
    """Makes the resource, already flushed, found by what it now says;
    to be called after whatever changes that. A retired one is found no more.
    """
    await unindex(db, resource)
    if resource.status == "retired":
        return
    rows = [
        {"stem": stem, "resource_id": resource.id, "weight": weight}
        for stem, weight in terms(resource).items()
    ]
    if rows:
        await db.exec(insert(Term.__table__), params=rows)  # type: ignore[attr-defined]


async def unindex(db: AsyncSession, resource: Resource) -> None:
    await db.exec(delete(Term).where(col(Term.resource_id) == resource.id))


def terms(resource: Resource) -> Mapping[str, int]:
    """Its stems with their weights, those that weigh most first."""
    found: dict[str, int] = {}
    if resource.theme:
        found[theme_term(resource.theme)] = THEME
    if resource.kind:
        found[kind_term(resource.kind)] = ABOUT
    if resource.town:
        found[town_term(resource.town)] = ABOUT
    fields = (
        (resource.title or _path(resource), TITLE),
        (resource.why, WHY),
        (resource.site.replace(".", " "), ABOUT),
        (resource.description, DESCRIPTION),
    )
    for text, weight in fields:
        for stem in stems(text):
            found.setdefault(stem, weight)
    return dict(list(found.items())[:MOST_TERMS])


def theme_term(theme: str) -> str:
    """`theme`: an id."""
    return f"#{theme}"


def kind_term(kind: str) -> str:
    """`kind`: an id."""
    return f"={kind}"


def town_term(town: str) -> str:
    """`town`: however it is typed."""
    return f"@{key(town)}"


def _path(resource: Resource) -> str:
    """What its card shows for a title until the page is read."""
    return unquote(urlsplit(resource.link).path)
