"""Odd gestures about a meeting: in two rooms, twice, while the
bot was down, from people who are gone, under what was removed.
"""

from datetime import timedelta

from tests.support.meeting_fixture import announced_meeting, bot_says
from tests.support.world import World

NETWORK, HELP = "network", "help"


async def react(world: World, who: str, card: str, key: str = "✅", room: str = NETWORK) -> str:
    return str(await world.person(who).react(world.rooms[room], card, key))


async def redact(world: World, who: str, event: str, room: str = NETWORK) -> None:
    await world.person(who).redact(world.rooms[room], event)


async def test_of_a_meeting_in_two_rooms_one_person_has_one_answer(quick: World) -> None:
    meeting = await announced_meeting(quick, NETWORK, HELP, capacity=2)
    await react(quick, "camille", meeting.cards[NETWORK])
    other = await react(quick, "camille", meeting.cards[HELP], room=HELP)
    await react(quick, "lou", meeting.cards[HELP], room=HELP)
    await react(quick, "sacha", meeting.cards[NETWORK])
    assert await meeting.seat_states() == {"camille": "seated", "lou": "seated", "sacha": "waiting"}
    await redact(quick, "camille", other, HELP)
    assert await meeting.seat_states() == {"camille": "seated", "lou": "seated", "sacha": "waiting"}
    await react(quick, "camille", meeting.cards[HELP], "❌", HELP)
    assert await meeting.answers() == {"camille": "no", "lou": "yes", "sacha": "yes"}
    assert (await meeting.count_line(NETWORK)) == (
        f"{await meeting.count_line(HELP)}\n"
        "Seuls ces nombres comptent : sous l’annonce, certaines réactions ne sont plus à jour."
    )


async def test_what_was_tapped_under_a_card_that_came_anew_stands_until_it_is_taken_back(
    quick: World,
) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    old = meeting.cards[NETWORK]
    tap = await react(quick, "lou", old)
    await redact(quick, "animation", old)
    await quick.settle()
    assert (await quick.says("morgan", "!rencontre annoncer T4", "team"))[-1].startswith("Aperçu")
    await quick.says("morgan", "maintenant", "team")
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    new = next(
        line.id for line in reversed(await quick.lines()) if line.text.startswith("Rencontre du réseau")
    )
    assert new != old
    await react(quick, "camille", new)
    assert await meeting.seat_states() == {"lou": "seated", "camille": "waiting"}
    await react(quick, "lou", new)
    await redact(quick, "lou", tap)
    assert await meeting.seat_states() == {"lou": "seated", "camille": "waiting"}
    await react(quick, "lou", new, "❌")
    assert await meeting.answers() == {"camille": "yes", "lou": "no"}


async def test_a_tap_under_a_card_that_came_anew_meanwhile_is_still_taken_back(quick: World) -> None:
    meeting = await announced_meeting(quick)
    tap = await react(quick, "lou", meeting.cards[NETWORK])
    await redact(quick, "animation", meeting.cards[NETWORK])
    await quick.settle()
    await quick.says("morgan", "!rencontre annoncer T4", "team")
    await quick.says("morgan", "maintenant", "team")
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    await redact(quick, "lou", tap)
    assert await meeting.answers() == {}


async def test_of_one_who_tapped_twice_while_the_bot_was_down_and_took_one_back_the_other_counts(
    quick: World,
) -> None:
    meeting = await announced_meeting(quick)
    card = meeting.cards[NETWORK]
    await quick.stop()
    await react(quick, "camille", card)
    await react(quick, "lou", card)
    taken_back = [await react(quick, "camille", card, "❌"), await react(quick, "noa", card)]
    for who, event in zip(("camille", "noa"), taken_back, strict=True):
        await redact(quick, who, event)
    await react(quick, "lou", card, "💻")
    await quick.start()
    assert await meeting.answers() == {"camille": "yes", "lou": "remote"}


async def test_an_answer_taken_back_while_the_bot_was_down_frees_the_seat(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    private = await quick.direct("lou")
    tap = await react(quick, "camille", meeting.cards[NETWORK])
    await react(quick, "lou", meeting.cards[NETWORK])
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}
    await quick.stop()
    await redact(quick, "camille", tap)
    await quick.start()
    await quick.settle()
    assert (await meeting.answers(), await meeting.seat_states()) == ({"lou": "yes"}, {"lou": "offered"})
    assert len([text for text in await quick.reads(private) if text.startswith("Une place se libère")]) == 1


async def test_a_tap_of_somebody_who_has_left_meanwhile_counts_for_when_it_was_made(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.stop()
    await react(quick, "camille", meeting.cards[NETWORK])
    await quick.person("camille").leave(quick.rooms[NETWORK])
    await quick.start()
    assert await meeting.answers() == {"camille": "yes"}


async def test_who_left_the_network_is_offered_no_seat_that_they_could_not_take(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    for who in ("camille", "lou", "sacha"):
        await react(quick, who, meeting.cards[NETWORK])
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    await quick.person("lou").leave(quick.rooms[NETWORK])
    await react(quick, "camille", meeting.cards[NETWORK], "❌")
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}
    assert (
        len([text for text in await quick.reads(rooms["sacha"]) if text.startswith("Une place se libère")])
        == 1
    )
    assert await quick.reads(rooms["lou"]) == []


async def test_a_line_of_counts_that_was_removed_is_missed_by_nobody(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    counts = next(line.id for line in await quick.lines() if line.text.startswith("Réponses"))
    await redact(quick, "animation", counts)
    await react(quick, "camille", meeting.cards[NETWORK])
    await react(quick, "lou", counts)
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    assert await bot_says(quick) == []
    assert not [text for text in await quick.reads() if text.startswith("Réponses")]


async def test_other_keys_and_keys_under_other_messages_say_nothing(quick: World) -> None:
    meeting = await announced_meeting(quick)
    for key in ("❤️", "🎉", "✅ oui", "x" * 300, ""):
        await react(quick, "camille", meeting.cards[NETWORK], key)
    hello = await quick.tells("lou", "bonjour")
    for event in (hello, "$unknown"):
        await react(quick, "camille", event)
    assert await meeting.answers() == {}
    assert await bot_says(quick) == []
