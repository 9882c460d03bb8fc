"""A poll whose room is upgraded while it is open goes on in the room that took its place,
with the votes it has.
"""

from datetime import timedelta

from tests.support.world import World
from tests.test_polls_closing import TUESDAY, at, ended
from tests.test_polls_voting import DATES, Published, a_poll, counts, votes
from tests.test_rooms import successor, upgraded

CARD = (
    "Sondage – Quels thèmes ?\nUne seule réponse, jusqu’au mardi 24 novembre à 12 h. Dix secondes "
    "suffisent.\n"
    "1. Emploi et insertion\n2. Santé\n3. Numérique\n4. Actualités nationales\n"
    "Votez dans l’encadré ci-dessous ou écrivez `!vote 1`.\n"
    "Le salon peut voir qui vote quoi, sauf pour un vote écrit en message privé."
)


async def moves(world: World, kind: str = "network") -> None:
    """The room is upgraded; everybody comes along, but Sacha. « new » is the new one."""
    new = world.rooms["new"] = await successor(world)
    for who in ("camille", "lou", "alix"):
        await world.person("morgan").invite(new, world.person(who).user_id)
        await world.person(who).join(new)
    await upgraded(world, world.rooms[kind], new)
    await world.settle()


async def test_it_is_shown_in_the_new_room_with_its_votes_and_has_its_result_there(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await moves(quick)
    card, box = await quick.lines("new")
    assert (card.text, card.msgtype) == (f"{CARD}\n1 vote – clôture mardi 24 novembre à 12 h", "m.text")
    new_box = Published(poll.number, card.id, [box.id])
    await votes(quick, "lou", new_box, "2", room="new")
    assert (await quick.says("alix", "!vote 2", room="new"))[-1] == "Vote noté : Santé."
    await votes(quick, "sacha", poll, "3")  # in the old one still
    assert await counts(quick, poll) == (1, 2, 1, 0)
    await votes(quick, "camille", new_box, "2", room="new")
    assert await counts(quick, poll) == (0, 3, 1, 0)
    result = (await at(quick, TUESDAY, "new"))[-1]
    assert result.startswith("Résultat – Quels thèmes ? (4 votes)\n1. Santé – 3 voix (75,0 %)\n2. Numérique")
    assert [line.text for line in await quick.lines("new") if line.msgtype == "m.text"].count(result) == 1
    assert not [text for text in await quick.reads("network") if text.startswith("Résultat")]
    assert box.id not in [line.id for line in await quick.lines("new")], "it knows half of the votes"
    assert await ended(quick, poll) == [0]


async def test_one_that_waits_for_its_hour_appears_in_the_new_room_only(quick: World) -> None:
    await a_poll(quick, shown=False, opens_at=TUESDAY, closes_at=TUESDAY + timedelta(days=1))
    await moves(quick)
    assert await quick.reads("new") == []
    await at(quick, TUESDAY, "new")
    assert [text.split("\n")[0] for text in await quick.reads("new")] == [
        "Sondage – Quels thèmes ?",
        "Quels thèmes ?",
    ]
    assert await quick.reads("network") == []


async def test_its_nudge_is_said_where_one_can_vote(quick: World) -> None:
    await a_poll(quick, closes_at=TUESDAY + timedelta(days=2))
    await moves(quick)
    (said,) = [
        text for text in await at(quick, TUESDAY + timedelta(days=1), "new") if "pour l’instant" in text
    ]
    assert said.startswith("Sondage « Quels thèmes ? » : aucun vote pour l’instant")


async def test_the_date_is_proposed_in_the_room_that_took_the_place_of_the_teams(quick: World) -> None:
    poll = await a_poll(
        quick, kind="dates", question="Quelle date ?", choices=[], days=list(DATES), closes_at=TUESDAY
    )
    await votes(quick, "camille", poll, "1")
    await moves(quick, "team")
    await at(quick, TUESDAY)
    assert (await quick.reads("new"))[-1].endswith("ou écrivez `!dates retenir 1 1`.")
