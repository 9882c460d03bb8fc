"""The library is put in order: by the team all of it, by everybody what they recommended;
every change traced, and undone by one line.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.resources_fixture import LINK, unreachable
from tests.support.world import World, in_memory

OTHER = "https://methodes.example.org/evaluation/trame"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Card 1 is Maxime's, card 2 Lou's."""
    async with in_memory(tmp_path) as world:
        unreachable(world)
        await world.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
        await world.says("lou", f"!recommander {OTHER} #evaluation à compléter avec les habitants")
        await world.says("morgan", "Bonjour", room="team")
        yield world


async def card(world: World, n: int) -> str:
    return next(text for text in await world.reads() if text.startswith(f"Fiche {n} –"))


async def answer(world: World, who: str, line: str, room: str = "network") -> str:
    """What is said in reply, not what changes on the cards."""
    (said,) = [text for text in await world.says(who, line, room) if not text.startswith("Fiche ")]
    return said


async def found(world: World, words: str) -> str:
    return await answer(world, "camille", f"!ressources {words}")


async def test_the_team_puts_a_title_right_and_the_card_and_the_search_follow(world: World) -> None:
    said = await answer(
        world, "morgan", "!ressource corriger 1 titre = Diagnostic en marchant : déroulé et grille", "team"
    )
    assert said == "C’est corrigé, fiche 1 – titre : Diagnostic en marchant : déroulé et grille"
    assert (await card(world, 1)).startswith("Fiche 1 – Diagnostic en marchant : déroulé et grille\n")
    assert "Diagnostic en marchant" in await found(world, "grilles deroulées")


OWN = {
    "pourquoi = testé à Bruaville": "« Testé à Bruaville. » – Maxime, Bruaville",
    "Thème : santé": "Santé",
    "type=outils": "Outil – santé",
    "lien = https://example.org/ailleurs": (
        "Ouvrir la ressource (https://example.org/ailleurs) – Utile pour vous aussi ? 👍 ou `!utile 1` "
        "(le salon voit votre nom, sauf en message privé)"
    ),
}


async def test_whoever_recommended_it_may_put_right_each_part_of_their_own(world: World) -> None:
    for typed, line in OWN.items():
        await answer(world, "maxime", f"!ressource corriger 1 {typed}")
        assert line in (await card(world, 1)).splitlines()


async def test_a_theme_is_said_by_its_name_and_undone_by_what_one_types(world: World) -> None:
    said = await answer(world, "maxime", "!ressource corriger 1 thème = sante")
    assert said.splitlines() == [
        "C’est corrigé, fiche 1 – thème : Santé",
        "Pour revenir en arrière : `!ressource corriger 1 thème = cadre-de-vie`",
    ]
    (history,) = await world.says("morgan", "!ressource historique 1", "team")
    assert history.splitlines()[1] == "- 23 novembre, Maxime : thème, Santé (avant : Cadre de vie)"


async def test_the_answer_holds_the_line_that_undoes_it(world: World) -> None:
    before = await card(world, 1)
    said = await answer(world, "maxime", "!ressource corriger 1 pourquoi = autre chose")
    back = said.splitlines()[1].removeprefix("Pour revenir en arrière : ").strip("`")
    assert back == "!ressource corriger 1 pourquoi = Très pratique."
    await world.says("maxime", back)
    assert await card(world, 1) == before
    assert await answer(world, "maxime", back) == "C’était déjà ainsi sur la fiche 1."


async def test_somebody_elses_card_is_not_theirs_to_change(world: World) -> None:
    before = await card(world, 1)
    for entry in ("corriger 1 titre = A", "retirer 1", "remettre 1"):
        said = await answer(world, "lou", f"!ressource {entry}")
        assert said.startswith(
            "Seules l’équipe d’animation et la personne qui l’a recommandée peuvent changer cette fiche."
        )
    assert (await answer(world, "maxime", "!ressource epingler 1")).startswith(
        "C’est l’équipe d’animation qui épingle les fiches."
    )
    assert await card(world, 1) == before


REFUSED = {
    "corriger": (
        "Il me manque le numéro de la fiche. Exemple : `!ressource corriger 9 titre = Le nouveau titre`"
    ),
    "corriger 1": (
        "Il me manque ce qu’il faut corriger. Exemple : `!ressource corriger 1 titre = Le nouveau titre`"
    ),
    "corriger 1 Le nouveau titre": (
        "Il me manque ce qu’il faut corriger. Exemple : `!ressource corriger 1 titre = Le nouveau titre`"
    ),
    "corriger 1 couleur = bleu": (
        "Je ne sais pas corriger « couleur » : titre, pourquoi, thème, type ou lien."
    ),
    "corriger 1 voix = 12": "Je ne sais pas corriger « voix » : titre, pourquoi, thème, type ou lien.",
    "corriger 1 thème = jardinage": "Je ne connais pas le thème « jardinage ».",
    "corriger 1 type = machin": "Je ne connais pas le type « machin ». Les types : outil, guide,",
    "corriger 1 lien = là": (
        "« là » n’est pas une adresse web. Exemple : `!ressource corriger 1 lien = https://example.org/page`"
    ),
    "corriger 1 lien =": "« » n’est pas une adresse web.",
    "corriger 7 titre = A": "Il n’y a pas de fiche 7.",
    "retirer": "Il me manque le numéro de la fiche. Exemple : `!ressource retirer 9`",
}


async def test_what_cannot_be_changed_says_how_to_write_it(world: World) -> None:
    for typed, said in REFUSED.items():
        assert (await answer(world, "morgan", f"!ressource {typed}", "team")).startswith(said)


async def test_a_reply_to_the_card_needs_no_number(world: World) -> None:
    line = next(line for line in await world.lines() if line.text.startswith("Fiche 1"))
    await world.says("maxime", "!ressource corriger type = guide", reply_to=line.id)
    assert "Guide – cadre de vie" in await card(world, 1)
    await world.says("maxime", "!ressource retirer", reply_to=line.id)
    assert await card(world, 1) == f"Fiche 1 – {LINK.removeprefix('https://')}\nCette fiche a été retirée."


async def test_what_is_retired_is_found_no_more_until_it_is_put_back(world: World) -> None:
    before = await card(world, 1)
    assert "`!ressource remettre 1`" in await answer(world, "maxime", "!ressource retirer 1")
    assert "1. " not in await found(world, "marchant")
    assert (await answer(world, "maxime", "!ressource retirer 1")).startswith("La fiche 1 est déjà retirée.")
    assert (await answer(world, "maxime", "!ressource corriger 1 titre = A")).startswith(
        "La fiche 1 est retirée."
    )
    assert (await answer(world, "maxime", "!ressource remettre 1")).endswith("est de retour.")
    assert await card(world, 1) == before
    assert "1. " in await found(world, "marchant")


async def test_a_title_that_is_taken_away_is_the_pages_again(world: World) -> None:
    await answer(world, "maxime", "!ressource corriger 1 titre = A")
    said = await answer(world, "maxime", "!ressource corriger 1 titre =")
    assert said.splitlines()[0] == "C’est noté : la fiche 1 reprend le titre de sa page."
    assert (await card(world, 1)).startswith(f"Fiche 1 – {LINK.removeprefix('https://')}\n")


async def test_a_link_that_another_card_has_makes_one_of_two_for_the_team_only(world: World) -> None:
    said = await answer(world, "maxime", f"!ressource corriger 1 lien = {OTHER}?utm_source=x")
    assert (
        said == "Cette adresse est déjà celle de la fiche 2. Pour retirer la vôtre : `!ressource retirer 1`"
    )
    said = await answer(world, "morgan", f"!ressource corriger 1 lien = {OTHER}", "team")
    assert said == (
        "Cette adresse était déjà connue : les fiches 1 et 2 sont maintenant réunies dans la fiche 1."
    )
    assert "2 voix" in await card(world, 1)
    assert (await answer(world, "morgan", "!ressource remettre 2", "team")).startswith(
        "La fiche 2 est maintenant réunie à la fiche 1"
    )


async def test_a_retired_card_that_another_one_turns_out_to_be_is_back_and_its_history_says_so(
    world: World,
) -> None:
    await answer(world, "morgan", "!ressource retirer 1", "team")
    await answer(world, "morgan", f"!ressource corriger 2 lien = {LINK}", "team")
    (history,) = await world.says("morgan", "!ressource historique 1", "team")
    assert [line.rpartition(" : ")[2] for line in history.splitlines()[1:]] == [
        "fiche remise",
        "fiche retirée",
    ]


async def test_the_team_pins_three_cards_at_most(world: World) -> None:
    for n in (3, 4):
        await world.says("lou", f"!recommander {OTHER}/{n} #evaluation utile")
    for n in (1, 2, 3):
        assert (await answer(world, "morgan", f"!ressource epingler {n}", "team")).startswith(
            f"La fiche {n} est épinglée"
        )
    assert "épinglée par l’équipe" in await card(world, 1)
    said = await answer(world, "morgan", "!ressource epingler 4", "team")
    assert (
        said == "Trois fiches sont déjà épinglées : 1, 2, 3. Pour en détacher une : `!ressource detacher 1`"
    )
    assert await answer(world, "morgan", "!ressource detacher 1", "team") == "La fiche 1 n’est plus épinglée."
    assert (await answer(world, "morgan", "!ressource epingler 4", "team")).startswith(
        "La fiche 4 est épinglée"
    )


async def test_the_team_reads_who_changed_what_in_its_own_room_only(world: World) -> None:
    assert (
        await answer(world, "morgan", "!ressource historique 1", "team")
        == f"Rien n’a été changé sur la fiche 1, « {LINK.removeprefix('https://')} »."
    )
    await answer(world, "maxime", "!ressource corriger 1 type = outil")
    await answer(world, "morgan", "!ressource retirer 1", "team")
    (said,) = await world.says("morgan", "!ressource historique 1", "team")
    assert said.splitlines() == [
        "Fiche 1 – 2 changements",
        "- 23 novembre, animation : fiche retirée",
        "- 23 novembre, Maxime : type, outil (avant : –)",
    ]
    for who, room in (("morgan", "network"), ("maxime", "network")):
        assert (await answer(world, who, "!ressource historique 1", room)).startswith(
            "L’historique d’une fiche se demande dans le salon de l’équipe."
        )


async def test_a_title_with_markup_or_a_mention_stays_a_title(world: World) -> None:
    await answer(
        world,
        "maxime",
        "!ressource corriger 1 titre = <b>@room</b> **gras** https://matrix.to/#/@lou:reseau.example.org",
    )
    assert (await card(world, 1)).startswith("Fiche 1 – <b>@room</b> **gras** @lou:reseau.example.org\n")
