"""Pause-café: once a month, twenty minutes of two members; read as they read it."""

from datetime import datetime, timedelta

import pytest

from schedules.pairs import wording
from storage import silence
from storage.pairs import pairs
from storage.tables import PairMember, PairRound, PairSeat
from tests.support.meeting_fixture import without_links
from tests.support.world import PARIS, PLAIN, World

DRAW = datetime(2026, 12, 1, 10, 0, tzinfo=PARIS)
ASKED = DRAW + timedelta(days=14)
CLOSE = DRAW + timedelta(days=28)
JANUARY = datetime(2027, 1, 5, 10, 0, tzinfo=PARIS)
A_MINUTE = timedelta(minutes=1)
PEOPLE = ("camille", "lou", "noa", "sacha")
TOPIC = "Pause-café (décembre)"


async def subscribed(world: World, *people: str) -> dict[str, str]:
    rooms = {who: await world.direct(who) for who in people}
    for who, room in rooms.items():
        await world.says(who, "cafe oui", room)
    return rooms


async def heard(world: World, rooms: dict[str, str], at: datetime) -> dict[str, list[str]]:
    """What each one is told at that moment."""
    await world.wait_until_instant(at)
    return {
        who: [without_links(text) for text in await world.wait_until_instant(world.clock.now(), room)]
        for who, room in rooms.items()
    }


async def drawn(world: World, month: str = "2026-12") -> list[set[str]]:
    async with world.db.read() as db:
        found = await pairs.seats(db, month, 0)
    return [{seat.person.partition(":")[0][1:] for seat in seats} for seats in found.values()]


async def test_a_month_of_pairs_from_yes_to_the_count_of_the_team(quick: World) -> None:
    rooms = await subscribed(quick, *PEOPLE)
    assert (await quick.says("lou", "cafe oui", rooms["lou"]))[-1] == (
        "C’est noté, lou : une fois par mois, je vous présente un membre d’une autre commune, pour vingt "
        "minutes d’échange. Cette personne voit votre prénom et peut vous écrire.\n"
        "Prochain tirage : le mardi 1er décembre à 10 h.\nPour arrêter : `cafe non`"
    )
    told = await heard(quick, rooms, DRAW + A_MINUTE)
    (first, _) = await drawn(quick)
    one, other = sorted(first)
    assert told[one] == [
        f"{TOPIC} : avec {other.capitalize()}\n"
        "Vingt minutes pour faire connaissance, quand vous voulez, d’ici au mardi 22 décembre. "
        f"Pour écrire : {other.capitalize()}. Trois façons de commencer :\n"
        "1. « Bonjour ! Un café par téléphone mardi à 13 h 30, ou un autre jour ? »\n"
        "2. « Sur quoi travaillez-vous en ce moment ? »\n"
        "3. « J’aimerais votre avis sur une question de mon quartier. »\n"
        "Pas le temps ce mois-ci ? Dites-le simplement. Pour arrêter : `cafe non`"
    ]
    assert all(len(texts) == 1 for texts in told.values())
    asked = await heard(quick, rooms, ASKED + A_MINUTE)
    assert asked[one] == [
        f"{TOPIC} : vous êtes-vous parlé, avec {other.capitalize()} ?\n✅ oui\n❌ pas cette fois\n"
        "L’équipe ne voit que des nombres."
    ]
    assert (await quick.taps(one, "✅", room=rooms[one]))[-1].startswith("C’est noté : vous vous êtes parlé.")
    assert (await quick.says(other, "non", rooms[other]))[-1].startswith("C’est noté, ce n’est pas grave")
    await quick.wait_until_instant(CLOSE + A_MINUTE)
    assert (await quick.reads("team"))[-1] == f"{TOPIC} : moins de cinq binômes."
    assert (await heard(quick, rooms, JANUARY + A_MINUTE))[one][0].startswith("Pause-café (janvier) : avec")
    assert first not in await drawn(quick, "2027-01")


async def test_three_are_a_trio_and_who_is_alone_is_told_so(quick: World) -> None:
    rooms = await subscribed(quick, "camille", "lou", "noa")
    told = await heard(quick, rooms, DRAW + A_MINUTE)
    assert told["lou"][0].startswith(f"{TOPIC} : avec Camille et Noa\n")
    await quick.says("camille", "cafe non", rooms["camille"])
    await quick.says("noa", "cafe non", rooms["noa"])
    await quick.wait_until_instant(CLOSE + A_MINUTE)
    told = await heard(quick, rooms, JANUARY + A_MINUTE)
    assert told["lou"] == [
        "Pause-café (janvier) : personne d’autre n’est disponible ce mois-ci. Vous restez sur la liste pour "
        "le prochain tirage. Pour arrêter : `cafe non`"
    ]
    assert not told["camille"] + told["noa"]


async def test_who_is_in_silence_is_not_drawn_nor_asked(quick: World) -> None:
    rooms = await subscribed(quick, *PEOPLE, "alix")
    await quick.says("alix", "silence jusqu’au 2 décembre", rooms["alix"])
    await heard(quick, rooms, DRAW + A_MINUTE)
    assert {"alix"}.isdisjoint(set().union(*await drawn(quick)))
    await quick.says("lou", "silence", rooms["lou"])
    asked = await heard(quick, rooms, ASKED + A_MINUTE)
    assert {who for who, texts in asked.items() if any("parlé" in text for text in texts)} == {
        "camille",
        "noa",
        "sacha",
    }


async def test_three_silent_rounds_end_it_and_say_so(quick: World) -> None:
    rooms = await subscribed(quick, "camille", "lou")
    for _ in range(3):
        await _a_round(quick, rooms)
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=14))
    assert (await quick.reads(rooms["lou"]))[-1] == (
        "Je n’ai pas eu de réponse après vos trois dernières pauses-café : je vous retire de la liste, pour "
        "que personne ne vous attende. Pour revenir quand vous voulez : `cafe oui`"
    )
    async with quick.db.read() as db:
        assert await pairs.members(db) == {"@camille:reseau.example.org"}
        assert {pair[1] for pair in await pairs.history(db)} == set()


async def _a_round(world: World, rooms: dict[str, str]) -> None:
    """Until Camille has answered that they talked; Lou says nothing."""
    for _ in range(10):
        await world.wait_until_instant(world.clock.now() + timedelta(days=7))
        last = await world.last(rooms["camille"])
        if "vous êtes-vous parlé" in last.text:
            await world.taps("camille", "✅", room=rooms["camille"])
            return
    raise AssertionError("nobody was asked")


@pytest.mark.parametrize(
    ("count", "met", "told"),
    [
        (4, 4, "moins de cinq binômes."),
        (12, 7, "12 binômes, dont 7 se sont parlé."),
        (12, 12, "12 binômes, dont 12 se sont parlé."),
        (12, 9, "12 binômes. Combien se sont parlé n’est pas détaillé"),
        (12, 4, "12 binômes. Combien se sont parlé n’est pas détaillé"),
    ],
)
def test_the_team_reads_no_count_below_five_nor_by_difference(count: int, met: int, told: str) -> None:
    row = PairRound(month="2026-12", drawn_at=DRAW, closed=True, pairs=count, met=met)
    assert wording.summary(row).text().translate(PLAIN).startswith(f"{TOPIC} : {told}")


async def test_who_leaves_is_forgotten_with_whom_they_met(quick: World) -> None:
    rooms = await subscribed(quick, *PEOPLE)
    await heard(quick, rooms, DRAW + A_MINUTE)
    async with quick.db.write() as db:
        db.add(PairMember(person="@gone:reseau.example.org", since=quick.clock.now()))
        db.add(PairSeat(month="2026-11", person="@gone:reseau.example.org", number=0))
    await quick.says("lou", "cafe non", rooms["lou"])
    await quick.wait_until_instant(DRAW + timedelta(days=1))
    async with quick.db.read() as db:
        assert len(await pairs.members(db)) == 3
        assert all(
            "lou" not in name and "gone" not in name for each in await pairs.history(db) for name in each
        )


async def test_nobody_is_asked_whether_they_talked_with_somebody_who_is_no_longer_there(quick: World) -> None:
    rooms = await subscribed(quick, *PEOPLE)
    await heard(quick, rooms, DRAW + A_MINUTE)
    (one, other), (left, alone) = (sorted(pair) for pair in await drawn(quick))
    await quick.says(left, "cafe non", rooms[left])
    asked = await heard(quick, rooms, ASKED + A_MINUTE)
    assert {who for who, texts in asked.items() if any("parlé" in text for text in texts)} == {one, other}
    assert asked[alone] == []


async def test_nobody_s_other_question_is_put_aside_for_the_follow_up(quick: World) -> None:
    rooms = await subscribed(quick, "camille", "lou")
    await heard(quick, rooms, ASKED - A_MINUTE)
    await quick.says("lou", "recommander https://example.org/", rooms["lou"])
    asked = await heard(quick, rooms, ASKED + A_MINUTE)
    assert not [text for text in asked["lou"] if "parlé" in text]
    async with quick.db.read() as db:
        assert not await silence.silent(db, quick.clock.now())
