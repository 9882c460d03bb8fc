"""Statements per event: what a turn of the loop asks of the database, counted;
BEGIN and SAVEPOINT too, COMMIT not.
"""

from bot.matrix.events import Batch, Event
from tests.support.statements import statements_of
from tests.support.world import World


def chatter(world: World, start: int, count: int) -> Batch:
    now = world.clock.now()
    content = {"msgtype": "m.text", "body": "Bonjour, merci pour le compte rendu.", "m.mentions": {}}
    room, sender = world.rooms["network"], world.person("camille").user_id
    events = tuple(
        Event(id=f"$c{start + n}", room=room, sender=sender, type="m.room.message", content=content, at=now)
        for n in range(count)
    )
    return Batch(since="0", token=f"c{start + count}", began=now, events=events)


async def test_a_turn_that_brings_nothing_asks_nothing(quick: World) -> None:
    await quick.settle()
    with statements_of(quick.db) as statements:
        for _ in range(3):
            await quick.app.turn(0)
            await quick.app.scheduler.next_due(quick.db, quick.clock.now())
        await quick.settle()
    assert statements == []


async def test_a_command_asks_little(quick: World) -> None:
    await quick.says("camille", "!ping")
    await quick.tells("camille", "!ping 2")
    with statements_of(quick.db) as statements:
        await quick.app.turn(0)
    assert len(statements) <= 12, statements
    with statements_of(quick.db) as statements:
        await quick.settle()  # sent, and heard again
    assert len(statements) <= 21, statements


async def test_what_people_say_to_each_other_costs_the_same_for_one_as_for_fifty(quick: World) -> None:
    await quick.app.inbox.process(chatter(quick, 0, 1))
    for start, count in ((1, 1), (2, 50)):
        with statements_of(quick.db) as statements:
            await quick.app.inbox.process(chatter(quick, start, count))
        assert len(statements) == 4, statements  # BEGIN, which are known, those that are not, the token
