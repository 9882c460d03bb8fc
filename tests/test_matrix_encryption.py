"""Encrypted rooms: everything can be read by those who are there, nothing by others,
and no key is ever lost.
"""

import json
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import web

from bot.matrix import Event
from bot.matrix import sync as poll
from tests.support.fault_proxy import Upstream
from tests.support.matrix_bot import MatrixFixture, texts

SEND = "*/send/*"
SYNC = "*/sync"


def unreadable(events: list[Event]) -> list[Event]:
    return [event for event in events if event.unreadable]


class LateKeys:
    """Holds back what comes for our device, as a server does that has much to hand over."""

    def __init__(self) -> None:
        self.held: list[Any] = []
        self.open = False

    async def __call__(self, _: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        sync = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        box = sync.setdefault("to_device", {})
        self.held += box.get("events", [])
        box["events"] = []
        if self.open:
            box["events"], self.held = self.held, []
        return web.json_response(sync)


async def test_both_sides_read_each_other(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    heard = (await stage.bot.sync_until("Bonjour"))[-1]
    assert (heard.encrypted, heard.unreadable, heard.type) == (True, False, "m.room.message")
    said = await stage.bot.says(room, "Bonjour Camille")
    assert await stage.reads(room) == ["Bonjour", "Bonjour Camille"]
    assert "Camille" not in json.dumps(await stage.server_event(room, said))


async def test_what_the_server_must_count_stays_visible(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.bot.says(room, "Réponses : 0")
    relation = {"rel_type": "m.replace", "event_id": said}
    edit = await stage.bot.says(
        room,
        " * Réponses : 1",
        content={"m.new_content": {"msgtype": "m.text", "body": "Réponses : 1"}, "m.relates_to": relation},
    )
    mark = {"m.relates_to": {"rel_type": "m.annotation", "event_id": said, "key": "✅"}}
    reaction = await stage.bot.send("event", room, type="m.reaction", content=mark)
    assert (await stage.server_event(room, edit))["content"]["m.relates_to"] == relation
    assert (await stage.server_event(room, str(reaction)))["content"] == mark
    (line,) = await stage.camille.sees(room)
    assert (line.text, list(line.reactions)) == ("Réponses : 1", ["✅"])


async def test_a_relation_that_is_only_outside_is_heard(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.bot.says(room, "Qui vient ?")
    await stage.camille.says(room, "moi", reply_to=said)
    heard = (await stage.bot.sync_until("moi"))[-1]
    assert heard.content["m.relates_to"]["m.in_reply_to"]["event_id"] == said


async def test_a_file_is_encrypted_and_can_be_opened(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    content = {"msgtype": "m.file", "body": "liste.csv", "info": {"mimetype": "text/csv"}}
    await stage.bot.send("file", room, content=content, data=b"Camille;oui")
    (line,) = await stage.camille.sees(room)
    assert line.file is not None
    assert b"Camille" not in await stage.camille.access.download(line.file.url)
    assert await stage.camille.download(line.file) == b"Camille;oui"


# --- keys and their moment


async def test_messages_that_come_before_their_key_are_read_once_it_is_there(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    for number in range(3):
        await stage.camille.says(room, f"message {number}")
    closed = unreadable(await stage.bot.sync())
    assert [event.content for event in closed] == [{}, {}, {}]
    late.open = True
    stage.proxy.requests.clear()
    opened = await stage.bot.sync()
    assert texts(opened) == ["message 0", "message 1", "message 2"]
    assert [(event.id, event.at) for event in opened] == [(event.id, event.at) for event in closed]
    assert stage.proxy.count("GET", "*/event/*") == 0, "what is still in memory is not fetched"


async def test_a_key_that_came_before_a_kill_opens_its_messages_after_it(stage: MatrixFixture) -> None:
    """The key is in the store, the messages it opens are not in the database: killed in between."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync()
    before = deepcopy(stage.bot.store)
    late.open = True
    assert texts(await stage.bot.sync()) == ["Bonjour"]
    bot = await stage.restart(before)
    assert texts(await bot.sync()) == ["Bonjour"]
    assert texts(await bot.sync()) == []


async def test_what_was_given_back_is_given_again_until_the_caller_has_it(stage: MatrixFixture) -> None:
    """The database failed, the process lives on: the same token is asked again."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync()
    late.open = True
    for _ in range(2):
        assert texts((await stage.bot.matrix.sync(stage.bot.store.token, 0)).events) == ["Bonjour"]
    assert texts(await stage.bot.sync()) == ["Bonjour"]
    assert texts((await stage.bot.matrix.sync(stage.bot.store.token, 0)).events) == []


async def test_a_batch_replayed_after_a_kill_reads_the_same(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    before = deepcopy(stage.bot.store)
    for number in range(3):
        await stage.camille.says(room, f"message {number}")
    first = await stage.bot.sync()
    bot = await stage.restart(before)
    again = await bot.sync()
    assert texts(first) == texts(again) == ["message 0", "message 1", "message 2"]
    await bot.says(room, "Reçu")
    assert "Reçu" in await stage.reads(room)


async def test_a_kill_in_the_middle_of_a_key_loses_nothing(
    stage: MatrixFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter was opened, its key not stored yet:
    the letter cannot be opened twice, so neither may count.
    """
    room = await stage.bot.joins(stage.camille, encrypted=True)
    before = deepcopy(stage.bot.store)
    await stage.camille.says(room, "Bonjour")

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage.bot.keys.olm.store, "save_inbound_group_session", killed)
    with pytest.raises(KeyboardInterrupt):
        await stage.bot.sync()
    bot = await stage.restart(before)
    assert texts(await bot.sync()) == ["Bonjour"]


async def test_a_gap_is_read_in_order(stage: MatrixFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "TIMELINE", 5)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.bot.sync()
    for number in range(15):
        await stage.camille.says(room, f"message {number}")
    assert texts(await stage.bot.sync_until("message 14")) == [f"message {number}" for number in range(15)]
