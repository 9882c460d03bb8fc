"""Somebody who wants to spoil a poll:
what they write is only text, what is not theirs they cannot touch, their noise is not ours.
"""

import json
from typing import Any

import pytest

from bot.text.clean import EFFECTS
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World
from tests.test_polls_closing import TUESDAY, at, ended
from tests.test_polls_voting import Published, a_poll, counted, counts, of_dates, said, votes

UNSTABLE = "org.matrix.msc3381.poll.response"
END = "org.matrix.msc3381.poll.end"


async def sends(world: World, who: str, type_: str, content: dict[str, Any], room: str = "network") -> str:
    event: str = await world.person(who).send(world.rooms.get(room, room), type_, content)
    return event


async def by_the_bot(world: World, room: str = "network") -> list[dict[str, Any]]:
    return [
        event for event in await world.events(room) if event["sender"] == BOT and "state_key" not in event
    ]


# --- what is written in a question


async def test_questions_and_choices_are_only_text_whatever_is_put_in_them(quick: World) -> None:
    nasty = (
        "**[cliquez](https://evil.example/)** <script>alert(1)</script> <a "
        "href='https://matrix.to/#/@camille:reseau.example.org'>ici</a>"
    )
    calls = f"@room @camille:reseau.example.org {EFFECTS} https://matrix.to/#/@lou:reseau.example.org"
    await quick.says("morgan", f"!sondage {nasty} ? | {calls[:90]} | \u202eOui\u2066 | `non` {{n}} {{}} %s")
    poll = Published(1, (await quick.lines())[-2].id, [(await quick.lines())[-1].id])
    await votes(quick, "lou", poll, "1", "2")
    await at(quick, TUESDAY.replace(day=27, hour=13))
    texts = [line.text for line in await quick.lines()]
    assert any(text.startswith("Résultat – ") for text in texts)
    for event in await by_the_bot(quick):
        shown = json.dumps(event["content"], ensure_ascii=False)
        assert not [char for char in f"{EFFECTS}\u202e\u2066" if char in shown and char != "\ufe0f"]
        formatted = str(event["content"].get("formatted_body"))
        assert not [tag for tag in ("<script", "<a ", "<strong>[") if tag in formatted]
        assert "matrix.to/#/@" not in shown
        for content in (event["content"], event["content"].get("m.new_content", {"m.mentions": {}})):
            assert event["type"] in ("m.reaction", "m.room.redaction") or set(
                content["m.mentions"].get("user_ids", [])
            ) <= {"@animation:reseau.example.org"}
            assert not content.get("m.mentions", {}).get("room")


CANNOT_BE_ASKED = (
    ("!sondage " + "a" * 60_000, "trop longue"),
    ("!sondage Qui ? | " + " | ".join(f"choix {n}" for n in range(10_000)), "choix, pour 20 au plus"),
    ("!sondage Qui ?\n" + "\n".join(f"{n}. x{n}" for n in range(9_000)), "choix"),
    ("!sondage Qui ? | Oui | O\u200du\u200bi\ufeff", "deux fois"),
    ("!sondage Qui ? | Oui | \u202eOUI", "deux fois"),
    ("!sondage Qui ? | Oui | \u3164\u2800", "vide"),
    ("!sondage Qui ? | Oui | \u200d\u200c", "vide"),
    ("!sondage \u3164 | Oui | Non", "manque la question"),
    ("!sondage | | | |", ""),
    ("!sondage Qui ? | a | b | max 999999999", "de 1 à 2"),
    ("!sondage Qui ? | a | b | jusqu’au 32 décembre", ""),
    (
        "!sondage Qui ? | a | b | jusqu’à vendredi 12 h | " + "visible | discret | confidentiel",
        "un seul de ces mots",
    ),
)


async def test_what_cannot_be_asked_is_refused_shortly_with_a_line_that_can(quick: World) -> None:
    for line, why in CANNOT_BE_ASKED:
        (answer,) = await quick.says("morgan", line, room="team")
        assert why in answer, line[:60]
        assert len(answer) < 3_000
        if "Par exemple `" in answer:
            mended = answer.rpartition("Par exemple `")[2].rstrip("`. ")
            assert (await quick.says("morgan", mended, room="team"))[-1].startswith("Aperçu du sondage"), (
                mended
            )
    assert await quick.reads() == [], "nothing went out"


# --- votes that are not theirs to give


async def test_ballots_from_elsewhere_count_for_nothing(quick: MemoryWorld) -> None:
    poll = await a_poll(quick)
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll.boxes[0]}}
    await sends(quick, "morgan", UNSTABLE, {UNSTABLE: {"answers": ["1"]}} | related, room="team")
    other = await quick.person("camille").create_room("ailleurs")
    await quick.person("camille").invite(other, BOT)
    await sends(quick, "camille", UNSTABLE, {UNSTABLE: {"answers": ["1"]}} | related, room=other)
    await sends(
        quick,
        "camille",
        "m.reaction",
        {"m.relates_to": {"rel_type": "m.annotation", "event_id": poll.card, "key": "1️⃣"}},
        room=other,
    )
    thread, wrong = (
        {"rel_type": "m.thread", "event_id": poll.boxes[0]},
        {"rel_type": "m.reference", "event_id": poll.card},
    )
    relations: list[Any] = [thread, wrong, {"event_id": 5}, []]
    for relation in relations:
        await sends(quick, "camille", UNSTABLE, {UNSTABLE: {"answers": ["1"]}, "m.relates_to": relation})
    direct = await quick.direct("lou")
    await sends(quick, "lou", UNSTABLE, {UNSTABLE: {"answers": ["1"]}} | related, room=direct)
    quick.homeserver.put(quick.rooms["network"], BOT, UNSTABLE, {UNSTABLE: {"answers": ["1"]}} | related)
    assert (await counted(quick, poll)).voters == 0
    assert await said(quick) == []


@pytest.mark.parametrize("membership", ["leave", "ban"])
async def test_who_left_or_was_banned_votes_no_more_by_any_way(quick: MemoryWorld, membership: str) -> None:
    poll = await a_poll(quick)
    direct = await quick.direct("camille")
    await votes(quick, "camille", poll, "2")
    await quick.settle()
    camille = quick.person("camille").user_id
    quick.homeserver.member(quick.rooms["network"], camille, membership, by=quick.person("morgan").user_id)
    await votes(quick, "camille", poll, "1")  # as another server might still bring
    await quick.taps("camille", "3️⃣", on=poll.card)
    assert (await quick.says("camille", "vote n° 1 1", direct))[-1].startswith("Je ne trouve pas ce sondage")
    assert (await quick.says("camille", "vote 1", direct))[-1].startswith("Il n’y a pas de sondage en cours")
    assert await counts(quick, poll) == (0, 1, 0, 0), "what was given in its time stands"


async def test_who_may_react_but_not_write_votes(quick: MemoryWorld) -> None:
    poll = await a_poll(quick)
    levels = {"events_default": 50, "events": {"m.reaction": 0, UNSTABLE: 0}}
    await quick.person("morgan").set_state(quick.rooms["network"], "m.room.power_levels", levels)
    await quick.taps("camille", "3️⃣", on=poll.card)
    await votes(quick, "lou", poll, "1")
    assert await counts(quick, poll) == (1, 0, 1, 0)
    assert await said(quick) == []


async def test_the_end_of_a_poll_and_its_message_are_not_a_members_to_forge(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll.boxes[0]}}
    await sends(quick, "lou", END, {END: {}} | related)
    for target in (poll.card, poll.boxes[0]):
        fresh = {"msgtype": "m.text", "body": "Sondage annulé", "m.mentions": {}}
        await sends(
            quick,
            "lou",
            "m.room.message",
            fresh | {"m.new_content": fresh, "m.relates_to": {"rel_type": "m.replace", "event_id": target}},
        )
    await votes(quick, "camille", poll, "2")
    assert await counts(quick, poll) == (0, 1, 0, 0), "the poll goes on"
    assert (await at(quick, TUESDAY))[-1].startswith("Résultat – Quels thèmes ? (1 vote)")
    assert await ended(quick, poll) == [2], "theirs, which clients pass over, and ours"


async def test_nobody_changes_the_vote_of_another(quick: World) -> None:
    poll = await a_poll(quick)
    vote = await quick.tells("camille", "!vote 2")
    native = await votes(quick, "alix", poll, "4")
    await quick.settle()
    await quick.says("lou", "!vote 1", edit_of=vote)
    related = {"m.relates_to": {"rel_type": "m.replace", "event_id": native}}
    await sends(
        quick,
        "lou",
        UNSTABLE,
        {UNSTABLE: {"answers": ["1"]}, "m.new_content": {UNSTABLE: {"answers": ["1"]}}} | related,
    )
    direct = await quick.direct("lou")
    await quick.person("lou").redact(direct, vote)
    await quick.person("lou").redact(direct, native)
    assert await counts(quick, poll) == (0, 1, 0, 1)


# --- noise


ABSURD = (
    "10" * 5,
    str(10**9),
    "n° 999999999 1",
    "9" * 20,
    "-1",
    "1.5",
    "1" * 60_000,
    "٣",
    "²",
    "\u202e1 9",
    "1 " * 30_000,
)
OF_NO_POLL = (
    "!resultats 99999999999999999999",
    "!sondage clore 999999999",
    "!sondage suite 99999999999 x",
    "!dates retenir 999999999 9999999",
)


async def test_a_vote_that_is_absurd_is_refused_shortly_and_changes_nothing(quick: World) -> None:
    poll = await a_poll(quick, most=2)
    for typed in ABSURD:
        await quick.tells("camille", "!vote 2")
        answer = (await quick.says("camille", f"!vote {typed}"))[-1]
        assert len(answer) < 400
        assert "erreur" not in answer
        assert await counts(quick, poll) in ((0, 1, 0, 0), (1, 0, 0, 0)), typed[:30]


async def test_a_number_that_no_poll_has_is_refused(quick: World) -> None:
    await a_poll(quick)
    for line in OF_NO_POLL:
        (answer,) = await quick.says("morgan", line, room="team")
        assert "erreur" not in answer, line


@pytest.mark.long
@pytest.mark.parametrize(("ballots", "dates"), [(100, False), (40, True), pytest.param(1_000, False)])
async def test_who_spoils_their_ballot_again_and_again_is_told_once(
    quick: World, ballots: int, dates: bool
) -> None:
    poll = await (of_dates(quick) if dates else a_poll(quick))
    for number in range(ballots):
        await votes(quick, "lou", poll, "9", "x" * number, part=number % len(poll.boxes))
    await quick.settle()
    assert len(await said(quick)) == 1
    assert len(await by_the_bot(quick)) <= len(poll.boxes) + 3


@pytest.mark.long
async def test_who_spoils_and_mends_a_hundred_times_brings_no_flood_of_edits(quick: World) -> None:
    poll = await a_poll(quick)
    for number in range(100):
        await votes(quick, "lou", poll, "9" if number % 2 else "1")
    await quick.settle()
    assert len(await said(quick)) == 1
    assert len(await by_the_bot(quick)) < 10
    assert (await counted(quick, poll)).voters == 0


async def test_what_is_no_ballot_at_all_harms_nobody(quick: World) -> None:
    poll = await a_poll(quick)
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll.boxes[0]}}
    odds: list[Any] = [
        None,
        3,
        "1",
        [],
        ["1"],
        {"answers": {}},
        {"answers": [["1"]]},
        {"answers": ["1"] * 10_000},
        {"answers": [None]},
    ]
    for odd in odds:
        await sends(quick, "lou", UNSTABLE, {UNSTABLE: odd} | related)
        await sends(quick, "lou", "m.poll.response", {"m.selections": odd} | related)
    for key in ("1️⃣" * 1_000, "", "11", "0️⃣", "5️⃣", "١", "é" * 10_000):
        await sends(
            quick,
            "lou",
            "m.reaction",
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": poll.card, "key": key}},
        )
    await votes(quick, "camille", poll, "2")
    assert await counts(quick, poll) == (0, 1, 0, 0)
    assert len(await said(quick)) == 1
