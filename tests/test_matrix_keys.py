"""The bot’s own keys: others can always write to it, and only those who are there can read it."""

import pytest

from bot.matrix import TransientError
from tests.support import fault_proxy
from tests.support.matrix_bot import MatrixFixture, texts

SEND = "*/send/*"
SYNC = "*/sync"


# --- being reachable


async def test_a_bot_whose_one_time_keys_ran_out_can_still_be_written_to(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.bot.sync()
    thief = await stage.person("lou")
    device = stage.bot.matrix.device_id
    wanted = {"one_time_keys": {stage.bot.me: {device: "signed_curve25519"}}}
    taken = [await thief.access.call("POST", "/keys/claim", wanted) for _ in range(52)]
    key = next(iter(taken[-1]["one_time_keys"][stage.bot.me][device].values()))
    assert key["fallback"] is True
    await stage.camille.says(room, "Encore là ?")
    assert texts(await stage.bot.sync_until("Encore là ?")) == ["Encore là ?"]
    await _settles(stage)
    (fresh,) = (await thief.access.call("POST", "/keys/claim", wanted))["one_time_keys"][stage.bot.me][
        device
    ].values()
    assert "fallback" not in fresh


async def _settles(stage: MatrixFixture) -> None:
    """The upkeep that the last listening began."""
    task = stage.bot.matrix._upkeep._task
    assert task is not None
    await task


async def test_a_failed_key_upload_is_tried_again_without_a_storm(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    rule = stage.proxy.on("POST", "*/keys/upload", fault_proxy.broken())
    for number in range(5):
        await stage.camille.says(room, f"message {number}")
        await stage.bot.sync()
    await _settles(stage)
    assert rule.matched == 1


# --- who may read


async def test_who_joins_reads_what_comes_and_who_left_does_not(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    alix, lou = await stage.person("alix"), await stage.person("lou")
    for person in (alix, lou):
        await stage.camille.invite(room, person.user_id)
        await person.join(room)
    await stage.bot.sync()
    both = await stage.server_event(room, await stage.bot.says(room, "à tous"))
    await stage.camille.kick(room, lou.user_id)
    await stage.bot.sync()
    rest = await stage.server_event(room, await stage.bot.says(room, "sans Lou"))
    assert both["content"]["session_id"] != rest["content"]["session_id"]
    assert [line.text for line in await alix.sees(room)] == ["à tous", "sans Lou"]
    assert [line.text for line in await lou.sees(room)] == ["à tous"]


async def test_one_session_serves_as_long_as_nobody_comes_or_goes(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    stage.proxy.requests.clear()
    said = [await stage.bot.says(room, f"message {number}") for number in range(3)]
    assert len({(await stage.server_event(room, id_))["content"]["session_id"] for id_ in said}) == 1
    assert stage.proxy.count("PUT", "*/sendToDevice/*") == 1
    assert stage.proxy.count("POST", "*/keys/claim") == 1
    assert stage.proxy.count("POST", "*/keys/query") <= 2


async def test_a_restart_keeps_the_device_and_goes_on_reading_and_writing(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "avant")
    await stage.bot.sync_until("avant")
    await stage.bot.says(room, "oui")
    bot = await stage.restart()
    await stage.camille.says(room, "après")
    assert texts(await bot.sync_until("après")) == ["oui", "après"]
    await bot.says(room, "toujours")
    assert await stage.reads(room) == ["avant", "oui", "après", "toujours"]


@pytest.mark.parametrize("call", ["*/sendToDevice/*", "*/keys/query", "*/keys/claim"])
async def test_a_message_whose_key_was_not_delivered_is_not_sent(stage: MatrixFixture, call: str) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    if call == "*/keys/query":
        await stage.restart()  # nobody's devices have been asked for yet
    stage.proxy.on("*", call, fault_proxy.broken())
    with pytest.raises(TransientError) as raised:
        await stage.bot.says(room, "Secret")
    assert raised.value.scope == "room"
    assert stage.proxy.count("PUT", SEND) == 0
    stage.proxy.heal()
    await stage.bot.says(room, "Secret")
    assert (await stage.reads(room))[-1] == "Secret"


async def test_a_room_just_opened_by_us_is_encrypted_for_whom_we_invited(stage: MatrixFixture) -> None:
    body = {"preset": "trusted_private_chat", "invite": [stage.camille.user_id]}
    sealed = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    room = str(await stage.bot.send("create", None, content=body | {"initial_state": [sealed]}))
    said = await stage.bot.says(room, "Bonjour Camille")  # before any sync has told of it
    assert (await stage.server_event(room, said))["type"] == "m.room.encrypted"
    await stage.camille.accept(stage.bot.me)
    assert await stage.reads(room) == ["Bonjour Camille"]


# --- the store


async def test_a_failing_store_loses_nothing(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    database = stage.bot.keys._store.database
    database.execute_sql("PRAGMA query_only = ON")
    with pytest.raises(TransientError):
        await stage.bot.sync()
    database.execute_sql("PRAGMA query_only = OFF")
    assert texts(await stage.bot.sync()) == ["Bonjour"]


async def test_keys_without_what_opens_them_are_refused_in_plain_words(stage: MatrixFixture) -> None:
    pickle_key = stage.bot.directory / "keys" / "pickle.key"
    pickle_key.write_text("another")
    with pytest.raises(RuntimeError, match="cannot be read"):
        await stage.restart()
    pickle_key.unlink()
    with pytest.raises(RuntimeError, match="missing"):
        await stage.restart()
