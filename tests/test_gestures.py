"""What people do in their client that is no gesture we offer:
it counts or they are told, never silence about what they think they said.
"""

from typing import Any

import pytest

from commands.meetings.answer import likely_answer
from storage.polls.polls import DISCREET
from tests.support.meeting_fixture import EDIT_DELAY, announced_meeting
from tests.support.world import World
from tests.test_polls_voting import Published, a_poll, counted, of_dates

UNSTABLE, STABLE = "org.matrix.msc3381.poll.end", "m.poll.end"


async def ends(world: World, who: str, box: str, kind: str = UNSTABLE) -> None:
    content: dict[str, Any] = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": box},
        kind: {},
        "org.matrix.msc1767.text": "Fini",
    }
    await world.person(who).send(world.rooms["network"], kind, content)
    await world.settle()


async def card_of(world: World, poll: Published) -> str:
    await world.wait_until_instant(world.clock.now() + EDIT_DELAY)
    return next(line.text for line in await world.lines() if line.id == poll.card)


@pytest.mark.parametrize("kind", [UNSTABLE, STABLE])
async def test_a_poll_that_a_moderator_ends_in_their_client_goes_on_in_words_and_the_team_is_told_once(
    quick: World, kind: str
) -> None:
    poll = await a_poll(quick)
    await ends(quick, "animation", poll.boxes[0], kind)
    await ends(quick, "animation", poll.boxes[0], kind)
    (told,) = [line for line in await quick.reads("team") if "encadré" in line]
    assert "reste ouvert" in told
    assert f"!sondage clore {poll.number}" in told
    card = await card_of(quick, poll)
    assert "Votez dans l’encadré" not in card
    assert "L’encadré a été fermé : pour voter, écrivez `!vote 1`" in card
    await quick.says("camille", "!vote 2")
    assert (await counted(quick, poll)).counts == (0, 1, 0, 0)
    await quick.says("morgan", f"!sondage clore {poll.number}", "team")
    assert (await quick.lines())[-1].text.startswith("Résultat")


async def test_who_may_not_ends_nothing(quick: World) -> None:
    poll = await a_poll(quick)
    before = await card_of(quick, poll)
    await ends(quick, "camille", poll.boxes[0])
    assert await card_of(quick, poll) == before
    assert not [line for line in await quick.reads("team") if "encadré" in line]


async def test_a_discreet_poll_whose_box_is_ended_says_that_nobody_can_vote_any_more(quick: World) -> None:
    poll = await a_poll(quick, mode=DISCREET)
    await ends(quick, "animation", poll.boxes[0])
    (told,) = [line for line in await quick.reads("team") if "encadré" in line]
    assert "plus personne ne peut y voter" in told
    assert "on ne peut plus y voter" in await card_of(quick, poll)
    assert "on ne peut plus y voter" in (await quick.says("camille", "!vote 2"))[-1]


async def test_of_dates_one_box_that_is_ended_is_said_once(quick: World) -> None:
    poll = await of_dates(quick)
    for box in poll.boxes:
        await ends(quick, "animation", box)
    assert len([line for line in await quick.reads("team") if "encadré" in line]) == 1
    assert "Les encadrés ont été fermés" in await card_of(quick, poll)


@pytest.mark.parametrize("words", ["2", "le 2 svp", "« Santé »", "2 👍"])
async def test_a_number_in_reply_to_a_poll_is_a_vote(quick: World, words: str) -> None:
    poll = await a_poll(quick)
    for on in (poll.card, poll.boxes[0]):
        assert (await quick.says("camille", words, reply_to=on))[-1].startswith("Vote noté : Santé.")
    assert (await counted(quick, poll)).counts == (0, 1, 0, 0)


async def test_talk_in_reply_to_a_poll_is_no_vote(quick: World) -> None:
    poll = await a_poll(quick)
    for words in ("Merci !", "Pourquoi pas le 2 ?", "aucun", "Annuler"):
        await quick.tells("camille", words, reply_to=poll.card)
    assert (await counted(quick, poll)).voters == 0


async def test_a_vote_in_reply_is_changed_by_its_edit_and_taken_back_with_it(quick: World) -> None:
    poll = await a_poll(quick)
    first = await quick.tells("camille", "7", reply_to=poll.card)
    assert "il n’a pas de n° 7" in (await quick._heard("network"))[-1]
    await quick.tells("camille", "2", edit_of=first)
    await quick.settle()
    await quick.says("camille", "3", edit_of=first)
    assert (await counted(quick, poll)).counts == (0, 0, 1, 0)
    await quick.says("camille", "4", edit_of=first)
    assert (await counted(quick, poll)).counts == (0, 0, 0, 1)
    await quick.person("camille").redact(quick.rooms["network"], first)
    assert (await counted(quick, poll)).voters == 0


@pytest.mark.parametrize(
    ("key", "answer"),
    [("👍", "yes"), ("👍🏽", "yes"), ("👎", "no"), ("🤷‍♀️", "maybe"), ("oui", "yes"), ("🎂", None)],
)
def test_what_a_gesture_may_mean(key: str, answer: str | None) -> None:
    assert likely_answer(key) == answer


async def test_a_thumb_under_a_meeting_is_asked_back_in_private_once(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("camille")
    before = len(await quick.reads(private))
    await quick.taps("camille", "👍", on=meeting.cards["network"])
    await quick.taps("camille", "👍🏻", on=meeting.cards["network"])
    (asked,) = (await quick.reads(private))[before:]
    assert asked.startswith("Je crois comprendre que vous venez le jeudi 10 décembre.")
    assert await meeting.answers() == {}
    assert not [line for line in await quick.reads() if "réaction" in line]
    await quick.taps("camille", "👎", on=meeting.cards["network"])
    assert (await quick.reads(private))[-1].startswith("Je crois comprendre que vous ne venez pas")
    await quick.taps("camille", "✅", room=private)
    assert await meeting.answers() == {"camille": "no"}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Oui\n\nEnvoyé de mon iPhone", "yes"),
        ("**oui** svp 🙂", "yes"),
        ("Bonjour, je ne peux pas\nCordialement,\nSacha", "no"),
        ("👍", "yes"),
        ("Merci !", None),
    ],
)
async def test_an_answer_in_reply_to_a_meeting_counts_whatever_stands_around_it(
    quick: World, words: str, answer: str | None
) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("sacha", words, reply_to=meeting.cards["network"])
    assert await meeting.answers() == ({"sacha": answer} if answer else {})


async def test_a_vote_is_withdrawn_in_reply_too(quick: World) -> None:
    poll = await a_poll(quick)
    await quick.says("camille", "2", reply_to=poll.card)
    assert (await quick.says("camille", "Je retire mon vote, merci", reply_to=poll.card))[
        -1
    ] == "Votre vote est retiré, Camille."
    assert (await counted(quick, poll)).voters == 0


async def test_who_has_no_private_room_is_told_in_the_room_once(quick: World) -> None:
    meeting = await announced_meeting(quick)
    for key in ("👍", "👌"):
        await quick.taps("sacha", key, on=meeting.cards["network"])
    (told,) = [line for line in await quick.reads() if "réaction" in line]
    assert told.startswith("Sacha, ")
    assert "Touchez plutôt ✅" in told


async def test_who_has_answered_so_already_or_only_cheers_is_left_alone(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.taps("sacha", "✅", on=meeting.cards["network"])
    await quick.taps("sacha", "👍", on=meeting.cards["network"])
    await quick.taps("lou", "🎂", on=meeting.cards["network"])
    assert not [line for line in await quick.reads() if "réaction" in line]
