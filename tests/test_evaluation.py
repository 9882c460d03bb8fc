"""The day after: three questions to who was there, and the report; nothing is read of fewer than five, nor by
the difference between two readings.
"""

from datetime import datetime

from storage.rollcall import rollcalls
from storage.surveys import surveys
from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, World

DAY = datetime(2026, 12, 10, 9, 40, tzinfo=PARIS)
NEXT = datetime(2026, 12, 11, 9, 30, tzinfo=PARIS)
CLOSED = datetime(2026, 12, 18, 9, 30, tzinfo=PARIS)
PEOPLE = ("camille", "lou", "sacha", "alix", "dominique", "claude")


async def held(world: World, people: tuple[str, ...] = PEOPLE) -> dict[str, str]:
    """A meeting where these were; the private room of each."""
    await announced_meeting(world)
    rooms = {who: await world.direct(who) for who in people}
    await world.wait_until_instant(DAY)
    await world.says("morgan", "!pointage T4", "team")
    async with world.db.read() as db:
        roll = await rollcalls.of_meeting(db, 1)
    assert roll is not None
    for who, room in rooms.items():
        await world.says(who, roll.word, room)
    await world.wait_until_instant(NEXT)
    return rooms


async def answers(world: World, who: str, room: str, *said: str) -> None:
    for text in ("enquete", *said):
        await world.says(who, text, room)


async def report(world: World) -> str:
    return (await world.says("morgan", "!bilan T4", "team"))[-1]


async def test_no_reading_before_the_close_tells_anything_and_after_it_nothing_changes(quick: World) -> None:
    rooms = await held(quick)
    for who, room in rooms.items():
        assert any("rencontre du jeudi 10 décembre 2026" in text for text in await quick.reads(room)), who
    before = await report(quick)
    assert "Évaluation : ouverte jusqu’au jeudi 17 décembre à 18 h. Rien n’en est montré avant." in before
    for who in PEOPLE[:5]:
        await answers(quick, who, rooms[who], "1", "passer", "1")
        assert await report(quick) == before  # not by the difference either
    await quick.wait_until_instant(CLOSED)
    after = await report(quick)
    assert "Évaluation : 5 réponses sur 6" in after
    assert "- Très utile : 5 (100,0 %)" in after
    await quick.says("camille", "enquete", rooms["camille"])
    await quick.says("morgan", "!pointage T4 retirer Lou", "team")
    assert [line for line in (await report(quick)).splitlines() if "utile" in line] == [
        line for line in after.splitlines() if "utile" in line
    ]


async def test_four_answers_are_never_detailed(quick: World) -> None:
    rooms = await held(quick)
    for who in PEOPLE[:4]:
        await answers(quick, who, rooms[who], "1", "un mot à moi", "1")
    await quick.wait_until_instant(CLOSED)
    said = await report(quick)
    assert "Évaluation : 4 réponses sur 6" in said
    assert "C’est moins de cinq : rien n’est détaillé." in said
    assert "Très utile" not in said
    assert "un mot" not in said


async def test_who_are_fewer_than_five_are_asked_nothing(quick: World) -> None:
    rooms = await held(quick, PEOPLE[:4])
    for room in rooms.values():
        assert not [text for text in await quick.reads(room) if "nquête" in text]
    async with quick.db.read() as db:
        assert await surveys.by_subject(db, "meeting:1") is None
    assert "si au moins cinq" in await report(quick)


async def test_the_trend_is_told_in_words_and_as_a_picture(quick: World) -> None:
    await held(quick, PEOPLE[:3])
    march = datetime(2027, 3, 16, 9, 30, tzinfo=PARIS)
    await announced_meeting(quick, starts_at=march)
    await quick.wait_until_instant(march)
    await quick.says("morgan", "!pointage ajouter Noa", "team")
    said = await quick.says("morgan", "!bilan", "team")
    assert said[-2].splitlines()[-2:] == [
        "- 2026-T4 : 3 personnes présentes : 3 sur place, 0 en visio",
        "- 2027-T1 : une personne présente : 1 sur place, 0 en visio",
    ]
    assert said[-1].startswith("Présence aux dernières rencontres.")


async def test_the_team_does_not_read_that_what_would_not_have_been_asked_did_not_leave(
    quick: World,
) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(DAY)
    await quick.says("morgan", "!pointage T4", "team")
    await quick.says("morgan", "!pointage T4 ajouter Noa", "team")
    await quick.stop()
    quick.clock.offset += CLOSED - quick.clock.now()
    await quick.start()
    assert not [text for text in await quick.reads("team") if "n’est pas partie" in text]
