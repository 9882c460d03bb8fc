"""What members recommend is never lost:
the card at once, what is missing asked for once, a known link one more voice.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.tables import Resource
from tests.support.resources_fixture import CARD, LINK, after_edits, unreachable
from tests.support.synapse_fixture import BOT
from tests.support.world import World, in_memory


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[World]:
    async with in_memory(tmp_path) as world:
        unreachable(world)
        yield world


async def test_a_link_with_its_reason_and_its_theme_is_a_card_at_once_and_nothing_is_asked(
    quick: World,
) -> None:
    said = await quick.says(
        "maxime", f"!recommander {LINK} #cadre-de-vie très pratique, testé à Bruaville avec quinze personnes"
    )
    assert said == [CARD]


async def test_the_card_is_there_before_its_theme_is_known_and_takes_it_when_tapped(quick: World) -> None:
    card, question = await quick.says(
        "maxime", f"!recommander {LINK} très pratique, testé à Bruaville avec quinze personnes"
    )
    assert card == CARD.replace("Cadre de vie\n", "")
    assert question.splitlines()[:2] == [
        "Merci, Maxime. À quel thème rattacher cette ressource ? Touchez un chiffre :",
        "1. cadre de vie",
    ]
    assert await quick.taps("maxime", "1️⃣") == [CARD, "Thème : cadre de vie."]


async def test_another_theme_than_those_proposed_may_be_written_or_none(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} très pratique")
    card, noted = await quick.says("maxime", "Pratique professionnelle")
    assert "Pratique professionnelle" in card
    assert noted == "Thème : pratique professionnelle."
    await quick.says("maxime", f"!recommander {LINK}/autre très pratique")
    assert await quick.says("maxime", "passer") == ["D’accord. La fiche 2 est enregistrée."]


async def test_only_whoever_recommended_says_the_theme(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} très pratique")
    assert await quick.taps("camille", "1️⃣") == []
    assert await quick.says("camille", "santé") == []


async def test_the_reason_is_asked_for_once_then_the_theme_in_the_same_message(quick: World) -> None:
    _, question = await quick.says("maxime", f"!recommander {LINK}")
    assert question == (
        "Merci, Maxime. Pourquoi la recommander, en une phrase ? Répondez à ce message, ou écrivez « "
        "passer »."
    )
    asked = (await quick.last()).id
    card, question = await quick.says(
        "maxime", "très pratique, testé à Bruaville avec quinze personnes", reply_to=asked
    )
    assert card == CARD.replace("Cadre de vie\n", "")
    assert question.startswith("Merci, Maxime. À quel thème")
    assert await quick.taps("maxime", "1️⃣") == [CARD, "Thème : cadre de vie."]
    assert len(await quick.reads()) == 2


async def test_who_has_no_reason_to_give_is_not_asked_again(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie")
    assert await quick.says("maxime", "passer") == ["D’accord. La fiche 1 est enregistrée."]
    assert "Recommandée par Maxime, Bruaville" in (await quick.reads())[0]


async def test_the_reason_may_hold_the_theme(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK}")
    card, noted = await quick.says(
        "maxime", "Animatrice : très pratique, testé à Bruaville avec quinze personnes #cadre-de-vie"
    )
    assert (card, noted) == (CARD, "C’est noté sur la fiche 1.")


async def test_what_somebody_says_to_colleagues_is_not_shown_as_their_reason(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie")
    asked = (await quick.last()).id
    assert await quick.says("maxime", "On se retrouve à midi ?") == []
    (card, noted) = await quick.says(
        "maxime", "très pratique, testé à Bruaville avec quinze personnes", reply_to=asked
    )
    assert (card, noted) == (CARD, "C’est noté sur la fiche 1.")


async def test_in_private_the_next_message_is_the_reason_and_after_another_command_a_reply_is(
    quick: World,
) -> None:
    room = await quick.direct("maxime")
    await quick.says("maxime", f"recommander {LINK} #santé", room)
    (second, _) = await quick.says("maxime", f"recommander {LINK}/2 #santé", room)
    assert second.startswith("Fiche 2 – "), "the second link is not lost as a reason for the first"
    asked = (await quick.last(room)).id
    assert (await quick.says("maxime", "ressource 1", room))[0].startswith("Fiche 1 – ")
    card = (await quick.says("maxime", "Ressource utile aux équipes", room, reply_to=asked))[0]
    assert "« Ressource utile aux équipes. »" in card
    await quick.says("maxime", f"recommander {LINK}/3 #santé", room)
    asked = (await quick.last(room)).id
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=11), room)
    assert (await quick.says("maxime", "ressources équipes", room))[0].startswith("Ressources – équipes")
    assert "« Très clair. »" in (await quick.says("maxime", "très clair", room, reply_to=asked))[0]


async def test_a_known_link_however_it_is_written_adds_a_voice(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    written = {
        "lou": f"{LINK}?utm_source=mail",
        "camille": f"{LINK}/",
        "sacha": f"#santé {LINK}#grille",
        "noa": f"<{LINK.replace('https', 'http')}>",
        "alix": f"[le diagnostic]({LINK}) !",
        "claude": LINK.removeprefix("https://"),
        "charlie": f"voir {LINK.replace('https://', 'www.')}, vraiment bien",
    }
    for count, (who, again) in enumerate(written.items(), 2):
        told = (await quick.says(who, f"!recommander {again}"))[-1]
        assert told.splitlines() == [
            "Cette ressource est déjà connue : fiche 1, recommandée par Maxime le 23 novembre.",
            f"J’ai ajouté votre voix : {count} personnes la jugent utile.",
        ]
    await after_edits(quick)
    assert "Cadre de vie – 8 voix" in (await quick.reads())[0]


async def test_recommending_twice_is_still_one_voice(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    told = (
        "Cette ressource est déjà connue : fiche 1, que vous avez recommandée le 23 novembre.\n"
        "Votre voix y était déjà : une personne la juge utile."
    )
    assert await quick.says("maxime", f"!recommander {LINK}") == [told]


async def test_what_was_retired_comes_back_under_its_number_with_the_new_voice(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    async with quick.db.write() as db:
        row = await db.get_one(Resource, 1)
        row.status = "retired"
        db.add(row)
    assert (await quick.says("lou", "!utile 1"))[0].startswith("Il n’y a pas de fiche 1.")
    told = (await quick.says("lou", f"!recommander {LINK}"))[-1]
    assert (
        told.splitlines()[1]
        == "Elle avait été retirée : la voici de retour, avec votre voix (2 personnes la jugent utile)."
    )
    assert "2 personnes" in (await quick.says("maxime", "!utile 1"))[-1]
    assert "Lou : fiche remise" in (await quick.says("morgan", "!ressource historique 1", "team"))[-1]


async def test_two_people_at_the_same_second_are_one_card_and_two_voices(room: World) -> None:
    unreachable(room)
    people = ("camille", "lou")
    await asyncio.gather(
        *(room.tells(who, f"!recommander {LINK} #cadre-de-vie très pratique") for who in people)
    )
    await room.settle()
    await after_edits(room)
    card, told = await room.reads()
    assert card.startswith("Fiche 1 – ")
    assert "2 voix" in card
    assert told.startswith("Cette ressource est déjà connue : fiche 1, recommandée par ")


async def test_without_a_link_one_is_told_how_and_the_correction_counts(quick: World) -> None:
    wrong = await quick.tells("sacha", "!recommander voir le site de la ville")
    assert await quick.says("camille", "bonjour") == [
        (
            "Je n’ai pas trouvé de lien dans votre message. Exemple : `!recommander "
            "https://example.org/page #santé pourquoi c’est utile`."
        )
    ]
    told, card = await quick.says("sacha", f"!recommander {LINK} #santé utile à toutes", edit_of=wrong)
    assert told == "Merci, Sacha. C’est la fiche 1."
    assert "« Utile à toutes. » – Sacha" in card


async def test_what_leads_to_no_page_is_no_link(quick: World) -> None:
    for link in (
        "javascript:alert(1)",
        "https://matrix.to/#/@camille:example.org",
        "http://",
        "ftp://example.org/x",
        "la ville.Elle",
        "affiche.pdf",
    ):
        assert (await quick.says("sacha", f"!recommander {link}"))[0].startswith("Je n’ai pas trouvé de lien")


async def test_a_theme_that_is_none_is_said_and_nothing_is_kept(quick: World) -> None:
    assert (await quick.says("sacha", f"!recommander {LINK} #jardinage bien"))[0].startswith(
        "Je ne connais pas le thème « jardinage ». Les thèmes : "
    )
    assert (await quick.says("lou", f"!recommander {LINK} #santé bien"))[0].startswith("Fiche 1 – ")


async def test_what_people_write_stays_text(quick: World) -> None:
    (card,) = await quick.says(
        "lou", f"!recommander {LINK} #santé <b>@room</b> **lu** `!oublier` \u202e {'très ' * 400}"
    )
    line = card.splitlines()[2]
    assert line.startswith("« <b>@room</b> **lu** `!oublier` très ")
    assert len(line) < 350
    assert (await quick.last()).html.count("<b>") == 0


async def test_a_reply_recommends_the_link_of_the_message_it_answers(room: World) -> None:
    unreachable(room)
    told = await room.tells("camille", f"Bonjour, voici ce que nous utilisons : {LINK}. Bonne journée !")
    (card,) = await room.says(
        "lou",
        "!recommander #cadre-de-vie très pratique, testé à Bruaville avec quinze personnes",
        reply_to=told,
    )
    assert card.splitlines()[2].startswith(
        "« Très pratique, testé à Bruaville avec quinze personnes. » – Lou"
    )


async def test_the_link_of_a_message_that_was_edited_is_the_one_it_has_now(quick: World) -> None:
    told = await quick.tells("camille", f"{LINK}/perime")
    await quick.tells("camille", LINK, edit_of=told)
    (card,) = await quick.says("lou", "!recommander #cadre-de-vie très pratique", reply_to=told)
    assert f"({LINK})" in card


async def test_a_reply_to_a_message_with_no_link_or_with_several_is_told_so(quick: World) -> None:
    none = await quick.tells("camille", "Bonjour à toutes et à tous !")
    assert (await quick.says("maxime", "!recommander", reply_to=none))[0].startswith(
        "Je n’ai pas trouvé de lien dans ce message."
    )
    several = await quick.tells("camille", f"{LINK} et {LINK}/suite")
    assert (await quick.says("maxime", "!recommander", reply_to=several))[0].startswith(
        "Ce message contient plusieurs liens."
    )


async def test_in_a_thread_the_card_and_the_question_are_in_the_thread(quick: World) -> None:
    root = await quick.tells("camille", "Un fil : que lisez-vous ?")
    link = await quick.tells("lou", f"{LINK}/suite", thread=root)
    await quick.says("maxime", f"!recommander {LINK} très pratique", thread=root)
    await quick.says("maxime", "!recommander #santé la suite", thread=root, reply_to=link)
    await quick.says("maxime", "!ressource 1", thread=root)
    said = [
        event["content"]
        for event in await quick.events()
        if event["sender"] == BOT and event["type"] == "m.room.message"
    ]
    threads = [content["m.relates_to"].get("event_id") for content in said if "m.new_content" not in content]
    assert threads == [root] * 4


async def test_recommending_in_reply_to_a_card_is_a_voice(quick: World) -> None:
    await quick.says("maxime", f"!recommander {LINK} #cadre-de-vie très pratique")
    card = (await quick.last()).id
    assert (
        "J’ai ajouté votre voix : 2 personnes" in (await quick.says("lou", "!recommander", reply_to=card))[-1]
    )


async def test_in_private_the_card_is_shown_there_and_elsewhere_only_with_a_yes(quick: World) -> None:
    room = await quick.direct("maxime")
    card, question = (
        await quick.says(
            "maxime",
            f"recommander {LINK} #cadre-de-vie très pratique, testé à Bruaville avec quinze personnes",
            room,
        )
    )[-2:]
    assert card == CARD
    assert question == (
        "La fiche 1 est enregistrée. La montrer aussi dans « Réseau des chefs de projet – salon "
        "principal » ? Touchez ✅, ou répondez oui ou non."
    )
    assert await quick.reads() == []
    assert await quick.says("maxime", "oui", room) == [
        "C’est fait : la fiche 1 est dans « Réseau des chefs de projet – salon principal »."
    ]
    assert await quick.reads() == [CARD]
    await quick.taps("lou", "👍")
    await after_edits(quick)
    assert "2 voix" in (await quick.reads())[0]
    assert "2 voix" in next(text for text in await quick.reads(room) if text.startswith("Fiche 1"))


async def test_in_private_a_no_leaves_it_in_the_library(quick: World) -> None:
    room = await quick.direct("maxime")
    await quick.says("maxime", f"recommander {LINK} #cadre-de-vie très pratique", room)
    assert await quick.says("maxime", "non", room) == ["D’accord. On pourra la trouver avec `!ressources`."]
    assert await quick.reads() == []


async def test_a_guest_may_not_recommend(quick: World) -> None:
    assert await quick.says("stef.exterieur", f"!recommander {LINK} bien", "open") == [
        "Cette commande est réservée aux membres du réseau. Je peux vous indiquer une personne : `!contact`."
    ]


async def test_from_the_team_s_room_it_is_offered_to_the_network_too(quick: World) -> None:
    _, question = await quick.says("morgan", f"!recommander {LINK} #cadre-de-vie très pratique", "team")
    assert "La montrer aussi dans" in question
    assert await quick.taps("morgan", "✅", room="team") == [
        "C’est fait : la fiche 1 est dans « Réseau des chefs de projet – salon principal »."
    ]
    assert (await quick.reads())[0].startswith("Fiche 1 – ")
