"""What is claimed about rooms, or from other rooms: rights follow what our server says of rooms we are in;
a batch heard again says nothing twice.
"""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.command import Role
from bot.inbox.context import role_of
from bot.matrix.errors import PermanentError
from bot.matrix.events import Batch, Event, RoomUpdate
from bot.outbox import Cause, Post, Rank
from bot.text import Say
from storage import rooms
from storage.tables import Room
from tests.support.injected_events import CAMILLE, MALLORY, inject, state_event
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World


async def row(world: World, room: str) -> Room:
    async with world.db.read() as db:
        found = await rooms.room(db, room)
    assert found is not None
    return found


async def role_in(world: World, user: str) -> Role:
    async with world.db.read() as db:
        return await role_of(db, world.app.services.network, user)


# --- rights come from rooms we are in


async def test_what_is_said_of_a_room_that_we_left_gives_no_rights(quick: World) -> None:
    team = quick.rooms["team"]
    arrival = state_event(quick, team, "m.room.member", {"membership": "join"}, CAMILLE)
    await inject(quick, RoomUpdate(room=team, membership="leave"), arrival)
    assert await role_in(quick, CAMILLE) == Role.MEMBER


async def test_an_invitation_s_own_word_on_who_is_there_gives_no_rights(quick: World) -> None:
    """The server that invites writes that state: anything may be in it."""
    team = quick.rooms["team"]
    claim = state_event(quick, team, "m.room.member", {"membership": "join"}, CAMILLE)
    await inject(quick, RoomUpdate(room=team, membership="leave"))
    await inject(quick, RoomUpdate(room=team, membership="invite", state=(claim,)))
    async with quick.db.read() as db:
        assert not await rooms.members(db, team)
    assert await role_in(quick, CAMILLE) == Role.MEMBER


async def test_a_room_version_that_is_no_number_stops_nobody(quick: World) -> None:
    create = state_event(quick, "!piege", "m.room.create", {"room_version": "²"})
    await inject(quick, RoomUpdate(room="!piege", membership="invite", state=(create,)))
    assert await quick.says("camille", "!ping 1") == ["pong 1"]


async def test_a_room_that_cannot_be_taken_does_not_hold_up_the_others(
    quick: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    listener = quick.app.inbox._handler
    taken = listener._rooms.update  # type: ignore[attr-defined]

    async def update(db: object, found: RoomUpdate, began: object) -> Room:
        if found.room == "!piege":
            raise ZeroDivisionError
        result: Room = await taken(db, found, began)
        return result

    monkeypatch.setattr(listener._rooms, "update", update)  # type: ignore[attr-defined]
    await inject(quick, RoomUpdate(room="!piege", membership="invite"))
    assert "!piege could not be taken" in caplog.text
    assert await quick.says("camille", "!ping 1") == ["pong 1"]


# --- encryption


async def test_a_message_that_looks_like_the_state_of_encryption_changes_nothing(quick: World) -> None:
    await quick.person("camille").send(
        quick.rooms["network"], "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}
    )
    await quick.settle()
    assert (await row(quick, quick.rooms["network"])).encrypted is False


async def test_what_an_invitation_said_of_encryption_is_forgotten_in_the_room(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    room = quick.homeserver.create(CAMILLE, "Atelier")
    await inject(
        quick,
        RoomUpdate(
            room=room, membership="invite", state=(state_event(quick, room, "m.room.encryption", {}),)
        ),
    )
    assert (await row(quick, room)).encrypted
    quick.homeserver.member(room, BOT, "join")
    await quick.settle()
    assert (await row(quick, room)).encrypted is False


async def test_a_room_of_ours_that_is_still_in_the_making_is_not_thought_open(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    for maker, encrypted in ((BOT, None), (CAMILLE, False)):
        begun = replace(state_event(quick, "!neuf", "m.room.create", {}), sender=maker)
        await inject(quick, RoomUpdate(room="!neuf", membership="join", state=(begun,)))
        assert (await row(quick, "!neuf")).encrypted is encrypted


# --- what comes from another room


async def test_a_question_is_not_answered_from_another_room(quick: World) -> None:
    """Someone who left the team could still publish, by a reply across rooms."""
    await quick.says("morgan", "!annonce Bonjour à tout le monde", room="team")
    preview = (await quick.last("team")).id
    await quick.person("morgan").leave(quick.rooms["team"])
    await quick.says("morgan", "oui", reply_to=preview)
    assert await quick.reads() == []


async def test_a_redaction_reaches_nothing_of_another_room(quick: World) -> None:
    said = await quick.tells("morgan", "!annonce Bonjour", room="team")
    await quick.settle()
    elsewhere = Event(
        id="$r",
        room=quick.rooms["open"],
        sender=MALLORY,
        type="m.room.redaction",
        content={},
        at=quick.clock.now(),
        redacts=(await quick.last("team")).id,
    )
    await inject(
        quick,
        RoomUpdate(room=elsewhere.room, membership="join"),
        elsewhere,
        replace(elsewhere, id="$s", redacts=said),
    )
    await quick.says("morgan", "oui", room="team")
    assert await quick.reads() == ["Bonjour"]


async def test_a_command_is_not_corrected_from_another_room(quick: World) -> None:
    said = await quick.tells("camille", "!pnig 1")
    await quick.settle()
    edit = {
        "msgtype": "m.text",
        "body": "* !ping 1",
        "m.new_content": {"msgtype": "m.text", "body": "!ping 1"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": said},
    }
    await quick.person("camille").send(quick.rooms["help"], "m.room.message", edit)
    await quick.settle()
    assert await quick.reads("help") == []


# --- the same batch again


async def test_what_was_too_much_to_read_is_told_once(quick: World, caplog: pytest.LogCaptureFixture) -> None:
    token = quick.app._token or ""
    batch = Batch(since=token, token=token, began=quick.clock.now(), overflow=(quick.rooms["network"],))
    await quick.app.inbox._slice(batch, 0, 100)
    await quick.settle()
    await quick.app.inbox._slice(
        replace(batch, token="later", began=batch.began + timedelta(seconds=9)), 0, 100
    )
    await quick.settle()
    assert sum("5 000" in line for line in await quick.reads("team")) == 1


async def test_an_event_that_is_in_a_batch_twice_counts_once(
    quick: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Once in the timeline, once more as one that could not be read before."""
    await quick.tells("camille", "!ping 1")
    batch = await quick.app.services.matrix.sync(quick.app._token, 0)
    with caplog.at_level(logging.ERROR):
        await quick.app.inbox.process(replace(batch, events=batch.events * 2))
    await quick.settle()
    assert await quick.reads() == ["pong 1"]
    assert not caplog.records


# --- what is private stays so


async def test_the_team_does_not_read_what_was_private_and_could_not_be_sent(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    private = await quick.direct("camille")
    quick.homeserver.refuse[private] = PermanentError(403, "M_FORBIDDEN", "no")
    await quick.says("camille", "ping secret", room=private)
    assert await quick.reads("team") == [
        (
            "Je n’ai pas pu envoyer ce message : un message privé (le salon l’a refusé). Rien d’autre "
            "n’est touché."
        )
    ]


async def test_the_team_is_not_told_of_what_somebody_removes_in_private(quick: World) -> None:
    private = await quick.direct("camille")
    async with quick.db.write() as db:
        post = Post(person=CAMILLE, say=Say("Vos réponses"), key="living", rank=Rank.BOOKKEEPING)
        await quick.app.outbox.post(db, post, Cause(id="private", at=quick.clock.now()))
    await quick.settle()
    await quick.person("camille").redact(private, (await quick.last(private)).id)
    await quick.settle()
    assert await quick.reads("team") == []


async def test_what_was_asked_in_private_is_not_gone_on_with_before_a_third_person(quick: World) -> None:
    private = await quick.direct("camille")
    await quick.says("camille", "pnig secret", room=private)
    await quick.person("lou").join(private)
    assert await quick.taps("camille", "✅", room=private) == [
        "Cette question n’attend plus de réponse. Redemandez-la si besoin."
    ]
