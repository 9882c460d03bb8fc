"""The library of the tests: twelve sample resources and forty invented ones, with their voices."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.resources.index import index
from storage.tables import Resource, Voice

DATA = Path(__file__).parent / "data"


def told() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "bibliotheque.yaml").read_text("utf-8"))["ressources"]
    return rows


def searches() -> list[dict[str, Any]]:
    """What people type, and what must come first: see the file."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "recherches.yaml").read_text("utf-8"))["recherches"]
    return rows


async def fill(db: AsyncSession) -> None:
    """Every resource under its number, as useful as it is told to be."""
    for each in told():
        await add(db, each)


async def add(db: AsyncSession, each: dict[str, Any]) -> Resource:
    """One, of the keys of bibliotheque.yaml; all but `id` may be missing."""
    at = datetime.combine(each.get("le", datetime(2026, 1, 1, tzinfo=UTC).date()), time(9), UTC)
    number, link = each["id"], each.get("lien", f"https://bibliotheque.example.org/{each['id']}")
    row = Resource(
        id=number, event_id=f"$resource{number}", link=link, clean_link=link, title=each.get("titre", ""), why=each.get("pourquoi", ""),
        site="", kind=each.get("type", ""), theme=each.get("theme", ""), town=each.get("ville", ""), description=each.get("page", ""),
        status=each.get("etat", "active"), dead=each.get("mort", False), pinned=each.get("epinglee", False), at=at, next_check=at,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    for n in range(each.get("voix", 0)):
        db.add(Voice(event_id=f"$voice{number}-{n}", resource_id=number, person=f"@{n}:example.org", at=at, way="said"))
    await index(db, row)
    return row
