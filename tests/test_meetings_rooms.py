"""A meeting goes on in the room that takes the place of the one where it was announced."""

from datetime import datetime, timedelta

from tests.announced import announced, answered, later
from tests.test_rooms import successor, upgraded
from tests.world import PARIS, MemoryWorld


async def test_a_room_that_moves_takes_the_meeting_and_its_answers_along(quick: MemoryWorld) -> None:
    await announced(quick)
    await answered(quick, "camille", "yes")
    old, new = quick.rooms["network"], await successor(quick)
    await upgraded(quick, old, new)
    quick.rooms["network"] = new
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1), "team")
    await quick.restart()
    card, line, file = await quick.reads()
    assert card.startswith("Rencontre du réseau – jeudi 10 décembre 2026")
    assert line.endswith("1 sur place – il reste 29 places.")
    assert file == "rencontre-2026-12-10.ics"
    await later(quick, datetime(2026, 12, 9, 9, tzinfo=PARIS))
    assert any(each.startswith("C’est demain") for each in await quick.reads())
    assert len([each for each in await quick.reads() if each == card]) == 1
