"""`animatrice check` reads each source once, and says of each whether it can be read."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Config
from schedules.news.check import examine
from schedules.news.seed_feeds import seed_feeds
from storage.db import Database
from storage.migrate import upgrade
from storage.news import feeds
from tests.support.config import configuration
from tests.support.http_server import Site, reply
from tests.support.synapse_fixture import BOT

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        for path, title in (("/rss.xml", "L’Écho des quartiers"), ("/autre.xml", "Ressources Ville Nord")):
            body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title></channel></rss>'
            site.says(path, reply(200, body.encode(), Content_Type="application/rss+xml"))
        page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
        site.says("/", reply(200, page, Content_Type="text/html"))
        yield site


def config(folder: Path, *given: dict[str, str], allow_private: bool = True) -> Config:
    more: dict[str, Any] = {"feeds": list(given), "web": {"allow_private": allow_private}}
    return configuration(folder, "http://127.0.0.1:1", **more)


async def lines(config: Config) -> list[str]:
    return [
        finding.line().text("fr").replace("\u00a0", " ").replace("\u202f", " ")
        async for finding in examine(config)
    ]


async def test_each_source_of_the_configuration_has_its_line_in_its_order(tmp_path: Path, site: Site) -> None:
    rss, wrong = site.url("/rss.xml"), site.url("/rien.xml")
    assert await lines(config(tmp_path, {"url": wrong}, {"url": rss, "theme": "santé"})) == [
        f"✘ à régler – Source `{wrong}` : cette page n’existe pas, ou n’existe plus. "
        "Ouvrez le site dans un navigateur, et donnez-moi l’adresse qui s’y affiche.",
        "✔ bon – Source « L’Écho des quartiers » : lue.",
    ]
    assert sorted(site.asked) == ["/rien.xml", "/rss.xml"], "each once"
    assert os.listdir(tmp_path) == [], "looking makes no database"


async def test_a_page_an_unknown_theme_and_a_private_address_are_named_with_what_to_write(
    tmp_path: Path, site: Site
) -> None:
    page = site.url("/")
    (line,) = await lines(config(tmp_path, {"url": page}))
    assert line == (
        f"✘ à régler – Source `{page}` : c’est une page, pas une source. Celle qu’elle annonce : "
        f"`{site.url('/rss.xml')}`."
    )
    (line,) = await lines(config(tmp_path, {"url": site.url("/rss.xml"), "theme": "jardinage"}))
    assert "le thème « jardinage » n’existe pas. Les thèmes : actualites, participation," in line
    (line,) = await lines(config(tmp_path, {"url": page}, allow_private=False))
    assert "elle mène à un réseau privé" in line


async def test_once_there_is_a_database_it_is_the_teams_list_that_counts(tmp_path: Path, site: Site) -> None:
    old = config(tmp_path, {"url": site.url("/removed.xml")}, {"url": site.url("/rss.xml")})
    db = Database(old.storage.url)
    await upgrade(db)
    async with db.write() as session:
        await seed_feeds(session, old, NOW)
        removed, _ = await feeds.listed(session)
        await feeds.remove(session, removed)
        feeds.suspend(await feeds.add(session, site.url("/suspended.xml"), "", NOW))
    await db.close()
    assert await lines(
        config(tmp_path, *({"url": site.url(path)} for path in ("/removed.xml", "/rss.xml", "/autre.xml")))
    ) == [
        "✔ bon – Source « Ressources Ville Nord » : lue.",
        "✔ bon – Source « L’Écho des quartiers » : lue.",
    ]
    assert sorted(site.asked) == ["/autre.xml", "/rss.xml"]


async def test_a_database_of_an_older_version_is_no_obstacle(tmp_path: Path, site: Site) -> None:
    old = config(tmp_path, {"url": site.url("/rss.xml")})
    db = Database(old.storage.url)
    await upgrade(db, "0001")
    await db.close()
    assert await lines(old) == ["✔ bon – Source « L’Écho des quartiers » : lue."]


@pytest.mark.long
async def test_the_installed_check_reads_them_even_when_the_homeserver_is_away(
    tmp_path: Path, site: Site
) -> None:
    told = config(tmp_path / "data", {"url": site.url("/rss.xml")}).model_dump(
        mode="json", include={"network": {"name"}, "rooms": True}
    )
    told |= {
        "matrix": {"homeserver": "http://127.0.0.1:1", "user_id": BOT, "password": "-"},
        "feeds": [{"url": site.url("/rss.xml")}],
    }
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(told | {"web": {"allow_private": True}, "language": "en"}))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", "-c", str(file), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert "✔ fine – Source “L’Écho des quartiers”: read." in said.decode()
    assert process.returncode == 1


async def test_a_check_that_is_left_in_the_middle_leaves_nothing_behind(tmp_path: Path, site: Site) -> None:
    findings = examine(config(tmp_path, {"url": site.url("/rss.xml")}, {"url": site.url("/autre.xml")}))
    await anext(findings)
    await findings.aclose()  # type: ignore[attr-defined]
    assert site.asked == ["/rss.xml"], "the other waited for its turn, which never comes"
