"""The library goes out as a file that no spreadsheet runs,
and a file that the team posts comes in whole or not at all.
"""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from schedules.resources import import_file
from storage.tables import Change, ImportRequest, Resource, Term, Voice
from tests.support.resources_fixture import LINK, unreachable
from tests.support.world import MemoryWorld, World, in_memory

LIST = """titre;lien;thème;pourquoi;type;recommandée par
Trame de questions;https://methodes.example.org/trame;évaluation;\
À compléter avec les habitants.;outil;Charlie, Beaurevoir
Fiches d’indicateurs;https://donnees.example.org/fiches?utm_source=x;;;données;
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[MemoryWorld]:
    async with in_memory(tmp_path) as world:
        unreachable(world)
        yield world


async def posted(world: World, data: bytes | str, **content: Any) -> str:
    """Morgan posts a file in the team's room; its event."""
    morgan, file = world.person("morgan"), data.encode() if isinstance(data, str) else data
    url = (
        world.homeserver.upload(file)
        if isinstance(world, MemoryWorld)
        else await morgan.access.upload(file, "liste.csv")
    )
    shown = {"msgtype": "m.file", "body": "liste.csv", "filename": "liste.csv", "url": url}
    event: str = await morgan.send(world.rooms["team"], "m.room.message", shown | content)
    return event


async def imports(world: World, file: bytes | str) -> list[str]:
    (said,) = await world.says(
        "morgan", "!ressources importer", room="team", reply_to=await posted(world, file)
    )
    return said.splitlines()


async def rows(world: World) -> list[Resource]:
    async with world.db.read() as db:
        return list((await db.exec(select(Resource).order_by(Resource.id))).all())  # type: ignore[arg-type]


async def exported(
    world: World, who: str = "morgan", line: str = "!ressources exporter", room: str = "team"
) -> bytes:
    await world.says(who, line, room)
    assert isinstance(world, MemoryWorld)
    return list(world.homeserver.files.values())[-1]


def table(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


async def test_a_list_posted_in_the_room_is_taken_in_and_found(room: World) -> None:
    unreachable(room)
    assert await imports(room, LIST) == [
        "C’est fait : 2 ressources sont ajoutées",
        "Ce sont les fiches 1 à 2.",
        "On les trouve dès maintenant avec `!ressources` ; je lis leurs pages peu à peu.",
    ]
    assert len(await room.reads("team")) == 1, "the answer takes the place of « Je lis … »"
    assert await room.reads("network") == [], "a room is no place for a hundred cards"
    (said,) = await room.says("camille", "!ressources questions #evaluation")
    assert "1. Trame de questions" in said


async def test_what_comes_in_is_as_the_file_says(world: World) -> None:
    await imports(world, LIST)
    first, second = await rows(world)
    assert (first.title, first.title_given, first.theme, first.kind) == (
        "Trame de questions",
        True,
        "evaluation",
        "outil",
    )
    assert (first.why, first.name, first.town, first.person) == (
        "À compléter avec les habitants.",
        "Charlie",
        "Beaurevoir",
        "",
    )
    assert (second.clean_link, second.site) == ("https://donnees.example.org/fiches", "donnees.example.org")
    async with world.db.read() as db:
        changes = (await db.exec(select(Change))).all()
    assert [(each.resource_id, each.what, each.person) for each in changes] == [
        (n, "added", "@animation:reseau.example.org") for n in (1, 2)
    ]


async def test_the_same_list_twice_adds_nothing(world: World) -> None:
    await imports(world, LIST)
    assert await imports(world, LIST) == [
        "Il n’y a rien à ajouter : je connais déjà toutes ces ressources.",
        "- Ligne 2 : déjà connue, fiche 1",
        "- Ligne 3 : déjà connue, fiche 2",
    ]
    assert len(await rows(world)) == 2


async def test_of_several_themes_the_first_is_kept_and_the_report_says_so(world: World) -> None:
    lines = (
        f"- {{lien: https://{n}.example.org/, thèmes: {themes}}}\n"
        for n, themes in enumerate(("[sante, emploi]", "[emploi]", "'sante, droits'"))
    )
    assert (await imports(world, "".join(lines)))[
        2
    ] == "2 ressources avaient plusieurs thèmes : une fiche garde le premier."
    assert [row.theme for row in await rows(world)] == ["sante", "emploi", "sante"]


async def test_a_known_one_is_no_mistake_and_the_report_names_it(world: World) -> None:
    await world.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    said = await imports(
        world,
        f"{LIST}Marche;{LINK}/?utm_medium=mail;;;;\nTrame;https://methodes.example.org/trame#haut;;;;\n",
    )
    assert said[:4] == [
        "C’est fait : 2 ressources sont ajoutées, 2 déjà connues",
        "Ce sont les fiches 2 à 3.",
        "- Ligne 4 : déjà connue, fiche 1",
        "- Ligne 5 : la même ressource qu’à la ligne 2",
    ]


async def test_what_was_retired_stays_so_and_the_report_says_how_to_bring_it_back(world: World) -> None:
    await imports(world, LIST)
    await world.says("morgan", "!ressource retirer 1", room="team")
    assert (await imports(world, LIST))[
        1
    ] == "- Ligne 2 : déjà connue, fiche 1, retirée depuis ; la remettre : `!ressource remettre 1`"
    assert [row.status for row in await rows(world)] == ["retired", "active"]


async def test_a_guest_is_told_whom_to_ask(world: World) -> None:
    await imports(world, LIST)
    for line in (
        "!ressources exporter",
        "!ressources importer",
        "!ressource corriger 1 titre = A",
        "!ressource retirer 1",
    ):
        (said,) = await world.says("stef.exterieur", line, room="open")
        assert said.startswith("La recherche de ressources est réservée aux membres du réseau."), line
    assert [row.title for row in await rows(world)] == ["Trame de questions", "Fiches d’indicateurs"]


async def test_one_wrong_line_and_nothing_is_added(world: World) -> None:
    await world.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    said = await imports(
        world,
        f"{LIST}Marche;{LINK};;;;\nSans lien;;;;;\nA;ftp://example.org/;;;;\n"
        "B;https://example.org/b;jardinage;;;\n",
    )
    assert said[:4] == [
        "Rien n’est ajouté : 3 lignes sont à corriger",
        "- Ligne 5 : il manque le lien",
        "- Ligne 6 : ce n’est pas une adresse web : « ftp://example.org/ »",
        "- Ligne 7 : je ne connais pas le thème « jardinage »",
    ]
    assert said[4].startswith(
        "Le reste est prêt : 2 ressources à ajouter, une déjà connue. Corrigez le fichier,"
    )
    assert said[5].startswith("Les thèmes : actualites, participation")
    assert len(await rows(world)) == 1
    async with world.db.read() as db:
        assert {term.resource_id for term in (await db.exec(select(Term))).all()} == {1}


async def test_a_long_list_of_mistakes_is_cut(world: World) -> None:
    said = await imports(world, "lien\n" + "rien du tout\n" * 100)
    assert said[0] == "Rien n’est ajouté : 100 lignes sont à corriger"
    assert said[-1].startswith("Le reste est prêt : aucune ressource à ajouter"), (
        "no themes where none is wrong"
    )
    assert said[31] == "… et 70 autres lignes."


async def test_what_a_file_gives_to_a_member_is_theirs_and_a_strangers_is_nobodys(world: World) -> None:
    given = "- {lien: https://a.example.org/, par: '@maxime:reseau.example.org', le: 2026-06-18}\n"
    await imports(world, f"{given}- {{lien: https://b.example.org/, par: '@x:ailleurs.example'}}\n")
    mine, other = await rows(world)
    assert (mine.person, mine.name, mine.town, mine.at.date().isoformat()) == (
        "@maxime:reseau.example.org",
        "Maxime",
        "Bruaville",
        "2026-06-18",
    )
    assert (other.person, other.name) == ("", "")
    async with world.db.read() as db:
        voices = (await db.exec(select(Voice))).all()
    assert [(voice.resource_id, voice.person) for voice in voices] == [(1, "@maxime:reseau.example.org")]
    assert await world.says("maxime", "!ressource retirer 1")


async def test_a_file_that_cannot_be_read_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await imports(world, b"PK\x03\x04"))[0].startswith("C’est un classeur")
    assert await imports(world, "bonjour") == [
        (
            "Je ne trouve pas de ressources dans ce fichier : sa première ligne doit nommer les colonnes, "
            "dont « lien ». Modèle : `!ressources exporter`"
        )
    ]
    said = await world.tells("morgan", "Voici la liste", room="team")
    assert (await world.says("morgan", "!ressources importer", room="team", reply_to=said))[0].startswith(
        "Le message auquel vous répondez n’est pas"
    )
    monkeypatch.setattr(import_file, "LARGEST", len(LIST.encode()) - 1)
    assert await imports(world, LIST) == ["Ce fichier dépasse 1 Mo. Partagez-le en plusieurs fichiers."]


async def test_a_list_that_was_being_read_when_the_bot_stopped_is_taken_in_once_it_is_back(
    world: World,
) -> None:
    reading = asyncio.Event()

    async def slow(room: str, event_id: str, limit: int) -> bytes:
        reading.set()
        await asyncio.Event().wait()
        return b""

    world.app.web.rooms.download = slow  # type: ignore[method-assign]
    await world.tells("morgan", "!ressources importer", room="team", reply_to=await posted(world, LIST))
    await world.app.turn(0)
    await reading.wait()
    await world.restart()
    assert [text.splitlines()[0] for text in await world.reads("team")] == [
        "C’est fait : 2 ressources sont ajoutées"
    ]
    await world.restart()
    assert len(await rows(world)) == 2


async def test_who_imported_which_file_is_forgotten_after_a_month(world: World) -> None:
    await imports(world, LIST)
    await world.wait_until_instant(world.clock.now() + timedelta(days=32))
    async with world.db.read() as db:
        assert (await db.exec(select(ImportRequest))).all() == []


async def test_the_team_imports_in_its_own_room_and_is_told_how(world: World) -> None:
    (said,) = await world.says("morgan", "!ressources importer", room="team")
    assert said.startswith("Pour importer une liste, postez ici un fichier")
    (said,) = await world.says("morgan", "!ressources importer")
    assert said.startswith("Cela se fait dans le salon de l’équipe")
    (said,) = await world.says("camille", "!ressources importer")
    assert said.startswith("L’équipe d’animation importe les listes.")


async def test_what_goes_out_comes_back_in(world: World, tmp_path: Path) -> None:
    await imports(world, LIST)
    await world.says("lou", "!utile 1")
    file = await exported(world)
    head, first, second = table(file)
    assert (
        ";".join(head)
        == "fiche;titre;lien;type;thème;pourquoi;recommandée par;ville;le;minutes;accès;voix;site;état"
    )
    said = dict(zip(head, first, strict=True))
    assert (said["fiche"], said["titre"], said["lien"]) == (
        "1",
        "Trame de questions",
        "https://methodes.example.org/trame",
    )
    assert (said["type"], said["thème"], said["pourquoi"]) == (
        "outil",
        "Observation et évaluation",
        "À compléter avec les habitants.",
    )
    assert (said["recommandée par"], said["ville"], said["le"], said["voix"]) == (
        "Charlie",
        "Beaurevoir",
        "2026-11-23",
        "1",
    )
    assert second[1] == "Fiches d’indicateurs"
    whole = json.loads(await exported(world, line="!ressources exporter json"))
    (tmp_path / "other").mkdir()
    async with in_memory(tmp_path / "other") as other:
        unreachable(other)
        for again in (file, json.dumps(whole).encode()):
            await imports(other, again)
        fields = ("title", "link", "clean_link", "theme", "kind", "why", "name", "town", "site")
        assert [[getattr(row, field) for field in fields] for row in await rows(other)] == [
            [getattr(row, field) for field in fields] for row in await rows(world)
        ]


async def test_no_cell_is_a_formula_and_the_text_comes_back_whole(world: World) -> None:
    titles = ["=HYPERLINK(1)", "+33 3 20", "-5 %", "@SOMME(A1)", "'=1", "＝1+1"]
    await imports(
        world,
        json.dumps([{"titre": title, "lien": f"https://example.org/{n}"} for n, title in enumerate(titles)]),
    )
    file = await exported(world)
    assert [row[1] for row in table(file)[1:]] == [f"'{title}" for title in titles]
    await imports(world, file.replace(b"https://example.org/", b"https://example.org/encore/"))
    assert [row.title for row in await rows(world)] == titles * 2


async def test_a_member_has_the_file_in_private(world: World) -> None:
    (said,) = await world.says("camille", "!ressources exporter")
    assert said == "La bibliothèque est encore vide. Pour commencer : `!recommander` suivi d’un lien."
    await imports(world, LIST)
    (said,) = await world.says("camille", "!ressources exporter")
    assert said == "Je vous envoie le fichier en message privé."
    assert not any(line.file for line in await world.lines())
    words, _ = await world.says("morgan", "!ressources exporter", "team")
    assert words.splitlines()[0].startswith("Voici la bibliothèque au ")
    assert [line.split(". ")[0] for line in words.splitlines()[1:]] == ["1", "2"], "what the file says"
    (said,) = await world.says("camille", "!ressources exporter excel")
    assert "excel" in said, "words that are no format are a search"
    assert "@" not in (await exported(world, "camille", "!ressources exporter", "network")).decode(), (
        "nobody's Matrix id"
    )
