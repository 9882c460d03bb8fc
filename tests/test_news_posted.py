"""A list of sources posted in the team's room is taken in by replying to it;
what cannot be had of it is said in one sentence.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment

from bot.matrix import TransientError
from schedules.news import import_feeds, opml
from storage.news import feeds
from tests.support.world import MemoryWorld, World, on_synapse

LIST = opml.write(
    "Liste",
    [
        opml.Outline("https://a.invalid/rss", "L’Écho", "sante"),
        opml.Outline("https://b.invalid/", "Nord", ""),
    ],
)
READ = (
    "Liste lue : 2 sources\n1. L’Écho – nouvelle\n2. Nord – nouvelle\n"
    "Ajouter les 2 nouvelles ? Touchez ✅, ou répondez oui ou non."
)


async def posted(world: World, data: bytes, *, sealed: bool = False, **content: Any) -> str:
    """Morgan posts a file in the team's room; its event."""
    morgan = world.person("morgan")
    shown = {"msgtype": "m.file", "body": "sources.opml", "filename": "sources.opml"}
    sent, key = encrypt_attachment(data) if sealed else (data, {})
    url = (
        world.homeserver.upload(sent)
        if isinstance(world, MemoryWorld)
        else await morgan.access.upload(sent, "sources.opml")
    )
    where = {"file": {"url": url, **key}} if sealed else {"url": url}
    event: str = await morgan.send(world.rooms["team"], "m.room.message", shown | where | content)
    return event


async def imports(world: World, event: str) -> str:
    (said,) = await world.says("morgan", "!flux importer", room="team", reply_to=event)
    return said


async def addresses(world: World) -> list[str]:
    async with world.db.read() as db:
        return [row.url for row in await feeds.listed(db)]


@pytest.fixture
async def sealed(tmp_path: Path) -> AsyncIterator[World]:
    async with on_synapse(tmp_path, encrypted=("team",)) as world:
        yield world


async def test_a_list_posted_in_the_room_is_reported_and_taken_in(room: World) -> None:
    assert await imports(room, await posted(room, LIST)) == READ
    assert len(await room.reads("team")) == 1, "the answer takes the place of « Je lis … »"
    assert await addresses(room) == []
    (said,) = await room.says("morgan", "oui", room="team")
    assert said.startswith("C’est fait : 2 sources sont ajoutées.")
    assert await addresses(room) == ["https://a.invalid/rss", "https://b.invalid/"]


async def test_what_we_handed_over_ourselves_is_known(room: World) -> None:
    await imports(room, await posted(room, LIST))
    await room.says("morgan", "oui", room="team")
    await room.says("morgan", "!flux exporter", room="team")
    file = await room.last("team")
    assert file.text == "sources.opml"
    assert (await imports(room, file.id)).endswith(
        "Il n’y a rien à ajouter : je connais déjà toutes ces sources."
    )


@pytest.mark.long
async def test_in_an_encrypted_room_too(sealed: World) -> None:
    event = await posted(sealed, LIST, sealed=True)
    assert await imports(sealed, event) == READ
    (said,) = await sealed.says("morgan", "oui", room="team")
    assert said.startswith("C’est fait : 2 sources sont ajoutées.")
    await sealed.says("morgan", "!flux exporter", room="team")
    assert (await imports(sealed, (await sealed.last("team")).id)).endswith(
        "je connais déjà toutes ces sources."
    )


async def test_a_file_damaged_on_its_way_is_not_read(sealed: World) -> None:
    _, other = encrypt_attachment(LIST)
    event = await posted(sealed, LIST, sealed=True)
    kept = await sealed.person("morgan").sees(sealed.rooms["team"])
    url = next(line.file.url for line in kept if line.id == event and line.file)
    wrong = await posted(sealed, b"", file={"url": url, **other})
    assert (
        await imports(sealed, wrong)
        == "Je n’ai pas pu déchiffrer ce fichier. Postez-le de nouveau, puis répondez-lui `!flux importer`."
    )


async def test_a_message_is_no_file(room: World) -> None:
    said = await room.tells("morgan", "Voici la liste", room="team")
    assert await imports(room, said) == (
        "Le message auquel vous répondez n’est pas un fichier. Répondez `!flux importer` au fichier "
        "OPML lui-même."
    )


async def test_a_file_that_is_too_big_is_not_read(room: World, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await posted(room, LIST)
    monkeypatch.setattr(import_feeds, "LARGEST", len(LIST))
    assert await imports(room, event) == READ
    monkeypatch.setattr(import_feeds, "LARGEST", len(LIST) - 1)
    assert await imports(room, event) == "Ce fichier dépasse 2 Mo. Partagez la liste en plusieurs fichiers."


async def test_a_file_that_was_removed_is_gone(room: World) -> None:
    event = await posted(room, LIST)
    await room.person("morgan").redact(room.rooms["team"], event)
    assert (
        await imports(room, event)
        == "Ce fichier n’est plus là. Postez-le de nouveau, puis répondez-lui `!flux importer`."
    )


async def test_a_message_of_another_room_is_not_looked_at(room: World) -> None:
    there = await room.person("morgan").send(
        room.rooms["network"], "m.room.message", {"msgtype": "m.file", "body": "a", "url": "mxc://x/y"}
    )
    assert (await imports(room, there)).startswith("Ce fichier n’est plus là.")


async def test_a_file_that_is_no_list_is_said_to_be_none(room: World) -> None:
    said = await imports(room, await posted(room, b"nom;ville"))
    assert said == (
        "Ce n’est pas une liste de sources lisible (un fichier OPML). Exportez-la de nouveau, ou "
        "demandez-en une autre."
    )


async def test_one_wrong_line_and_nothing_is_added(quick: World) -> None:
    event = await posted(
        quick,
        opml.write(
            "Liste", [opml.Outline("ftp://x", "Un", ""), opml.Outline("https://b.invalid/", "Nord", "")]
        ),
    )
    assert (await imports(quick, event)).endswith(
        "Rien n’est ajouté : une ligne est à corriger dans le fichier. Puis redonnez-le-moi."
    )
    assert await addresses(quick) == []


async def test_a_server_that_is_away_for_a_while_is_asked_again(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await posted(quick, LIST)
    rooms, times = quick.app.web.rooms, []

    download = rooms.download

    async def away_at_first(room: str, event_id: str, limit: int) -> bytes:
        times.append(event_id)
        if len(times) == 1:
            raise TransientError(None, "server")
        return await download(room, event_id, limit)

    monkeypatch.setattr(rooms, "download", away_at_first)
    assert await imports(quick, event) == "Je lis ce fichier, un instant…"
    assert await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1), room="team") == [READ]
    assert times == [event, event]
