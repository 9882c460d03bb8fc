"""Each act once, in order: editable messages, rooms opened
for somebody, what is dropped and what the team is told.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.command import Context
from bot.command.handlers import on_answer
from bot.matrix.errors import TransientError
from bot.matrix.events import Request
from bot.outbox import Cause, File, Post, Rank
from bot.outbox.question import Ask, Reply
from bot.text import Say
from storage import outbox
from storage.tables import OutboxEntry
from tests.support.synapse_fixture import BOT
from tests.support.world import PARIS, MemoryWorld, World


async def post(world: World, what: Post, cause: str) -> OutboxEntry:
    async with world.db.write() as db:
        entry = await world.app.outbox.post(db, what, Cause(id=cause, at=world.clock.now()))
    world.app.sender.wake()
    return entry


def counts(world: World, n: int, **more: Any) -> Post:
    return Post(
        room=world.rooms["network"],
        say=Say("Réponses : {n}", n=n),
        key="counts",
        rank=Rank.BOOKKEEPING,
        **more,
    )


async def test_an_editable_message_is_edited_in_place_and_notifies_once(room: World) -> None:
    await post(room, counts(room, 1), "first")
    await room.settle()
    first = await room.last()
    await post(room, counts(room, 2), "second")
    room.clock.offset += timedelta(seconds=5)
    await room.settle()
    (line,) = await room.lines()
    assert (line.id, line.text, line.edited) == (first.id, "Réponses : 2", True)


@on_answer("test.later")
async def _later(ctx: Context, reply: Reply) -> Say:
    return Say("entendu, {color}", color=str(reply.data["color"]))


async def test_a_question_asked_of_its_own_accord_waits_for_that_person_from_when_it_is_asked(
    room: World,
) -> None:
    ask = Ask(Say("On peint ?"), then="test.later", data={"color": "bleu"})
    question = Post(
        room=room.rooms["network"],
        key="later",
        rank=Rank.ANSWER,
        ask=ask,
        asked_to=room.person("camille").user_id,
    )
    await post(
        room, Post(room=room.rooms["network"], say=Say("Un instant."), key="later", rank=Rank.ANSWER), "first"
    )
    await room.settle()
    room.clock.offset += timedelta(hours=2)
    await post(room, question, "second")
    await room.settle()
    (line,) = await room.lines()
    assert (line.text, sorted(line.reactions)) == ("On peint ?", ["✅", "❌"])
    # not Lou's to answer: nothing but what had not been read yet
    assert await room.says("lou", "oui") == ["On peint ?"]
    assert await room.says("camille", "oui") == ["entendu, bleu"]
    assert await room.taps("camille", "✅", on=line.id) == [
        "C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."
    ]


async def test_what_changes_before_it_is_out_still_answers_what_was_asked(quick: World) -> None:
    asked = await quick.tells("camille", "Combien de réponses ?")
    async with quick.db.write() as db:
        for n, reply in ((1, asked), (2, None)):
            await quick.app.outbox.post(
                db, counts(quick, n, reply_to=reply), Cause(id=f"cause {n}", at=quick.clock.now())
            )
    quick.app.sender.wake()
    await quick.settle()
    (line,) = await quick.lines()
    assert (line.text, line.reply_to, line.edited) == ("Réponses : 2", asked, False)


async def test_many_changes_at_once_become_one_edit(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    await post(quick, counts(quick, 0), "start")
    await quick.settle()
    for n in range(1, 40):
        await post(quick, counts(quick, n), f"change {n}")
    quick.clock.offset += timedelta(seconds=5)
    await quick.settle()
    assert await quick.reads() == ["Réponses : 39"]
    edits = [
        event
        for _, _, event in quick.homeserver.events
        if event["sender"] == BOT and "m.new_content" in event["content"]
    ]
    assert len(edits) == 1


async def test_an_editable_message_that_somebody_removed_is_not_posted_again_and_the_team_is_told_once(
    room: World,
) -> None:
    await post(room, counts(room, 1), "first")
    await room.settle()
    await room.person("morgan").redact(room.rooms["network"], (await room.last()).id)
    await room.settle()
    for n in (2, 3):
        await post(room, counts(room, n), f"change {n}")
    room.clock.offset += timedelta(seconds=10)
    await room.settle()
    assert await room.reads() == []
    (told,) = await room.reads("team")
    assert told.startswith(
        "Un de mes messages a été supprimé dans « Réseau des chefs de projet – salon principal » : « "
        "Réponses : 1 »."
    )


async def test_the_same_cause_never_speaks_twice_even_from_an_older_database(quick: World) -> None:
    said = Post(room=quick.rooms["network"], say=Say("Bonjour"), urgent=True)
    entry = await post(quick, said, "job/2026-W48")
    await quick.settle()
    async with quick.db.write() as db:  # as after a restore of yesterday's backup
        again = await db.get(OutboxEntry, entry.id)
        assert again is not None
        again.status, again.event_id = outbox.WAITING, None
        db.add(again)
    await quick.settle()
    assert await quick.reads() == ["Bonjour"]


async def test_a_room_is_opened_for_somebody_once_and_what_is_said_there_stays_in_order(room: World) -> None:
    camille = room.person("camille").user_id
    for n in range(3):
        await post(room, Post(person=camille, say=Say("Message {n}", n=n), rank=Rank.ANSWER), f"private {n}")
    await room.settle()
    async with room.db.read() as db:
        opened = [
            entry for entry in await outbox.versions(db, f"direct:{camille}", None) if entry.kind == "create"
        ]
    assert len(opened) == 1
    private = opened[0].event_id or ""
    await room.person("camille").join(private)
    assert await room.reads(private) == ["Message 0", "Message 1", "Message 2"]
    await post(room, Post(person=camille, say=Say("Message 3"), rank=Rank.ANSWER), "private 3")
    await room.settle()
    async with room.db.read() as db:
        assert len(await outbox.versions(db, f"direct:{camille}", None)) == 1


async def test_what_waited_for_a_private_room_is_sent_one_after_the_other(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending: list[str] = []
    most = 0
    send = quick.app.services.matrix.send

    async def slowly(deed: Request) -> str | None:
        nonlocal most
        sending.append(deed.kind)
        most = max(most, sending.count("event"))
        try:
            await asyncio.sleep(0.03)  # time enough for the next to begin
            return await send(deed)
        finally:
            sending.remove(deed.kind)

    monkeypatch.setattr(quick.app.services.matrix, "send", slowly)
    camille = quick.person("camille").user_id
    for n in range(3):
        await post(quick, Post(person=camille, say=Say("Message {n}", n=n), rank=Rank.ANSWER), f"private {n}")
    await quick.settle()
    assert most == 1


async def test_nothing_private_is_said_in_a_room_that_a_third_person_has_entered(quick: World) -> None:
    private = await quick.direct("camille")
    entry = await post(
        quick,
        Post(
            person=quick.person("camille").user_id,
            say=Say("Rien que pour vous"),
            at=quick.clock.now() + timedelta(minutes=5),
        ),
        "p",
    )
    assert entry.room_id == private
    await quick.person("lou").join(private)
    await quick.settle()
    quick.clock.offset += timedelta(minutes=10)
    await quick.settle()
    assert await quick.reads(private) == []


async def test_what_came_too_late_is_dropped_and_the_team_told(quick: World) -> None:
    now = quick.clock.now()
    what = Post(
        room=quick.rooms["network"],
        say=Say("C’est demain"),
        at=now + timedelta(hours=1),
        until=now + timedelta(hours=2),
        title="le rappel",
    )
    await post(quick, what, "reminder")
    await quick.stop()
    quick.clock.offset += timedelta(hours=3)
    await quick.start()
    assert await quick.reads() == []
    assert await quick.reads("team") == [
        "Je n’ai pas pu envoyer ce message : le rappel (le moment est passé). Rien d’autre n’est touché."
    ]


async def test_a_room_gets_two_announcements_a_day_and_the_third_the_next_morning(quick: World) -> None:
    for n in range(3):
        await post(quick, Post(room=quick.rooms["network"], say=Say("Annonce {n}", n=n)), f"a{n}")
    await quick.settle()
    assert await quick.reads() == ["Annonce 0", "Annonce 1"]
    assert await quick.wait_until_instant(datetime(2026, 11, 24, 8, 29, tzinfo=PARIS)) == [
        "Annonce 0",
        "Annonce 1",
    ]
    assert await quick.wait_until_instant(datetime(2026, 11, 24, 8, 30, tzinfo=PARIS)) == ["Annonce 2"]


async def test_answers_go_before_announcements_and_the_parts_of_a_post_stay_together(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    room, files = quick.rooms["network"], (File(name="liste.csv", data=b"a;b"),)
    quick.app.send_policy.synced_at = None  # nothing leaves before the next sync
    await post(
        quick, Post(room=room, say=Say("Annonce"), reactions=("✅", "❌"), files=files), "announcement"
    )
    await post(quick, Post(room=room, say=Say("Réponse 1"), rank=Rank.ANSWER), "answer 1")
    await post(quick, Post(room=room, say=Say("Réponse 2"), rank=Rank.ANSWER), "answer 2")
    await quick.settle()
    sent = [
        event["content"]
        for _, where, event in quick.homeserver.events
        if where == room and event["sender"] == BOT and "state_key" not in event
    ]
    order = [content.get("body") or content["m.relates_to"]["key"] for content in sent]
    assert order == ["Réponse 1", "Réponse 2", "Annonce", "liste.csv", "✅", "❌"]


async def test_a_room_whose_server_fails_waits_alone(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    quick.homeserver.refuse[quick.rooms["help"]] = TransientError(None, "room")
    await quick.tells("camille", "!ping 1", room="help")
    await quick.tells("camille", "!ping 2")
    await quick.app.turn(0)
    while await quick.reads() != ["pong 2"]:
        await quick.app.turn(0)
    assert await quick.reads("help") == []
    quick.homeserver.refuse.clear()
    quick.clock.offset += timedelta(seconds=30)
    await quick.settle()
    assert await quick.reads("help") == ["pong 1"]


async def test_an_old_try_is_only_repeated_after_a_sync_that_could_tell_of_it(quick: World) -> None:
    """A server forgets transaction ids after 24 hours: then only what we hear says whether it was done."""
    entry = await post(quick, Post(room=quick.rooms["network"], say=Say("Bonjour"), urgent=True), "old")
    await quick.settle()
    async with quick.db.write() as db:
        row = await db.get(OutboxEntry, entry.id)
        assert row is not None
        row.status, row.event_id = outbox.TRIED, None
        row.tried_at = row.last_tried = quick.clock.now()
        db.add(row)
    quick.clock.offset += timedelta(hours=24)
    assert quick.app.send_policy.synced_at is not None
    assert quick.app.send_policy.synced_at < quick.clock.now() - timedelta(hours=23)
    quick.app.sender.wake()
    async with quick.db.write() as db:
        row = await db.get(OutboxEntry, entry.id)
        assert row is not None
        assert not await quick.app.send_policy.allows(db, row, quick.clock.now())
        assert row.status == outbox.TRIED
    quick.clock.offset += timedelta(seconds=5)  # for so long it is left alone
    await quick.settle()
    async with quick.db.read() as db:
        row = await db.get(OutboxEntry, entry.id)
        assert row is not None
        assert row.status == outbox.SENT


async def test_what_was_tried_in_time_is_given_up_only_after_a_sync_that_could_tell_of_it(
    quick: World,
) -> None:
    entry = await post(quick, Post(room=quick.rooms["network"], say=Say("Bonjour"), urgent=True), "short")
    await quick.settle()
    async with quick.db.write() as db:
        row = await db.get(OutboxEntry, entry.id)
        assert row is not None
        row.status, row.until = outbox.TRIED, quick.clock.now()
        row.tried_at = row.last_tried = quick.clock.now()
        assert not await quick.app.send_policy.allows(db, row, quick.clock.now() + timedelta(minutes=1))
        assert row.status == outbox.TRIED
        quick.app.send_policy.synced_at = row.last_tried + timedelta(seconds=1)
        assert not await quick.app.send_policy.allows(db, row, quick.clock.now() + timedelta(minutes=1))
        assert (row.status, row.error) == (outbox.DROPPED, "late")


def files_with(world: World, word: bytes) -> list[str]:
    return [file.name for file in world.config.data_dir.glob("*.sqlite*") if word in file.read_bytes()]


async def test_bodies_are_erased_a_week_after_sending_from_the_files_too(quick: World) -> None:
    await quick.says("camille", "!ping mot-particulier")
    assert files_with(quick, b"mot-particulier")
    quick.clock.offset += timedelta(days=8)
    await quick.settle()
    assert not files_with(quick, b"mot-particulier")
    async with quick.db.read() as db:
        entry = await outbox.by_event(db, (await quick.last()).id)
    assert entry is not None
    assert entry.content == {}


async def test_a_failing_room_with_a_long_queue_holds_up_nobody_else(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    quick.homeserver.refuse[quick.rooms["help"]] = TransientError(None, "room")
    async with quick.db.write() as db:
        for n in range(600):
            post = Post(room=quick.rooms["help"], say=Say("Réponse {n}", n=n), rank=Rank.ANSWER)
            await quick.app.outbox.post(db, post, Cause(id=f"$many{n}", at=quick.clock.now()))
    quick.app.sender.wake()
    await quick.tells("camille", "!ping 1")
    while await quick.reads() != ["pong 1"]:
        await quick.app.turn(0)


async def test_what_nobody_asked_for_waits_for_open_hours(quick: World) -> None:
    quick.clock.offset += timedelta(hours=10)  # 20 h
    note = Post(room=quick.rooms["team"], say=Say("La source ne répond plus."), rank=Rank.BOOKKEEPING)
    await post(quick, note, "feeds/1")
    await quick.settle()
    assert await quick.reads("team") == []
    await quick.wait_until_instant(datetime(2026, 11, 24, 8, 30, tzinfo=PARIS))
    assert await quick.reads("team") == ["La source ne répond plus."]


async def test_an_announcement_that_is_counted_in_stays_one_and_a_notice_stays_a_notice(quick: World) -> None:
    announced = Post(room=quick.rooms["network"], say=Say("Un sondage."), key="counts")
    later = Post(
        room=quick.rooms["network"],
        say=Say("Un autre."),
        key="later",
        at=quick.clock.now() + timedelta(hours=1),
    )
    for what in (announced, later, replace(later, say=Say("Un autre, corrigé."), rank=Rank.BOOKKEEPING)):
        await post(quick, what, f"cause {what}")
    await quick.settle()
    await post(quick, counts(quick, 2), "second")
    quick.clock.offset += timedelta(hours=2)
    await quick.settle()
    assert [(line.text, line.msgtype) for line in await quick.lines()] == [
        ("Réponses : 2", "m.text"),
        ("Un autre, corrigé.", "m.text"),
    ]


async def test_an_edit_that_reads_the_same_is_not_sent(quick: MemoryWorld) -> None:
    for text in ("Réponses : 1", "Réponses : 2", "Réponses : 2"):
        async with quick.db.write() as db:
            post = Post(
                room=quick.rooms["network"],
                say=Say("{text}", text=text),
                key="counts:1",
                rank=Rank.BOOKKEEPING,
            )
            await quick.app.outbox.post(db, post, Cause(id=f"$counted {text}", at=quick.clock.now()))
        await quick.settle()
        quick.clock.offset += timedelta(seconds=5)
        await quick.settle()
    sent = [
        event
        for _, _, event in quick.homeserver.events
        if event["sender"] == BOT and "m.new_content" in event["content"]
    ]
    assert [event["content"]["m.new_content"]["body"] for event in sent] == ["Réponses\u00a0: 2"]
