"""Each event once, whatever a handler or the database does; who is who;
what was taken back or heard too late.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.command import Context
from bot.command.registry import command
from bot.handlers import Handlers
from bot.inbox import inbox
from bot.inbox.result import Outcome
from bot.matrix.events import Batch, Event, RoomUpdate
from bot.outbox import Post
from bot.text import Say, UserError
from storage import rooms, settings
from storage.announcements import planned
from storage.inbox import outcomes
from storage.tables import Announcement, KeyValue
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World


@pytest.fixture
def tried(handlers: Handlers) -> list[str]:
    """Commands for these tests alone, each of which leaves a row behind it before it goes wrong."""
    calls: list[str] = []

    async def leave_a_row(ctx: Context) -> None:
        calls.append(ctx.text)
        ctx.db.add(
            Announcement(
                event_id=ctx.event_id,
                text=ctx.text,
                rooms=[],
                author=ctx.person.id,
                at=ctx.now + timedelta(days=1),
                status="planned",
            )
        )
        await ctx.db.flush()

    @command("casser", usage=Say("`!casser`"), example="!casser", help=Say("casser"))
    async def casser(ctx: Context) -> Say:
        await leave_a_row(ctx)
        raise ZeroDivisionError("secret of the handler")

    @command("refuser", usage=Say("`!refuser`"), example="!refuser", help=Say("refuser"))
    async def refuser(ctx: Context) -> Say:
        await leave_a_row(ctx)
        raise UserError("C’est non.")

    @command("dormir", usage=Say("`!dormir`"), example="!dormir", help=Say("dormir"))
    async def dormir(ctx: Context) -> Say:
        await leave_a_row(ctx)
        await asyncio.sleep(3600)
        return Say("Réveil.")

    handlers.register(casser, refuser, dormir)
    return calls


async def rows(world: World) -> list[str]:
    async with world.db.read() as db:
        return [row.text for row in await planned(db)]


APOLOGY = (
    "Une erreur s’est produite de mon côté et rien n’a été enregistré. Le service numérique en a la trace "
    "; réessayez dans un moment."
)


async def test_a_failing_handler_leaves_nothing_apologises_once_and_the_next_is_served(
    room: World, tried: list[str], caplog: Any
) -> None:
    await room.tells("camille", "!casser")
    await room.tells("lou", "!ping 1")
    await room.settle()
    assert await room.reads() == [APOLOGY, "pong 1"]
    assert await rows(room) == []
    assert "ZeroDivisionError" in caplog.text


async def test_a_refusal_leaves_nothing_behind(quick: World, tried: list[str]) -> None:
    assert await quick.says("camille", "!refuser") == ["C’est non."]
    assert await rows(quick) == []


async def test_a_handler_that_never_ends_is_given_up_and_the_line_goes_on(
    quick: World, tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "HANDLER_SECONDS", 0.5)
    await quick.tells("camille", "!dormir")
    await quick.tells("lou", "!ping 1")
    await quick.settle()
    assert await quick.reads() == [APOLOGY, "pong 1"]
    assert await rows(quick) == []
    assert len(tried) == 1


async def test_while_the_database_is_locked_nothing_is_recorded_and_nobody_gets_an_apology(
    quick: World,
) -> None:
    async with another_process_locks(quick):
        await quick.tells("camille", "!ping 1")
        turn = asyncio.create_task(quick.app.turn(0))
        done, _ = await asyncio.wait({turn}, timeout=3)
        assert not done
        assert await quick.reads() == []
    await turn
    assert await quick.says("lou", "!ping 2") == ["pong 1", "pong 2"]


@asynccontextmanager
async def another_process_locks(world: World) -> AsyncIterator[None]:
    connection = sqlite3.connect(world.config.data_dir / "animatrice.sqlite", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_a_batch_cut_before_its_end_is_heard_again_and_each_event_counts_once(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SLICE_EVENTS", 2)
    monkeypatch.setattr(inbox, "SLICE_SECONDS", 60)  # however busy the machine is
    for n in range(5):
        await quick.tells("camille", f"!ping {n}")
    batch = await quick.app.services.matrix.sync(quick.app._token, 0)
    # … and the process dies here: the token is not moved
    assert await quick.app.inbox._slice(batch, 0, 2) == 2
    await quick.restart()
    assert await quick.reads() == [f"pong {n}" for n in range(5)]


async def test_a_room_is_known_to_be_encrypted_before_what_was_said_there_earlier_is_answered(
    quick: World,
) -> None:
    room, who, now = quick.rooms["network"], quick.person("camille").user_id, quick.clock.now()
    said = [
        Event(
            id=f"${n}",
            room=room,
            sender=who,
            type="m.room.message",
            content={"msgtype": "m.text", "body": body},
            at=now,
        )
        for n, body in enumerate(("D’accord.", "!ping"))
    ]
    sealed = {"algorithm": "m.megolm.v1.aes-sha2"}
    last = Event(
        id="$2", room=room, sender=who, type="m.room.encryption", state_key="", content=sealed, at=now
    )
    update = RoomUpdate(room=room, membership="join")
    batch = Batch(since="0", token="1", began=now, events=(*said, last), rooms=(update,))
    await quick.app.inbox._advance(batch, None, 1, False)  # the others are for the next transactions
    async with quick.db.read() as db:
        assert (await rooms.facts(db, room)).encrypted


async def test_what_is_no_business_of_ours_is_not_read_again_in_the_light_of_what_came_later(
    quick: World,
) -> None:
    await quick.says("camille", "!ping")
    await quick.tells("camille", "Tout à fait d’accord.")  # to somebody else
    await quick.app.turn(0)
    assert quick.app.services.db.deferred, "it is not worth a transaction of its own"
    token = quick.app._token
    async with quick.app.services.db.write() as db:  # anything, of anybody
        db.add(KeyValue(name="alias:#quelque-part:reseau.example.org", value="!ici"))
    async with quick.app.services.db.read() as db:
        assert await settings.value(db, settings.SYNC_TOKEN) == token, "it was heard before that"


async def test_a_command_taken_back_before_we_heard_it_is_not_run(room: World) -> None:
    said = await room.tells("camille", "!ping 1")
    await room.person("camille").redact(room.rooms["network"], said)
    await room.settle()
    assert await room.reads() == []


async def test_strangers_invitations_are_declined_and_members_accepted(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    private = await quick.direct("camille")
    assert quick.homeserver.membership(private, BOT) == "join"
    quick.homeserver.member(quick.rooms["network"], quick.person("lou").user_id, "leave")
    quick.homeserver.member(quick.rooms["help"], quick.person("lou").user_id, "leave")
    quick.homeserver.member(quick.rooms["open"], quick.person("lou").user_id, "leave")
    await quick.settle()
    refused = await quick.direct("lou")
    assert quick.homeserver.membership(refused, BOT) == "leave"


async def test_a_third_person_makes_a_direct_room_an_ordinary_one(quick: World) -> None:
    private = await quick.direct("camille")
    assert await quick.says("camille", "ping 1", room=private) == ["pong 1"]
    await quick.person("lou").join(private)
    assert await quick.says("camille", "ping 2", room=private) == []
    assert await quick.says("camille", "!ping 3", room=private) == ["pong 3"]


async def test_what_was_asked_over_an_hour_ago_gets_one_line_in_open_hours(quick: World) -> None:
    await quick.stop()
    for text in ("!ping 1", "!ping 2", "!aide"):
        await quick.tells("camille", text)
    quick.clock.offset += timedelta(hours=2)
    for _, _, event in quick.homeserver.events[-3:]:  # type: ignore[attr-defined]
        event["origin_server_ts"] -= 2 * 3600 * 1000
    await quick.start()
    (line,) = await quick.reads()
    assert line == (
        "Camille, je n’étais pas en ligne le lundi 23 novembre à 10 h quand vous avez écrit « !aide ». "
        "Écrivez-le de nouveau si c’est toujours utile."
    )


async def test_a_question_is_answered_by_its_person_alone_once_and_in_time(quick: World) -> None:
    await quick.says("camille", "!pnig 1")
    asked = (await quick.last()).id
    assert await quick.says("lou", "oui", reply_to=asked) == []
    assert await quick.says("camille", "oui", reply_to=asked) == ["pong 1"]
    assert await quick.taps("camille", "✅", on=asked) == [
        "C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."
    ]


async def test_a_question_that_expired_says_so(quick: World) -> None:
    await quick.says("camille", "!pnig 1")
    asked = (await quick.last()).id
    await quick.wait_until("mercredi 10 h")
    assert await quick.taps("camille", "✅", on=asked) == [
        "Cette question n’attend plus de réponse. Redemandez-la si besoin."
    ]


async def test_only_the_very_next_message_in_a_room_is_taken_for_the_answer(quick: World) -> None:
    await quick.says("camille", "!pnig 1")
    assert await quick.says("camille", "Bonjour Lou, tu viens jeudi ?") == []
    assert await quick.says("camille", "oui") == []


async def test_people_are_what_their_rooms_make_them(quick: World) -> None:
    (help_of_a_guest,) = await quick.says("stef.exterieur", "!aide", room="open")
    (help_of_the_team,) = await quick.says("morgan", "!aide", room="team")
    assert "!annonce" in help_of_the_team
    assert "!annonce" not in help_of_a_guest


async def test_notices_of_other_bots_are_not_commands(quick: World) -> None:
    assert await quick.says("camille", "!ping 1", notice=True) == []


async def test_what_was_said_before_the_bot_came_is_not_for_it(quick: World) -> None:
    room = await quick.person("camille").create_room("Ancien salon")
    await quick.tells("camille", "!ping avant", room=room)
    await quick.person("camille").invite(room, BOT)
    await quick.settle()
    assert await quick.reads(room) == []
    assert await quick.says("camille", "!ping après", room=room) == ["pong après"]


async def test_everyday_words_in_reply_to_the_bot_are_no_slips_of_a_command(quick: World) -> None:
    """« Tous d’accord » comes near a command's name;
    under one of our messages no command is guessed of it.
    """
    await quick.says("camille", "!contact")
    ours = (await quick.last()).id
    (said,) = await quick.says("lou", "Contract signé, merci !", reply_to=ours)
    assert said.startswith("Je n’ai pas compris.")
    assert await quick.says("lou", "ping 4", reply_to=ours) == ["pong 4"]


async def test_a_thread_s_fallback_is_not_a_reply_to_the_bot(quick: World) -> None:
    await quick.says("camille", "!contact")
    ours = (await quick.last()).id
    relation = {
        "rel_type": "m.thread",
        "event_id": ours,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": ours},
    }
    content = {"msgtype": "m.text", "body": "ping 5", "m.relates_to": relation}
    await quick.person("lou").send(quick.rooms["network"], "m.room.message", content)
    await quick.settle()
    assert "pong 5" not in await quick.reads()


async def test_an_event_that_cannot_even_be_recorded_is_passed_over(
    quick: World, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """A failure outside any handler, at the commit for instance, comes again with the whole slice:
    then one event is given up, not the others.
    """
    kept = inbox.Inbox._outcome

    async def outcome(self: Any, db: Any, event: Any, batch: Any) -> Outcome:
        if event.content.get("body") == "!ping 2" and event.id not in self._stuck:
            raise ZeroDivisionError
        return await kept(self, db, event, batch)

    monkeypatch.setattr(inbox.Inbox, "_outcome", outcome)
    for n in (1, 2, 3):
        await quick.tells("camille", f"!ping {n}")
    await quick.settle()
    assert await quick.reads() == ["pong 1", APOLOGY, "pong 3"]


async def test_of_a_batch_in_several_transactions_nothing_is_judged_again_after_what_came_later(
    quick: World,
) -> None:
    room, who, now = quick.rooms["network"], quick.person("camille").user_id, quick.clock.now()
    events = tuple(
        Event(
            id=f"${n}",
            room=room,
            sender=who,
            type="m.room.message",
            content={"msgtype": "m.text", "body": body},
            at=now,
        )
        for n, body in enumerate(("D’accord.", "!ping", "!ping 2"))
    )
    batch = Batch(since="0", token="1", began=now, events=events)
    assert await quick.app.inbox._slice(batch, 0, 2) == 2  # … and the process dies here
    async with quick.db.read() as db:
        assert await outcomes(db, ["$0", "$1", "$2"]) == {"$0": "ignored", "$1": "done"}


async def test_who_answers_anew_after_a_refusal_that_had_posted_something_is_served(
    quick: World, handlers: Handlers
) -> None:
    @command("hesiter", usage=Say("`!hesiter`"), example="!hesiter", help=Say("hésiter"))
    async def hesiter(ctx: Context, *, rest: str = "") -> Say:
        await ctx.post(Post(room=ctx.room.id, say=Say("Je cherche."), key=f"seek:{ctx.event_id}"))
        if not rest:
            raise UserError("Dites de quoi il s’agit.")
        return Say("C’est fait.")

    handlers.register(hesiter)
    said = await quick.tells("camille", "!hesiter")
    await quick.settle()
    assert await quick.reads() == ["Dites de quoi il s’agit."]
    await quick.tells("camille", "!hesiter un lieu", edit_of=said)
    await quick.settle()
    assert "C’est fait." in await quick.reads()
