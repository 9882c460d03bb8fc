"""Statements per event: what a turn of the loop asks of the database; BEGIN and SAVEPOINT too, COMMIT not."""

from datetime import timedelta
from typing import Any

from bot.inbox.inbox import TOKEN_AGE
from bot.matrix.events import Batch, Event
from tests.support.statements import statements_of
from tests.support.world import World

COMMAND = 10  # its transaction, its answer and the sync token


def chatter(world: World, start: int, count: int) -> Batch:
    now = world.clock.now()
    content = {"msgtype": "m.text", "body": "Bonjour, merci pour le compte rendu.", "m.mentions": {}}
    room, sender = world.rooms["network"], world.person("camille").user_id
    events = tuple(
        Event(id=f"$c{start + n}", room=room, sender=sender, type="m.room.message", content=content, at=now)
        for n in range(count)
    )
    return Batch(since="0", token=f"c{start + count}", began=now, events=events)


async def cost(world: World, *events: Any) -> list[str]:
    """Until all that these events bring is handled, answered and heard again."""
    for event in events:
        await event
    with statements_of(world.db) as statements:
        await world.settle()
    return statements


async def test_a_turn_that_brings_nothing_asks_nothing(quick: World) -> None:
    await quick.settle()
    with statements_of(quick.db) as statements:
        for _ in range(3):
            await quick.app.turn(0)
            await quick.app.scheduler.next_due(quick.db, quick.clock.now())
        await quick.settle()
    assert statements == []


async def test_a_command_asks_little_until_its_answer_is_heard_again(quick: World) -> None:
    await quick.says("camille", "!ping")
    statements = await cost(quick, quick.tells("camille", "!ping 2"))
    assert len(statements) < COMMAND, "\n".join(statements)


async def test_what_people_say_to_each_other_costs_nothing_but_that_it_is_written_now_and_then(
    quick: World,
) -> None:
    await quick.app.inbox.process(chatter(quick, 0, 1))
    for start, count in ((1, 1), (2, 50)):
        with statements_of(quick.db) as statements:
            await quick.app.inbox.process(chatter(quick, start, count))
        assert statements == []
    quick.clock.offset += TOKEN_AGE + timedelta(seconds=1)
    with statements_of(quick.db) as statements:
        await quick.app.inbox.process(chatter(quick, 52, 50))
    assert len(statements) == 2, statements  # BEGIN, and where we are
