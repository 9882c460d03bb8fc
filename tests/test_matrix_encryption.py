"""Encrypted rooms: everything can be read by those who are there, nothing by others, and no key is ever lost."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.demo.homeserver import Homeserver
from bot.matrix import Event, Later, poll
from bot.matrix.http import path
from bot.matrix.keys import Keys
from tests import proxy
from tests.hearing import Stage, texts
from tests.proxy import Upstream

SEND = "*/send/*"
SYNC = "*/sync"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def homeserver() -> AsyncIterator[Homeserver]:
    async with Homeserver() as server:
        yield server


@pytest_asyncio.fixture
async def stage(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage.set(homeserver, tmp_path) as stage:
        yield stage


async def raw(stage: Stage, room: str, id_: str) -> dict[str, Any]:
    return await stage.bot.matrix.call("GET", path("rooms", room, "event", id_))


async def read(stage: Stage, room: str) -> list[str]:
    return [line.text for line in await stage.camille.sees(room)]


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


async def test_both_sides_read_each_other(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    heard = (await stage.bot.hears_until("Bonjour"))[-1]
    assert (heard.encrypted, heard.unreadable, heard.type) == (True, False, "m.room.message")
    said = await stage.bot.says(room, "Bonjour Camille")
    assert await read(stage, room) == ["Bonjour", "Bonjour Camille"]
    assert "Camille" not in json.dumps(await raw(stage, room, said))


async def test_what_the_server_must_count_stays_visible(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.bot.says(room, "Réponses : 0")
    relation = {"rel_type": "m.replace", "event_id": said}
    edit = await stage.bot.says(
        room, " * Réponses : 1", content={"m.new_content": {"msgtype": "m.text", "body": "Réponses : 1"}, "m.relates_to": relation}
    )
    mark = {"m.relates_to": {"rel_type": "m.annotation", "event_id": said, "key": "✅"}}
    reaction = await stage.bot.does("event", room, type="m.reaction", content=mark)
    assert (await raw(stage, room, edit))["content"]["m.relates_to"] == relation
    assert (await raw(stage, room, str(reaction)))["content"] == mark
    (line,) = await stage.camille.sees(room)
    assert (line.text, list(line.reactions)) == ("Réponses : 1", ["✅"])


async def test_a_relation_that_is_only_outside_is_heard(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.bot.says(room, "Qui vient ?")
    await stage.camille.says(room, "moi", reply_to=said)
    heard = (await stage.bot.hears_until("moi"))[-1]
    assert heard.content["m.relates_to"]["m.in_reply_to"]["event_id"] == said


async def test_a_file_is_encrypted_and_can_be_opened(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    content = {"msgtype": "m.file", "body": "liste.csv", "info": {"mimetype": "text/csv"}}
    await stage.bot.does("file", room, content=content, data=b"Camille;oui")
    (line,) = await stage.camille.sees(room)
    assert line.file is not None
    assert b"Camille" not in await stage.camille.access.download(line.file.url)
    assert await stage.camille.download(line.file) == b"Camille;oui"


# --- keys and their moment


async def test_messages_that_come_before_their_key_are_read_once_it_is_there(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    for number in range(3):
        await stage.camille.says(room, f"message {number}")
    closed = unreadable(await stage.bot.hears())
    assert [event.content for event in closed] == [{}, {}, {}]
    late.open = True
    stage.proxy.requests.clear()
    opened = await stage.bot.hears()
    assert texts(opened) == ["message 0", "message 1", "message 2"]
    assert [(event.id, event.at) for event in opened] == [(event.id, event.at) for event in closed]
    assert stage.proxy.count("GET", "*/event/*") == 0, "what is still in memory is not fetched"


async def test_a_key_that_came_before_a_kill_opens_its_messages_after_it(stage: Stage) -> None:
    """The key is in the store, the messages it opens are not in the database: killed in between."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.hears()
    before = deepcopy(stage.bot.notes)
    late.open = True
    assert texts(await stage.bot.hears()) == ["Bonjour"]
    bot = await stage.restart(before)
    assert texts(await bot.hears()) == ["Bonjour"]
    assert texts(await bot.hears()) == []


async def test_what_was_given_back_is_given_again_until_the_caller_has_it(stage: Stage) -> None:
    """The database failed, the process lives on: the same token is asked again."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    late = LateKeys()
    stage.proxy.on("GET", SYNC, late)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.hears()
    late.open = True
    for _ in range(2):
        assert texts((await stage.bot.matrix.listen(stage.bot.notes.token, 0)).events) == ["Bonjour"]
    assert texts(await stage.bot.hears()) == ["Bonjour"]
    assert texts((await stage.bot.matrix.listen(stage.bot.notes.token, 0)).events) == []


async def test_a_batch_replayed_after_a_kill_reads_the_same(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    before = deepcopy(stage.bot.notes)
    for number in range(3):
        await stage.camille.says(room, f"message {number}")
    first = await stage.bot.hears()
    bot = await stage.restart(before)
    again = await bot.hears()
    assert texts(first) == texts(again) == ["message 0", "message 1", "message 2"]
    await bot.says(room, "Reçu")
    assert "Reçu" in await read(stage, room)


async def test_a_kill_in_the_middle_of_the_keys_loses_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two senders' keys in one sync; the process dies between them: neither is stored, both come again."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    alix = await stage.person("alix")
    await stage.camille.invite(room, alix.user_id)
    await alix.join(room)
    before = deepcopy(stage.bot.notes)
    await stage.camille.says(room, "de Camille")
    await alix.says(room, "d’Alix")
    received = Keys._received
    calls = []

    def killed(self: Keys, message: dict[str, Any]) -> object:
        calls.append(message)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return received(self, message)

    monkeypatch.setattr(Keys, "_received", killed)
    with pytest.raises(KeyboardInterrupt):
        await stage.bot.hears()
    monkeypatch.undo()
    bot = await stage.restart(before)
    assert set(texts(await bot.hears())) == {"de Camille", "d’Alix"}


async def test_a_gap_is_read_in_order(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "TIMELINE", 5)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.bot.hears()
    for number in range(15):
        await stage.camille.says(room, f"message {number}")
    assert texts(await stage.bot.hears_until("message 14")) == [f"message {number}" for number in range(15)]


# --- being reachable


async def test_a_bot_whose_one_time_keys_ran_out_can_still_be_written_to(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.bot.hears()
    thief = await stage.person("lou")
    device = stage.bot.matrix.device_id
    wanted = {"one_time_keys": {stage.bot.me: {device: "signed_curve25519"}}}
    taken = [await thief.access.call("POST", "/keys/claim", wanted) for _ in range(52)]
    key = next(iter(taken[-1]["one_time_keys"][stage.bot.me][device].values()))
    assert key["fallback"] is True
    await stage.camille.says(room, "Encore là ?")
    assert texts(await stage.bot.hears_until("Encore là ?")) == ["Encore là ?"]
    await _settles(stage)
    (fresh,) = (await thief.access.call("POST", "/keys/claim", wanted))["one_time_keys"][stage.bot.me][device].values()
    assert "fallback" not in fresh


async def _settles(stage: Stage) -> None:
    """The upkeep that the last listening began."""
    task = stage.bot.matrix._upkeep._task
    assert task is not None
    await task


async def test_a_failed_key_upload_is_tried_again_without_a_storm(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    rule = stage.proxy.on("POST", "*/keys/upload", proxy.broken())
    for number in range(5):
        await stage.camille.says(room, f"message {number}")
        await stage.bot.hears()
    await _settles(stage)
    assert rule.matched == 1


# --- who may read


async def test_who_joins_reads_what_comes_and_who_left_does_not(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    alix, lou = await stage.person("alix"), await stage.person("lou")
    for person in (alix, lou):
        await stage.camille.invite(room, person.user_id)
        await person.join(room)
    await stage.bot.hears()
    both = await raw(stage, room, await stage.bot.says(room, "à tous"))
    await stage.camille.kick(room, lou.user_id)
    await stage.bot.hears()
    rest = await raw(stage, room, await stage.bot.says(room, "sans Lou"))
    assert both["content"]["session_id"] != rest["content"]["session_id"]
    assert [line.text for line in await alix.sees(room)] == ["à tous", "sans Lou"]
    assert [line.text for line in await lou.sees(room)] == ["à tous"]


async def test_one_session_serves_as_long_as_nobody_comes_or_goes(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    stage.proxy.requests.clear()
    said = [await stage.bot.says(room, f"message {number}") for number in range(3)]
    assert len({(await raw(stage, room, id_))["content"]["session_id"] for id_ in said}) == 1
    assert stage.proxy.count("PUT", "*/sendToDevice/*") == 1
    assert stage.proxy.count("POST", "*/keys/claim") == 1
    assert stage.proxy.count("POST", "*/keys/query") <= 2


async def test_a_restart_keeps_the_device_and_goes_on_reading_and_writing(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "avant")
    await stage.bot.hears_until("avant")
    await stage.bot.says(room, "oui")
    bot = await stage.restart()
    await stage.camille.says(room, "après")
    assert texts(await bot.hears_until("après")) == ["oui", "après"]
    await bot.says(room, "toujours")
    assert await read(stage, room) == ["avant", "oui", "après", "toujours"]


@pytest.mark.parametrize("call", ["*/sendToDevice/*", "*/keys/query", "*/keys/claim"])
async def test_a_message_whose_key_was_not_delivered_is_not_sent(stage: Stage, call: str) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    if call == "*/keys/query":
        await stage.restart()  # nobody's devices have been asked for yet
    stage.proxy.on("*", call, proxy.broken())
    with pytest.raises(Later):
        await stage.bot.says(room, "Secret")
    assert stage.proxy.count("PUT", SEND) == 0
    stage.proxy.heal()
    await stage.bot.says(room, "Secret")
    assert (await read(stage, room))[-1] == "Secret"


async def test_a_room_just_opened_by_us_is_encrypted_for_whom_we_invited(stage: Stage) -> None:
    body = {"preset": "trusted_private_chat", "invite": [stage.camille.user_id]}
    sealed = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    room = str(await stage.bot.does("create", None, content=body | {"initial_state": [sealed]}))
    said = await stage.bot.says(room, "Bonjour Camille")  # before any sync has told of it
    assert (await raw(stage, room, said))["type"] == "m.room.encrypted"
    await stage.camille.accept(stage.bot.me)
    assert await read(stage, room) == ["Bonjour Camille"]


# --- the store


async def test_a_failing_store_loses_nothing(stage: Stage) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    database = stage.bot.matrix._keys._store.database if stage.bot.matrix._keys else None
    assert database is not None
    database.execute_sql("PRAGMA query_only = ON")
    with pytest.raises(Later):
        await stage.bot.hears()
    database.execute_sql("PRAGMA query_only = OFF")
    assert texts(await stage.bot.hears()) == ["Bonjour"]


async def test_keys_without_what_opens_them_are_refused_in_plain_words(stage: Stage) -> None:
    pickle_key = stage.bot.directory / "keys" / "pickle.key"
    pickle_key.write_text("another")
    with pytest.raises(RuntimeError, match="cannot be read"):
        await stage.restart()
    pickle_key.unlink()
    with pytest.raises(RuntimeError, match="missing"):
        await stage.restart()
