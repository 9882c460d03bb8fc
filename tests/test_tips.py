"""A tip appears once, when it would have helped; never twice."""

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import World

SEVERAL = "Plusieurs changements tiennent en un seul message"
IN_PRIVATE = "cela marche aussi en message privé"


def tipped(said: list[str], tip: str) -> bool:
    return any(tip in each for each in said)


async def test_three_changes_in_a_row_bring_the_way_to_do_them_at_once_and_never_again(quick: World) -> None:
    await announced_meeting(quick)
    said = [
        await quick.says("morgan", f"!rencontre modifier T4 places = {places}", "team")
        for places in (30, 31, 32, 33, 34, 35)
    ]
    assert [tipped(each, SEVERAL) for each in said] == [False, False, True, False, False, False]


async def test_changes_on_different_days_bring_no_tip(quick: World) -> None:
    await announced_meeting(quick)
    for hour in (11, 13, 15):
        await quick.wait_until_instant(quick.clock.now().replace(hour=hour), "team")
        said = await quick.says("morgan", f"!rencontre modifier T4 places = {hour}", "team")
        assert not tipped(said, SEVERAL)


async def test_in_a_busy_room_private_use_is_suggested_once_to_each(quick: World) -> None:
    assert not tipped(await quick.says("camille", "!sigle GUSP"), IN_PRIVATE)
    assert not tipped(await quick.says("camille", "!sigle QPV"), IN_PRIVATE), "the room is quiet"
    for n in range(10):
        await quick.tells("lou", f"Message {n} pour tout le monde.")
    said = [await quick.says("camille", f"!sigle {each}") for each in ("ANRU", "GUSP", "QPV")]
    assert [tipped(each, IN_PRIVATE) for each in said] == [True, False, False]
    assert not tipped(await quick.says("sacha", "!sigle GUSP"), IN_PRIVATE)
    assert tipped(await quick.says("sacha", "!sigle QPV"), IN_PRIVATE)


async def test_in_private_nothing_of_the_kind_is_said(quick: World) -> None:
    private = await quick.direct("camille")
    for each in ("sigle GUSP", "sigle QPV", "sigle ANRU"):
        assert not tipped(await quick.says("camille", each, private), IN_PRIVATE)
