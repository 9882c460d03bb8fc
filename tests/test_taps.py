"""Taps under the bot's messages and arrivals reach the subject that listens, once,
and taking a tap back too.
"""

import pytest
from sqlmodel import select

from bot.command import Context
from bot.command.handlers import Reaction, on_join, on_reaction
from bot.handlers import Handlers
from bot.outbox import Cause, Post, Rank
from bot.text import Say
from storage.tables import OutboxEntry
from tests.support.world import World


@pytest.fixture
def heard(handlers: Handlers) -> list[str]:
    """What a subject for these tests was told."""
    said: list[str] = []

    @on_reaction("essai:")
    async def tapped(ctx: Context, tap: Reaction) -> None:
        said.append(f"{ctx.person.name} {tap.key or 'retire'} {tap.message_key}".strip())

    @on_join
    async def came(ctx: Context) -> None:
        said.append(f"{ctx.person.name} arrive dans {ctx.room.kind}")

    handlers.register(tapped, came)
    return said


async def a_card(world: World) -> str:
    async with world.db.write() as db:
        post = Post(room=world.rooms["network"], say=Say("Une carte"), key="essai:1", rank=Rank.BOOKKEEPING)
        await world.app.outbox.post(db, post, Cause(id="a card", at=world.clock.now()))
    await world.settle()
    return (await world.last()).id


@pytest.mark.real("reactions")
async def test_a_tap_and_its_taking_back_reach_the_subject_once(room: World, heard: list[str]) -> None:
    card = await a_card(room)
    tap = await room.person("camille").react(room.rooms["network"], card, "👍")
    await room.settle()
    await room.person("camille").redact(room.rooms["network"], tap)
    await room.settle()
    await room.restart()
    assert heard == ["Camille 👍 essai:1", "Camille retire"]


async def test_taps_under_other_messages_are_nobody_s_business(quick: World, heard: list[str]) -> None:
    await quick.says("camille", "!ping 1")
    await quick.taps("lou", "👍")
    said = await quick.tells("camille", "Bonjour")
    await quick.taps("lou", "👍", on=said)
    assert heard == []


async def test_an_arrival_is_told_once(quick: World, heard: list[str]) -> None:
    await quick.person("stef.exterieur").join(quick.rooms["help"])
    await quick.settle()
    await quick.says("stef.exterieur", "!ping 1", room="help")
    assert heard == ["Stef arrive dans help"]


async def test_the_apology_for_a_tap_is_a_reply_to_what_was_tapped(quick: World, handlers: Handlers) -> None:
    @on_reaction("essai:")
    async def broken(ctx: Context, tap: Reaction) -> None:
        raise ZeroDivisionError

    handlers.register(broken)
    card = await a_card(quick)
    await quick.taps("camille", "👍", on=card)
    async with quick.db.read() as db:
        (apology,) = (
            await db.exec(
                select(OutboxEntry).where(OutboxEntry.rank == Rank.ANSWER, OutboxEntry.kind == "event")
            )
        ).all()
    assert apology.content["m.relates_to"] == {"m.in_reply_to": {"event_id": card}}
