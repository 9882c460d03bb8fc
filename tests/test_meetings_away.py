"""The bot is away while an offer expires:
who accepted in time has the seat once it is back, who did so too late is told.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.dated_events import DatedEvents
from tests.support.meeting_process import (
    YES,
    announce_meeting,
    bot_texts,
    last_offer,
    open_private_room,
    seat_states,
)
from tests.support.process_stage import TIMEOUT, ProcessStage, process_stage

PEOPLE = ("camille", "lou", "sacha")
OFFER = "Une place se libère pour la rencontre du mardi 16 mars 2027."
TAKEN = "La place est à vous : vous venez le mardi 16 mars 2027."
MISSED = (
    "La place du mardi 16 mars 2027 n’a pas été prise à temps : elle va à la personne suivante, s’il y en "
    "a une. Vous gardez votre rang."
)


@pytest.mark.long
async def test_an_offer_accepted_while_the_bot_was_away_is_accepted_and_one_accepted_too_late_is_not(
    tmp_path: Path,
) -> None:
    past = DatedEvents(tmp_path)
    async with process_stage(
        tmp_path, encrypted=(), homeserver=past.homeserver, options=("--clock", "2026-11-23T10:00")
    ) as stage:
        rooms = dict(
            zip(
                PEOPLE,
                await asyncio.gather(*(open_private_room(stage.cast[who]) for who in PEOPLE)),
                strict=True,
            )
        )
        await two_are_offered_a_seat(stage, rooms)
        offers = {who: await last_offer(stage.cast[who], rooms[who]) for who in ("lou", "sacha")}
        assert await stage.bot.terminate() == 0
        now = datetime.now(UTC)  # 15:10 for the bot that comes back, ten minutes after the offers expired
        lou, sacha = stage.cast["lou"], stage.cast["sacha"]
        async with past.at(now - timedelta(minutes=15), lou):
            await lou.react(rooms["lou"], offers["lou"], YES)
        async with past.at(now - timedelta(minutes=5), sacha):
            await sacha.react(rooms["sacha"], offers["sacha"], YES)

        stage.bot.start("--clock", "2026-11-25T15:10")
        await says(stage, "camille", rooms, OFFER)
        await says(stage, "lou", rooms, TAKEN)
        await says(stage, "sacha", rooms, MISSED)
        await stage.wait_until_caught_up()
        assert seat_states(stage) == {"lou": "seated", "sacha": "waiting", "camille": "offered"}
        for who in PEOPLE:
            assert (
                len(
                    [
                        text
                        for text in bot_texts(await stage.cast[who].sees(rooms[who]))
                        if text.startswith(("Une place", "La place"))
                    ]
                )
                == 1
            )


async def two_are_offered_a_seat(stage: ProcessStage, rooms: dict[str, str]) -> None:
    """Camille and Noa have the two seats, leave them to Lou and Sacha;
    then Camille would like to come after all.
    """
    room, meeting = stage.room("network"), await announce_meeting(stage, "16 mars 2027", 2)
    taps = {
        who: await stage.cast[who].react(room, meeting.card, YES)
        for who in ("camille", "noa", "lou", "sacha")
    }
    # a tap that is gone before it is heard is none
    await says(stage, "sacha", rooms, "n° 2 sur la liste d’attente")
    for who in ("camille", "noa"):
        await stage.cast[who].redact(room, taps[who])
    for who in ("lou", "sacha"):
        await says(stage, who, rooms, OFFER)
    await stage.cast["camille"].react(room, meeting.card, YES)
    await says(stage, "camille", rooms, "n° 1 sur la liste d’attente")


async def says(stage: ProcessStage, who: str, rooms: dict[str, str], words: str) -> None:
    """Once the bot says so to them in private."""
    await stage.cast[who].wait_for(
        rooms[who], lambda lines: any(words in text for text in bot_texts(lines)), TIMEOUT
    )
