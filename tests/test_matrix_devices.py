"""Who gets the keys of what the bot says: devices signed by their owners, for as long as the room wants."""

from typing import Any

import pytest

from bot.demo.client import Keys as PersonKeys
from bot.matrix import Encryption
from bot.matrix.encrypt import Rotation
from tests.support.matrix_bot import MatrixBot, MatrixFixture

WITHHELD = "*/sendToDevice/m.room_key.withheld/*"


async def nothing(_: PersonKeys) -> None:
    """Somebody who has never verified a device."""


async def test_a_device_that_is_not_signed_gets_no_keys_and_is_told_why(
    stage: MatrixFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PersonKeys, "_sign", nothing)
    lou = await stage.person("lou")
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.invite(room, lou.user_id)
    await lou.join(room)
    await stage.bot.sync()
    await stage.bot.says(room, "Bonjour")
    assert await stage.reads(room) == ["Bonjour"]
    assert [line.text for line in await lou.sees(room)] == [""], "it is there, and cannot be read"
    assert stage.proxy.count("PUT", WITHHELD) == 1
    monkeypatch.undo()
    await lou._keys.tend()  # verified at last
    await stage.bot.sync()
    await stage.bot.says(room, "Encore")
    assert [line.text for line in await lou.sees(room)] == ["", "Encore"]


async def test_an_operator_may_give_keys_to_everybody(
    stage: MatrixFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PersonKeys, "_sign", nothing)
    lou = await stage.person("lou")
    await stage.bot.matrix.close()
    stage.bot = MatrixBot(
        stage.bot.account, stage.bot.directory, stage.bot.store, encryption=Encryption(devices="all")
    )
    await stage.bot.matrix.open()
    room = await stage.bot.joins(lou, encrypted=True)
    await stage.bot.says(room, "Bonjour")
    assert [line.text for line in await lou.sees(room)] == ["Bonjour"]


async def test_a_room_s_own_rotation_is_respected(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 2}
    await stage.camille.set_state(room, "m.room.encryption", content)
    await stage.bot.sync()
    said = [await stage.bot.says(room, f"message {number}") for number in range(4)]
    sessions = [(await stage.server_event(room, id_))["content"]["session_id"] for id_ in said]
    assert sessions[0] == sessions[1] != sessions[2] == sessions[3]
    assert await stage.reads(room) == [f"message {number}" for number in range(4)]


@pytest.mark.parametrize(
    ("state", "seconds", "messages"),
    [
        ({}, 7 * 86_400, 100),
        ({"rotation_period_ms": 86_400_000, "rotation_period_msgs": 50}, 86_400, 50),
        ({"rotation_period_ms": 1, "rotation_period_msgs": 0}, 3_600, 1),
        ({"rotation_period_ms": 10**15, "rotation_period_msgs": 10**9}, 7 * 86_400, 10_000),
        ({"rotation_period_ms": "1", "rotation_period_msgs": True}, 7 * 86_400, 100),
    ],
)
def test_no_room_makes_us_change_keys_all_the_time_or_never(
    state: dict[str, Any], seconds: int, messages: int
) -> None:
    found = Rotation.of(state)
    assert (found.age.total_seconds(), found.messages) == (seconds, messages)
