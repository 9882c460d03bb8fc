"""The bot is away when a poll closes: what was voted before counts once it is back, in whatever way;
what was voted after does not, and is told.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.dated_events import DatedEvents
from tests.support.poll_process import OpenPoll, ask_poll, ballots_left, parse_counts, plain, results
from tests.support.process_stage import TIMEOUT, ProcessStage, process_stage
from tests.support.synapse_fixture import BOT

CHOICES = ("Emploi", "Logement", "Santé")
ROOMS = ("network", "help")  # the second one encrypted


@pytest.mark.long
async def test_votes_of_before_the_closing_count_however_late_the_bot_hears_them_and_no_later_one_does(
    tmp_path: Path,
) -> None:
    past = DatedEvents(tmp_path)
    options = ("--clock", "2026-11-23T10:00")
    async with process_stage(
        tmp_path, encrypted=("help",), homeserver=past.homeserver, options=options
    ) as stage:
        shown = {kind: await ask_poll(stage, kind, "Quel thème ?", CHOICES, "10 h 30") for kind in ROOMS}
        assert await stage.bot.terminate() == 0
        now = datetime.now(UTC)  # 10:40 for the bot that comes back
        people = [stage.cast[who] for who in ("camille", "lou", "sacha", "noa")]
        async with past.at(now - timedelta(minutes=15), *people):
            for kind, poll in shown.items():
                await vote_in_time(stage, kind, poll)
        async with past.at(now - timedelta(minutes=5), *people):
            for kind, poll in shown.items():
                await vote_too_late(stage, kind, poll)

        stage.bot.start("--clock", "2026-11-23T10:40")
        for kind, poll in shown.items():
            room = stage.room(kind)
            lines = await stage.morgan.wait_for(room, lambda lines: results(lines, "Quel thème"), TIMEOUT)
            assert parse_counts(results(lines, "Quel thème")[0].text) == (
                4,
                {"Emploi": 2, "Logement": 1, "Santé": 1},
            )
            lines = await stage.morgan.wait_for(
                room,
                lambda lines: len([line for line in lines if "est clos depuis" in line.text]) == 2,
                TIMEOUT,
            )
            told = {
                plain(line.text) for line in lines if line.sender_id == BOT and "est clos depuis" in line.text
            }
            late = f"e sondage n° {poll.number} est clos depuis le lundi 23 novembre à 10 h 30 :"
            assert told == {
                f"Lou, l{late} votre vote n’a pas été compté.",
                f"L{late} les votes arrivés depuis ne sont pas comptés.",
            }
        await stage.wait_until_caught_up()
        assert ballots_left(stage) == 0


async def vote_in_time(stage: ProcessStage, kind: str, poll: OpenPoll) -> None:
    camille, lou, sacha, noa = (stage.cast[who] for who in ("camille", "lou", "sacha", "noa"))
    await camille.votes(stage.room(kind), poll.box, "1")
    await lou.says(stage.room(kind), "!vote 2")
    await sacha.react(stage.room(kind), poll.card, "3️⃣")
    await noa.votes(stage.room(kind), poll.box, "1")


async def vote_too_late(stage: ProcessStage, kind: str, poll: OpenPoll) -> None:
    """Who voted in time changes their mind; Sacha alone does not."""
    camille, lou, noa = (stage.cast[who] for who in ("camille", "lou", "noa"))
    await camille.react(stage.room(kind), poll.card, "2️⃣")
    await lou.says(stage.room(kind), "!vote 1")
    await noa.votes(stage.room(kind), poll.box, "3")
