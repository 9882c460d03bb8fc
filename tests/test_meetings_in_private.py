"""In private, a plain word is about the meeting that was spoken of last;
what is said there is true at that moment.
"""

from datetime import datetime, timedelta

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, World

MARCH = datetime(2027, 3, 16, 9, 30, tzinfo=PARIS)


async def test_a_change_of_mind_is_about_the_meeting_just_answered(quick: World) -> None:
    first, second = await announced_meeting(quick), await announced_meeting(quick, starts_at=MARCH)
    private = await quick.direct("lou")
    await quick.says("lou", "presence non T1", room=private)
    await quick.says("lou", "oui", room=private)
    assert (await first.answers(), await second.answers()) == ({}, {"lou": "yes"})


async def test_who_would_follow_a_meeting_that_has_no_video_is_promised_no_link(quick: World) -> None:
    await announced_meeting(quick, video="")
    assert (await quick.says("noa", "!presence visio"))[-1] == (
        "C’est noté, Noa : vous suivrez la rencontre du jeudi 10 décembre en visio.\n"
        "Aucune visioconférence n’est prévue pour l’instant : l’équipe d’animation voit votre souhait."
    )


async def test_an_offer_that_ends_with_the_last_day_is_not_said_to_go_to_somebody_else(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    private = await quick.direct("lou")
    await quick.says("camille", "!presence oui")
    await quick.says("lou", "!presence oui")
    await quick.wait_until_instant(datetime(2026, 12, 8, 17, 0, tzinfo=PARIS))
    await quick.says("camille", "!presence non")
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=2))
    assert await meeting.seat_states() == {"lou": "offered"}
    await quick.wait_until_instant(datetime(2026, 12, 9, 9, 31, tzinfo=PARIS), private)
    await quick.wait_until_instant(datetime(2026, 12, 9, 9, 33, tzinfo=PARIS), private)
    assert (await quick.reads(private))[-1] == (
        "La place du jeudi 10 décembre n’a pas été prise à temps. La rencontre est proche : une place "
        "libre est pour la première personne qui écrit `presence oui 2026-T4`."
    )


async def test_a_mere_yes_to_an_offer_of_two_places_takes_both(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=2)
    private = await quick.direct("lou")
    await quick.says("camille", "!presence oui +1 élue")
    await quick.says("lou", "!presence oui +1 bailleur")
    await quick.says("camille", "!presence non")
    assert await meeting.seat_states() == {"lou": "offered"}
    assert (
        "C’est noté, Lou : vous venez avec une personne (bailleur)."
        in (await quick.says("lou", "oui", private))[-1]
    )
    assert ((await meeting.counts()).seated, await meeting.party_sizes()) == (2, {"camille": 1, "lou": 2})


async def test_a_new_date_is_confirmed_with_those_who_come_along(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    await quick.says("lou", "!presence oui +1 bailleur")
    await meeting.change(revision=1)
    line = "presence oui +1 bailleur"
    assert (await quick.says("lou", "presence", private))[-1].endswith(f"Pour la reconfirmer : `{line}`.")
    await quick.says("lou", "je serai là", private)
    await quick.taps("lou", "✅", room=private)
    assert await meeting.party_sizes() == {"lou": 2}
    assert "reconfirmer" not in (await quick.says("lou", line, private))[-1]
    assert await meeting.party_sizes() == {"lou": 2}


async def test_who_only_waits_hands_over_a_rank_and_no_seat(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    for who in ("camille", "lou"):
        await quick.says(who, "!presence oui")
    assert (await quick.says("lou", "!presence Jean Dupont me remplace"))[-1] == (
        "C’est noté, Lou : Jean Dupont viendra à votre place si une place se libère. Je garde le rang à "
        "votre nom."
    )
    assert (await quick.says("lou", "!presence Charlie me remplace"))[-1] == (
        "Charlie, Lou vous transmet son rang sur la liste d’attente du jeudi 10 décembre. Pour le prendre, "
        "touchez ✅ sous ce message."
    )
    assert (await quick.says("lou", "!presence personne ne me remplace"))[-1].startswith(
        "Je n’ai pas compris"
    )
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}


async def test_a_seat_is_kept_for_somebody_without_an_account_and_reads_so(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("lou", "!presence oui +1 bailleur")
    await quick.says("lou", "!presence Jean Dupont me remplace")
    private = await quick.direct("lou")
    assert (
        "avec une personne (à ma place : Jean Dupont, bailleur)"
        in (await quick.says("lou", "presence", private))[-1]
    )
    await quick.says("lou", "!presence oui +0")
    await quick.says("lou", "!presence Jean Dupont me remplace")
    assert (await quick.says("lou", "presence", private))[-1] == (
        "Votre réponse, Lou : une place est gardée à votre nom le jeudi 10 décembre (à ma place : Jean "
        "Dupont). "
        "Pour changer d’avis : `presence non`."
    )


async def test_a_seat_that_was_handed_over_by_a_message_since_deleted_is_not_taken(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("camille", "!presence oui")
    said = await quick.tells("camille", "!presence Charlie me remplace")
    await quick.settle()
    question = (await quick.last()).id
    await quick.person("camille").redact(quick.rooms["network"], said)
    await quick.settle()
    assert (await quick.taps("charlie", "✅", on=question))[-1] == (
        "Camille a changé d’avis depuis. Pour demander une place vous-même : `!presence oui`"
    )
    assert await meeting.seat_states() == {"camille": "seated"}


async def test_who_comes_already_and_replaces_somebody_keeps_those_who_come_along(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("charlie", "!presence oui +2 élues")
    await quick.says("camille", "!presence oui")
    await quick.says("camille", "!presence Charlie me remplace")
    await quick.taps("charlie", "✅")
    assert (await meeting.answers(), (await meeting.counts()).seated) == (
        {"camille": "no", "charlie": "yes"},
        3,
    )


async def test_a_bare_word_after_our_answer_about_something_else_is_asked_about(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    for line, word in (("cafe", "oui"), ("contact Qui finance une étude de programmation ?", "non")):
        await quick.says("lou", line, private)
        if "étude" in line:  # « non » is first of all for what was asked
            assert "reste entre nous" in (await quick.says("lou", "non", private))[-1]
        assert (await quick.says("lou", word, private))[-1].startswith("Je crois comprendre que vous ")
        assert await meeting.answers() == {}
    await quick.taps("lou", "✅", room=private)
    assert await meeting.answers() == {"lou": "no"}
    await quick.says("lou", "rencontre", private)
    await quick.says("lou", "oui", private)
    assert await meeting.answers() == {"lou": "yes"}
