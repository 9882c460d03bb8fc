"""A tip appears once, when it would have helped; never twice."""

from commands.tips import CROWD
from storage.tables import Meeting
from tests.support.meeting_fixture import announced_meeting
from tests.support.world import MemoryWorld, World

SEVERAL = "Plusieurs changements tiennent en un seul message"
IN_PRIVATE = "cela marche aussi en message privé"


def tipped(said: list[str], tip: str) -> bool:
    return any(tip in each for each in said)


async def test_three_changes_in_a_row_bring_the_way_to_do_them_at_once_and_never_again(quick: World) -> None:
    await announced_meeting(quick)
    said = [
        await quick.says("morgan", f"!rencontre modifier T4 places = {places}", "team")
        for places in (31, 32, 33, 34, 35, 36)
    ]
    assert [tipped(each, SEVERAL) for each in said] == [False, False, True, False, False, False]


async def test_a_tip_is_in_the_question_so_that_the_next_word_answers_it(quick: World) -> None:
    meeting = await announced_meeting(quick)
    for places in (31, 32):
        await quick.says("morgan", f"!rencontre modifier T4 places = {places}", "team")
    (said,) = await quick.says("morgan", "!rencontre modifier T4 places = 33", "team")
    assert said.splitlines()[-1].startswith(SEVERAL), "one message: the question with its tip"
    await quick.says("morgan", "ok", "team")
    async with quick.db.read() as db:
        assert (await db.get_one(Meeting, meeting.number)).capacity == 33


async def test_changes_on_different_days_bring_no_tip(quick: World) -> None:
    await announced_meeting(quick)
    for hour in (11, 13, 15):
        await quick.wait_until_instant(quick.clock.now().replace(hour=hour), "team")
        said = await quick.says("morgan", f"!rencontre modifier T4 places = {hour}", "team")
        assert not tipped(said, SEVERAL)


async def test_where_many_read_private_use_is_suggested_once_to_each(quick: MemoryWorld) -> None:
    asked = ("!sigle GUSP", "!sigle QPV", "!sigle ANRU")
    assert not tipped([each for one in asked for each in await quick.says("camille", one)], IN_PRIVATE)
    for n in range(CROWD):
        quick.homeserver.member(
            quick.rooms["network"], f"@membre{n}:reseau.example.org", "join", f"Membre {n}"
        )
    said = [await quick.says("camille", one) for one in asked]
    assert [tipped(each, IN_PRIVATE) for each in said] == [True, False, False]
    said = [await quick.says("sacha", one) for one in asked]
    assert [tipped(each, IN_PRIVATE) for each in said] == [False, True, False]


async def test_in_private_nothing_of_the_kind_is_said(quick: World) -> None:
    private = await quick.direct("camille")
    for each in ("sigle GUSP", "sigle QPV", "sigle ANRU"):
        assert not tipped(await quick.says("camille", each, private), IN_PRIVATE)
