"""In encrypted rooms too: commands, taps, announcements, edits, files."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.outbox import Cause, File, Post, Rank
from bot.text import Say
from tests.support.world import World, on_synapse


@pytest.fixture
async def sealed(tmp_path: Path) -> AsyncIterator[World]:
    async with on_synapse(tmp_path, encrypted=("network", "team")) as world:
        yield world


async def test_a_conversation_in_encrypted_rooms(sealed: World) -> None:
    network = sealed.rooms["network"]
    await sealed.says("camille", "!pnig 12")
    assert await sealed.taps("camille", "✅") == ["pong 12"]
    await sealed.says("morgan", "!annonce La salle est au 2e étage.", room="team")
    assert await sealed.says("morgan", "oui", room="team")
    posted = await sealed.last()
    assert posted.text == "La salle est au 2e étage."
    await sealed.restart()
    await sealed.says("morgan", "!corriger La salle est au 3e étage.", reply_to=posted.id)
    async with sealed.db.write() as db:
        files = (File(name="liste.csv", data=b"nom;ville"),)
        post = Post(room=network, say=Say("La liste"), files=files, rank=Rank.ANSWER)
        await sealed.app.outbox.post(
            db, post, Cause(id="a file", at=sealed.clock.now() - timedelta(seconds=1))
        )
    await sealed.settle()
    lines = {line.text: line for line in await sealed.lines()}
    assert lines["La salle est au 3e étage."].id == posted.id
    file = lines["liste.csv"].file
    assert file is not None
    assert await sealed.person("camille").download(file) == b"nom;ville"
    raw = await sealed.person("camille").access.call("GET", f"/rooms/{network}/messages", dir="b", limit="50")
    clear = {event["type"] for event in raw["chunk"]} & {"m.room.message"}
    assert not clear, "something was sent in the clear"
