"""One message for a question and what became of it, no quotation that says nothing,
and a question that ends when its person has gone on to something else.
"""

from collections.abc import Sequence

import pytest

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import World

STOPPED = "C’est arrêté : je n’attends plus de réponse à cette question."


async def quoted(world: World, room: str = "network") -> str | None:
    return (await world.last(room)).reply_to


async def both(world: World, one: Sequence[str], other: Sequence[str]) -> str:
    """Two people write before the bot has read either; the id of what the first one said."""
    first = await world.tells(*one)
    await world.tells(*other)
    await world.settle()
    return first


async def test_an_answer_quotes_what_it_answers_only_when_the_room_has_gone_on(room: World) -> None:
    await room.says("camille", "!ping 1")
    assert await quoted(room) is None
    asked = await both(room, ("camille", "!ping 2"), ("lou", "Bonjour à toutes et à tous !"))
    assert await quoted(room) == asked


async def test_in_private_nothing_is_quoted(quick: World) -> None:
    private = await quick.direct("camille")
    await quick.tells("camille", "ping 1", private)
    await quick.says("camille", "ping 2", private)
    assert [line.reply_to for line in await quick.lines(private)] == [None, None]


async def test_a_tap_turns_the_question_into_its_answer(quick: World) -> None:
    await quick.says("camille", "!pnig 3")
    asked = await quick.last()
    assert await quick.taps("camille", "✅", on=asked.id) == ["pong 3"]
    (only,) = await quick.lines()
    assert (only.id, only.reply_to) == (asked.id, None)


async def test_a_refused_tap_leaves_the_question_as_it_was(quick: World) -> None:
    await quick.says("camille", "!pnig 3")
    asked = await quick.last()
    await quick.wait_until("mercredi 10 h")
    await quick.taps("camille", "✅", on=asked.id)
    assert await quick.reads() == [
        asked.text,
        "Cette question n’attend plus de réponse. Redemandez-la si besoin.",
    ]


async def test_what_a_tap_did_and_is_taken_back_is_said_in_the_same_message(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", "!presnce oui")
    asked = await quick.last()
    tap = await quick.person("camille").react(quick.rooms["network"], asked.id, "✅")
    await quick.settle()
    assert "vous venez" in (await quick.last()).text
    await quick.person("camille").redact(quick.rooms["network"], tap)
    await quick.settle()
    after = await quick.last()
    assert (after.id, "retirée" in after.text) == (asked.id, True)


async def test_what_is_tapped_under_an_old_question_quotes_one_level(quick: World) -> None:
    said = await both(quick, ("camille", "!pnig 3"), ("lou", "Bonjour à toutes et à tous !"))
    asked = await quick.last()
    assert asked.reply_to == said
    await quick.taps("camille", "✅", on=asked.id)
    await quick.says("lou", "Merci pour l’info")
    await quick.taps("camille", "✅", on=asked.id)
    late = await quick.last()
    assert (late.text[:15], late.reply_to) == ("C’est déjà fait", said)


async def test_a_guided_entry_quotes_nothing_though_others_talk(quick: World) -> None:
    await quick.says("morgan", "!rencontre nouvelle", "team")
    await both(quick, ("morgan", "16/03 9 h 30-12 h 30", "team"), ("lou", "Bonjour", "team"))
    assert "tape 2 sur" in (await quick.last("team")).text
    assert await quoted(quick, "team") is None


# -- when a question ends
# --------------------------------------------------------------------------------------------------------


async def asked_in_private(world: World) -> str:
    private = await world.direct("camille")
    await world.says("camille", "pnig 1", private)
    return private


@pytest.mark.parametrize("word", ["ok", "oui", "d’accord merci"])
async def test_in_private_a_question_ends_at_the_next_command(quick: World, word: str) -> None:
    private = await asked_in_private(quick)
    await quick.says("camille", "contact", private)
    assert "pong 1" not in await quick.says("camille", word, private)


async def test_a_tap_still_answers_it(quick: World) -> None:
    private = await asked_in_private(quick)
    asked = (await quick.last(private)).id
    await quick.says("camille", "sondages", private)
    assert await quick.taps("camille", "✅", on=asked, room=private) == ["pong 1"]


@pytest.mark.parametrize("word", ["stop", "Stop, merci", "laissez tomber"])
async def test_it_ends_at_stop(quick: World, word: str) -> None:
    private = await asked_in_private(quick)
    assert await quick.says("camille", word, private) == [STOPPED]
    assert "pong 1" not in await quick.says("camille", "oui", private)


async def test_stop_with_a_sign_ends_it_in_a_room(quick: World) -> None:
    await quick.says("camille", "!pnig 1")
    assert await quick.says("camille", "!stop") == [STOPPED]


async def test_a_polite_word_answers_only_what_was_said_just_before(quick: World) -> None:
    private = await asked_in_private(quick)
    await quick.says("camille", "voyons voir ce que cela donne", private)
    assert "pong 1" not in await quick.says("camille", "ok", private)
    assert await quick.says("camille", "oui", private) == ["pong 1"]


@pytest.mark.parametrize("word", ["ok", "D’accord !"])
async def test_right_after_the_question_it_answers(quick: World, word: str) -> None:
    private = await asked_in_private(quick)
    assert await quick.says("camille", word, private) == ["pong 1"]


async def test_in_a_room_an_ok_after_somebody_else_s_words_may_be_for_them(quick: World) -> None:
    await quick.says("camille", "!pnig 1")
    await quick.says("lou", "Je m’occupe du café ?")
    assert await quick.says("camille", "ok") == []


async def test_thanks_are_never_taken_for_the_text_that_a_question_waits_for(quick: World) -> None:
    private = await quick.direct("maxime")
    await quick.says("maxime", "recommander https://methodes.example.org/page #santé", private)
    said = await quick.says("maxime", "merci beaucoup", private)
    assert not any("« Merci" in each for each in said)
