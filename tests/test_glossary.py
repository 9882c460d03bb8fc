"""The glossary: anyone asks what an acronym means, however they type it; the team adds and puts right."""

from schedules.glossary import folded, ours
from tests.support.world import World

GUSP = "GUSP : Gestion urbaine et sociale de proximité."


async def test_anyone_asks_what_an_acronym_means_and_types_it_as_they_like(quick: World) -> None:
    assert await quick.says("camille", "!sigle GUSP") == [GUSP]
    assert await quick.says("stef.exterieur", "!glossaire gusp ?", room="open") == [GUSP]

    for typed in ("gusp", "G.U.S.P.", "« GUSP »", "Gusp ?", "g u s p"):
        assert await quick.says("camille", f"!sigle {typed}") == [GUSP], typed


async def test_what_is_not_there_brings_the_nearest_or_a_way_out(quick: World) -> None:
    assert await quick.says("camille", "!sigle GUPS") == [
        f"« GUPS » n’est pas dans le glossaire. Le plus proche :\n{GUSP}"
    ]
    (by_a_word,) = await quick.says("camille", "!glossaire discrimination")
    assert "LCD : Lutte contre les discriminations." in by_a_word
    assert "PTLCD : Plan territorial" in by_a_word
    (unknown,) = await quick.says("camille", "!sigle ZZZZ")
    assert unknown == (
        "« ZZZZ » n’est pas dans le glossaire. L’équipe d’animation peut l’y ajouter. Les sigles "
        "connus : `!glossaire`"
    )


async def test_without_a_word_the_acronyms_are_listed(quick: World) -> None:
    (answer,) = await quick.says("camille", "!glossaire")
    assert answer.startswith("Glossaire : AAP, ANCT, ANRU, ASV, BOP 147, CIV,")
    assert "= sa définition" not in answer
    assert "= sa définition" in (await quick.says("morgan", "!glossaire", room="team"))[0]


async def test_the_team_adds_one_and_puts_it_right(quick: World) -> None:
    added = await quick.says("morgan", "!sigle ZFU = Zone franche urbaine", room="team")
    assert added == ["C’est noté dans le glossaire.\nZFU : Zone franche urbaine."]
    assert await quick.says("camille", "!sigle zfu") == ["ZFU : Zone franche urbaine."]
    again = await quick.says(
        "morgan", "!sigle ZFU = Zone franche urbaine – territoire entrepreneur.", room="team"
    )
    assert again == [
        (
            "C’est noté dans le glossaire.\nZFU : Zone franche urbaine – territoire entrepreneur.\n"
            "Avant : Zone franche urbaine."
        )
    ]


async def test_what_the_team_takes_out_is_gone_or_as_it_was(quick: World) -> None:
    await quick.says("morgan", "!sigle ZFU = Zone franche urbaine", room="team")
    assert await quick.says("morgan", "!glossaire retirer ZFU", room="team") == [
        "C’est fait : « ZFU » n’est plus dans le glossaire."
    ]
    await quick.says("morgan", "!sigle GUSP = Autre chose", room="team")
    assert await quick.says("morgan", "!glossaire retirer gusp", room="team") == [
        f"C’est fait : la définition d’origine revient.\n{GUSP}"
    ]
    (nothing,) = await quick.says("morgan", "!glossaire retirer gusp", room="team")
    assert nothing.startswith("L’équipe n’a rien ajouté sous ce nom.")


async def test_a_member_does_not_write_and_nobody_writes_nothing(quick: World) -> None:
    (answer,) = await quick.says("camille", "!sigle GUSP = n’importe quoi")
    assert answer.startswith("Le glossaire est tenu par l’équipe d’animation.")
    assert "!contact" in answer
    for typed in ("!sigle GUSP =", "!sigle = Gestion"):
        (answer,) = await quick.says("morgan", typed, room="team")
        assert answer.startswith("Il me manque le sigle ou sa définition.")
    assert await quick.says("camille", "!sigle GUSP") == [GUSP]


async def test_what_is_written_acts_on_nobody(quick: World) -> None:
    await quick.says(
        "morgan",
        "!sigle XSS = <b>gras</b> @room https://matrix.to/#/@camille:reseau.example.org",
        room="team",
    )
    await quick.says("camille", "!sigle xss")
    html = (await quick.last()).html or ""
    assert "<b>" not in html
    assert "matrix.to" not in html


def test_the_words_in_full_are_those_before_the_explanation() -> None:
    meanings = {name: entry.meaning for name, entry in ours().items()}
    assert meanings["asv"] == "Atelier santé ville"
    assert meanings["tfpb"] == "Taxe foncière sur les propriétés bâties"
    assert meanings["epci"] == "Établissement public de coopération intercommunale"
    assert meanings["gusp"] == "Gestion urbaine et sociale de proximité"
    assert folded("BOP 147") in meanings
