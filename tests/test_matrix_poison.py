"""Whatever anybody sends: the next good message is heard and answered, and the server is not pestered."""

import asyncio
import json
import random
import secrets
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.client import Access
from bot.demo.person import Person
from bot.matrix import Batch, TransientError, parse
from bot.time.clock import Clock
from tests.support.fault_proxy import Upstream
from tests.support.malformed_events import (
    MEGOLM,
    MESSAGE,
    OLM,
    STATE_EVENTS,
    TIMELINE_EVENTS,
    UNSENDABLE,
    WRONG_VALUES,
    mutated,
    to_device_event,
)
from tests.support.matrix_bot import MatrixFixture, texts

SYNC = "*/sync"


class RawClient:
    """Sends without asking twice: a server that fails over rubbish is not our subject."""

    def __init__(self, stage: MatrixFixture, web: aiohttp.ClientSession) -> None:
        self._base = stage.homeserver.url + "/_matrix/client/v3"
        self._web = web
        self.accepted = 0

    async def put(self, person: Person, path: str, content: Any) -> None:
        headers = {"Authorization": f"Bearer {person.account.access_token}"}
        async with self._web.put(self._base + path, json=content, headers=headers) as answer:
            self.accepted += answer.status == 200


async def test_rubbish_from_members_and_strangers_stops_nothing(stage: MatrixFixture) -> None:
    chance = random.Random(20261123)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    other = await stage.bot.joins(stage.camille)
    stranger = await stage.person("lou")
    await stage.camille.says(room, "avant")
    await stage.bot.sync_until("avant")
    _, sealed = await stage.camille._keys.seal(room, "m.room.message", MESSAGE)
    good = to_device_event(stage.bot.keys.olm.account.identity_keys["curve25519"], sealed["sender_key"])
    ours = {stage.bot.me: stage.bot.matrix.device_id}
    sends: list[tuple[Person, str, Any]] = []
    for number in range(120):
        sends.append(
            (
                stage.camille,
                f"/rooms/{room}/send/m.room.encrypted/s{number}",
                mutated(sealed, chance, WRONG_VALUES),
            )
        )
    for type_, content in TIMELINE_EVENTS.items():
        for number in range(40):
            sends.append(
                (
                    stage.camille,
                    f"/rooms/{chance.choice((room, other))}/send/{type_}/{number}",
                    mutated(content, chance, WRONG_VALUES),
                )
            )
    for type_, content in STATE_EVENTS.items():
        sends += [
            (stage.camille, f"/rooms/{other}/state/{type_}/", mutated(content, chance, WRONG_VALUES))
            for _ in range(12)
        ]
    for type_ in ("m.room.encrypted", "m.room_key", "m.room_key_request", "m.key.verification.start", "x"):
        for number in range(12):
            letters = {
                "messages": {
                    who: {device: mutated(good, chance, [*WRONG_VALUES, 2**80])}
                    for who, device in ours.items()
                }
            }
            sends += [
                (person, f"/sendToDevice/{type_}/{number}", letters) for person in (stage.camille, stranger)
            ]
    async with aiohttp.ClientSession() as web:
        client = RawClient(stage, web)
        for start in range(0, len(sends), 10):
            await asyncio.gather(*(client.put(*send) for send in sends[start : start + 10]))
    assert len(sends) > 400
    assert client.accepted > 200
    stage.proxy.requests.clear()
    await stage.camille.says(room, "après")
    assert "après" in texts(await stage.bot.sync_until("après"))
    await stage.bot.says(room, "Bien reçu")
    assert (await stage.camille.sees(room))[-1].text == "Bien reçu"
    assert stage.proxy.count("GET", SYNC) <= 8
    assert len(stage.proxy.requests) <= 20
    unreadable = [event for event in stage.bot.store.heard.values() if event.unreadable]
    stage.proxy.requests.clear()
    bot = await stage.restart()
    for _ in range(3):
        await bot.sync()
    await stage.camille.says(room, "encore")
    assert texts(await bot.sync_until("encore"))[-1] == "encore"
    assert stage.proxy.count("GET", "*/event/*") <= len(unreadable), (
        "each is fetched once, whatever keys come"
    )


async def test_no_sync_however_malformed_raises_anything_but_later(stage: MatrixFixture) -> None:
    """Worse than any Synapse lets through: the whole answer is fair game."""
    chance = random.Random(20261124)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "modèle")
    token = stage.bot.store.token
    seen = {"heard": 0}

    async def garble(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        whole = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        return web.Response(
            text=json.dumps(mutated(whole, chance, UNSENDABLE)), content_type="application/json"
        )

    stage.proxy.on("GET", SYNC, garble)
    for _ in range(150):
        try:
            batch = await stage.bot.matrix.sync(token, 0)
            seen["heard"] += "modèle" in texts(batch.events)
            storable(batch)
        except TransientError:
            continue
    assert seen["heard"] > 50
    stage.proxy.heal()
    assert texts((await stage.bot.matrix.sync(token, 0)).events) == ["modèle"]


async def test_a_good_message_among_four_hundred_malformed_is_heard_at_its_place(
    stage: MatrixFixture,
) -> None:
    chance = random.Random(20261125)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "bon")

    async def drown(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        sync = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        timeline = sync["rooms"]["join"][room]["timeline"]["events"]
        good = [event for event in timeline if event["type"] == "m.room.encrypted"]
        noise = [mutated({**good[0], "event_id": f"${number}"}, chance, UNSENDABLE) for number in range(400)]
        sync["rooms"]["join"][room]["timeline"]["events"] = [*noise[:200], *good, *noise[200:]]
        sync["rooms"]["join"][room]["state"] = {"events": noise}
        sync["to_device"]["events"] += noise
        return web.Response(text=json.dumps(sync), content_type="application/json")

    rule = stage.proxy.on("GET", SYNC, drown)
    batch = await stage.bot.matrix.sync(stage.bot.store.token, 5)
    assert rule.matched == 1
    assert "bon" in texts(batch.events)
    storable(batch)
    stage.proxy.heal()
    await stage.camille.says(room, "suite")
    assert texts(await stage.bot.sync_until("suite"))[-1] == "suite"


def storable(batch: Batch) -> None:
    """Every value can go into any database and any log."""
    for event in (*batch.events, *(event for update in batch.rooms for event in update.state)):
        written = json.dumps(
            [event.content, event.id, event.sender, event.type, event.state_key],
            ensure_ascii=False,
            allow_nan=False,
        )
        assert "\\u0000" not in written
        written.encode()


def test_a_sync_with_a_bottomless_value_is_read_around_it() -> None:
    bottomless = b"[" * 100_000 + b"]" * 100_000
    found = parse.parse(
        b'{"deep": '
        + bottomless
        + b', "text": "[[{\\"", "after": {"n": 1}, "digits": '
        + b"9" * 10_000
        + b"}"
    )
    assert found["text"] == '[[{"'
    assert found["after"] == {"n": 1}


def test_a_key_that_could_pass_for_another_is_left_out() -> None:
    """Mended to "membership", the second one would say join where the server knows leave."""
    source = {
        "event_id": "$a",
        "sender": "@a:b",
        "type": "m.room.member",
        "state_key": "@a:b",
        "content": {"membership": "leave", "membership\0": "join"},
    }
    event = parse.event(source, "!a", Clock())
    assert event is not None
    assert event.content == {"membership": "leave"}
    assert parse.event(source | {"state_key": "@a:b\0"}, "!a", Clock()) is None


async def test_a_removal_hidden_in_a_cipher_removes_nothing(stage: MatrixFixture) -> None:
    """The server judges who may remove what; it cannot judge what it cannot read."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.bot.says(room, "Reste")
    await stage.camille.send(room, "m.room.redaction", {"redacts": said})
    await stage.camille.says(room, "fini")
    hidden = [event for event in await stage.bot.sync_until("fini") if event.type == "m.room.redaction"]
    assert [(event.redacts, event.content) for event in hidden] == [(None, {})]


async def test_malformed_devices_keep_nobody_from_reading_us(stage: MatrixFixture) -> None:
    """Servers check what their users upload more or less; other servers' users are anybody's guess."""
    chance = random.Random(20261126)
    room = await stage.bot.joins(stage.camille, encrypted=True)

    async def bad_devices(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        found = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        for user, devices in found["device_keys"].items():
            (good,) = devices.values()
            bad = {f"D{number}": mutated(good, chance, UNSENDABLE) for number in range(60)}
            found["device_keys"][user] = {**bad, **devices}
        return web.Response(text=json.dumps(found), content_type="application/json")

    rule = stage.proxy.on("POST", "*/keys/query", bad_devices)
    await stage.bot.says(room, "Bonjour")
    assert rule.matched == 1
    assert (await stage.camille.sees(room))[-1].text == "Bonjour"


async def test_malformed_one_time_keys_keep_nobody_else_from_reading_us(stage: MatrixFixture) -> None:
    chance = random.Random(20261127)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    lou = await stage.person("lou")
    await stage.camille.invite(room, lou.user_id)
    await lou.join(room)
    await stage.bot.sync()
    seen = {"claims": 0}

    async def spoil(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        found = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        keys = found["one_time_keys"]
        found["one_time_keys"] = {
            lou.user_id: mutated(keys[lou.user_id], chance, UNSENDABLE),
            "": [],
            "x": {"y": {}},
        } | {stage.camille.user_id: keys[stage.camille.user_id]}
        seen["claims"] += 1
        return web.Response(text=json.dumps(found), content_type="application/json")

    stage.proxy.on("POST", "*/keys/claim", spoil)
    await stage.bot.says(room, "Bonjour")
    assert seen["claims"] == 1
    assert (await stage.camille.sees(room))[-1].text == "Bonjour"


async def test_a_device_that_the_server_let_in_unchecked_is_passed_over(stage: MatrixFixture) -> None:
    account = await stage.homeserver.register(f"lou.{secrets.token_hex(4)}", "x", "Lou")
    keys = {f"curve25519:{account.device_id}": "pas une clé", f"ed25519:{account.device_id}": "A" * 43}
    signatures = {account.user_id: {f"ed25519:{account.device_id}": "pas une signature"}}
    device = {
        "user_id": account.user_id,
        "device_id": account.device_id,
        "algorithms": [OLM, MEGOLM],
        "keys": keys,
        "signatures": signatures,
    }
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.invite(room, account.user_id)
    access = Access(stage.homeserver.url, account.access_token)
    try:
        await access.call("POST", "/keys/upload", {"device_keys": device})
        await access.call("POST", f"/join/{room}", {})
    finally:
        await access.close()
    await stage.bot.sync()
    await stage.bot.says(room, "Bonjour")
    assert (await stage.camille.sees(room))[-1].text == "Bonjour"
