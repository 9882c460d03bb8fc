"""What a member said can be taken back where its subject says so:
by deleting the message, or by writing something else instead.
"""

import pytest

from bot.command import Context, command
from bot.handlers import Handlers
from bot.text import Say
from tests.support.world import World


@pytest.fixture
def told(handlers: Handlers) -> dict[str, str]:
    """What stands, by event, for a subject of these tests."""
    standing: dict[str, str] = {}

    async def undo(ctx: Context, event_id: str) -> None:
        del standing[event_id]

    @command("essayer", usage=Say("`!ping`"), example="!ping", help=Say("`!ping`"), undo=undo)
    async def essayer(ctx: Context, word: str) -> Say:
        standing[ctx.event_id] = f"{ctx.person.name} {word}"
        return Say("{word}", word=word)

    handlers.register(essayer)
    return standing


@pytest.mark.real("removals by their author")
async def test_deleting_the_message_undoes_what_it_did_once(room: World, told: dict[str, str]) -> None:
    said = await room.tells("camille", "!essayer un")
    await room.settle()
    assert told == {said: "Camille un"}
    await room.person("camille").redact(room.rooms["network"], said)
    await room.settle()
    await room.restart()
    assert told == {}


async def test_writing_something_else_instead_does_that_and_edits_the_answer(
    room: World, told: dict[str, str]
) -> None:
    said = await room.tells("camille", "!essayer un")
    await room.settle()
    assert await room.says("camille", "!essayer deux", edit_of=said) == ["deux"]
    assert await room.says("camille", "!essayer trois", edit_of=said) == ["trois"]
    assert told == {said: "Camille trois"}
    assert len(await room.reads()) == 1


async def test_a_message_edited_into_chatter_is_undone(quick: World, told: dict[str, str]) -> None:
    said = await quick.tells("camille", "!essayer un")
    await quick.says("camille", "Bonjour à toutes et à tous", edit_of=said)
    assert told == {}


async def test_nobody_edits_for_somebody_else_and_a_moderator_s_deletion_is_in_the_author_s_name(
    quick: World, told: dict[str, str]
) -> None:
    said = await quick.tells("camille", "!essayer un")
    await quick.says("lou", "!essayer deux", edit_of=said)
    assert told == {said: "Camille un"}
    await quick.person("morgan").redact(quick.rooms["network"], said)
    await quick.settle()
    assert told == {}


async def test_once_deleted_it_cannot_be_edited_back(quick: World, told: dict[str, str]) -> None:
    said = await quick.tells("camille", "!essayer un")
    assert await quick.says("lou", "Bonjour") == ["un"]
    await quick.person("camille").redact(quick.rooms["network"], said)
    assert await quick.says("camille", "!essayer deux", edit_of=said) == []
    assert told == {}
