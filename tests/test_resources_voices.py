"""« Utile pour moi aussi »: a word or a tap, one voice a person, and what is taken back counts no more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.tables import Redirect, Resource
from tests.support.resources_fixture import LINK, after_edits, unreachable
from tests.support.world import World, in_memory


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[World]:
    """Maxime has recommended the card 1."""
    async with in_memory(tmp_path) as world:
        unreachable(world)
        await world.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
        yield world


async def voices(world: World) -> str:
    """What the card says of them."""
    await after_edits(world)
    facts = (await world.lines())[0].text.splitlines()[1]
    return facts.partition(" – ")[2]


async def test_a_word_is_a_voice_once(quick: World) -> None:
    assert (await quick.says("lou", "!utile 1"))[
        -1
    ] == "C’est noté, Lou : 2 personnes jugent la fiche 1 utile."
    assert (await quick.says("lou", "!utile fiche 1"))[
        -1
    ] == "Votre voix y était déjà, Lou : 2 personnes jugent la fiche 1 utile."
    assert await voices(quick) == "2 voix"


async def test_a_tap_is_a_voice_until_it_is_taken_back(quick: World) -> None:
    card = await quick.last()
    assert list(card.reactions) == ["👍"]
    tap = await quick.person("lou").react(quick.rooms["network"], card.id, "👍🏽")
    await quick.settle()
    assert await voices(quick) == "2 voix"
    await quick.person("lou").redact(quick.rooms["network"], tap)
    await quick.settle()
    assert await voices(quick) == ""
    assert len(await quick.lines()) == 1


async def test_one_voice_a_person_whatever_the_way_and_each_way_is_taken_back_alone(quick: World) -> None:
    card = (await quick.last()).id
    said = await quick.tells("lou", "!utile 1")
    await quick.taps("lou", "👍", on=card)
    await quick.taps("maxime", "👍", on=card)
    assert await voices(quick) == "2 voix"
    await quick.person("lou").redact(quick.rooms["network"], said)
    await quick.settle()
    assert await voices(quick) == "2 voix"


async def test_what_was_said_of_the_wrong_card_is_put_right_by_an_edit(quick: World) -> None:
    await quick.says("camille", f"!recommander {LINK}/suite #santé la suite")
    said = await quick.tells("lou", "!utile 1")
    await quick.settle()
    assert await voices(quick) == "2 voix"
    assert "C’est noté, Lou : 2 personnes jugent la fiche 2 utile." in await quick.says(
        "lou", "!utile 2", edit_of=said
    )
    assert await voices(quick) == ""


async def test_a_reply_to_the_card_needs_no_number(quick: World) -> None:
    card = (await quick.last()).id
    assert (await quick.says("lou", "!utile", reply_to=card))[
        -1
    ] == "C’est noté, Lou : 2 personnes jugent la fiche 1 utile."


async def test_the_card_that_an_answer_shows_is_as_good_as_the_card(quick: World) -> None:
    await quick.says("lou", "!ressource 1")
    shown = await quick.last()
    assert list(shown.reactions) == ["👍"]
    await quick.taps("lou", "👍", on=shown.id)
    assert await voices(quick) == "2 voix"
    assert (await quick.says("sacha", "!utile", reply_to=shown.id))[
        -1
    ] == "C’est noté, Sacha : 3 personnes jugent la fiche 1 utile."
    await quick.says("noa", "!ressource 1")
    assert len([text for text in await quick.reads() if text.startswith("Fiche 1")]) == 3, (
        "each has an answer of their own"
    )


async def test_a_refusal_gives_way_to_the_card_once_the_number_is_put_right(quick: World) -> None:
    wrong = await quick.tells("lou", "!ressource 9")
    await quick.settle()
    assert (await quick.says("lou", "!ressource 1", edit_of=wrong))[0].startswith("Fiche 1")
    assert len(await quick.reads()) == 2


async def test_a_number_that_is_missing_or_unknown_is_said_with_a_way_out(quick: World) -> None:
    missing = "Il me manque le numéro de la fiche. Exemple : `!utile 9`, ou `!utile` en réponse à la fiche."
    assert await quick.says("lou", "!utile") == [missing]
    assert await quick.says("lou", "!utile la fiche de Maxime") == [missing]
    assert await quick.says("lou", "!utile 7") == [
        "Il n’y a pas de fiche 7. Pour en recommander une : `!recommander` suivi du lien."
    ]


async def test_another_reaction_or_somebody_from_outside_is_no_voice(quick: World) -> None:
    await quick.taps("lou", "❤️")
    await quick.says("camille", f"!recommander {LINK}/suite #santé la suite", "open")
    card = (await quick.lines("open"))[0]
    await quick.taps("stef.exterieur", "👍", on=card.id, room="open")
    await after_edits(quick, "open")
    assert await voices(quick) == ""
    assert "voix" not in (await quick.reads("open"))[0]
    await quick.taps("lou", "👍", on=card.id, room="open")
    await after_edits(quick, "open")
    assert "Santé – 2 voix" in (await quick.reads("open"))[0]


async def test_a_voice_for_a_second_card_of_one_page_goes_to_the_card_that_stands(quick: World) -> None:
    await quick.says("camille", f"!recommander {LINK}/suite #santé la suite")
    second = (await quick.last()).id
    async with quick.db.write() as db:
        row = await db.get_one(Resource, 2)
        row.status = "retired"
        db.add(row)
        db.add(Redirect(clean_link=row.clean_link, resource_id=1))
    await quick.taps("lou", "👍", on=second)
    assert (await quick.says("sacha", "!utile 2"))[
        -1
    ] == "C’est noté, Sacha : 3 personnes jugent la fiche 1 utile."
    assert await voices(quick) == "3 voix"
