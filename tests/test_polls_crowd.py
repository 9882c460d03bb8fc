"""A network that votes all at once: every ballot is counted, and the room sees one card that counts."""

import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cast import Cast
from bot.demo.chat import Line
from bot.demo.homeserver import Homeserver
from bot.outbox.outbox import EDIT_PAUSE
from tests.support.independent_count import latest_native_votes, relations, tally_by_label
from tests.support.poll_process import ask_poll, parse_counts, plain, results
from tests.support.process_stage import TIMEOUT, ProcessStage, process_stage
from tests.support.synapse_fixture import BOT
from tests.support.virtual_users import VirtualUsers, virtual_users

CHOICES = ("Emploi", "Logement", "Santé", "École", "Participation")
MOST = 2
CARD_EDITS = 40
TICKS = 100  # a second, in /proc/[pid]/stat (proc_pid_stat(5)); the same on every Linux


@dataclass
class Guests:
    """Brings the crowd in before the bot comes."""

    server: Homeserver
    count: int
    stack: AsyncExitStack
    crowd: VirtualUsers = field(init=False)

    async def come(self, cast: Cast) -> None:
        self.crowd = await self.stack.enter_async_context(virtual_users(self.server, self.count))
        await self.crowd.join(cast.rooms["network"])


@pytest.mark.long
@pytest.mark.parametrize(
    ("people", "ballots"),
    [
        pytest.param(20, 10, id="tenth"),
        pytest.param(200, 10, id="full"),
    ],
)
async def test_a_crowd_votes_at_once_and_the_room_sees_one_card_that_counts_right(
    tmp_path: Path, people: int, ballots: int, chance: random.Random
) -> None:
    server = Homeserver()
    async with AsyncExitStack() as stack:
        guests = Guests(server, people, stack)
        options = ("--clock", "2026-11-23T10:00")
        stage = await stack.enter_async_context(
            process_stage(tmp_path, encrypted=(), homeserver=server, prepare=guests.come, options=options)
        )
        room = stage.room("network")
        poll = await ask_poll(stage, "network", "Quels thèmes ?", CHOICES, "vendredi 12 h", f"max {MOST}")

        spent, began = cpu(stage), time.monotonic()
        await guests.crowd.vote(room, poll.box, len(CHOICES), MOST, ballots, chance)
        voted = time.monotonic()
        raw = await relations(server.url, stage.morgan.account.access_token, room, poll.box)
        wanted = tally_by_label(latest_native_votes(raw, len(CHOICES), MOST), CHOICES)
        count = f"{wanted[0]} votes – clôture vendredi 27 novembre à 12 h"
        await stage.morgan.wait_for(
            room, lambda lines: plain(by_id(lines, poll.card).text).endswith(count), TIMEOUT
        )
        right = time.monotonic()
        await stage.wait_until_caught_up()
        report(stage, people * ballots, cpu(stage) - spent, voted - began, right - voted)

        said = await of_the_bot(stage)
        edits = [event for event in said if relation(event).get("rel_type") == "m.replace"]
        assert {relation(event)["event_id"] for event in edits} == {poll.card}
        assert len(edits) < max(CARD_EDITS, (right - began) / EDIT_PAUSE.total_seconds() + 2), (
            "the more so on a machine that needs minutes for it"
        )
        assert [event["event_id"] for event in said if event not in edits] == [poll.card, poll.box], (
            "nothing else is said"
        )

        await stage.morgan.asks(stage.room("team"), "!sondage clore", TIMEOUT)
        lines = await stage.morgan.wait_for(room, lambda lines: results(lines, "Quels thèmes"), TIMEOUT)
        assert parse_counts(results(lines, "Quels thèmes")[0].text) == wanted
        assert len(results(lines, "Quels thèmes")) == 1


async def of_the_bot(stage: ProcessStage) -> list[dict[str, Any]]:
    """All that it did in the room since it joined, but answer `wait_until_caught_up`."""
    events = await stage.morgan.events(stage.room("network"))
    return [
        event
        for event in events
        if event["sender"] == BOT and "state_key" not in event and event["content"].get("body") != "pong"
    ]


def relation(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["content"].get("m.relates_to", {})
    return found


def by_id(lines: Sequence[Line], id: str) -> Line:
    return next(line for line in lines if line.id == id)


def cpu(stage: ProcessStage) -> float:
    """Seconds that the bot has worked so far; only Linux tells."""
    stat = Path(f"/proc/{stage.bot.pid}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 13
    return (int(fields[11]) + int(fields[12])) / TICKS


def report(stage: ProcessStage, ballots: int, spent: float, took: float, late: float) -> None:
    """Seconds of work, of voting, and from the last vote to the right card:
    figures to look at, not to hold to.
    """
    status = Path(f"/proc/{stage.bot.pid}/status")
    memory = int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024 if status.exists() else 0
    print(  # noqa: T201 - `make test-long ARGS="-k crowd -s"`
        f"{ballots} ballots in {took:.1f} s, the card right {late:.1f} s later; "
        f"{spent / ballots * 1000:.1f} ms of CPU each, {memory} MB at most"
    )
