"""A whole network taps within one second for a few seats:
the first have one, the others their rank, and the room sees one line that counts.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Homeserver
from bot.outbox.outbox import EDIT_PAUSE
from tests.support.meeting_process import YES, AnnouncedMeeting, announce_meeting, plain, seat_states
from tests.support.process_stage import TIMEOUT, ProcessStage, process_stage
from tests.support.synapse_fixture import BOT
from tests.support.virtual_users import VirtualUsers
from tests.test_polls_crowd import Guests, by_id, of_the_bot, relation

MOST_EDITS = 20
REACHED = 10  # one in so many has a room of the two
OPTIONS = ("--clock", "2026-11-23T10:00")


@pytest.mark.long
@pytest.mark.parametrize(
    ("people", "places"),
    [
        pytest.param(20, 3, id="tenth"),
        pytest.param(200, 30, id="full"),
    ],
)
async def test_who_tapped_first_has_a_seat_and_the_others_their_rank(
    tmp_path: Path, people: int, places: int
) -> None:
    server = Homeserver()
    async with AsyncExitStack() as stack:
        guests = Guests(server, people, stack)
        stage = await stack.enter_async_context(
            process_stage(tmp_path, encrypted=(), homeserver=server, prepare=guests.come, options=OPTIONS)
        )
        crowd, room = guests.crowd, stage.room("network")
        meeting = await announce_meeting(stage, "16 mars 2027", places)
        private = {person: await crowd.dm(person, BOT) for person in range(0, people, REACHED)}

        began = time.monotonic()
        await crowd.tap(room, meeting.card, YES)
        tapped = time.monotonic()
        count = f"{places} sur place, {people - places} personnes en liste d’attente – complet."
        await stage.morgan.wait_for(
            room, lambda lines: plain(by_id(lines, meeting.counts).text).endswith(count), TIMEOUT
        )
        right = time.monotonic()
        await stage.wait_until_caught_up()
        print(f"{people} taps in {tapped - began:.1f} s, the line right {right - tapped:.1f} s later")  # noqa: T201 - figures to look at

        order = in_order(await stage.morgan.events(room), meeting, places)
        ranks = {person: max(0, place - places + 1) for place, person in enumerate(order)}  # 0: a seat
        assert len(order) == people
        found = seat_states(stage)
        assert {person for person, state in found.items() if state == "seated"} == set(order[:places])
        assert [person for person, state in found.items() if state == "waiting"] == order[places:]
        await one_editable_message(stage, meeting, right - began)
        for person, where in private.items():
            await told_once(crowd, person, where, ranks)
        await each_reads_their_rank(stage, crowd, ranks)


def in_order(events: list[dict[str, Any]], meeting: AnnouncedMeeting, places: int) -> list[str]:
    """Who tapped, as the server hands it out;
    of those who came too late for a seat, by the time that it gave them, then by id.
    """
    taps = [event for event in events if tapped_yes(event, meeting.card)]
    waiting = sorted(taps[places:], key=lambda event: (event["origin_server_ts"], event["event_id"]))
    return [local(event) for event in taps[:places] + waiting]


def tapped_yes(event: dict[str, Any], card: str) -> bool:
    return (
        event["sender"] != BOT
        and event["type"] == "m.reaction"
        and (relation(event)["event_id"], relation(event)["key"]) == (card, YES)
    )


def local(event: dict[str, Any]) -> str:
    return str(event["sender"]).removeprefix("@").partition(":")[0]


async def one_editable_message(stage: ProcessStage, meeting: AnnouncedMeeting, lasted: float) -> None:
    said = await of_the_bot(stage)
    edits = [event for event in said if relation(event).get("rel_type") == "m.replace"]
    assert {relation(event)["event_id"] for event in edits} == {meeting.counts}
    assert len(edits) < max(MOST_EDITS, lasted / EDIT_PAUSE.total_seconds() + 2), (
        "the more so on a machine that needs minutes for it"
    )
    messages = [
        event["event_id"]
        for event in said
        if event not in edits and event["type"] == "m.room.message" and "url" not in event["content"]
    ]
    assert messages == [meeting.card, meeting.counts], "nothing else is said"


async def told_once(crowd: VirtualUsers, person: int, where: str, ranks: dict[str, int]) -> None:
    said = await crowd.said_by(BOT, person, where)
    assert len(said) == 1, said
    assert says(plain(said[0]), ranks[f"personne-{person}"])


async def each_reads_their_rank(stage: ProcessStage, crowd: VirtualUsers, ranks: dict[str, int]) -> None:
    """In the room, all at once."""
    room, people = stage.room("network"), range(len(crowd.tokens))
    content = {"msgtype": "m.text", "body": "!presence", "m.mentions": {}}
    asked = await asyncio.gather(*(crowd.sends(person, room, "m.room.message", content) for person in people))
    lines = await stage.morgan.wait_for(
        room, lambda lines: set(asked) <= {line.answers for line in lines}, TIMEOUT
    )
    answers = {line.answers: plain(line.text) for line in lines if line.sender_id == BOT}
    for person, event in zip(people, asked, strict=True):
        assert says(answers[event], ranks[f"personne-{person}"])


def says(text: str, rank: int) -> bool:
    if rank:
        return f"Vous êtes n° {rank} sur la liste d’attente." in text
    return "vous venez le mardi 16 mars 2027 à Wambrecourt" in text
