"""Members find again what the network recommended; the rest of a list on demand;
nobody is left with nothing.
"""

from datetime import timedelta

import pytest

from tests.support.resources_fixture import add_resource, add_sample_resources
from tests.support.world import World

NOTHING_MORE = "Une autre à proposer ? `!recommander` suivi du lien."


@pytest.fixture
async def library(quick: World) -> World:
    async with quick.db.write() as session:
        await add_sample_resources(session)
    return quick


async def test_a_member_finds_a_resource_again(room: World) -> None:
    async with room.db.write() as session:
        await add_resource(
            session,
            {
                "id": 4,
                "titre": "Fiches d’indicateurs par quartier",
                "type": "donnees",
                "theme": "evaluation",
                "voix": 8,
            },
        )
        await add_resource(
            session,
            {
                "id": 6,
                "titre": "Évaluer un contrat de ville",
                "type": "outil",
                "theme": "evaluation",
                "voix": 11,
            },
        )
    (answer,) = await room.says("camille", "!ressources evaluation")
    assert answer.splitlines()[0] == "Ressources – evaluation (2 fiches)"
    assert answer.splitlines()[1].startswith(
        "6. Évaluer un contrat de ville (https://bibliotheque.example.org/6) – outil – 11 voix"
    )
    assert answer.splitlines()[2].startswith(
        "4. Fiches d’indicateurs par quartier (https://bibliotheque.example.org/4) – données – 8 voix"
    )
    assert answer.splitlines()[3] == NOTHING_MORE
    assert (await room.last()).msgtype == "m.notice"


async def test_five_at_most_and_the_others_on_demand(library: World) -> None:
    (first,) = await library.says("camille", "!ressources habitants")
    total = int(first.split("(")[1].split()[0])
    assert first.splitlines()[-1] == f"{total - 5} autres : `!suite`"
    assert len(first.splitlines()) == 7
    seen = numbers(first)
    while len(seen) < total:
        (more,) = await library.says("camille", "!suite")
        assert more.splitlines()[0].startswith(f"Ressources – habitants (de {len(seen) + 1} à ")
        seen += numbers(more)
    assert len(set(seen)) == total
    assert more.splitlines()[-1] == NOTHING_MORE
    assert await library.says("camille", "!suite") == [
        "C’est tout : il n’y a pas de suite. Pour chercher autre chose : `!ressources`"
    ]


def numbers(answer: str) -> list[int]:
    return [int(line.split(".")[0]) for line in answer.splitlines()[1:-1]]


async def test_everyone_goes_on_with_their_own_list_in_its_own_room(library: World) -> None:
    await library.says("camille", "!ressources habitants")
    await library.says("lou", "!ressources #financement")
    assert "habitants" in (await library.says("camille", "!suite"))[0]
    assert (await library.says("lou", "!suite"))[0].startswith("C’est tout")
    direct = await library.direct("camille")
    assert (await library.says("camille", "suite", room=direct))[0].startswith(
        "Je n’ai pas de liste à continuer ici."
    )
    (answer,) = await library.says("camille", "ressources habitants", room=direct)
    assert answer.splitlines()[-1].endswith(" autres : `suite`")
    assert "de 6 à" in (await library.says("camille", "suite", room=direct))[0]


async def test_a_list_of_yesterday_is_forgotten(library: World) -> None:
    await library.says("camille", "!ressources habitants")
    await library.wait_until_instant(library.clock.now() + timedelta(hours=25))
    assert (await library.says("camille", "!suite"))[0].startswith("Je n’ai pas de liste à continuer ici.")


async def test_without_a_word_the_most_useful_come_first(library: World) -> None:
    (answer,) = await library.says("camille", "!ressources")
    assert answer.splitlines()[0] == "Ressources (52 fiches, les plus utiles d’abord)"
    assert numbers(answer)[:2] == [6, 9]
    assert numbers((await library.says("camille", "!suite"))[0])


async def test_a_card_is_shown_by_its_number_and_words_instead_are_a_search(library: World) -> None:
    for typed in ("!ressource 9", "!fiche 9", "!ressource fiche n° 9", "!ressource9", "!ressources 9"):
        (answer,) = await library.says("camille", typed)
        assert answer.startswith("Fiche 9 – Diagnostic en marchant : déroulé et grille"), typed
        assert "Testé à Bruaville avec quinze personnes." in answer
    assert await library.says("camille", "!ressource 99") == [
        "Il n’y a pas de fiche 99. Pour chercher : `!ressources évaluation`"
    ]
    assert await library.says("camille", "!ressource") == [
        "Il me manque le numéro de la fiche. Exemple : `!ressource 9`"
    ]

    assert (await library.says("camille", "!ressource diagnostic marchant"))[0].startswith(
        "Ressources – diagnostic marchant ("
    )


async def test_a_slip_is_said_with_what_was_sought_instead(library: World) -> None:
    (answer,) = await library.says("camille", "!ressources relogemnt")
    assert answer.splitlines()[1] == "Rien pour « relogemnt » ; voici pour « relogement »."
    assert "« évaluer »" in (await library.says("camille", "!ressources evaulation"))[0].splitlines()[1]
    assert (await library.says("camille", "!ressources CLMS"))[0].splitlines()[
        1
    ] == "Rien pour « CLMS » ; voici le plus proche."
    (answer,) = await library.says("camille", "!ressources xylophone diagnostic marchant")
    assert answer.splitlines()[1] == "Rien pour « xylophone »."
    (answer,) = await library.says("camille", "!ressources théâtre végétalisation")
    assert answer.splitlines()[1] == "Aucune fiche ne contient tous ces mots ; voici les plus proches."


async def test_what_is_not_there_brings_what_is_nearest(library: World) -> None:
    (answer,) = await library.says("camille", "!ressources xylophone")
    first, themes, example, last = answer.splitlines()
    assert (first, last) == (
        "Rien pour « xylophone ».",
        "Vous en connaissez une ? `!recommander` suivi du lien.",
    )
    assert themes == (
        "Les thèmes qui ont le plus de fiches : participation (6), evaluation (5), cadre-de-vie (4)."
    )
    assert example == "Par exemple : `!ressources #participation`"
    assert (await library.says("camille", "!ressources #participation"))[0].startswith(
        "Ressources – #participation (6 fiches)"
    )


async def test_where_a_filter_leaves_nothing_the_same_without_it_is_offered(library: World) -> None:
    (answer,) = await library.says("camille", "!ressources infirmières #emploi")
    assert answer.splitlines()[:2] == [
        "Rien pour « infirmières #emploi ».",
        "Sans filtre : une fiche. `!ressources infirmières`",
    ]
    (answer,) = await library.says("camille", "!ressources #licorne")
    assert answer.startswith(
        "Je ne connais pas le thème « licorne ». Les thèmes : actualites, participation,"
    )
    (answer,) = await library.says("camille", "!ressources type:licorne")
    assert answer.startswith("Je ne connais pas le type « licorne ». Les types : outil, guide,")


async def test_an_empty_library_asks_for_its_first_resource(quick: World) -> None:
    assert await quick.says("camille", "!ressources") == [
        "La bibliothèque est encore vide.\nVous en connaissez une ? `!recommander` suivi du lien."
    ]
    assert (await quick.says("camille", "!ressources santé"))[0].startswith("Rien pour « santé ».")


async def test_a_word_of_the_name_of_a_theme_leads_to_the_theme(quick: World) -> None:
    async with quick.db.write() as session:
        await add_resource(
            session, {"id": 5, "titre": "Guide du budget sensible au genre", "theme": "egalite"}
        )
    assert (await quick.says("camille", "!ressources femmes"))[0].splitlines()[
        1
    ] == "Le plus proche, parmi les thèmes : egalite (1)."


async def test_a_dead_link_comes_last_and_says_so(library: World) -> None:
    async with library.db.write() as session:
        await add_resource(session, {"id": 101, "titre": "Ludothèque", "mort": True, "voix": 9})
        await add_resource(session, {"id": 102, "titre": "Une ludothèque"})
    (answer,) = await library.says("camille", "!ressources ludothèque")
    assert numbers(answer) == [102, 101]
    assert "lien mort" in answer.splitlines()[2]


async def test_guests_are_told_whom_to_ask(library: World) -> None:
    refused = (
        "La recherche de ressources est réservée aux membres du réseau. Je peux vous indiquer une personne "
        ": `!contact`."
    )
    for typed in ("!ressources relogement", "!ressource 9", "!suite"):
        assert await library.says("stef.exterieur", typed, room="open") == [refused]


async def test_what_people_typed_and_titled_acts_on_nobody(library: World) -> None:
    hostile = (
        "<img src=x> @room [clic](javascript:alert(1)) **gras** https://matrix.to/#/@lou:reseau.example.org"
    )
    async with library.db.write() as session:
        await add_resource(
            session, {"id": 101, "titre": f"Ludothèque {hostile}", "lien": "javascript:alert(1)"}
        )
    await library.says("camille", f"!ressources ludothèque {hostile}")
    line = await library.last()
    assert "Ludothèque" in line.text
    assert "<img" not in line.html
    assert 'href="javascript' not in line.html
    assert "matrix.to" not in line.html
    assert line.content["m.mentions"] in ({}, {"user_ids": [library.person("camille").user_id]})
