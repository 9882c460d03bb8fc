"""The team's sources: added after a look, listed, suspended, removed, handed over and taken in as a file;
checked before the start.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.outbox import Cause, UnitOfWork
from schedules.news import opml
from schedules.news.add_feed import DueRequest
from storage.news import feeds
from storage.tables import FeedRequest, OutboxEntry
from tests.support.http_server import Site, redirect, reply
from tests.support.world import MemoryWorld, World, in_memory, on_synapse

RSS = {"Content_Type": "application/rss+xml"}
PRIVATE_ALLOWED: dict[str, Any] = {"web": {"allow_private": True}}


def feed(title: str, *titles: str) -> bytes:
    items = "".join(
        f"<item><title>{each}</title><link>https://example.org/{n}-{len(each)}</link></item>"
        for n, each in enumerate(titles)
    )
    return reply(
        200,
        (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
        ).encode(),
        **RSS,
    )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.says(
            "/rss.xml",
            feed(
                "L’Écho des quartiers",
                "Un budget participatif",
                "Une régie ouvre",
                "Le contrat de ville",
                "Un quatrième",
            ),
        )
        site.says("/autre.xml", feed("Ressources Ville Nord", "Un outil"))
        site.says("/vide.xml", feed("Sans titre encore"))
        yield site


@pytest.fixture(params=["memory", "synapse"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    opened: AbstractAsyncContextManager[World] = (in_memory if request.param == "memory" else on_synapse)(
        tmp_path, **PRIVATE_ALLOWED
    )
    async with opened as world:
        yield world


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[MemoryWorld]:
    async with in_memory(tmp_path, **PRIVATE_ALLOWED) as world:
        yield world


async def ask(world: World, text: str) -> str:
    """What the team reads after it: one message."""
    (said,) = await world.says("morgan", text, room="team")
    return said


async def test_a_source_is_read_at_once_shown_and_added_after_a_yes(room: World, site: Site) -> None:
    url = site.url("/rss.xml")
    assert await ask(room, f"!flux ajouter {url} #santé") == (
        "L’Écho des quartiers (127.0.0.1)\nThème : Santé\nSes derniers titres :\n"
        "1. Un budget participatif\n2. Une régie ouvre\n3. Le contrat de ville\n"
        "L’ajouter ? Touchez ✅, ou répondez oui ou non."
    )
    assert len(await room.reads("team")) == 1, "the answer takes the place of « Je lis … »"
    assert "encore aucune source" in await ask(room, "!flux")
    await room.says("morgan", f"!flux ajouter {url} #santé", room="team")
    assert await room.taps("morgan", "✅", room="team") == [
        (
            "C’est ajouté : source n° 1, « L’Écho des quartiers ». Ses titres de la semaine pourront "
            "entrer dans le prochain panorama."
        )
    ]
    assert await ask(room, "!flux") == (
        "Sources du panorama (1)\n1. L’Écho des quartiers (127.0.0.1) – Santé – lue à 10 h\n"
        "Pour en écarter une : `!flux suspendre` et son numéro."
    )


async def test_no_adds_nothing_and_a_second_answer_neither(quick: World, site: Site) -> None:
    await ask(quick, f"!flux ajouter {site.url('/rss.xml')}")
    question = (await quick.last("team")).id
    assert await ask(quick, "non") == "C’est abandonné, rien n’est ajouté."
    assert await quick.taps("morgan", "✅", on=question, room="team") == [
        "C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."
    ]
    assert "encore aucune source" in await ask(quick, "!flux")


async def test_only_who_asked_confirms(quick: World, site: Site) -> None:
    await ask(quick, f"!flux ajouter {site.url('/rss.xml')}")
    assert await quick.taps("referent", "✅", room="team") == []
    assert "encore aucune source" in await ask(quick, "!flux")


async def test_a_wish_survives_a_restart(quick: World, site: Site) -> None:
    await ask(quick, f"!flux ajouter {site.url('/rss.xml')}")
    await quick.restart()
    assert (await ask(quick, "oui")).startswith("C’est ajouté : source n° 1")


async def test_a_feed_without_titles_yet_is_said_to_be_so(quick: World, site: Site) -> None:
    assert "Elle n’a pas encore de titre." in await ask(quick, f"!flux ajouter {site.url('/vide.xml')}")


async def test_an_address_alone_is_enough_with_or_without_its_beginning(quick: World, site: Site) -> None:
    assert "Un budget participatif" in await ask(quick, f"!flux {site.url('/rss.xml')}")
    assert "Un budget participatif" in await ask(quick, f"!flux ajouter feed:{site.url('/rss.xml')}")
    said = await ask(quick, "!flux ajouter site.invalid/rss.xml")
    assert said == (
        "Je n’ai pas pu lire cette adresse (https://site.invalid/rss.xml) : aucun site ne porte ce "
        "nom. Vérifiez l’adresse lettre à lettre."
    )


async def test_a_page_leads_to_the_feed_it_announces(quick: World, site: Site) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
    site.says("/", reply(200, page, Content_Type="text/html"))
    assert (await ask(quick, f"!flux ajouter {site.url('/')}")).startswith("L’Écho des quartiers (127.0.0.1)")
    await ask(quick, "oui")
    assert await addresses(quick) == [site.url("/rss.xml")]


async def test_a_page_that_announces_several_asks_which(room: World, site: Site) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">'
        for path in ("/rss.xml", "/autre.xml")
    )
    site.says("/", reply(200, f"<html><head>{links}</head></html>".encode(), Content_Type="text/html"))
    assert await ask(room, f"!flux ajouter {site.url('/')} emploi") == (
        f"Cette page annonce plusieurs sources :\n1. {site.url('/rss.xml')}\n2. {site.url('/autre.xml')}\n"
        "Laquelle ajouter ? Touchez son numéro, ou écrivez-le."
    )
    (shown,) = await room.taps("morgan", "2️⃣", room="team")
    assert shown.startswith("Ressources Ville Nord (127.0.0.1)\nThème : Emploi et insertion\n")
    await ask(room, "oui")
    assert await addresses(room) == [site.url("/autre.xml")]


async def addresses(world: World) -> list[str]:
    async with world.db.read() as db:
        return [row.url for row in await feeds.listed(db)]


async def add(world: World, site: Site, *paths: str) -> None:
    for path in paths:
        await ask(world, f"!flux ajouter {site.url(path)}")
        await ask(world, "oui")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "!flux ajouter",
            "Il me manque l’adresse. Exemple : `!flux ajouter https://example.org/rss.xml #emploi`",
        ),
        (
            "!flux ajouter bonjour",
            (
                "« bonjour » n’est pas une adresse web. Exemple : `!flux ajouter "
                "https://example.org/rss.xml #emploi`"
            ),
        ),
        ("!flux ajouter javascript://x", "« javascript://x » n’est pas une adresse web. Exemple"),
        ("!flux ajouter https://moi:secret@example.org/", "n’est pas une adresse web"),
        (
            "!flux ajouter https://example.org/ #jardinage",
            "Je ne connais pas le thème « jardinage ». Les thèmes : actualites",
        ),
        (
            "!flux importer",
            (
                "Il me manque la liste : répondez `!flux importer` à son fichier posté ici, ou écrivez "
                "`!flux importer` et son adresse."
            ),
        ),
        ("!flux suspendre", "Il me manque le numéro de la source : `!flux` les montre."),
        ("!flux suspendre deux", "Il me manque le numéro de la source : `!flux` les montre."),
        ("!flux retirer 7", "Il n’y a pas de source n° 7. `!flux` montre celles qu’il y a."),
        (
            "!flux bricoler",
            (
                "Je ne connais pas « bricoler ». Écrivez `!flux` seul pour la liste, ou `!flux ajouter` "
                "suivi d’une adresse."
            ),
        ),
        (
            "!flux exporter",
            "Je ne lis encore aucune source. Pour commencer : `!flux ajouter` suivi d’une adresse.",
        ),
    ],
)
async def test_what_is_wrong_in_the_command_is_said_at_once_with_a_way_out(
    quick: World, typed: str, said: str
) -> None:
    assert said in await ask(quick, typed)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(404), "cette page n’existe pas, ou n’existe plus. Ouvrez le site dans un navigateur"),
        (reply(410), "cette page n’existe pas, ou n’existe plus."),
        (reply(403), "le site ne l’ouvre pas à tout le monde."),
        (reply(500), "le site ne répond pas pour l’instant. Réessayez dans une heure."),
        (reply(429, Retry_After="60"), "le site demande d’attendre avant de revenir."),
        (reply(302, Location="/rss.pdf"), "le site renvoie d’une page à l’autre sans fin."),
        (reply(302, Location="javascript:alert(1)"), "elle ne mène pas à une page web."),
        (
            reply(200, b"%PDF-1.7"),
            "ce n’est pas une source (RSS, Atom ou JSON Feed), et elle n’en annonce aucune.",
        ),
        (reply(200), "ce n’est pas une source"),
        (reply(200, b"x" * 2_000_001), "la page dépasse 2 Mo."),
    ],
)
async def test_what_cannot_be_read_is_said_in_plain_words_with_a_way_out(
    quick: World, site: Site, answer: bytes, said: str
) -> None:
    site.says("/rss.pdf", answer)
    read = await ask(quick, f"!flux ajouter {site.url('/rss.pdf')}")
    assert read.startswith(f"Je n’ai pas pu lire cette adresse ({site.url('/rss.pdf')}) : {said}")


async def test_an_address_of_the_inside_is_refused_unless_the_operator_allows_it(
    tmp_path: Path, site: Site
) -> None:
    async with in_memory(tmp_path) as world:
        for url in (site.url("/rss.xml"), "http://localhost:1/rss.xml", "http://[::ffff:127.0.0.1]/"):
            assert (
                "elle mène à un réseau privé, où je ne vais pas. Donnez-moi l’adresse publique du site."
                in await ask(world, f"!flux ajouter {url}")
            )
    assert site.asked == []


async def test_hostile_titles_are_shown_harmless(quick: MemoryWorld, site: Site) -> None:
    hostile = (
        "&lt;script&gt;alert(1)&lt;/script&gt;**gras** [clic](https://evil.example.org) @room `!flux "
        "retirer 1`"
    )
    site.says("/mal.xml", feed(hostile, hostile))
    said = await ask(quick, f"!flux ajouter {site.url('/mal.xml')}")
    assert "**gras** [clic](https://evil.example.org) @room" in said
    content = next(
        each["content"]["m.new_content"]
        for _, _, each in reversed(quick.homeserver.events)
        if "m.new_content" in each["content"]
    )
    assert "<script" not in content["formatted_body"]
    assert "<a" not in content["formatted_body"]
    assert content["m.mentions"] == {}


async def test_a_source_is_known_however_its_address_is_written(quick: World, site: Site) -> None:
    await add(quick, site, "/rss.xml")
    asked = len(site.asked)
    again = f"!flux ajouter {site.url('/rss.xml')}?utm_source=mail"
    assert (
        await ask(quick, again) == "Cette source est déjà connue : c’est la n° 1, « L’Écho des quartiers »."
    )
    assert len(site.asked) == asked
    await ask(quick, "!flux suspendre 1")
    assert await ask(quick, again) == (
        "Cette source est déjà connue, et à l’arrêt : `!flux reprendre 1` la relance (« L’Écho des "
        "quartiers »)."
    )


async def test_a_source_is_suspended_resumed_and_removed_by_its_number(room: World, site: Site) -> None:
    await add(room, site, "/rss.xml", "/autre.xml")
    asked = len(site.asked)
    assert (
        await ask(room, "!flux suspendre 1")
        == "La source n° 1, « L’Écho des quartiers », est suspendue. Pour la relancer : `!flux reprendre 1`."
    )
    assert (
        await ask(room, "!flux suspendre n° 1")
        == "Cette source est déjà à l’arrêt. Pour la relancer : `!flux reprendre 1`."
    )
    assert "1. L’Écho des quartiers (127.0.0.1) – suspendue\n2. Ressources Ville Nord" in await ask(
        room, "!flux"
    )
    room.clock.offset += timedelta(hours=3)
    await room.settle()
    assert "/rss.xml" not in site.asked[asked:]
    assert (
        await ask(room, "!flux reprendre 1")
        == "La source n° 1, « L’Écho des quartiers », est de nouveau lue."
    )
    assert "/rss.xml" in site.asked[asked:]
    assert (
        await ask(room, "!flux reprendre 1")
        == "La source n° 1, « L’Écho des quartiers », n’est pas suspendue."
    )
    assert await ask(room, "!sources retirer 1") == (
        "La source n° 1, « L’Écho des quartiers », est retirée. Pour la remettre : `!flux ajouter "
        f"{site.url('/rss.xml')}`"
    )
    assert await addresses(room) == [site.url("/autre.xml")]
    assert "Il n’y a pas de source n° 1." in await ask(room, "!flux reprendre 1")


async def test_one_that_fails_is_seen_in_the_list(quick: World, site: Site) -> None:
    await add(quick, site, "/rss.xml")
    site.says("/rss.xml", reply(500))
    quick.clock.offset += timedelta(hours=1, minutes=1)
    await quick.settle()
    assert "1. L’Écho des quartiers (127.0.0.1) – en panne, lue pour la dernière fois à 10 h\n" in await ask(
        quick, "!flux"
    )


async def test_only_the_team_in_its_room(quick: World) -> None:
    assert await quick.says("camille", "!flux") == [
        (
            "Seule l’équipe d’animation peut faire cela. Vous souhaitez qu’elle le fasse ? Touchez ✅ et je "
            "la préviens."
        )
    ]
    assert await quick.says("morgan", "!flux") == [
        "Cela ne se fait pas ici. Dans le salon de l’équipe seulement."
    ]


async def test_of_many_sources_those_that_need_a_look_come_first(quick: World) -> None:
    async with quick.db.write() as db:
        for n in range(1, 51):
            row = await feeds.add(db, f"https://s{n}.invalid/", "", quick.clock.now() + timedelta(days=1))
            row.status = feeds.GONE if n == 50 else feeds.ACTIVE
    said = (await ask(quick, "!flux")).splitlines()
    assert said[:3] == [
        "Sources du panorama (50)",
        "50. s50.invalid – disparue de son site",
        "1. s1.invalid – pas encore lue",
    ]
    assert said[-2:] == [
        "… et 10 autres : `!flux exporter` les donne toutes.",
        "Pour en écarter une : `!flux suspendre` et son numéro.",
    ]
    assert len(said) == 43
    exporting, _ = await quick.says("morgan", "!flux exporter", room="team")
    assert "\n" not in exporting, "too many to be read in the message"
    assert len(opml.parse(await exported(quick))) == 49, "not the one that is gone"


async def test_a_page_that_has_moved_to_a_known_source_is_known(quick: World, site: Site) -> None:
    await add(quick, site, "/rss.xml")
    site.says("/ancien.xml", redirect("/rss.xml", 301))
    assert (await ask(quick, f"!flux ajouter {site.url('/ancien.xml')}")).startswith(
        "Cette source est déjà connue"
    )


async def test_a_wish_read_twice_is_answered_once(quick: World, site: Site) -> None:
    for command, task in (
        ("ajouter", quick.handlers.tasks["feed wishes"]),
        ("importer", quick.handlers.tasks["feed lists"]),
    ):
        await ask(quick, f"!flux {command} {site.url('/rss.xml')}")
        async with quick.db.write() as db:
            (row,) = (await db.exec(select(FeedRequest).where(FeedRequest.url == site.url("/rss.xml")))).all()
            wish = DueRequest(row.event_id, row.url)
            uow = UnitOfWork(
                db=db,
                outbox=quick.app.outbox,
                cause=Cause(id="again", at=quick.clock.now()),
                now=quick.clock.now(),
            )
            before = (await db.exec(select(OutboxEntry.id))).all()
            await task.done(uow, wish, await task.do(wish, quick.app.web))
            assert (await db.exec(select(OutboxEntry.id))).all() == before
            await db.delete(row)


# --- lists


async def exported(world: World) -> bytes:
    async with world.db.read() as db:
        rows = (await db.exec(select(OutboxEntry).where(OutboxEntry.kind == "file"))).all()
    assert rows[-1].content["filename"] == "sources.opml"
    return rows[-1].data or b""


async def test_the_list_goes_out_as_a_file_and_comes_back_into_another_network(
    room: World, site: Site, tmp_path: Path
) -> None:
    await ask(room, f"!flux ajouter {site.url('/rss.xml')} #santé")
    await ask(room, "oui")
    await add(room, site, "/autre.xml")
    said = await room.says("morgan", "!flux exporter", room="team")
    assert said == [
        "Voici les 2 sources, dans un fichier que les lecteurs de flux savent reprendre.\n"
        f"1. L’Écho des quartiers – {site.url('/rss.xml')}\n"
        f"2. Ressources Ville Nord – {site.url('/autre.xml')}",
        "sources.opml",
    ]
    site.says("/sources.opml", reply(200, await exported(room)))
    (tmp_path / "other").mkdir()
    async with in_memory(tmp_path / "other", **PRIVATE_ALLOWED) as other:
        assert await ask(other, f"!flux importer {site.url('/sources.opml')}") == (
            "Liste lue : 2 sources\n1. L’Écho des quartiers – nouvelle\n2. Ressources Ville Nord – nouvelle\n"
            "Ajouter les 2 nouvelles ? Touchez ✅, ou répondez oui ou non."
        )
        assert await addresses(other) == []
        assert (
            await ask(other, "oui")
            == "C’est fait : 2 sources sont ajoutées. Je les lis maintenant ; `!flux` dit où elles en sont."
        )
        assert "1. L’Écho des quartiers (127.0.0.1) – Santé – lue à 10 h" in await ask(other, "!flux")


def listing(*addresses: str) -> bytes:
    return reply(
        200,
        opml.write("Liste", [opml.Outline(each, f"Source {n}", "") for n, each in enumerate(addresses, 1)]),
    )


async def test_one_wrong_line_and_nothing_is_added(quick: World, site: Site) -> None:
    await add(quick, site, "/rss.xml")
    site.says(
        "/list",
        listing(
            "https://a.invalid/rss", "javascript:alert(1)", site.url("/rss.xml"), "http://www.a.invalid/rss/"
        ),
    )
    assert await ask(quick, f"!flux importer {site.url('/list')}") == (
        "Liste lue : 4 sources\n1. Source 1 – nouvelle\n"
        "2. Source 2 – ce n’est pas une adresse web : « javascript:alert(1) »\n"
        "3. Source 3 – déjà connue, n° 1\n4. Source 4 – la même qu’à la ligne 1\n"
        "Rien n’est ajouté : une ligne est à corriger dans le fichier. Puis redonnez-le-moi."
    )
    await quick.says("morgan", "oui", room="team")
    assert await addresses(quick) == [site.url("/rss.xml")]


async def test_a_list_of_what_is_known_adds_nothing(quick: World, site: Site) -> None:
    await add(quick, site, "/rss.xml")
    site.says("/list", listing(site.url("/rss.xml")))
    assert (await ask(quick, f"!flux importer {site.url('/list')}")).endswith(
        "Il n’y a rien à ajouter : je connais déjà toutes ces sources."
    )


async def test_what_was_added_meanwhile_is_not_added_twice(quick: World, site: Site) -> None:
    site.says("/list", listing(site.url("/rss.xml"), site.url("/autre.xml")))
    await ask(quick, f"!flux importer {site.url('/list')}")
    async with quick.db.write() as db:
        await feeds.add(db, site.url("/rss.xml/"), "emploi", quick.clock.now())
    assert (await ask(quick, "oui")).startswith("C’est fait : une source est ajoutée.")
    assert await addresses(quick) == [site.url("/rss.xml/"), site.url("/autre.xml")]


async def test_a_long_list_shows_first_what_is_to_be_said_of_some(quick: World, site: Site) -> None:
    site.says("/list", listing(*(f"https://s{n}.invalid/" for n in range(200)), "ftp://x"))
    said = (await ask(quick, f"!flux importer {site.url('/list')}")).splitlines()
    assert said[:3] == [
        "Liste lue : 201 sources",
        "201. Source 201 – ce n’est pas une adresse web : « ftp://x »",
        "1. Source 1 – nouvelle",
    ]
    assert said[-2:] == [
        "… et 141 autres.",
        "Rien n’est ajouté : une ligne est à corriger dans le fichier. Puis redonnez-le-moi.",
    ]


async def test_what_is_no_list_is_said_to_be_none(quick: World, site: Site) -> None:
    said = await ask(quick, f"!flux importer {site.url('/rss.xml')}")
    assert said.endswith("Pour une seule source : `!flux ajouter` suivi du lien.")
    assert "cette page n’existe pas" in await ask(quick, f"!flux importer {site.url('/rien')}")


# --- the first list


async def test_the_first_list_becomes_the_teams_and_what_they_remove_is_not_brought_back(
    tmp_path: Path, site: Site
) -> None:
    given = [
        {"url": site.url("/rss.xml"), "theme": "santé"},
        {"url": site.url("/autre.xml"), "theme": "jardinage"},
    ]
    async with in_memory(tmp_path, feeds=given, **PRIVATE_ALLOWED) as world:
        assert await ask(world, "!flux") == (
            "Sources du panorama (2)\n1. L’Écho des quartiers (127.0.0.1) – Santé – lue à 10 h\n"
            "2. Ressources Ville Nord (127.0.0.1) – lue à 10 h\n"
            "Pour en écarter une : `!flux suspendre` et son numéro."
        )
        await ask(world, "!flux retirer 1")
        await world.restart()
        assert await addresses(world) == [site.url("/autre.xml")]
        await ask(world, f"!flux ajouter {site.url('/rss.xml')}")
        await ask(world, "oui")
        assert await addresses(world) == [site.url("/rss.xml"), site.url("/autre.xml")], (
            "the team may; under its number"
        )


async def test_old_wishes_are_forgotten(quick: World, site: Site) -> None:
    await ask(quick, f"!flux ajouter {site.url('/rss.xml')}")
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=29))
    assert await wished(quick) == 1
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=2))
    assert await wished(quick) == 0


async def wished(world: World) -> int:
    async with world.db.read() as db:
        return len((await db.exec(select(FeedRequest))).all())


async def test_a_feed_without_a_name_of_its_own_goes_by_its_site(quick: World, site: Site) -> None:
    site.says("/rien.xml", feed("", "Un titre"))
    assert (await ask(quick, f"!flux ajouter {site.url('/rien.xml')}")).startswith(
        "127.0.0.1\nSes derniers titres :\n1. Un titre"
    )


async def test_what_was_typed_wrong_may_be_corrected_by_an_edit(quick: World, site: Site) -> None:
    first = await quick.tells("morgan", "!flux ajouter rien", room="team")
    await quick.settle()
    await quick.tells("morgan", f"!flux ajouter {site.url('/rss.xml')}", room="team", edit_of=first)
    await quick.settle()
    (answer,) = await quick.reads("team")
    assert answer.startswith("L’Écho des quartiers (127.0.0.1)")
    await quick.tells("morgan", "oui", room="team")
    await quick.settle()
    assert (await quick.last("team")).text.startswith("C’est ajouté")
