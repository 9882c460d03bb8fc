"""What the bot does: each deed once under its transaction id, nothing in the clear that should not be."""

import pytest

from bot.matrix import PermanentError, Request, TransientError
from tests.support import fault_proxy
from tests.support.fault_proxy import Fault
from tests.support.matrix_bot import MatrixFixture, MemoryStore

SEND = "*/send/*"


async def test_a_message_arrives_as_it_was_written(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    said = await stage.bot.says(
        room, "Bonjour", content={"m.mentions": {"user_ids": [stage.camille.user_id]}}
    )
    (line,) = await stage.camille.sees(room)
    assert (line.id, line.text, line.mentions) == (said, "Bonjour", (stage.camille.user_id,))


async def test_the_same_deed_done_twice_is_one_event(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    deed = Request(
        kind="event",
        txn="announcement-2026-W48",
        room=room,
        type="m.room.message",
        content={"msgtype": "m.text", "body": "Panorama"},
    )
    first = await stage.bot.matrix.send(deed)
    again = await (await stage.restart()).matrix.send(deed)
    assert first == again
    assert await stage.reads(room) == ["Panorama"]


@pytest.mark.parametrize("act", [fault_proxy.cut_after, fault_proxy.truncated], ids=["cut", "half"])
async def test_a_send_whose_answer_was_lost_is_one_event_after_all(stage: MatrixFixture, act: Fault) -> None:
    room = await stage.bot.joins(stage.camille)
    stage.proxy.on("PUT", SEND, act)
    with pytest.raises(TransientError):
        await stage.bot.says(room, "Une fois", txn="once")
    stage.proxy.heal()
    await stage.bot.says(room, "Une fois", txn="once")
    assert await stage.reads(room) == ["Une fois"]


async def test_a_reaction_an_edit_and_a_removal_show(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    said = await stage.camille.says(room, "Qui vient ?")
    ours = await stage.bot.says(room, "Réponses : 0")
    gone = await stage.bot.says(room, "Erreur")
    await stage.bot.send(
        "event",
        room,
        type="m.reaction",
        content={"m.relates_to": {"rel_type": "m.annotation", "event_id": said, "key": "✅"}},
    )
    new = {"msgtype": "m.text", "body": "Réponses : 1"}
    await stage.bot.says(
        room,
        " * Réponses : 1",
        content={"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": ours}},
    )
    await stage.bot.send("redact", room, target=gone, content={"reason": "erreur"})
    lines = await stage.camille.sees(room)
    assert [(line.text, line.edited) for line in lines if not line.removed] == [
        ("Qui vient ?", False),
        ("Réponses : 1", True),
    ]
    assert list(lines[0].reactions) == ["✅"]


async def test_a_file_can_be_opened(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    content = {"msgtype": "m.file", "body": "rencontre.ics", "info": {"mimetype": "text/calendar"}}
    await stage.bot.send("file", room, content=content, data=b"BEGIN:VCALENDAR")
    (line,) = await stage.camille.sees(room)
    assert line.file is not None
    assert await stage.camille.download(line.file) == b"BEGIN:VCALENDAR"


async def test_a_direct_room_is_opened_and_left(stage: MatrixFixture) -> None:
    body = {"is_direct": True, "preset": "trusted_private_chat", "invite": [stage.camille.user_id]}
    room = await stage.bot.send("create", None, content=body)
    assert room == await stage.camille.accept(stage.bot.me)
    await stage.bot.says(room, "Bonjour Camille")
    assert await stage.reads(room) == ["Bonjour Camille"]
    assert await stage.bot.send("leave", room, content={"reason": "à bientôt"}) is None
    assert await stage.camille.members(room) == {stage.camille.user_id}


async def test_an_alias_is_resolved_and_joined(stage: MatrixFixture) -> None:
    alias = f"reseau{id(stage)}"
    room = await stage.camille.create_room("Réseau", preset="public_chat", alias=alias)
    address = f"#{alias}:{stage.homeserver.server_name}"
    assert await stage.bot.matrix.resolve(address) == room
    assert await stage.bot.send("join", address) == room
    with pytest.raises(PermanentError) as raised:
        await stage.bot.matrix.resolve(f"#nulle-part:{stage.homeserver.server_name}")
    assert (raised.value.status, raised.value.errcode) == (404, "M_NOT_FOUND")


async def test_what_the_server_forbids_is_refused_for_good(stage: MatrixFixture) -> None:
    room = await stage.camille.create_room("Privé")
    with pytest.raises(PermanentError) as raised:
        await stage.bot.says(room, "Toc toc")
    assert (raised.value.status, raised.value.errcode) == (403, "M_FORBIDDEN")
    with pytest.raises(PermanentError) as raised:
        await stage.bot.says(await stage.bot.joins(stage.camille), "x" * 70_000)
    assert (raised.value.status, raised.value.errcode) == (413, "M_TOO_LARGE")


TROUBLE: list[tuple[Fault, float | None, str]] = [
    (fault_proxy.limited(1500), 1.5, "limit"),
    (fault_proxy.limited_by_header(7), 7.0, "limit"),
    (fault_proxy.limited_by_a_gateway(), 5.0, "limit"),
    (fault_proxy.broken(), None, "room"),
    (fault_proxy.bad_gateway(), None, "room"),
    (fault_proxy.cut_before, None, "server"),
]


@pytest.mark.parametrize(
    ("act", "after", "scope"), TROUBLE, ids=["429", "429 header", "429 page", "500", "502", "cut"]
)
async def test_trouble_when_sending_concerns_the_room_or_everything(
    stage: MatrixFixture, act: Fault, after: float | None, scope: str
) -> None:
    room = await stage.bot.joins(stage.camille)
    rule = stage.proxy.on("PUT", SEND, act)
    with pytest.raises(TransientError) as raised:
        await stage.bot.says(room, "Bonjour")
    assert (raised.value.after, raised.value.scope) == (after, scope)
    assert rule.matched <= 2


@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_room_not_known_to_be_clear_is_asked_first(stage: MatrixFixture, encrypted: bool) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=encrypted)
    bot = await stage.restart(MemoryStore())  # nothing is remembered
    said = await bot.says(room, "Bonjour")
    assert (await stage.server_event(room, said))["type"] == (
        "m.room.encrypted" if encrypted else "m.room.message"
    )
    assert (await stage.camille.sees(room))[-1].text == "Bonjour"


@pytest.mark.parametrize(
    "act",
    [
        fault_proxy.broken(),
        fault_proxy.cut_before,
        fault_proxy.truncated,
        fault_proxy.refused(403, "M_FORBIDDEN"),
        fault_proxy.refused(404, "M_UNRECOGNIZED"),
    ],
)
async def test_nothing_is_sent_while_nobody_can_tell_whether_the_room_is_clear(
    stage: MatrixFixture, act: Fault
) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    bot = await stage.restart(MemoryStore())
    stage.proxy.on("GET", "*/state/m.room.encryption*", act)
    with pytest.raises((TransientError, PermanentError)):
        await bot.says(room, "Secret")
    assert stage.proxy.count("PUT", SEND) == 0
