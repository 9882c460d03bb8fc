"""A fixture of resources: a link that is recommended, with its card;
and a library of twelve sample resources and forty invented ones, with their voices.
"""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.web import FetchRequest, Page
from storage.resources.index import index
from storage.tables import Resource, Voice
from tests.support.world import World

DATA = Path(__file__).parents[1] / "data"
LINK = "https://methodes.example.org/cadre-de-vie/diagnostic-en-marchant"
CARD = (
    "Fiche 1 – methodes.example.org/cadre-de-vie/diagnostic-en-marchant\n"
    "Cadre de vie\n"
    "« Très pratique, testé à Bruaville avec quinze personnes. » – Maxime, Bruaville\n"
    f"Ouvrir la ressource ({LINK}) – Utile pour vous aussi ? 👍 ou `!utile 1` "
    "(le salon voit votre nom, sauf en message privé)"
)


def unreachable(world: World) -> None:
    """No page is read: what a card says by itself is what is looked at."""

    async def fetch(url: str, ask: FetchRequest | None = None) -> Page:
        return Page(outcome="unreachable", url=url, final_url=url)

    world.app.web.fetch = fetch  # type: ignore[method-assign]


async def after_edits(world: World, room: str = "network") -> list[str]:
    """What is said once the edits of a card are no longer held back."""
    return await world.wait_until_instant(world.clock.now() + timedelta(seconds=5), room)


def sample_resources() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "bibliotheque.yaml").read_text("utf-8"))["ressources"]
    return rows


def sample_searches() -> list[dict[str, Any]]:
    """What people type, and what must come first: see the file."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "recherches.yaml").read_text("utf-8"))["recherches"]
    return rows


async def add_sample_resources(db: AsyncSession) -> None:
    """Every resource under its number, as useful as it is told to be."""
    for each in sample_resources():
        await add_resource(db, each)


async def add_resource(db: AsyncSession, each: dict[str, Any]) -> Resource:
    """One, of the keys of bibliotheque.yaml; all but `id` may be missing."""
    at = datetime.combine(each.get("le", datetime(2026, 1, 1, tzinfo=UTC).date()), time(9), UTC)
    number, link = each["id"], each.get("lien", f"https://bibliotheque.example.org/{each['id']}")
    row = Resource(
        id=number, event_id=f"$resource{number}", link=link, clean_link=link, title=each.get("titre", ""),
        why=each.get("pourquoi", ""),
        site="", kind=each.get("type", ""), theme=each.get("theme", ""), town=each.get("ville", ""),
        description=each.get("page", ""),
        status=each.get("etat", "active"), dead=each.get("mort", False), pinned=each.get("epinglee", False),
        at=at, next_check=at,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    for n in range(each.get("voix", 0)):
        db.add(
            Voice(
                event_id=f"$voice{number}-{n}",
                resource_id=number,
                person=f"@{n}:example.org",
                at=at,
                way="said",
            )
        )
    await index(db, row)
    return row
