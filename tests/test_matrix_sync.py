"""What the bot hears: everything, once understood, in order, whatever was cut or restarted in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.person import Person
from bot.matrix import Event, TransientError, backfill, sync
from bot.matrix.sync import merged
from bot.time.clock import Clock
from tests.support import fault_proxy
from tests.support.matrix_bot import MatrixFixture, MemoryStore, texts

HISTORY = "*/messages"
SYNC = "*/sync"


async def chat(person: Person, room: str, count: int) -> list[str]:
    said = [f"message {number}" for number in range(count)]
    for text in said:
        await person.send_raw(room, "m.room.message", {"msgtype": "m.text", "body": text})
    return said


# --- hearing


async def test_what_is_said_is_heard_with_its_sender_and_moment(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    said = await stage.camille.says(room, "Bonjour")
    event = (await stage.bot.sync_until("Bonjour"))[-1]
    assert (event.id, event.room, event.sender, event.type, event.state_key) == (
        said,
        room,
        stage.camille.user_id,
        "m.room.message",
        None,
    )
    assert abs(datetime.now(UTC) - event.at) < timedelta(minutes=1)


async def test_our_own_events_come_back_with_their_transaction(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    done = await stage.bot.says(room, "Me voici", txn="cause-1")
    event = (await stage.bot.sync_until("Me voici"))[-1]
    assert (event.id, event.sender, event.txn) == (done, stage.bot.me, "cause-1")


async def test_an_invitation_names_who_invites_and_a_kick_ends_it(stage: MatrixFixture) -> None:
    await stage.bot.sync()
    room = await stage.camille.create_room("Essai", invite=[stage.bot.me])
    batch = await stage.bot.matrix.sync(stage.bot.store.token, 5)
    (invited,) = batch.rooms
    (ours,) = [event for event in invited.state if event.state_key == stage.bot.me]
    assert (invited.room, invited.membership, ours.sender, ours.id) == (
        room,
        "invite",
        stage.camille.user_id,
        "",
    )
    await stage.camille.kick(room, stage.bot.me)
    batch = await stage.bot.matrix.sync(batch.token, 5)
    assert [(update.room, update.membership) for update in batch.rooms] == [(room, "leave")]


async def test_a_redacted_message_says_nothing_and_its_redaction_names_it(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    said = await stage.camille.says(room, "oups")
    await stage.camille.redact(room, said)
    await stage.camille.says(room, "voilà")
    events = {
        event.type: event
        for event in await stage.bot.sync_until("voilà")
        if event.id == said or event.redacts
    }
    assert events["m.room.message"].content == {}
    assert events["m.room.redaction"].redacts == said


async def test_the_server_s_time_follows_our_clock(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    clock = Clock.starting_at(datetime(2026, 3, 2, 9, 14, tzinfo=UTC))
    bot = await stage.restart(clock=clock)
    await stage.camille.says(room, "Bonjour")
    event = (await bot.sync_until("Bonjour"))[-1]
    assert datetime(2026, 3, 2, 9, 14, tzinfo=UTC) - timedelta(minutes=1) < event.at <= clock.now()


# --- gaps


@pytest.mark.long
async def test_three_hundred_messages_missed_are_heard_in_order_with_few_requests(
    stage: MatrixFixture,
) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    said = await chat(stage.camille, room, 300)
    stage.proxy.requests.clear()
    assert texts(await stage.bot.sync_until("message 299")) == said
    assert stage.proxy.count("GET", SYNC) == 1
    assert stage.proxy.count("GET", HISTORY) <= 2

    bot = await stage.restart(MemoryStore())
    stage.proxy.requests.clear()
    await bot.sync()
    assert stage.proxy.count("GET", HISTORY) == 0, (
        "the past of a room found at the very first listening is left alone"
    )


@pytest.fixture
def small_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "TIMELINE", 5)


async def test_what_was_said_before_the_bot_came_is_not_heard(stage: MatrixFixture) -> None:
    room = await stage.camille.create_room("Essai", preset="public_chat")
    await chat(stage.camille, room, 5)
    await stage.bot.sync()
    await stage.bot.send("join", room)
    await stage.camille.says(room, "Bienvenue")
    assert texts(await stage.bot.sync_until("Bienvenue")) == ["Bienvenue"]


@pytest.mark.usefixtures("small_syncs")
async def test_all_that_was_said_after_the_bot_came_is_heard_however_late_it_listens(
    stage: MatrixFixture,
) -> None:
    room = await stage.camille.create_room("Essai", preset="public_chat")
    await chat(stage.camille, room, 5)
    await stage.bot.sync()
    await stage.bot.send("join", room)
    said = await chat(stage.camille, room, 12)
    assert texts(await stage.bot.sync_until("message 11")) == said


@pytest.mark.usefixtures("small_syncs")
async def test_a_gap_longer_than_what_is_paged_is_told(
    stage: MatrixFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    said = await chat(stage.camille, room, 20)
    monkeypatch.setattr(backfill, "PAGE", 4)
    monkeypatch.setattr(backfill, "LEAST", 1)
    monkeypatch.setattr(backfill, "MOST", 8)
    batch = await stage.bot.matrix.sync(stage.bot.store.token, 5)
    assert batch.overflow == (room,)
    assert texts(batch.events) == said[-13:]


@pytest.mark.usefixtures("small_syncs")
async def test_a_room_whose_history_cannot_be_had_is_told_and_silences_no_other(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    await chat(stage.camille, room, 12)
    # Trouble passes; only the last is the room's own.
    for act, times in (
        (fault_proxy.bad_gateway(), 10),
        (fault_proxy.limited(100), 10),
        (fault_proxy.broken(), 5),
    ):
        stage.proxy.heal()
        stage.proxy.on("GET", HISTORY, act)
        for _ in range(times):
            with pytest.raises(TransientError):
                await stage.bot.sync()
    batch = await stage.bot.matrix.sync(stage.bot.store.token, 5)
    assert batch.overflow == (room,)
    assert texts(batch.events)[-1] == "message 11"


def test_rooms_are_merged_by_time_and_each_keeps_its_order() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    told = {"!a": [5, 1, 7], "!b": [4, 6]}  # a clock that ran backwards
    lines = [
        [_event(f"{room}{second}", room, noon + timedelta(seconds=second)) for second in seconds]
        for room, seconds in told.items()
    ]
    assert [event.id for event in merged(lines)] == ["!b4", "!a5", "!a1", "!b6", "!a7"]


def _event(id_: str, room: str, at: datetime) -> Event:
    return Event(id=id_, room=room, sender="@x:y", type="m.room.message", content={}, at=at)


# --- again from the same token


async def test_the_same_token_brings_the_same_again(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    token = stage.bot.store.token
    said = await chat(stage.camille, room, 3)
    first = await stage.bot.matrix.sync(token, 5)
    bot = await stage.restart()
    again = await bot.matrix.sync(token, 5)
    assert texts(first.events) == texts(again.events) == said


async def test_an_answer_lost_on_the_way_is_asked_anew_and_holds_what_was_said_since(
    stage: MatrixFixture,
) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    await stage.camille.says(room, "avant")
    stage.proxy.on("GET", SYNC, fault_proxy.cut_after, fault_proxy.first(2))
    with pytest.raises(TransientError):
        await stage.bot.sync()
    await stage.camille.says(room, "après")
    assert texts(await stage.bot.sync()) == ["avant", "après"]


# --- the long poll


async def test_a_cut_ends_the_long_poll_and_what_began_then_counts(stage: MatrixFixture) -> None:
    await stage.bot.sync()
    listening = asyncio.create_task(stage.bot.matrix.sync(stage.bot.store.token, 60))
    await _asked(stage, 2)
    moment = datetime.now(UTC)
    stage.bot.matrix.interrupt()
    async with asyncio.timeout(10):
        batch = await listening
    assert batch.began > moment
    assert stage.proxy.count("GET", SYNC) == 3


async def test_a_cut_before_the_poll_is_not_forgotten_and_counts_once(stage: MatrixFixture) -> None:
    await stage.bot.sync()
    stage.bot.matrix.interrupt()
    stage.bot.matrix.interrupt()
    async with asyncio.timeout(10):
        await stage.bot.sync(60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await stage.bot.sync(60)


async def test_a_cancelled_listening_leaves_the_line_free(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    listening = asyncio.create_task(stage.bot.sync(60))
    await _asked(stage, stage.proxy.count("GET", SYNC) + 1)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await stage.camille.says(room, "Bonjour")
    assert texts(await stage.bot.sync_until("Bonjour")) == ["Bonjour"]


async def _asked(stage: MatrixFixture, syncs: int) -> None:
    async with asyncio.timeout(10):
        while stage.proxy.count("GET", SYNC) < syncs:  # noqa: ASYNC110 - the proxy tells nobody
            await asyncio.sleep(0)
