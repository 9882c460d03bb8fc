"""Practice: an experience is told in private, at one's own pace, and read again before anybody sees it."""

import pytest

from schedules.experiences.parse_identifying import identifying
from tests.support.world import MemoryWorld

ANSWERS = (
    "À Marquemont, au 12 rue des Tilleuls, avec le conseil citoyen.",
    "Un budget participatif tenu par les habitants. Trois réunions, un vote.",
    "Douze projets. Une famille a repris le jardin. Nous irions plus lentement.",
)


async def told(world: MemoryWorld, room: str) -> str:
    """Up to the reading, by Camille; what she then reads."""
    await world.says("camille", "experience", room)
    for answer in (*ANSWERS, "moi"):
        last = (await world.says("camille", answer, room))[-1]
    return last


async def test_an_experience_is_told_days_apart_read_again_and_found(quick: MemoryWorld) -> None:
    room = await quick.direct("camille")
    first = (await quick.says("camille", "experience", room))[-1]
    assert first.startswith("Retour d’expérience – question 1 sur 4\nLe contexte")
    await quick.says("camille", ANSWERS[0], room)
    await quick.says("camille", "Un premier jet.", room)
    assert "question 2 sur 4" in (await quick.says("camille", "retour", room))[-1]
    await quick.restart()
    await quick.wait_until("ven 27/11 15:00")
    assert "question 2 sur 4" in (await quick.says("camille", "experience", room))[-1]
    for answer in (*ANSWERS[1:], "moi"):
        review = (await quick.says("camille", answer, room))[-1]
    assert review.startswith("Relecture\nContexte : À Marquemont")
    assert "À qui parler : Camille" in review
    assert "peuvent désigner une habitante ou un habitant : « 12 rue des Tilleuls », « Une famille »" in (
        review
    )
    review = (
        await quick.says("camille", "experience corriger 1 À Marquemont, avec le conseil citoyen.", room)
    )[-1]
    assert "rue des Tilleuls" not in review
    assert "Fiche" not in "".join(await quick.reads("network"))
    assert "C’est la fiche 1" in (await quick.says("camille", "oui", room))[-1]
    assert (await quick.reads("network"))[-1].splitlines() == [
        "Fiche 1 – Un budget participatif tenu par les habitants",
        "Retour d’expérience – participation des habitants – accès libre",
        "Contexte : À Marquemont, avec le conseil citoyen.",
        "Ce qui a été fait : Un budget participatif tenu par les habitants. Trois réunions, un vote.",
        "Résultat, et ce qui serait fait autrement : Douze projets. Une famille a repris le jardin. "
        "Nous irions plus lentement.",
        "À qui parler : Camille",
        "Recommandée par Camille, Marquemont",
        "Utile pour vous aussi ? 👍 ou `!utile 1` (le salon voit votre nom, sauf en message privé)",
    ]
    assert (
        "1. Un budget participatif"
        in (await quick.says("lou", "!ressources budget participatif", "network"))[-1]
    )
    assert "retour d’expérience" in (await quick.says("lou", "!ressources type:experience", "network"))[-1]


async def test_an_answer_is_corrected_by_editing_its_message(quick: MemoryWorld) -> None:
    room = await quick.direct("camille")
    await quick.says("camille", "experience", room)
    events = []
    for answer in (ANSWERS[0], ANSWERS[1], ANSWERS[2]):
        events.append(await quick.tells("camille", answer, room))
        await quick.settle()
    await quick.says("camille", "À Marquemont, avec le conseil citoyen.", room, edit_of=events[0])
    assert "question 4 sur 4" in (await quick.reads(room))[-1]
    await quick.says("camille", "moi", room)
    await quick.says("camille", "Douze projets, un jardin.", room, edit_of=events[2])
    review = (await quick.says("camille", "experience", room))[-1]
    assert review.splitlines()[1:5] == [
        "Contexte : À Marquemont, avec le conseil citoyen.",
        "Ce qui a été fait : Un budget participatif tenu par les habitants. Trois réunions, un vote.",
        "Résultat, et ce qui serait fait autrement : Douze projets, un jardin.",
        "À qui parler : Camille",
    ]
    await quick.person("camille").redact(room, events[1])
    await quick.settle()
    assert "C’est la fiche 1" in (await quick.says("camille", "oui", room))[-1]
    told = await quick.says("camille", "Autre chose.", room, edit_of=events[0])
    assert "Autre chose" not in "".join([*told, *await quick.reads("network")])


async def test_what_begins_like_a_command_is_part_of_the_story(quick: MemoryWorld) -> None:
    room = await quick.direct("camille")
    await quick.says("camille", "experience", room)
    await quick.wait_until("lun 23/11 11:00")
    for answer in (
        "Rencontre avec les habitants.",
        "Ressources partagées.",
        "Dates tenues.",
        "Contact : Jean.",
    ):
        review = (await quick.says("camille", answer, room))[-1]
    assert "Contexte : Rencontre avec les habitants.\n" in review
    assert "À qui parler : Contact : Jean." in review


async def test_a_file_that_is_joined_comes_with_the_card(quick: MemoryWorld) -> None:
    room = await quick.direct("camille")
    await told(quick, room)
    url = await quick.server().upload(b"%PDF-1.4 grille", "application/pdf")
    shown = {"msgtype": "m.file", "body": "grille.pdf", "filename": "grille.pdf", "url": url}
    event = await quick.person("camille").send(room, "m.room.message", shown)
    await quick.settle()
    assert (
        "Fichiers joints : 1" in (await quick.says("camille", "experience joindre", room, reply_to=event))[-1]
    )
    await quick.says("camille", "oui", room)
    files = [
        each["content"]
        for each in await quick.events("network")
        if each["content"].get("msgtype") == "m.file"
    ]
    assert [each["filename"] for each in files] == ["grille.pdf"]
    assert "Fiche 1 –" in "".join(await quick.reads("network"))


async def test_the_team_may_ask_somebody_who_may_say_no(quick: MemoryWorld) -> None:
    assert (await quick.says("morgan", "!solliciter Camille le budget", "team"))[-1] == (
        "Je ne peux pas écrire à Camille : cette personne ne m’a pas encore parlé en privé."
    )
    rooms = {who: await quick.direct(who) for who in ("camille", "lou")}
    await quick.says("morgan", "!solliciter Camille le budget participatif", "team")
    assert "Le sujet : le budget participatif" in (await quick.reads(rooms["camille"]))[-1]
    assert "question 1 sur 4" in (await quick.says("camille", "oui", rooms["camille"]))[-1]
    await quick.says("morgan", "!solliciter Lou la GUSP", "team")
    await quick.says("lou", "non", rooms["lou"])
    assert "préfère ne pas raconter" in (await quick.reads("team"))[-1]


async def test_a_draft_is_erased_on_request_and_after_a_month(quick: MemoryWorld) -> None:
    room = await quick.direct("camille")
    await told(quick, room)
    assert (await quick.says("camille", "experience effacer", room))[-1].startswith("C’est effacé")
    await told(quick, room)
    await quick.wait_until("ven 08/01 9:00")
    assert "question 1 sur 4" in (await quick.says("camille", "experience", room))[-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("au 12 bis, rue des Lilas à Bruaville", ["12 bis, rue des Lilas à Bruaville"]),
        ("Mme Dupont, 84 ans, bâtiment C", ["Mme Dupont", "84 ans", "bâtiment C"]),
        ("trois jeunes et une mère", ["trois jeunes", "une mère"]),
        ("06 12 34 56 78 ou a.b@example.org", ["06 12 34 56 78", "a.b@example.org"]),
        ("quinze personnes, 40 familles, une réunion en 2024", []),
    ],
)
def test_what_may_point_to_one_inhabitant_is_seen(text: str, found: list[str]) -> None:
    assert identifying(text) == found
