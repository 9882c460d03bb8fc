"""A survey is answered in private, one question at a time, in one's own way, over several days."""

from datetime import timedelta

import pytest

from bot.text import UserError
from commands.surveys.parse_answer import Parsed, parse
from schedules.surveys.parse_questionnaire import built_in
from storage.surveys.items import Item
from tests.support.survey_fixture import a_survey
from tests.support.world import MemoryWorld, World

BESOINS = next(item for item in built_in("mise-en-reseau").items if item.id == "besoins")
YES_NO = Item("x", 1, "choices", "?", choices=("Oui", "Non"))


@pytest.mark.parametrize(
    ("typed", "choices", "text"),
    [
        ("1, 2 et 8 le covoiturage", (0, 1, 7), "le covoiturage"),
        ("1 2 4", (0, 1, 3), ""),
        ("8 : le covoiturage", (7,), "le covoiturage"),
        ("autre : le covoiturage, 3 fois par an", (7,), "le covoiturage, 3 fois par an"),
        ("1 et autre (le covoiturage)", (0, 7), "le covoiturage"),
        ("8", (7,), ""),
        ("Dialoguer, se tenir informé svp", (0, 6), ""),
        ("le 3 merci", (2,), ""),
    ],
)
def test_an_answer_is_numbers_labels_and_words_beside_the_last_choice(
    typed: str, choices: tuple[int, ...], text: str
) -> None:
    assert parse(BESOINS, typed) == Parsed(choices, text)


@pytest.mark.parametrize(
    "typed", ["1 2 3 4", "9", "0", "le covoiturage", "?", "8" * 3_000, "1 2 3 et 8 le bus"]
)
def test_what_is_no_answer_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(BESOINS, typed)
    assert "covoiturage" not in str(refused.value.say.text())


def test_yes_is_an_answer_where_it_is_a_choice() -> None:
    assert parse(YES_NO, "non merci") == Parsed((1,))
    assert parse(YES_NO, "Oui.") == Parsed((0,))


async def test_one_question_at_a_time_with_its_conditions_back_skip_and_the_end(quick: World) -> None:
    asked = await a_survey(quick)
    begun = await asked.says("camille", "enquete")
    assert begun.startswith("Enquête – Le réseau – 4 questions, environ 2 minutes, sans votre nom.")
    assert "Question 1 sur 4 – Êtes-vous dans un réseau ?\n1. Oui\n2. Non" in begun
    assert (await asked.says("camille", "2")).startswith("Noté : non.\nQuestion 2 sur 4 – Pourquoi non ?")
    assert (await asked.says("camille", "Pas le temps, la rencontre est loin")).startswith(
        "Noté : « Pas le temps, la rencontre est loin ».\n"
        "Question 3 sur 4 – Quels besoins ? Trois réponses au plus."
    )
    assert "Pour l’instant : « Pas le temps" in await asked.says("camille", "retour")
    back = await asked.says("camille", "retour")
    assert "Pour l’instant : non (pour le garder, écrivez « passer »)." in back
    # the reason goes with the « non » that it was the reason of
    assert (await asked.says("camille", "oui")).startswith("Noté : oui.\nQuestion 3 sur 4")
    assert (await asked.says("camille", "1 et 4 le covoiturage")).startswith(
        "Noté : s’informer, autre (« le covoiturage »).\nQuestion 4 sur 4 – Ces outils sont-ils opportuns ?\n"
        "Gazette (1 sur 2)"
    )
    assert (await asked.says("camille", "passer")).startswith("Question 4 sur 4")
    assert (await asked.says("camille", "1")).startswith("Noté : oui.\nC’est terminé, merci.")
    assert "Visites (2 sur 2)" in await asked.says("camille", "retour")


async def test_it_stops_and_goes_on_days_later_after_a_restart(quick: World) -> None:
    asked = await a_survey(quick)
    stopped = await asked.says("camille", "enquete", "1", "stop")
    assert stopped.startswith("C’est arrêté. Ce que vous avez répondu est gardé")
    await quick.wait_until("jeu 10:00")
    await quick.restart()
    resumed = await asked.says("camille", "enquete")
    assert resumed.startswith("Enquête – Le réseau – nous reprenons.\nQuestion 3 sur 4")
    # without a command too: the question waits
    assert (await asked.says("camille", "3")).startswith("Noté : faire une pause.")


async def test_an_answer_that_is_edited_takes_the_place_of_the_first(quick: World) -> None:
    asked = await a_survey(quick)
    await asked.says("camille", "enquete", "1")
    event = await quick.tells("camille", "1, 2", asked.rooms["camille"])
    await quick.settle()
    await asked.says("camille", "1")
    said = await asked.says_again("camille", event, "1, 3")
    assert said.startswith("Noté : s’informer, faire une pause.\nQuestion 4 sur 4")
    assert "Visites (2 sur 2)" in said
    await asked.says("camille", "1")
    await asked.closes()
    counts = (await asked.row()).result
    assert counts == {"people": 1, "asked": counts["asked"], "items": {}}


async def test_a_tap_under_the_announcement_brings_the_first_question_in_private(quick: World) -> None:
    asked = await a_survey(quick)
    asked.rooms["camille"] = await quick.direct("camille")
    await quick.taps("camille", "✅", on=asked.card)
    assert "Question 1 sur 4" in (await quick.last(asked.rooms["camille"])).text
    await quick.taps("lou", "✅", on=asked.card)  # who never wrote to the bot: it asks them to begin there
    assert isinstance(quick, MemoryWorld)
    lou = quick.person("lou")
    (room,) = quick.homeserver.rooms_of(lou.user_id, "invite")
    await lou.join(room)
    await quick.settle()
    assert "Pour commencer, écrivez ici `enquete 1`" in (await quick.last(room)).text


async def test_nothing_is_left_to_tap_under_a_survey_that_is_closed(quick: World) -> None:
    asked = await a_survey(quick)
    await asked.closes()
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=5))
    card = next(line for line in await quick.lines() if line.id == asked.card)
    assert card.text.startswith("Enquête close")
    assert not card.reactions


async def test_after_the_close_an_answer_is_told_that_it_is_too_late(quick: World) -> None:
    asked = await a_survey(quick)
    await asked.says("camille", "enquete", "1")
    await asked.closes()
    assert (await asked.says("camille", "2")).startswith("Cette enquête est close")
    assert "Rien pour « évaluation »" in await asked.says("camille", "ressources évaluation")
    assert "pas d’enquête en cours" in await asked.says("lou", "enquete")
