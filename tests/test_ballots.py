"""Votes in the bot's native polls reach the subject that listens, in both wire forms;
what follows a message is posted below it.
"""

from typing import Any

import pytest

from bot.command import Context
from bot.command.handlers import Ballot, on_ballot
from bot.handlers import Handlers
from bot.matrix.polls import UNSTABLE
from bot.outbox import Cause, Child, Post, Rank
from bot.text import Say
from tests.support.world import World

START = "org.matrix.msc3381.poll.start"
POLL: dict[str, Any] = {
    "org.matrix.msc1767.text": "On commence ?\n1. Oui\n2. Non",
    START: {
        "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1,
        "question": {"org.matrix.msc1767.text": "On commence ?"},
        "answers": [
            {"id": "1", "org.matrix.msc1767.text": "Oui"},
            {"id": "2", "org.matrix.msc1767.text": "Non"},
        ],
    },
}


@pytest.fixture
def heard(handlers: Handlers) -> list[str]:
    """What a subject for these tests was told."""
    said: list[str] = []

    @on_ballot("essai-box:")
    async def voted(ctx: Context, ballot: Ballot) -> None:
        what = (
            "retire"
            if ballot.withdrawn
            else "rien de lisible"
            if ballot.answers is None
            else " ".join(ballot.answers) or "personne"
        )
        said.append(f"{ctx.person.name} {what} {ballot.message_key}".strip())

    handlers.register(voted)
    return said


async def a_poll(world: World) -> str:
    """The native poll's id."""
    async with world.db.write() as db:
        card = Post(
            room=world.rooms["network"],
            say=Say("Un sondage"),
            key="essai:1",
            urgent=True,
            children=(Child(type=START, content=POLL, key="essai-box:1"),),
        )
        await world.app.outbox.post(db, card, Cause(id="a poll", at=world.clock.now()))
    await world.settle()
    return (await world.last()).id


async def votes(world: World, who: str, poll: str, content: dict[str, Any], type_: str = UNSTABLE) -> str:
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
    event: str = await world.person(who).send(world.rooms["network"], type_, content | related)
    return event


@pytest.mark.real("ballots of native polls")
async def test_a_vote_and_its_taking_back_reach_the_subject_once(room: World, heard: list[str]) -> None:
    poll = await a_poll(room)
    vote = await votes(room, "camille", poll, {UNSTABLE: {"answers": ["1"]}})
    await votes(room, "lou", poll, {"m.selections": ["2", "1"]}, "m.poll.response")
    await room.settle()
    await room.person("camille").redact(room.rooms["network"], vote)
    await room.settle()
    await room.restart()
    assert heard == ["Camille 1 essai-box:1", "Lou 2 1 essai-box:1", "Camille retire"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({UNSTABLE: {}}, "personne"),
        ({UNSTABLE: {"answers": []}}, "personne"),
        ({}, "personne"),
        ({UNSTABLE: {"answers": "1"}}, "rien de lisible"),
        ({UNSTABLE: {"answers": [1]}}, "rien de lisible"),
        ({UNSTABLE: ["1"]}, "rien de lisible"),
        ({UNSTABLE: {"answers": ["1"] * 50}}, "rien de lisible"),
    ],
)
async def test_a_vote_without_an_answer_is_withdrawn_and_a_malformed_one_is_told_as_such(
    quick: World, heard: list[str], content: dict[str, Any], told: str
) -> None:
    await votes(quick, "camille", await a_poll(quick), content)
    await quick.settle()
    assert heard == [f"Camille {told} essai-box:1"]


async def test_votes_elsewhere_are_nobody_s_business(quick: World, heard: list[str]) -> None:
    poll = await a_poll(quick)
    theirs = await quick.person("lou").send(quick.rooms["network"], START, POLL)
    await votes(quick, "camille", theirs, {UNSTABLE: {"answers": ["1"]}})
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, UNSTABLE: {"answers": ["1"]}}
    await quick.person("camille").send(quick.rooms["help"], UNSTABLE, related)
    await quick.person("camille").send(quick.rooms["network"], UNSTABLE, {UNSTABLE: {"answers": ["1"]}})
    await quick.settle()
    assert heard == []


@pytest.mark.real("the end of a native poll")
async def test_the_end_of_a_poll_refers_to_it_whatever_was_sent_in_between(room: World) -> None:
    poll = await a_poll(room)
    async with room.db.write() as db:
        end = "org.matrix.msc3381.poll.end"
        post = Post(
            room=room.rooms["network"],
            type=end,
            content={end: {}},
            references="essai-box:1",
            rank=Rank.BOOKKEEPING,
        )
        await room.app.outbox.post(db, post, Cause(id="$the end", at=room.clock.now()))
    await room.settle()
    (event,) = [each for each in await room.events("network") if each["type"] == end]
    assert event["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": poll}


async def test_what_is_below_an_announcement_waits_with_it_and_counts_with_it(quick: World) -> None:
    await quick.wait_until("vendredi 27 novembre 20 h")
    async with quick.db.write() as db:
        card = Post(
            room=quick.rooms["network"],
            say=Say("Un sondage"),
            key="essai:1",
            children=(Child(type=START, content=POLL, key="essai-box:1"),),
        )
        await quick.app.outbox.post(db, card, Cause(id="a poll", at=quick.clock.now()))
    assert await quick.wait_until("dimanche 29 novembre 10 h") == []
    assert [line.msgtype for line in await quick.lines()] == []
    await quick.wait_until("lundi 30 novembre 9 h")
    assert [line.msgtype for line in await quick.lines()] == ["m.text", START]
