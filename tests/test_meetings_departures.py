"""Somebody who leaves every room of a meeting keeps their seat until the team, who is told, frees it;
nothing is offered to them meanwhile.
"""

from datetime import datetime, timedelta

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, World

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=PARIS)


async def leaves(world: World, who: str) -> None:
    await world.person(who).leave(world.rooms["network"])
    await world.settle()


async def test_the_team_is_told_of_a_seat_whose_owner_left_and_frees_it(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    await quick.says("camille", "!presence oui")
    await leaves(quick, "camille")
    assert await meeting.seat_states() == {"camille": "seated"}
    (told,) = await quick.wait_until_instant(TUESDAY, "team")
    assert told == (
        "Rencontre du jeudi 10 décembre : places de personnes qui ont quitté ses salons : Camille "
        "[Marquemont].\nPour libérer une place : `!presence non 2026-T4 pour Camille [Marquemont]`"
    )
    assert await quick.wait_until_instant(TUESDAY + timedelta(days=1), "team") == []
    assert await quick.says("morgan", told.split("`")[1], room="team") == [
        "C’est noté pour Camille [Marquemont], le jeudi 10 décembre : absence."
    ]
    assert await meeting.seat_states() == {}
    (told,) = await quick.wait_until_instant(TUESDAY + timedelta(days=2, seconds=30), "team")
    assert told == (
        "Rencontre du jeudi 10 décembre : toutes les personnes qui ont une place sont dans ses salons."
    )


async def test_no_seat_is_offered_to_who_left(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    for who in ("camille", "lou", "sacha"):
        await quick.direct(who)
        await quick.says(who, "!presence oui")
    await leaves(quick, "lou")
    await quick.says("camille", "!presence non")
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=2))
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}


async def test_a_seat_whose_owner_came_back_under_another_account_is_freed_by_its_own_name(
    quick: World,
) -> None:
    meeting = await announced_meeting(quick)
    for who in ("camille", "lou"):
        await quick.says(who, "!presence oui")
    await leaves(quick, "camille")
    quick.homeserver.member(quick.rooms["network"], "@lou:reseau.example.org", "join", "Camille [Marquemont]")  # type: ignore[attr-defined]
    (told,) = await quick.says("morgan", "!presence non T4 pour Camille [Marquemont]", "team")
    assert await meeting.answers() == {"camille": "yes", "lou": "yes"}
    await quick.says("morgan", told.split("`")[1], "team")
    assert await meeting.answers() == {"camille": "no", "lou": "yes"}
