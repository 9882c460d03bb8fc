"""A meeting goes on in the room that takes the place of the one where it was announced."""

from datetime import datetime, timedelta

from tests.support.meeting_fixture import after_edits, announce_meeting, record_answer
from tests.support.world import PARIS, MemoryWorld
from tests.test_rooms import successor, upgraded


async def test_a_room_that_moves_takes_the_meeting_and_its_answers_along(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    old, new = quick.rooms["network"], await successor(quick)
    await upgraded(quick, old, new)
    quick.rooms["network"] = new
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1), "team")
    await quick.restart()
    card, line = await quick.reads()
    assert card.startswith("Rencontre du réseau – jeudi 10 décembre 2026")
    assert line.endswith("1 sur place – il reste 29 places.")
    await after_edits(quick, datetime(2026, 12, 9, 9, tzinfo=PARIS))
    assert any(each.startswith("C’est demain") for each in await quick.reads())
    assert len([each for each in await quick.reads() if each == card]) == 1
