"""What members and the team read when they write: the first subjects, in the words of the room."""

import pytest

from tests.support.world import World


@pytest.mark.real("messages in rooms and in private")
async def test_ping_answers_pong_to_anyone_anywhere(room: World) -> None:
    assert await room.says("camille", "!ping 12") == ["pong 12"]
    assert await room.says("lou", "/ping un", room="help") == ["pong un"]
    assert await room.says("stef.exterieur", "!ping deux", room="open") == ["pong deux"]


async def test_a_slip_is_mended_by_one_tap(room: World) -> None:
    assert await room.says("camille", "!pnig 12") == [
        "Je ne connais pas « pnig ». Vouliez-vous dire `!ping 12` ? Touchez ✅ si c’est cela."
    ]
    assert await room.taps("lou", "✅") == []
    assert await room.taps("camille", "✅") == ["pong 12"]


async def test_a_far_word_gets_silence_in_a_room(room: World) -> None:
    assert await room.says("camille", "!xyzzy maintenant") == []
    assert await room.says("camille", "Bonjour à toutes et à tous !") == []


async def test_a_correction_within_five_minutes_edits_the_first_answer(room: World) -> None:
    refused = await room.tells("camille", "!pnig 7")
    await room.settle()
    before = await room.lines()
    await room.tells("camille", "!ping 7", edit_of=refused)
    await room.settle()
    after = await room.lines()
    assert [line.text for line in after] == ["pong 7"]
    assert [line.id for line in after] == [line.id for line in before]


async def test_what_only_shows_something_shows_what_its_edit_asks_in_place(quick: World) -> None:
    said = await quick.tells("camille", "!sigle GUSP")
    await quick.settle()
    (answer,) = await quick.lines()
    await quick.wait_until("jeudi 10 h")
    assert (await quick.says("camille", "!sigle ANRU", edit_of=said))[0].startswith("ANRU : ")
    assert (await quick.says("camille", "!ressources santé", edit_of=said))[0].startswith(
        "Rien pour « santé »."
    )
    assert (await quick.says("camille", "!ping 2", edit_of=said)) == ["pong 2"]
    assert [line.id for line in await quick.lines()] == [answer.id]


async def test_what_took_effect_is_not_run_again_by_an_edit(quick: World) -> None:
    private = await quick.direct("camille")
    said = await quick.tells("camille", "mesthemes participation", room=private)
    await quick.settle()
    before = await quick.reads(private)
    assert await quick.says("camille", "mesthemes emploi", room=private, edit_of=said) == before
    assert await quick.reads(private) == before


async def test_bare_words_are_enough_in_private(room: World) -> None:
    private = await room.direct("camille")
    assert await room.says("camille", "ping 3", room=private) == ["pong 3"]
    assert await room.says("camille", "le chauffage est réparé", room=private) == [
        "Je n’ai pas compris. Essayez par exemple `agenda`, `ressources évaluation` ou `aide`."
    ]


@pytest.mark.real("mentions")
async def test_nobody_is_pinged_by_an_answer_and_it_is_a_notice(room: World) -> None:
    await room.says("camille", "!ping @lou:reseau.example.org")
    line = await room.last()
    assert (line.msgtype, line.content["m.mentions"]) == ("m.notice", {})


async def test_an_announcement_is_previewed_then_published_in_the_network_s_room(room: World) -> None:
    preview = await room.says("morgan", "!annonce La salle change : rendez-vous au 3e étage.", room="team")
    assert preview == [
        "Aperçu de l’annonce n° 1\n« La salle change : rendez-vous au 3e étage. »\n"
        "Publier maintenant dans « Réseau des chefs de projet – salon principal » ? Répondez oui, non, ou "
        "indiquez une heure."
    ]
    assert await room.reads() == []
    await room.says("morgan", "oui", room="team")
    line = await room.last()
    assert (line.text, line.msgtype) == ("La salle change : rendez-vous au 3e étage.", "m.text")
    assert len(await room.lines()) == 1


async def test_only_the_team_announces_and_a_member_may_have_it_asked(room: World) -> None:
    refused = await room.says("camille", "!annonce Bonjour")
    assert refused == [
        (
            "Seule l’équipe d’animation peut faire cela. Vous souhaitez qu’elle le fasse ? Touchez ✅ et je "
            "la préviens."
        )
    ]
    await room.taps("camille", "✅")
    assert (
        await room.last("team")
    ).text == "Camille [Marquemont] aimerait que vous fassiez ceci : `!annonce Bonjour`"
