"""One person to talk to: a question has a number, a promised date, and its answer comes in private."""

from datetime import datetime

import pytest

from tests.support.world import PARIS, MemoryWorld, World
from tests.test_tickets_help import later

QUESTION = "Peut-on financer une étude sur la GUSP avec les crédits spécifiques ?"


async def asked(world: World, text: str = f"contact {QUESTION}") -> str:
    """By Noa, in private, on Monday at ten; their private room."""
    room = await world.direct("noa")
    await world.says("noa", text, room)
    return room


async def test_a_question_is_passed_on_answered_and_closed(quick: MemoryWorld) -> None:
    room = await quick.direct("noa")
    told = await quick.says("noa", f"contact {QUESTION}", room)
    assert told[-1] == (
        "Bien reçu. Votre question porte le n° 1. Gwen vous répond au plus tard le mercredi 25 novembre, "
        "ici, en message privé.\n"
        "Elle part avec votre prénom. Supprimez votre message pour la retirer.\n"
        "Faut-il la proposer aussi au salon d’entraide, sans votre nom ? Répondez oui ou non."
    )
    assert (await quick.reads("team"))[-1] == (
        "Demande n° 1 – Noa, Beaurevoir-la-Plaine – thème : cadre de vie\n"
        f"« {QUESTION} »\n"
        "Réponse promise pour le mercredi 25 novembre.\n"
        "`!prendre 1` – `!repondre 1` suivi de votre réponse"
    )
    assert (await quick.last("team")).content["m.mentions"] == {"user_ids": ["@referent:reseau.example.org"]}
    await quick.says("noa", "non", room)
    assert (await quick.says("referent", "!file", "team"))[-1].startswith(
        "Demandes en attente (une demande)\n1. Noa"
    )
    assert (await quick.says("referent", "!prendre 1", "team"))[-1].startswith(
        "C’est noté, Gwen : vous suivez"
    )
    assert (await quick.says("morgan", "!prendre 1", "team"))[
        -1
    ] == "La demande n° 1 est déjà suivie par Gwen."
    assert (await quick.reads(room))[-1] == "Demande n° 1 : Gwen s’en occupe."
    told = await quick.says("referent", "!repondre 1 Oui, sous conditions : voir la fiche 3.", "team")
    assert told[-1].startswith("Réponse transmise à Noa. En faire une fiche ressource ?")
    assert (await quick.reads(room))[-1] == (
        "Réponse de Gwen à votre question n° 1 :\n"
        "« Oui, sous conditions : voir la fiche 3. »\n"
        "Cela répond-il à votre question ? Répondez oui, non, ou écrivez une précision."
    )
    assert (await quick.last(room)).msgtype == "m.text"  # it rings
    assert "est close" in (await quick.says("noa", "oui", room))[-1]
    assert "Aucune demande" in (await quick.says("referent", "!file", "team"))[-1]
    told = await quick.says("operateur", "!etat", "team")
    assert "Réponses de l’interlocuteur depuis trois mois : moins d’une heure (médiane)" in told[-1]


async def test_a_promise_is_kept_in_mind_and_then_is_the_teams(quick: MemoryWorld) -> None:
    await asked(quick)
    await quick.wait_until("mer 25/11 8:31")
    assert (await quick.reads("team"))[-1] == (
        "Rappel : la demande n° 1 attend une réponse, promise pour ce soir."
    )
    await quick.wait_until("jeu 26/11 8:31")
    assert "n’a pas eu de réponse dans le délai promis" in (await quick.reads("team"))[-1]
    before = len(await quick.lines("team"))
    await quick.wait_until("ven 27/11 8:31")
    assert len(await quick.lines("team")) == before


async def test_at_night_it_waits_for_the_morning(quick: MemoryWorld) -> None:
    room = await quick.direct("noa")
    await quick.wait_until_instant(datetime(2026, 11, 23, 22, 0, tzinfo=PARIS))
    told = await quick.says("noa", f"contact {QUESTION}", room)
    assert "au plus tard le mercredi 25 novembre" in told[-1]
    assert "Demande n° 1" not in "".join(await quick.reads("team"))
    await quick.wait_until("mar 24/11 8:31")
    assert "Demande n° 1" in (await quick.reads("team"))[-1]


async def test_a_slip_is_corrected_and_a_regret_is_followed(quick: MemoryWorld) -> None:
    room = await quick.direct("noa")
    event = await quick.tells("noa", "contact Peut-on financer un diagnostique ?", room)
    await quick.settle()
    await quick.says("noa", "contact Peut-on financer un diagnostic ?", room, edit_of=event)
    await later(quick)
    assert "« Peut-on financer un diagnostic ? »" in (await quick.reads("team"))[-1]
    assert "n° 1" in (await quick.reads(room))[-1]
    await quick.person("noa").redact(room, event)
    await later(quick)
    assert (await quick.reads("team"))[-1] == "Demande n° 1 – retirée par la personne qui l’a posée."


async def test_with_the_askers_yes_an_answer_is_kept_for_all(quick: MemoryWorld) -> None:
    room = await asked(quick, "contact Que veut dire ZRR ?")
    await quick.says("noa", "non", room)
    told = await quick.says("referent", "!repondre 1 Zone de revitalisation rurale.", "team")
    assert "« ZRR »" in told[-1]
    await quick.says("referent", "glossaire", "team")
    assert "dans le glossaire, sans votre nom" in (await quick.reads(room))[-1]
    await quick.says("noa", "oui", room)
    assert "`!sigle ZRR`" in (await quick.reads("team"))[-1]
    assert (await quick.says("noa", "sigle ZRR", room))[-1] == "ZRR : Zone de revitalisation rurale."


async def test_while_the_contact_is_away_somebody_stands_in(quick: MemoryWorld) -> None:
    told = await quick.says("referent", "!absence du 23 au 25 novembre, relais Service numérique", "team")
    assert told[-1].startswith(
        "C’est noté : absence du lundi 23 novembre au mercredi 25 novembre, relais Service numérique."
    )
    room = await quick.direct("noa")
    assert (
        "En son absence, jusqu’au mercredi 25 novembre : Service numérique"
        in (await quick.says("noa", "contact", room))[-1]
    )
    assert "Service numérique vous répond" in (await quick.says("noa", QUESTION, room))[-1]
    assert (await quick.last("team")).content["m.mentions"] == {"user_ids": ["@operateur:reseau.example.org"]}


async def test_each_has_a_place_of_their_own(quick: MemoryWorld) -> None:
    """The queue is the team's; a question is its asker's and the team's; in English where it is spoken."""
    room = await asked(quick)
    assert "Seule l’équipe" in (await quick.says("lou", "!file", "help"))[-1]
    for line in ("!repondre 1 Oui.", "!clore 1"):
        assert "Je ne trouve pas cette question." in (await quick.says("lou", line, "help"))[-1]
    assert "n’est pas pour ce salon" in (await quick.says("morgan", "!repondre 1 Oui.", "help"))[-1]
    assert "est close" in (await quick.says("noa", "clore 1", room))[-1]
    stef = (await quick.says("stef.exterieur", "!contact Où se garer ?", "open"))[-1]
    assert "n° 2" in stef
    assert "Demande n° 2 – Stef" in (await quick.reads("team"))[-1]
    assert (await quick.says("stef.exterieur", "!besoin Une salle ?", "open"))[-1].startswith(
        "Cette commande est"
    )


@pytest.mark.parametrize("word", ["oui", "ok merci", "super"])
async def test_a_word_after_the_card_is_no_question(quick: MemoryWorld, word: str) -> None:
    room = await quick.direct("noa")
    await quick.says("noa", "contact", room)
    await quick.says("noa", word, room)
    assert "Demande n°" not in "".join(await quick.reads("team"))


@pytest.mark.parametrize(("words", "closed"), [("Parfait, merci !", True), ("Merci, mais où ?", False)])
async def test_thanks_close_it_and_more_opens_it_again(quick: MemoryWorld, words: str, closed: bool) -> None:
    room = await asked(quick)
    await quick.says("noa", "non", room)
    await quick.says("referent", "!repondre 1 Oui.", "team")
    await quick.says("noa", words, room)
    waiting = "Aucune demande" not in (await quick.says("referent", "!file", "team"))[-1]
    assert waiting != closed


async def test_what_is_shared_without_a_name_stays_so_in_all_that_its_asker_adds(quick: MemoryWorld) -> None:
    private = await quick.direct("noa")
    await quick.says("noa", "contact Qui finance une étude sur la GUSP ?", private)
    await quick.says("noa", "oui", private)
    await quick.wait_until("lun 23/11 11:01")
    card = (await quick.lines("help"))[-1]
    assert card.text.startswith("Question n° 1 – sans nom")
    told = await quick.says("noa", "repondre 1 C’est Noa, pour Beaurevoir.", private)
    assert "Votre message contient votre nom (« Noa »)" in told[-1]
    told = await quick.says("noa", "!repondre 1 Même question pour nous.", "help")
    assert any(text.startswith("Merci, Noa. Votre réponse est jointe à la question n° 1 ;") for text in told)
    assert "étude sur la GUSP ? » – sans nom" in (await quick.says("lou", "!besoins", "help"))[-1]
    assert "C’est Noa" not in "".join(await quick.reads("help"))


async def test_nothing_is_cut_without_a_word(quick: MemoryWorld) -> None:
    """Who writes at length is told, and corrects their message."""
    room, long = await quick.direct("noa"), "mot " * 2_500
    event = await quick.tells("noa", f"contact {long}", room)
    refusal = "Votre texte est trop long, il n’est pas transmis : 1500 signes au plus."
    assert (await quick._heard(room))[-1].startswith(refusal)
    assert (await quick.says("noa", f"besoin {long}", room))[-1].startswith(refusal)
    assert not [text for text in await quick.reads("team") if "Demande" in text]
    assert "n° 1" in (await quick.says("noa", f"contact {QUESTION}", room, edit_of=event))[0]
    assert (await quick.says("referent", f"!repondre 1 {long}", "team"))[-1].startswith(refusal)
    assert (await quick.says("referent", "!repondre 1 Oui.", "team"))[-1].startswith("Réponse transmise")


async def test_a_guest_asks_the_contact_and_sees_no_question_but_their_own(quick: MemoryWorld) -> None:
    room = await quick.direct("stef.exterieur")
    await quick.says("camille", "!besoin Qui a un modèle de convention ?", "help")
    for line in ("clore 1", "clore 2"):  # whether there is one
        assert (await quick.says("stef.exterieur", line, room))[-1] == (
            "Je ne trouve pas cette question parmi les vôtres."
        )
    assert "n° 2" in (await quick.says("stef.exterieur", "contact Où se garer ?", room))[-1]
    assert (await quick.says("stef.exterieur", "clore 2", room))[
        -1
    ] == "C’est fait : la question n° 2 est close."
    assert (await quick.says("stef.exterieur", "clore 1", room))[-1].startswith("Je ne trouve pas")
