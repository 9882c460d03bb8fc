"""What is to be sent is known in memory as the database has it, whatever wrote it."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, update

from bot.outbox import Cause, Post, Rank
from bot.outbox.queue import Queued
from bot.text import Say
from storage import outbox
from storage.tables import OutboxEntry
from tests.support.world import World

LATER = timedelta(days=1)


async def assert_as_in_the_database(world: World) -> dict[int, Queued]:
    queue = world.app.sender._queue
    await queue.load()
    async with world.db.read() as db:
        found = {each[0]: Queued(*each) for each in await outbox.open_entries(db)}
    assert {number: replace(each, row=None) for number, each in queue._entries.items()} == found
    for number, each in queue._entries.items():
        async with world.db.read() as db:
            row = await db.get(OutboxEntry, number)
        assert row is not None
        assert each.row is None or each.row.model_dump() == row.model_dump()
    return found


async def post(world: World, text: str, cause: str, **more: Any) -> int:
    where: dict[str, Any] = {} if "person" in more else {"room": world.rooms["network"]}
    what = Post(say=Say("{text}", text=text), **(where | more))
    async with world.db.write() as db:
        entry = await world.app.outbox.post(db, what, Cause(id=cause, at=world.clock.now()))
    return entry.id


async def test_posted_changed_put_off_withdrawn_and_sent(quick: World) -> None:
    at = quick.clock.now() + LATER
    one = await post(quick, "Un", "$one", at=at, key="a", rank=Rank.ANSWER)
    two = await post(quick, "Deux", "$two", at=at, rank=Rank.ANSWER)
    assert set(await assert_as_in_the_database(quick)) == {one, two}
    assert await post(quick, "Un, autrement", "$one again", key="a", rank=Rank.ANSWER) == one
    await assert_as_in_the_database(quick)
    async with quick.db.write() as db:
        assert await outbox.withdraw(db, "$two") == 1
    assert set(await assert_as_in_the_database(quick)) == {one}
    async with quick.db.write() as db:
        await db.exec(
            update(OutboxEntry).where(col(OutboxEntry.id) == one).values(not_before=quick.clock.now())
        )
    quick.app.sender.wake()
    await quick.settle()
    assert await assert_as_in_the_database(quick) == {}
    assert await quick.reads() == ["Un, autrement"], "as it was changed, once"


async def test_what_was_taken_back_before_the_commit_was_never_there(quick: World) -> None:
    number = await post(quick, "Un", "$one", at=quick.clock.now() + LATER, key="a")
    with suppress(LookupError):
        async with quick.db.write() as db:
            await quick.app.outbox.post(
                db,
                Post(room=quick.rooms["network"], say=Say("Rien"), key="b"),
                Cause(id="$nothing", at=quick.clock.now()),
            )
            raise LookupError
    async with quick.db.write() as db:
        with suppress(LookupError):
            async with db.begin_nested():
                row = await db.get(OutboxEntry, number)
                assert row is not None
                row.status = outbox.DROPPED
                await db.flush()
                raise LookupError
    assert set(await assert_as_in_the_database(quick)) == {number}


async def test_what_waits_for_a_private_room_is_of_that_room_once_it_is_open(quick: World) -> None:
    camille = quick.person("camille").user_id
    await post(quick, "Un", "$one", person=camille, rank=Rank.ANSWER)
    await post(quick, "Deux", "$two", person=camille, rank=Rank.ANSWER)
    assert len(await assert_as_in_the_database(quick)) == 3, "the room, and what is said in it"
    quick.app.sender.wake()
    await quick.settle()
    assert await assert_as_in_the_database(quick) == {}
    async with quick.db.read() as db:
        (opened,) = await outbox.versions(db, f"direct:{camille}", None)
    await quick.person("camille").join(opened.event_id)
    assert await quick.reads(opened.event_id or "") == ["Un", "Deux"]


async def test_after_a_restart(quick: World) -> None:
    number = await post(quick, "Un", "$one", at=quick.clock.now() + LATER)
    await quick.restart()
    assert set(await assert_as_in_the_database(quick)) == {number}
