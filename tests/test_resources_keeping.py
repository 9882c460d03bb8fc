"""Titles of the panorama and cards are put aside with one word:
which of them a number means is asked only when it may be both.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.news_fixture import MONDAY, add_sample_week
from tests.support.resources_fixture import LINK, after_edits, unreachable
from tests.support.world import PARIS, World, in_memory

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=PARIS)
KEPT = "C’est mis de côté, Lou. Vous retrouverez votre liste en message privé avec `!meslectures`."
FIRST = "Contrats de ville : la clause de revoyure se prépare dès cet hiver"


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[World]:
    """On a Friday Maxime has recommended the card 1; the panorama of the Monday has appeared since."""
    async with in_memory(tmp_path, at=FRIDAY) as world:
        unreachable(world)
        await world.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
        await add_sample_week(world)
        await world.wait_until_instant(MONDAY)
        yield world


async def kept(world: World) -> list[str]:
    """The list in private, without addresses."""
    (said,) = await world.says("lou", "meslectures", room=await world.direct("lou"))
    return [line.split(" (http")[0] for line in said.splitlines()[:-1]]


async def test_after_a_panorama_a_number_is_that_of_its_title(quick: World) -> None:
    assert await quick.says("lou", "!garder 1") == [KEPT]
    assert await kept(quick) == ["Vos lectures (un titre)", f"1. {FIRST}"]


async def test_a_card_is_kept_by_its_name_by_a_reply_or_by_a_number_that_no_title_has(quick: World) -> None:
    card = next(line.id for line in await quick.lines() if line.text.startswith("Fiche 1"))
    assert await quick.says("lou", "!garder fiche 1") == [KEPT]
    assert await quick.says("lou", "!garder", reply_to=card) == [KEPT]
    for n in range(2, 10):
        await quick.says("maxime", f"!recommander {LINK}/{n} #santé utile aussi")
    assert await quick.says("lou", "!garder 9") == [KEPT]
    heading, *lines = await kept(quick)
    assert heading == "Vos fiches (2 fiches)"
    assert sorted(lines) == [f"1. {LINK[8:]}", f"9. {LINK[8:]}/9"]


async def test_a_number_that_may_be_both_is_asked_about(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK}/suite #cadre-de-vie la suite")
    (question,) = await quick.says("lou", "!garder 2")
    assert question.splitlines() == [
        "Lequel mettre de côté ? Touchez un chiffre :",
        (
            "1. le titre n° 2 du panorama, « Programmation 2027 : l’instruction annuelle fixe le "
            "calendrier des appels à projets »"
        ),
        f"2. la fiche 2, « {LINK[8:]}/suite »",
    ]
    assert await quick.taps("lou", "2️⃣") == [KEPT]
    assert await kept(quick) == ["Vos fiches (une fiche)", f"2. {LINK[8:]}/suite"]


async def test_a_list_just_seen_makes_a_number_doubtful_and_a_voice_for_an_old_card_does_not(
    quick: World,
) -> None:
    card = next(line.id for line in await quick.lines() if line.text.startswith("Fiche 1"))
    await quick.taps("noa", "👍", on=card)
    await after_edits(quick)
    assert (await quick.says("lou", "!garder 1"))[-1] == KEPT
    await quick.says("lou", "!ressources diagnostic")
    assert (await quick.says("lou", "!garder 1"))[-1].startswith("Lequel mettre de côté ?")
    assert (await quick.says("noa", "!garder 1"))[-1].startswith("C’est mis de côté, Noa.")


async def test_a_reply_to_the_panorama_means_its_title(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK}/suite #cadre-de-vie la suite")
    panorama = next(line.id for line in await quick.lines() if line.text.startswith("Panorama"))
    assert await quick.says("lou", "!garder 2", reply_to=panorama) == [KEPT]
    assert (await kept(quick))[0] == "Vos lectures (un titre)"


async def test_both_are_in_one_list_and_emptied_together(quick: World) -> None:
    await quick.says("lou", "!garder 1")
    await quick.says("lou", "!garder la fiche n° 1")
    assert await kept(quick) == [
        "Vos lectures (un titre)",
        f"1. {FIRST}",
        "Vos fiches (une fiche)",
        f"1. {LINK[8:]}",
    ]
    await quick.says("lou", "meslectures vider", room=await quick.direct("lou"))
    assert (await kept(quick)) == []


async def test_what_cannot_be_kept_is_said_with_an_example(quick: World) -> None:
    missing = (
        "Il me manque un numéro. Exemples : `!garder 2` pour un titre du panorama, `!garder fiche 9` pour "
        "une fiche."
    )
    for typed in ("!garder", "!garder la fiche de Maxime"):
        assert await quick.says("lou", typed) == [missing]
    assert (await quick.says("lou", "!garder fiche 7"))[0].startswith("Il n’y a pas de fiche 7.")
    assert (await quick.says("lou", "!garder 12"))[0].startswith(
        "Le dernier panorama va de 1 à 8 : il n’a pas de n° 12."
    )
