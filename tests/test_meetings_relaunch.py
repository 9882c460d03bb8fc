"""`!relancer`: who has not answered is asked once in a lifetime,
in private, after the team has seen how many they are and what they will read.
"""

from datetime import datetime, timedelta

from storage.meetings import preferences
from tests.support.meeting_fixture import (
    SERVER,
    after_edits,
    announce_meeting,
    announced_meeting,
    change_meeting,
    record_answer,
)
from tests.support.world import PARIS, MemoryWorld, World

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=PARIS)
ASKED = (
    "Bonjour, la rencontre du jeudi 10 décembre approche (Marquemont ou visio). "
    "Pouvez-vous nous dire si vous venez ? Un mot suffit : oui, visio ou non."
)
SCHEDULED = "C’est programmé. Une seule relance sera envoyée à chaque personne."


async def friends(world: World, *people: str) -> dict[str, str]:
    """Those who talk with the bot in private."""
    return {who: await world.direct(who) for who in people}


async def asked(world: World, rooms: dict[str, str]) -> set[str]:
    return {who for who, private in rooms.items() for text in await world.reads(private) if text == ASKED}


async def test_those_who_have_not_answered_are_asked_once(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille", "lou")
    await announce_meeting(quick)
    await record_answer(quick, "lou", "no")
    (proposed,) = await quick.says("morgan", "!relancer T4", "team")
    count, *left_out, to, text, when = proposed.split("\n")
    assert count.endswith("personnes n’ont pas répondu.")
    assert left_out[0].endswith("pas de conversation privée avec moi")
    assert (to, text) == ("Message proposé à l’autre :", f"« {ASKED} »")
    assert (
        when == "Envoi : mardi 24 novembre à 9 h. D’accord ? Répondez oui, non, ou indiquez une autre date."
    )
    assert await quick.says("morgan", "oui", "team") == [SCHEDULED]
    assert await asked(quick, rooms) == set()
    await after_edits(quick, TUESDAY)
    assert await asked(quick, rooms) == {"camille"}
    (refused,) = await quick.says("morgan", "!relancer T4", "team")
    assert "mais je ne peux relancer personne :" in refused
    assert "une a déjà été relancée" in refused
    assert "!annonce" in refused


async def test_who_wants_no_reminders_is_left_alone(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille", "sacha", "alix")
    await announce_meeting(quick)
    async with quick.db.write() as db:
        await preferences.set_reminders(db, f"@sacha{SERVER}", preferences.NO, quick.clock.now())
    (proposed,) = await quick.says("morgan", "!relancer", "team")
    assert "- une a choisi de ne pas recevoir de rappel" in proposed
    assert "Message proposé aux 2 autres :" in proposed
    await quick.says("morgan", "oui", "team")
    await after_edits(quick, TUESDAY)
    assert await asked(quick, rooms) == {"camille", "alix"}


async def test_who_answers_or_opts_out_before_it_goes_out_is_not_asked(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille", "sacha", "alix")
    await announce_meeting(quick)
    await quick.says("morgan", "!relancer T4", "team")
    await quick.says("morgan", "oui", "team")
    await record_answer(quick, "camille", "maybe")
    async with quick.db.write() as db:
        await preferences.set_reminders(db, f"@sacha{SERVER}", preferences.NO, quick.clock.now())
    await after_edits(quick, TUESDAY)
    assert await asked(quick, rooms) == {"alix"}


async def test_a_tap_or_one_word_is_enough_to_answer(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille", "sacha")
    await announce_meeting(quick)
    await quick.says("morgan", "!relancer T4", "team")
    await quick.says("morgan", "maintenant", "team")
    assert await asked(quick, rooms) == {"camille", "sacha"}
    taps = [
        event["content"]["m.relates_to"]["key"]
        for event in await quick.events(rooms["camille"])
        if event["type"] == "m.reaction"
    ]
    assert taps == ["✅", "💻", "❔", "❌"]
    await quick.taps("camille", "✅", room=rooms["camille"])
    await quick.says("sacha", "visio", rooms["sacha"])
    await after_edits(quick, quick.clock.now() + timedelta(seconds=10))
    assert "1 sur place, 1 en visio" in (await quick.reads())[1]


async def test_another_date_a_no_and_a_change_of_mind(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille")
    await announce_meeting(quick)
    await quick.says("morgan", "!relancer T4", "team")
    assert await quick.says("morgan", "non", "team") == ["D’accord, personne n’est relancé."]
    await quick.says("morgan", "!relancer T4", "team")
    (again,) = await quick.says("morgan", "samedi 28 novembre", "team")
    assert "Envoi : lundi 30 novembre à 9 h." in again
    assert await quick.says("morgan", "oui", "team") == [SCHEDULED]
    (planned,) = await quick.says("morgan", "!relancer T4", "team")
    assert (
        planned
        == "Une relance est déjà programmée le lundi 30 novembre à 9 h. L’annuler ? Répondez oui ou non."
    )
    assert await quick.says("morgan", "oui", "team") == ["C’est annulé : personne n’est relancé."]
    await after_edits(quick, datetime(2026, 11, 30, 9, tzinfo=PARIS))
    assert await asked(quick, rooms) == set()
    (proposed,) = await quick.says("morgan", "!relancer T4", "team")
    assert "Message proposé" in proposed


async def test_a_relaunch_that_was_missed_is_the_teams_to_plan_again(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille")
    await announce_meeting(quick)
    await quick.says("morgan", "!relancer T4", "team")
    await quick.says("morgan", "oui", "team")
    await quick.stop()
    quick.clock.offset += TUESDAY + timedelta(days=2, hours=1) - quick.clock.now()
    await quick.start()
    assert (await quick.reads("team"))[-1] == (
        "La relance pour la rencontre du jeudi 10 décembre n’est pas partie (une personne) : j’étais à "
        "l’arrêt. "
        "Pour la reprogrammer : `!relancer 2026-T4`"
    )
    assert await asked(quick, rooms) == set()
    *_, proposed = await quick.says("morgan", "!relancer T4", "team")
    assert "Message proposé" in proposed


async def test_killed_before_and_after_nobody_is_asked_twice(quick: MemoryWorld) -> None:
    rooms = await friends(quick, "camille")
    await announce_meeting(quick)
    await quick.says("morgan", "!relancer T4", "team")
    await quick.says("morgan", "oui", "team")
    await quick.restart()
    await after_edits(quick, TUESDAY)
    await quick.restart()
    await change_meeting(
        quick,
        starts_at=datetime(2026, 12, 17, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2026, 12, 17, 12, tzinfo=PARIS),
    )
    await after_edits(quick, TUESDAY + timedelta(hours=3))
    assert (await quick.reads(rooms["camille"])).count(ASKED) == 1


async def test_all_have_answered_or_none_can_be_reached(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    (nobody,) = await quick.says("morgan", "!relancer T4", "team")
    assert nobody.split("\n")[0].endswith("personnes n’ont pas répondu, mais je ne peux relancer personne :")
    for person in quick.people.values():
        await record_answer(quick, person.user_id.removeprefix("@").partition(":")[0], "no")
    (done,) = await quick.says("morgan", "!relancer T4", "team")
    assert done.startswith("Tout le monde a répondu : il n’y a personne à relancer.")


async def test_only_the_team_may_ask(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    (refused,) = await quick.says("claude", "!relancer T4")
    assert "équipe" in refused


async def test_guests_who_could_not_opt_out_are_not_asked(quick: MemoryWorld) -> None:
    await friends(quick, "stef.exterieur", "camille")
    await announced_meeting(quick, "open", "network", place="", town="", video="")
    (proposed,) = await quick.says("morgan", "!relancer", "team")
    assert "Message proposé à l’autre :" in proposed
    assert (
        "« Bonjour, la rencontre du jeudi 10 décembre approche. Pouvez-vous nous dire si vous venez ? "
        "Un mot suffit : oui ou non. »"
    ) in proposed
