"""In private, a plain word is about the meeting that was spoken of last; what is said there is true at that moment."""

from datetime import datetime, timedelta

from tests.gathering import a_meeting
from tests.world import PARIS, World

MARCH = datetime(2027, 3, 16, 9, 30, tzinfo=PARIS)


async def test_a_change_of_mind_is_about_the_meeting_just_answered(quick: World) -> None:
    first, second = await a_meeting(quick), await a_meeting(quick, starts_at=MARCH)
    private = await quick.direct("lou")
    await quick.says("lou", "presence non T1", room=private)
    await quick.says("lou", "oui", room=private)
    assert (await first.answers(), await second.answers()) == ({}, {"lou": "yes"})


async def test_who_would_follow_a_meeting_that_has_no_video_is_promised_no_link(quick: World) -> None:
    await a_meeting(quick, video="")
    assert (await quick.says("noa", "!presence visio"))[-1] == (
        "C’est noté, Noa : vous suivrez la rencontre du jeudi 10 décembre en visio.\n"
        "Aucune visioconférence n’est prévue pour l’instant : l’équipe d’animation voit votre souhait."
    )


async def test_an_offer_that_ends_with_the_last_day_is_not_said_to_go_to_somebody_else(quick: World) -> None:
    meeting = await a_meeting(quick, capacity=1)
    private = await quick.direct("lou")
    await quick.says("camille", "!presence oui")
    await quick.says("lou", "!presence oui")
    await quick.wait_until_instant(datetime(2026, 12, 8, 17, 0, tzinfo=PARIS))
    await quick.says("camille", "!presence non")
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=2))
    assert await meeting.places() == {"lou": "offered"}
    await quick.wait_until_instant(datetime(2026, 12, 9, 9, 31, tzinfo=PARIS), private)
    await quick.wait_until_instant(datetime(2026, 12, 9, 9, 33, tzinfo=PARIS), private)
    assert (await quick.reads(private))[-1] == (
        "La place du jeudi 10 décembre n’a pas été prise à temps. La rencontre est proche : "
        "une place libre est à qui écrit en premier `presence oui 2026-T4`."
    )


async def test_a_mere_yes_to_an_offer_of_two_places_takes_both(quick: World) -> None:
    meeting = await a_meeting(quick, capacity=2)
    private = await quick.direct("lou")
    await quick.says("camille", "!presence oui +1 élue")
    await quick.says("lou", "!presence oui +1 bailleur")
    await quick.says("camille", "!presence non")
    assert await meeting.places() == {"lou": "offered"}
    assert "C’est noté, Lou : vous venez avec une personne (bailleur)." in (await quick.says("lou", "oui", private))[-1]
    assert ((await meeting.counts()).seated, await meeting.parties()) == (2, {"camille": 1, "lou": 2})


async def test_a_new_date_is_confirmed_with_those_who_come_along(quick: World) -> None:
    meeting = await a_meeting(quick)
    private = await quick.direct("lou")
    await quick.says("lou", "!presence oui +1 bailleur")
    await meeting.change(revision=1)
    line = "presence oui +1 bailleur"
    assert (await quick.says("lou", "presence", private))[-1].endswith(f"Pour la reconfirmer : `{line}`.")
    await quick.says("lou", "je serai là", private)
    await quick.taps("lou", "✅", room=private)
    assert await meeting.parties() == {"lou": 2}
    assert "reconfirmer" not in (await quick.says("lou", line, private))[-1]
    assert await meeting.parties() == {"lou": 2}
