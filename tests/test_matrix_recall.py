"""What the server still has of the past: one event by its id, and all that refers to one."""

import pytest

from bot.demo.chat import ballot
from bot.matrix import PermanentError, lookup
from tests.support.matrix_bot import MatrixFixture


@pytest.mark.parametrize("encrypted", [False, True])
async def test_all_that_refers_to_an_event_comes_oldest_first_without_what_was_redacted(
    stage: MatrixFixture, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "PAGE", 2)
    room = await stage.bot.joins(stage.camille, encrypted=encrypted)
    poll = await stage.bot.says(room, "Un sondage")
    votes = [await stage.camille.votes(room, poll, str(number)) for number in range(5)]
    await stage.camille.redact(room, votes[3])
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync_until("Bonjour")
    found = await stage.bot.matrix.relations(room, poll)
    assert [event.id for event in found] == [votes[0], votes[1], votes[2], votes[4]]
    assert [event.content[ballot("", ["1"])[0]]["answers"] for event in found] == [["0"], ["1"], ["2"], ["4"]]
    assert {event.sender for event in found} == {stage.camille.user_id}


async def test_what_cannot_be_decrypted_is_told_as_such(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    poll = await stage.bot.says(room, "Un sondage")
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
    sealed = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "AwgB",
        "sender_key": "a",
        "session_id": "b",
        "device_id": "c",
    }
    event = await stage.camille.send_raw(room, "m.room.encrypted", sealed | related)
    assert [(each.id, each.unreadable) for each in await stage.bot.matrix.relations(room, poll)] == [
        (event, True)
    ]


async def test_what_was_edited_is_as_it_reads_now(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    said = await stage.camille.says(room, "Un lien")
    await stage.camille.says(room, "Un autre lien", edit_of=said)
    await stage.bot.sync_until(" * Un autre lien")
    event = await stage.bot.matrix.event(room, said)
    assert event
    assert (event.id, event.content["body"]) == (said, "Un autre lien")


async def test_of_what_is_not_there_nothing_comes(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    said = await stage.camille.says(room, "Un lien")
    event = await stage.bot.matrix.event(room, said)
    assert event
    assert event.content["body"] == "Un lien"
    await stage.camille.redact(room, said)
    assert await stage.bot.matrix.event(room, said) is None
    assert await stage.bot.matrix.event(room, "$none") is None
    with pytest.raises(PermanentError):
        await stage.bot.matrix.relations(room, "$none")
