"""How a resource reads: its card, and its line in a list."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.text import Say
from schedules.resources import card
from storage.db import Database
from storage.migrate import upgrade
from storage.resources import library
from storage.tables import Redirect, Resource, Voice
from tests.support.world import PLAIN

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LINK = "https://methodes.example.org/cadre-de-vie/diagnostic-en-marchant"
GUIDE: dict[str, Any] = {
    "id": 9, "event_id": "$9", "link": LINK, "clean_link": LINK, "kind": "outil",
    "title": "Diagnostic en marchant : déroulé et grille",
    "theme": "cadre-de-vie", "minutes": 8, "access": "free",
    "why": "Très pratique, testé à Bruaville avec quinze personnes.",
    "name": "Maxime", "town": "Bruaville", "at": NOW, "next_check": NOW,
}  # fmt: skip


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[AsyncSession]:
    database = Database(f"sqlite:///{tmp_path}/library.sqlite")
    await upgrade(database)
    async with database.write() as session:
        yield session
    await database.close()


async def reads(db: AsyncSession, language: str = "fr", **more: Any) -> list[str]:
    row = await library.add(db, Resource(**GUIDE | more))
    return typed(await card.card(db, row), language).splitlines()


def typed(say: Say, language: str = "fr") -> str:
    return say.text(language).translate(PLAIN)


async def test_a_card_says_what_is_known_in_four_lines(db: AsyncSession) -> None:
    assert await reads(db) == [
        "Fiche 9 – Diagnostic en marchant : déroulé et grille",
        "Outil – cadre de vie – 8 minutes – accès libre",
        "« Très pratique, testé à Bruaville avec quinze personnes. » – Maxime, Bruaville",
        f"Ouvrir la ressource ({LINK}) – Utile pour vous aussi ? 👍 ou `!utile 9` "
        "(le salon voit votre nom, sauf en message privé)",
    ]


async def test_in_english_it_reads_the_same(db: AsyncSession) -> None:
    heading, facts, why, way = await reads(db, "en")
    assert (heading, facts) == (
        "Card 9 – Diagnostic en marchant : déroulé et grille",
        "Tool – living environment – 8 minutes – open access",
    )
    assert why == "“Très pratique, testé à Bruaville avec quinze personnes.” – Maxime, Bruaville"
    assert way == (
        f"Open the resource ({LINK}) – Useful to you too? 👍 or `!like 9` "
        "(the room sees your name, except in a private message)"
    )


async def test_what_is_not_known_is_left_out(db: AsyncSession) -> None:
    heading, way = await reads(
        db, title="", kind="", theme="", minutes=None, access="", why="", name="", town=""
    )
    assert heading == "Fiche 9 – methodes.example.org/cadre-de-vie/diagnostic-en-marchant"
    assert way.startswith("Ouvrir la ressource")


async def test_voices_a_pin_and_a_dead_link_are_said(db: AsyncSession) -> None:
    for n in range(3):
        db.add(Voice(event_id=f"${n}", resource_id=9, person=f"@{n % 2}:example.org", at=NOW, way="said"))
    lines = await reads(
        db, pinned=True, dead=True, failing_since=datetime(2026, 11, 1, 9, tzinfo=UTC), access="paid"
    )
    assert (
        lines[1] == "Outil – cadre de vie – 8 minutes – réservé aux abonnés – épinglée par l’équipe – 2 voix"
    )
    assert lines[3] == "Attention : lien mort depuis le 1er novembre 2026."


async def test_a_retired_card_says_so_or_which_one_took_its_place(db: AsyncSession) -> None:
    assert (await reads(db, status="retired"))[1:] == ["Cette fiche a été retirée."]
    await library.add(
        db, Resource(**GUIDE | {"id": 4, "event_id": "$4", "link": f"{LINK}/la", "clean_link": f"{LINK}/la"})
    )
    db.add(Redirect(clean_link=LINK, resource_id=4))
    await db.flush()
    row = await library.resource(db, 9)
    assert row is not None
    said = typed(await card.card(db, row)).splitlines()[1]
    assert (
        said
        == f"C’est la même ressource que la fiche 4 : Diagnostic en marchant : déroulé et grille ({LINK}/la)"
    )


async def test_in_a_list_it_is_one_line(db: AsyncSession) -> None:
    row = Resource(**GUIDE)
    title = f"9. Diagnostic en marchant : déroulé et grille ({LINK})"
    assert typed(card.line(row, 11)) == f"{title} – outil, 8 minutes – 11 voix"
    row.dead = True
    assert typed(card.line(row, 1)) == f"{title} – outil, 8 minutes, lien mort"
    row.kind, row.minutes, row.dead = "", None, False
    assert typed(card.line(row, 1)) == title


async def test_a_title_of_a_page_stays_text_and_is_cut(db: AsyncSession) -> None:
    row = await library.add(db, Resource(**GUIDE | {"title": "**<b>@room</b>** " + "long " * 100}))
    say = await card.card(db, row)
    assert "&lt;b&gt;@room&lt;/b&gt;" in say.html()
    assert len(say.text().splitlines()[0]) < 180
