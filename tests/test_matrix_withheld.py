"""A key that was withheld: the reason is read, whichever way round things come, and after a restart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee
import pytest

from bot.matrix import withheld
from bot.matrix.withheld import Withheld
from tests.support.matrix_bot import MatrixFixture


@pytest.fixture
def said(tmp_path: Path) -> Iterator[Withheld]:
    database = peewee.SqliteDatabase(str(tmp_path / "keys.sqlite"))
    yield Withheld(database)
    database.close()


def message(code: object, session: object = "S", sender: str = "@lou:example.org") -> dict[str, Any]:
    return {"sender": sender, "content": {"code": code, "session_id": session, "room_id": "!r"}}


def test_a_reason_holds_for_its_sender_and_session(said: Withheld) -> None:
    said.take(message("m.unverified"))
    assert said.why("@lou:example.org", "S") == "m.unverified"
    assert said.why("@lou:example.org", "T") == ""
    assert said.why("@alix:example.org", "S") == "", "nobody speaks for somebody else"
    said.take(message("m.no_olm", session=None))
    assert said.why("@lou:example.org", "T") == "m.no_olm"
    assert said.why("@lou:example.org", "S") == "m.unverified"


@pytest.mark.parametrize(
    "bad", [message(None), message(["m.x"]), message("m.unverified", 3), {}, {"content": []}]
)
def test_what_is_malformed_is_passed_over(said: Withheld, bad: dict[str, Any]) -> None:
    said.take(bad)
    assert said.why("@lou:example.org", "S") == ""


def test_nobody_fills_the_key_store(said: Withheld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withheld, "KEPT", 10)
    for number in range(100):
        said.take(message("un mot à moi", f"S{number}"))
    assert said.why("@lou:example.org", "S99") == "other"
    assert said.why("@lou:example.org", "S1") == ""


async def test_an_unreadable_message_says_why(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": room,
        "session_id": "S",
        "code": "m.blacklisted",
    }
    devices = {stage.bot.me: {"*": content}}
    await stage.camille.send_to_device("m.room_key.withheld", devices)
    await stage.bot.sync()
    await stage.restart()
    parts = {"sender_key": "K", "session_id": "S", "ciphertext": "C", "device_id": "D"}
    await stage.camille.send_raw(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", **parts})
    (heard,) = [event for event in await stage.bot.sync(5) if event.unreadable]
    assert heard.withheld == "m.blacklisted"
