"""The cast types and reads as people do in a client: what every other test on a real server stands on."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from nio.crypto.attachments import encrypt_attachment

from bot.demo.chat import Line, Room
from bot.demo.client import Denied
from bot.demo.homeserver import Homeserver
from bot.demo.person import Person


@pytest_asyncio.fixture
async def people(homeserver: Homeserver) -> AsyncIterator[tuple[Person, Person, Person]]:
    names = ("Camille [Marquemont]", "Alix [Saint-Éloi-en-Artois]", "Lou [Vaudricamp]")
    mark = secrets.token_hex(4)
    camille, alix, lou = [
        await Person.join_server(homeserver, f"{name.split()[0].lower()}.{mark}", name) for name in names
    ]
    yield camille, alix, lou
    for person in (camille, alix, lou):
        await person.close()


async def together(camille: Person, *others: Person, encrypted: bool) -> str:
    room = await camille.create_room(
        "Essai", encrypted=encrypted, invite=[person.user_id for person in others]
    )
    for person in others:
        await person.accept(camille.user_id)
    return room


def texts(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.sender, line.text) for line in lines]


@pytest.mark.parametrize(
    "encrypted", [pytest.param(False, id="clear", marks=pytest.mark.long), pytest.param(True, id="encrypted")]
)
class TestARoom:
    async def test_everyone_reads_what_is_said(
        self, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, lou = people
        room = await together(camille, alix, lou, encrypted=encrypted)
        await camille.says(room, "Bonjour")
        await alix.says(room, "Bien reçu", notice=True)
        for person in people:
            assert texts(await person.sees(room)) == [
                ("Camille [Marquemont]", "Bonjour"),
                ("Alix [Saint-Éloi-en-Artois]", "Bien reçu"),
            ]
        assert [line.msgtype for line in await lou.sees(room)] == ["m.text", "m.notice"]

    async def test_edits_reactions_and_removals_show_as_in_a_client(
        self, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, lou = people
        room = await together(camille, alix, lou, encrypted=encrypted)
        said = await camille.says(room, "mardi")
        await camille.says(room, "mercredi", edit_of=said)
        await alix.says(room, "jamais", edit_of=said)
        await alix.react(room, said, "✅")
        taken_back = await lou.react(room, said, "✅")
        await lou.redact(room, taken_back)
        await camille.redact(room, await camille.says(room, "oups"))
        first, removed = await lou.sees(room)
        assert (first.text, first.edited, first.reactions) == (
            "mercredi",
            True,
            {"✅": ["Alix [Saint-Éloi-en-Artois]"]},
        )
        assert (removed.text, removed.removed) == ("", True)

    async def test_an_edit_that_is_removed_gives_back_what_was_said(
        self, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, _ = people
        room = await together(camille, alix, encrypted=encrypted)
        said = await camille.says(room, "mardi")
        edit = await camille.says(room, "mercredi", edit_of=said)
        assert texts(await alix.sees(room))[0][1] == "mercredi"
        await camille.redact(room, edit)
        assert texts(await alix.sees(room))[0][1] == "mardi"

    async def test_an_answer_that_came_at_once_is_not_missed(
        self, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, _ = people
        room = await together(camille, alix, encrypted=encrypted)
        asked = await camille.says(room, "Une question ?")
        await alix.sees(room)
        said = await alix.says(room, "Une réponse.", reply_to=asked)
        answer = await camille.answer(room, asked)
        assert (answer.text, answer.mentions) == ("Une réponse.", (camille.user_id,))
        await alix.says(room, "Une réponse corrigée.", edit_of=said)
        assert (await camille.sees(room))[-1].reply_to == asked

    async def test_more_than_one_sync_holds_is_read_in_order(
        self, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, lou = people
        room = await together(camille, alix, lou, encrypted=encrypted)
        await lou.sees(room)
        for number in range(130):
            await camille.says(room, str(number))
        assert [line.text for line in await lou.sees(room)] == [str(number) for number in range(130)]

    async def test_what_is_said_while_the_server_restarts_arrives_once(
        self, homeserver: Homeserver, people: tuple[Person, Person, Person], encrypted: bool
    ) -> None:
        camille, alix, _ = people
        room = await together(camille, alix, encrypted=encrypted)
        await camille.says(room, "avant")
        await asyncio.gather(
            homeserver.restart(),
            camille.says(room, "pendant"),
            alix.wait_for(room, lambda lines: len(lines) == 2),
        )
        assert [line.text for line in await alix.sees(room)] == ["avant", "pendant"]


async def test_someone_who_comes_later_reads_from_then_on_in_an_encrypted_room(
    people: tuple[Person, Person, Person],
) -> None:
    camille, alix, lou = people
    room = await together(camille, alix, encrypted=True)
    await camille.says(room, "avant")
    await camille.invite(room, lou.user_id)
    await lou.join(room)
    await camille.says(room, "après")
    before, after = await lou.sees(room)
    assert (before.readable, before.text, after.text) == (False, "", "après")


async def test_who_has_the_room_open_has_nothing_left_unread(people: tuple[Person, Person, Person]) -> None:
    camille, alix, lou = people
    room = await together(camille, alix, lou, encrypted=False)
    await camille.says(room, "Bonjour")
    await camille.says(room, "Qui vient jeudi ?")
    await alix.catches_up(room)
    unread = [
        (await person.access.call("GET", "/sync"))["rooms"]["join"][room]["unread_notifications"]
        for person in (alix, lou)
    ]
    assert [each["notification_count"] for each in unread] == [0, 2]


async def test_a_direct_room_is_for_two(people: tuple[Person, Person, Person]) -> None:
    camille, alix, lou = people
    room = await camille.dm(alix.user_id, encrypted=True)
    assert await alix.accept(camille.user_id) == room
    for one, other in ((camille, alix), (alix, camille)):
        path = f"/user/{quote(one.user_id)}/account_data/m.direct"
        assert await one.access.call("GET", path) == {other.user_id: [room]}
    await camille.says(room, "Entre nous")
    assert texts(await alix.sees(room)) == [("Camille [Marquemont]", "Entre nous")]
    with pytest.raises(Denied, match="M_FORBIDDEN"):
        await lou.join(room)


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_file_is_opened_as_it_was_sent(
    people: tuple[Person, Person, Person], encrypted: bool
) -> None:
    camille, alix, _ = people
    room = await together(camille, alix, encrypted=encrypted)
    data, key = encrypt_attachment(b"a;b") if encrypted else (b"a;b", {})
    url = await camille.access.upload(data, "recap.csv")
    where = {"file": key | {"url": url}} if encrypted else {"url": url}
    await camille.send(
        room,
        "m.room.message",
        {"msgtype": "m.file", "body": "recap.csv", "info": {"mimetype": "text/csv"}, **where},
    )
    (line,) = await alix.sees(room)
    assert line.file is not None
    assert (line.file.name, line.file.type, await alix.download(line.file)) == (
        "recap.csv",
        "text/csv",
        b"a;b",
    )


async def test_who_left_and_who_was_sent_away_are_members_no_more(
    people: tuple[Person, Person, Person],
) -> None:
    camille, alix, lou = people
    room = await together(camille, alix, lou, encrypted=False)
    assert await camille.members(room) == {person.user_id for person in people}
    await alix.leave(room)
    await camille.kick(room, lou.user_id)
    assert await camille.members(room) == {camille.user_id}
    assert await lou.members(room) == {camille.user_id}


async def test_a_room_may_become_encrypted(people: tuple[Person, Person, Person]) -> None:
    camille, alix, _ = people
    room = await together(camille, alix, encrypted=False)
    await alix.says(room, "en clair")
    await camille.set_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    said = await alix.says(room, "chiffré")
    assert [line.text for line in await camille.sees(room)] == ["en clair", "chiffré"]
    raw = await camille.access.call("GET", f"/rooms/{quote(room)}/event/{quote(said)}")
    assert raw["type"] == "m.room.encrypted"


async def test_a_mention_is_a_pill_wherever_the_name_stands(people: tuple[Person, Person, Person]) -> None:
    camille, alix, _ = people
    room = await together(camille, alix, encrypted=False)
    await alix.says(room, "Camille [Marquemont]: <aide>", mentions=[camille.user_id])
    (line,) = await camille.sees(room)
    assert (
        line.html == f'<a href="https://matrix.to/#/{camille.user_id}">Camille [Marquemont]</a>: &lt;aide&gt;'
    )
    assert line.mentions == (camille.user_id,)


async def test_waiting_in_vain_tells_how_the_room_reads(people: tuple[Person, Person, Person]) -> None:
    camille, *_ = people
    room = await together(camille, encrypted=False)
    await camille.says(room, "Il y a quelqu’un ?")
    with pytest.raises(TimeoutError, match="Il y a quelqu’un"):
        await camille.wait_for(room, lambda lines: len(lines) > 1, 0.01)


async def test_two_may_wait_at_once_for_one_person(people: tuple[Person, Person, Person]) -> None:
    camille, alix, _ = people
    room = await together(camille, alix, encrypted=False)
    one = asyncio.create_task(camille.wait_for(room, lambda lines: len(lines) >= 1))
    two = asyncio.create_task(camille.wait_for(room, lambda lines: len(lines) >= 2))
    await alix.says(room, "un")
    await one
    await alix.says(room, "deux")
    assert [line.text for line in await two] == ["un", "deux"]


HOSTILE: list[Any] = [None, 1, "x", [], [1], {}, {"event_id": []}, {"a": {"b": None}}]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize(
    "key", ["body", "m.relates_to", "m.new_content", "m.mentions", "file", "info", "msgtype"]
)
def test_no_message_is_too_malformed_to_be_shown(key: str, value: object) -> None:
    room = Room("!r")
    content = {"msgtype": "m.text", "body": "x", "url": "mxc://a/b", key: value}
    event = {"type": "m.room.message", "sender": "@a:b", "origin_server_ts": 1, "content": content}
    room.hear(
        [
            event | {"event_id": "$1"},
            event | {"event_id": "$2", "content": content | {"m.relates_to": {"m.in_reply_to": value}}},
        ]
    )
    assert [line.id for line in room.lines()] == ["$1", "$2"]


async def test_a_hostile_to_device_message_deafens_nobody(people: tuple[Person, Person, Person]) -> None:
    camille, alix, lou = people
    room = await together(camille, alix, encrypted=True)
    devices = await lou.access.call("POST", "/keys/query", {"device_keys": {alix.user_id: []}})
    key = devices["device_keys"][alix.user_id][alix.account.device_id]["keys"][
        f"curve25519:{alix.account.device_id}"
    ]
    for ciphertext in ({}, {"type": 0}, {"type": 0, "body": None}, {"type": 0, "body": "é"}):
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": key,
            "ciphertext": {key: ciphertext},
        }
        await lou.send_to_device("m.room.encrypted", {alix.user_id: {"*": content}})
    await camille.says(room, "Toujours là ?")
    assert texts(await alix.sees(room)) == [("Camille [Marquemont]", "Toujours là ?")]
