"""A question without a name: nobody can tell whose it is, in no room, no row, no file, no log, no backup."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.world import MemoryWorld
from tests.test_tickets_help import later

WORD = "périmètrexyz"  # stands in the question, its notes and its answers, and nowhere else


def rows(database: Path) -> Iterator[tuple[str, str]]:
    """Every row of a database, as one text, with the name of its table."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in db.execute(f"SELECT * FROM {table}"):
                yield table, json.dumps([str(each) for each in row], ensure_ascii=False)


class Nameless:
    """Noa asks without a name; what tells who that is: ids, name, town, private room, events."""

    def __init__(self, world: MemoryWorld, room: str) -> None:
        self.world, self.room = world, room
        self.first = ""
        self.traces = {"@noa:reseau.example.org", "Noa", "Beaurevoir", room}

    async def says(self, text: str) -> list[str]:
        event = await self.world.tells("noa", text, self.room)
        self.first = self.first or event
        self.traces.add(event)
        return await self.world._heard(self.room)

    def nothing_tells(self, logged: str, *more: str) -> None:
        """Neither in one row with the question, its number, its answers, nor by an id that both have; nor in
        the bytes of any file beside them.
        """
        world = self.world
        backup = world.config.data_dir / "copy.sqlite"
        with closing(sqlite3.connect(world.database)) as db, closing(sqlite3.connect(backup)) as copy:
            db.backup(copy)
        for table, text in rows(backup):
            about = WORD in text or table in ("ticket", "ticketmessage", "sealedmail") or "ticket:" in text
            if about:
                assert not [each for each in self.traces if each in text], f"{table}: {text}"
            if any(each in text for each in self.traces):
                assert not [each for each in ("n° 1", *more) if each in text], f"{table}: {text}"
        assert WORD not in logged
        for file in world.config.data_dir.rglob("*"):
            if file.is_file() and file.name != "copy.sqlite":
                self._bytes_tell_nothing(file.read_bytes(), file.name)
        backup.unlink()

    def _bytes_tell_nothing(self, data: bytes, name: str) -> None:
        """What was said to Noa is written nowhere, sealed or not yet sent or long gone: no text that only the
        private room has is in a file.
        """
        for said in ("porte le **n°", "porte le n°", "à votre question n°", "est close"):
            for form in (said.encode(), json.dumps(said)[1:-1].encode()):
                assert form not in data, f"{name}: {said}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in ("bot", "commands", "schedules", "storage"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


async def test_a_question_to_the_contact_is_answered_without_anybody_knowing_whose_it_is(
    quick: MemoryWorld, logged: pytest.LogCaptureFixture
) -> None:
    noa = Nameless(quick, await quick.direct("noa"))
    told = await noa.says(f"contact sans nom Qui finance un {WORD} ?")
    assert "n° 1" in told[-1]
    assert "Elle part sans votre nom, à la prochaine heure pleine." in told[-1]
    noa.nothing_tells(logged.text)
    assert "Demande" not in "".join(await quick.reads("team"))
    await quick.wait_until("lun 23/11 11:01")
    assert (await quick.reads("team"))[-1].startswith("Demande n° 1 – sans nom – thème : financement\n")
    await quick.says("referent", f"!repondre 1 Le {WORD} est financé.", "team")
    assert "Réponse de Gwen" not in "".join(await quick.reads(noa.room))
    noa.nothing_tells(logged.text)
    await quick.wait_until("lun 23/11 12:01")
    assert "Réponse de Gwen à votre question n° 1" in (await quick.reads(noa.room))[-1]
    await noa.says(f"Et pour un second {WORD} ?")
    await quick.wait_until("lun 23/11 13:01")
    assert f"Précision, n° 1 : « Et pour un second {WORD} ? »" in "".join(await quick.reads("team"))
    noa.nothing_tells(logged.text)
    await noa.says("clore 1")
    await quick.wait_until("lun 23/11 14:01")
    await later(quick)
    assert "Close." in "".join(await quick.reads("team"))
    noa.nothing_tells(logged.text)
    assert [text for table, text in rows(quick.database) if table == "ticket" and '"", "1"' not in text] == []


async def test_a_question_to_the_network_neither_and_its_deletion_is_followed(
    quick: MemoryWorld, logged: pytest.LogCaptureFixture
) -> None:
    noa, lou = Nameless(quick, await quick.direct("noa")), await quick.direct("lou")
    await quick.says("lou", "jesais santé", lou)
    told = await noa.says(f"besoin Un {WORD} de santé, qui connaît ?")
    assert "oui, sans votre nom" in told[-1]
    await noa.says("oui")
    noa.nothing_tells(logged.text)
    await quick.wait_until("lun 23/11 11:01")
    assert (await quick.reads("help"))[-1].startswith("Question n° 1 – sans nom – thème : santé\n")
    await quick.says("lou", f"Voir le {WORD} de Vaudricamp.", lou)
    await quick.wait_until("lun 23/11 12:01")
    assert "Réponse de Lou à votre question n° 1" in (await quick.reads(noa.room))[-1]
    noa.nothing_tells(logged.text)
    await quick.person("noa").redact(noa.room, noa.first)
    await quick.settle()
    await quick.wait_until("lun 23/11 13:01")
    await later(quick)
    assert "Question n° 1 – retirée par la personne qui l’a posée." in await quick.reads("help")
    noa.nothing_tells(logged.text)


@pytest.mark.parametrize(
    "text", ["contact sans nom Noa cherche un périmètre", "besoin Ici noa, un périmètre ?"]
)
async def test_their_own_name_in_it_stops_it(quick: MemoryWorld, text: str) -> None:
    room = await quick.direct("noa")
    told = await quick.says("noa", text, room)
    if "Je la publie" in told[-1]:
        told = await quick.says("noa", "sans nom", room)
    assert "Votre message contient votre nom" in told[-1]
    await quick.wait_until("lun 23/11 11:01")
    assert "périmètre" not in "".join([*await quick.reads("team"), *await quick.reads("help")])


async def test_among_colleagues_nothing_is_without_a_name(quick: MemoryWorld) -> None:
    told = await quick.says("noa", "!contact sans nom Une question ?")
    assert told[-1].startswith("Ici, tout le salon voit que c’est vous.")


async def test_nothing_that_its_asker_does_in_the_room_shows_whose_question_it_is(quick: MemoryWorld) -> None:
    room = await quick.direct("noa")
    await quick.says("noa", "besoin Qui a une grille de visite ?", room)
    await quick.says("noa", "oui", room)
    await quick.wait_until("lun 23/11 11:01")
    before = await quick.reads("help")
    await quick.taps("noa", "✅", room="help")
    assert await quick.reads("help") == before
    refused = await quick.says("noa", "!clore 1", "help")
    assert refused == await quick.says("lou", "!clore 1", "help")
    assert "La personne qui a posé cette question peut la clore" in refused[0]
    await quick.says("noa", "clore 1", room)
    await quick.wait_until("lun 23/11 12:01")
    assert "Résolue" in (await quick.reads("help"))[0]
