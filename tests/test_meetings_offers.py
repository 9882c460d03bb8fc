"""A freed seat is offered in private to the first in line, for twenty-four open hours, then to the next;
nobody is promised what is not there.
"""

import time
from datetime import timedelta
from typing import Any

import pytest

from tests.support.meeting_fixture import EDIT_DELAY, MeetingFixture, announced_meeting, bot_says
from tests.support.world import World
from tests.test_office_hours import at, local, office

OFFER = (
    "Une place se libère pour la rencontre du jeudi 10 décembre.\n"
    "Touchez ✅ pour venir, ou ❌ pour la laisser. Vous pouvez aussi répondre oui ou non.\n"
    "J’attends votre réponse jusqu’au {} ; ensuite je la propose à la personne suivante."
)
TAKEN = (
    "La place est à vous : vous venez le jeudi 10 décembre. Vous ne pouvez plus venir ? `presence non "
    "2026-T4`"
)
MISSED = (
    "La place du jeudi 10 décembre n’a pas été prise à temps : elle va à la personne suivante, s’il y en "
    "a une. Vous gardez votre rang. Pour prendre une place libre : `presence oui 2026-T4`"
)
LEFT = (
    "Cette place du jeudi 10 décembre est laissée à une autre personne. Pour en demander une de nouveau : "
    "`presence oui 2026-T4`"
)


@pytest.mark.parametrize(
    ("begun", "ended"),
    [
        ("2026-11-23 10:00", "2026-11-25 15:00"),
        ("2026-11-27 17:00", "2026-12-02 12:30"),
        ("2026-11-28 12:00", "2026-12-02 13:30"),
        ("2026-12-24 08:30", "2026-12-29 13:30"),
    ],
)
def test_twenty_four_open_hours_count_neither_nights_nor_holidays(begun: str, ended: str) -> None:
    assert local(office().after_open(at(begun), timedelta(hours=24))) == ended


def taps(event: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "✅"}}


def puts(world: World, room: str, who: str, content: dict[str, Any], **more: Any) -> None:
    """A reaction, on the homeserver in memory."""
    world.homeserver.put(room, who, "m.reaction", content, **more)  # type: ignore[attr-defined]


async def full(world: World, *waiting: str, **more: object) -> MeetingFixture:
    """One seat, which Camille has; the others wait."""
    meeting = await announced_meeting(world, **{"capacity": 1, **more})
    for who in ("camille", *waiting):
        await bot_says(world, who, "!presence oui")
    return meeting


async def frees(world: World) -> None:
    await bot_says(world, "camille", "!presence non")
    await world.settle()


async def test_a_freed_seat_is_offered_to_the_first_who_can_be_reached_and_a_tap_takes_it(
    room: World,
) -> None:
    private = await room.direct("lou")
    meeting = await announced_meeting(room, capacity=1)
    await bot_says(room, "camille", "!presence oui")
    await bot_says(room, "lou", "!presence oui")
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}
    await frees(room)
    assert await meeting.seat_states() == {"lou": "offered"}
    assert (await room.reads(private))[-1] == OFFER.format("mercredi 25 novembre à 15 h")
    await room.taps("lou", "✅", room=private)
    assert await meeting.seat_states() == {"lou": "seated"}
    assert (await room.reads(private))[-1] == TAKEN


async def test_a_word_in_private_takes_the_offer_or_leaves_it_to_the_next(quick: World) -> None:
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    meeting = await full(quick, "lou", "sacha")
    await frees(quick)
    assert (await quick.says("lou", "non", rooms["lou"]))[-1] == (
        "C’est noté, Lou : vous ne venez pas le jeudi 10 décembre. Pour changer d’avis : `presence oui`."
    )
    assert LEFT in await quick.reads(rooms["lou"])
    assert await meeting.seat_states() == {"sacha": "offered"}
    await quick.says("sacha", "ok", rooms["sacha"])
    assert await meeting.seat_states() == {"sacha": "seated"}
    assert TAKEN in await quick.reads(rooms["sacha"])


async def test_an_offer_that_nobody_answers_goes_to_the_next_and_keeps_the_rank(quick: World) -> None:
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    meeting = await full(quick, "lou", "sacha")
    await frees(quick)
    await quick.wait_until("mercredi 25 novembre 15 h")
    assert await meeting.seat_states() == {"lou": "offered", "sacha": "waiting"}
    await quick.wait_until("mercredi 25 novembre 15 h 01")
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}
    assert (await quick.reads(rooms["lou"]))[-1] == MISSED
    await quick.taps("lou", "✅", room=rooms["lou"])
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}
    await quick.taps("sacha", "❌", room=rooms["sacha"])
    assert await meeting.seat_states() == {"lou": "offered"}
    assert (
        len([text for text in await quick.reads(rooms["lou"]) if text.startswith("Une place se libère")]) == 1
    )


async def test_stopped_before_an_offer_expires_accepted_meanwhile_and_started_after_it_is_accepted(
    quick: World,
) -> None:
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    meeting = await full(quick, "lou", "sacha")
    await frees(quick)
    offer = (await quick.last(rooms["lou"])).id
    await quick.wait_until("mercredi 25 novembre 14 h 50")
    await quick.stop()
    quick.clock.offset += timedelta(hours=1)
    puts(
        quick,
        rooms["lou"],
        "@lou:reseau.example.org",
        taps(offer),
        origin_server_ts=int((time.time() - 55 * 60) * 1000),
    )
    await quick.start()
    assert await meeting.seat_states() == {"lou": "seated", "sacha": "waiting"}


async def test_who_cannot_be_reached_is_passed_over_and_the_team_knows(quick: World) -> None:
    private = await quick.direct("sacha")
    meeting = await full(quick, "lou", "sacha")
    await frees(quick)
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}
    told = [text for text in await quick.reads("team") if text.startswith("Liste d’attente")]
    assert told == [
        "Liste d’attente du jeudi 10 décembre : une place est libre, mais je ne peux pas écrire en privé "
        "à : Lou [Vaudricamp].\nPour que je puisse la leur proposer, il suffit que ces personnes "
        "m’écrivent en message privé. En attendant, la place va à la personne suivante."
    ]
    await quick.direct("lou")
    await quick.taps("sacha", "❌", room=private)
    assert await meeting.seat_states() == {"lou": "offered"}


async def test_a_seat_is_not_offered_to_who_is_in_silence_until_it_ends_and_nobody_is_told(
    quick: World,
) -> None:
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    meeting = await full(quick, "lou", "sacha")
    await quick.says("lou", "silence jusqu’à vendredi", rooms["lou"])
    await frees(quick)
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "offered"}
    await quick.taps("sacha", "❌", room=rooms["sacha"])
    assert await meeting.seat_states() == {"lou": "waiting"}
    assert not [text for text in await quick.reads("team") if text.startswith("Liste d’attente")]
    await quick.wait_until("vendredi 9 h 30")
    assert await meeting.seat_states() == {"lou": "offered"}


async def test_no_offer_is_made_while_everything_is_suspended(quick: World) -> None:
    await quick.direct("lou")
    meeting = await full(quick, "lou")
    await quick.says("morgan", "!suspendre jusqu’à mercredi 9 h", "team")
    await frees(quick)
    assert await meeting.seat_states() == {"lou": "waiting"}
    await quick.wait_until("mercredi 9 h 30")
    assert await meeting.seat_states() == {"lou": "offered"}


async def test_no_offer_is_made_at_night(quick: World) -> None:
    private = await quick.direct("lou")
    meeting = await full(quick, "lou")
    await quick.wait_until("aujourd’hui 22 h")
    await frees(quick)
    assert await meeting.seat_states() == {"lou": "waiting"}
    await quick.wait_until("demain 8 h 30")
    assert await meeting.seat_states() == {"lou": "offered"}
    assert (await quick.reads(private))[-1] == OFFER.format("jeudi 26 novembre à 13 h 30")


async def test_in_the_last_day_nothing_is_offered_and_the_first_to_say_yes_has_the_seat(quick: World) -> None:
    private = await quick.direct("lou")
    meeting = await full(quick, "lou", "sacha")
    await quick.wait_until("mercredi 9 décembre 10 h")
    await frees(quick)
    await quick.wait_until_instant(quick.clock.now() + EDIT_DELAY)
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "waiting"}
    assert await quick.reads(private) == []
    assert (await meeting.count_line()).endswith("une place libre, à prendre en écrivant `!presence oui`.")
    await bot_says(quick, "sacha", "!presence oui")
    assert await meeting.seat_states() == {"lou": "waiting", "sacha": "seated"}


async def test_more_seats_are_offered_in_order_and_fewer_take_none_away(quick: World) -> None:
    for who in ("lou", "sacha"):
        await quick.direct(who)
    meeting = await full(quick, "lou", "sacha", "alix")
    await meeting.change(capacity=3)
    assert await meeting.seat_states() == {
        "camille": "seated",
        "lou": "offered",
        "sacha": "offered",
        "alix": "waiting",
    }
    await meeting.change(capacity=1)
    assert await meeting.seat_states() == {
        "camille": "seated",
        "lou": "offered",
        "sacha": "offered",
        "alix": "waiting",
    }
    await meeting.change(capacity=None)
    assert set((await meeting.seat_states()).values()) == {"seated"}


@pytest.mark.long
async def test_taps_by_the_dozen_in_one_second_fill_the_seats_in_their_order(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=10)
    people = [f"membre{number:02}" for number in range(60)]
    for who in people:
        quick.homeserver.member(quick.rooms["network"], f"@{who}:reseau.example.org", "join", who)  # type: ignore[attr-defined]
    for who in people:
        puts(quick, quick.rooms["network"], f"@{who}:reseau.example.org", taps(meeting.cards["network"]))
    places = await meeting.seat_states()
    assert [who for who in people if places[who] == "seated"] == people[:10]
    assert (await meeting.counts()).waiting == 50
