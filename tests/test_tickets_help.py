"""Mutual help: a question to the network finds what exists, then people who know, then the contact."""

from datetime import timedelta

from tests.support.world import MemoryWorld

NEED = "!besoin Qui a un modèle de convention de GUSP ?"


async def in_private(world: MemoryWorld, *people: str) -> dict[str, str]:
    return {who: await world.direct(who) for who in people}


async def later(world: MemoryWorld) -> None:
    """Edits of one message keep a distance of some seconds."""
    await world.wait_until_instant(world.clock.now() + timedelta(seconds=5))


async def test_a_question_in_the_help_room_is_answered_in_three_ways_and_closed(quick: MemoryWorld) -> None:
    rooms = await in_private(quick, "camille")
    told = await quick.says("camille", NEED, "help")
    assert told[0].startswith("C’est noté, Camille : votre question porte le n° 1.")
    card = (await quick.lines("help"))[-1]
    assert card.text == (
        "Question n° 1 – Camille, Marquemont – thème : cadre de vie\n"
        "« Qui a un modèle de convention de GUSP ? »\n"
        "Pour répondre : répondez à ce message, ou `!repondre 1` et votre réponse."
    )
    assert "1. « Qui a un modèle" in (await quick.says("lou", "!besoins", "help"))[-1]
    await quick.says("lou", "Nous en avons un à Vaudricamp.", "help", reply_to=card.id)
    await quick.says("maxime", "Le nôtre date de 2024.", "help", thread=card.id)
    await quick.says("lou", "merci !", "help", thread=card.id)
    await quick.says("alix", "!repondre 1 Voir la fiche 9.", "network")
    await later(quick)
    shown = next(line.text for line in await quick.lines("help") if line.id == card.id)
    assert shown.splitlines()[2:5] == [
        "- Lou : « Nous en avons un à Vaudricamp. »",
        "- Maxime : « Le nôtre date de 2024. »",
        "- Alix : « Voir la fiche 9. »",
    ]
    assert [text.splitlines()[1] for text in await quick.reads(rooms["camille"])] == [
        "« Nous en avons un à Vaudricamp. »",
        "« Le nôtre date de 2024. »",
        "« Voir la fiche 9. »",
    ]
    await quick.taps("lou", "✅", on=card.id, room="help")
    assert "Résolue" not in "".join(await quick.reads("help"))
    await quick.taps("camille", "✅", on=card.id, room="help")
    await later(quick)
    assert "Résolue, merci à toutes et à tous." in "".join(await quick.reads("help"))


async def test_an_answer_said_otherwise_or_taken_back_is_followed_in_both_places(quick: MemoryWorld) -> None:
    rooms = await in_private(quick, "camille")
    await quick.says("camille", NEED, "help")
    event = await quick.tells("lou", "!repondre 1 Voir la fiche 8.", "help")
    await quick.settle()
    await quick.says("lou", "!repondre 1 Voir la fiche 9.", "help", edit_of=event)
    await later(quick)
    assert [each.splitlines()[1] for each in await quick.reads(rooms["camille"])] == ["« Voir la fiche 9. »"]
    await quick.person("lou").redact(quick.rooms["help"], event)
    await quick.settle()
    await later(quick)
    assert await quick.reads(rooms["camille"]) == ["Question n° 1 : Lou a retiré sa réponse, qui était ici."]
    assert "fiche 9" not in "".join(await quick.reads("help"))


async def test_what_exists_is_shown_before_the_question_goes_out(quick: MemoryWorld) -> None:
    await quick.says(
        "maxime",
        "!recommander https://methodes.example.org/modele-convention-gusp #cadre-de-vie modèle de convention",
    )
    told = await quick.says("camille", NEED, "help")
    assert told[-1].startswith("Voici ce qui existe déjà :\nFiche 1")
    assert told[-1].endswith("La poser quand même au réseau ? Répondez oui ou non.")
    assert (await quick.says("camille", "non", "help"))[-1] == "D’accord, rien n’est publié."
    await quick.says("camille", NEED, "help")
    await quick.says("camille", "oui", "help")
    assert "Question n° 1" in (await quick.reads("help"))[-1]
    await quick.says("lou", "!repondre 1 La nôtre est sur notre site.", "help")
    told = await quick.says("noa", "!besoin Avez-vous une convention GUSP récente ?", "help")
    assert "Lou : « La nôtre est sur notre site. »" in told[-1]


async def test_those_who_know_are_asked_in_turn_then_others_then_the_contact(quick: MemoryWorld) -> None:
    people = ("alix", "lou", "maxime", "sacha", "noa")
    rooms = await in_private(quick, "camille", *people)
    for who in people:
        await quick.says(who, "jesais GUSP, évaluation", rooms[who])
    await quick.says("camille", NEED, "help")

    async def asked() -> set[str]:
        return {who for who in people if "Question n°" in "".join(await quick.reads(rooms[who]))}

    assert await asked() == {"alix", "lou", "maxime"}
    assert "Vous avez indiqué connaître « GUSP »." in (await quick.reads(rooms["lou"]))[-1]
    await quick.taps("lou", "❌", room=rooms["lou"])
    await quick.wait_until("mer 25/11 10:01")
    assert await asked() == {*people}
    await quick.wait_until("ven 27/11 10:01")
    assert (
        "est restée sans réponse : elle est maintenant dans la file de Gwen"
        in (await quick.reads("team"))[-1]
    )
    assert "Camille" in (await quick.says("referent", "!file", "team"))[-1]
    await quick.says("sacha", "Oui, je vous l’envoie.", rooms["sacha"])
    assert "Réponse de Sacha" in (await quick.reads(rooms["camille"]))[-1]
    assert "Aucune demande" in (await quick.says("referent", "!file", "team"))[-1]
    await quick.says("camille", "!besoin Une trame d’évaluation de GUSP ?", "help")
    await quick.says("camille", "oui", "help")
    assert {who for who in people if "n° 2" in "".join(await quick.reads(rooms[who]))} == {
        "alix",
        "lou",
        "maxime",
    }


async def test_nobody_is_asked_in_school_holidays(quick: MemoryWorld) -> None:
    rooms = await in_private(quick, "camille", "lou")
    await quick.says("lou", "jesais GUSP", rooms["lou"])
    await quick.wait_until("lun 21/12 10:00")
    await quick.says("camille", NEED, "help")
    await quick.wait_until("mer 30/12 10:00")
    assert "Question" not in (await quick.reads(rooms["lou"]))[-1]
    await quick.wait_until("lun 04/01 9:01")
    assert "Question n° 1" in (await quick.reads(rooms["lou"]))[-1]


async def test_a_theme_that_comes_back_is_offered_for_a_meeting(quick: MemoryWorld) -> None:
    from bot.outbox import Cause, UnitOfWork
    from schedules.tickets.themes import recurring

    for text in (
        "une charte de santé ?",
        "un contact à l’ASV, santé ?",
        "un diagnostic santé ?",
        "un emploi ?",
    ):
        await quick.says("camille", f"!besoin {text}", "help")
    async with quick.db.read() as db:
        now = quick.clock.now()
        uow = UnitOfWork(db=db, outbox=quick.app.outbox, cause=Cause(id="-", at=now), now=now)
        assert [theme.id for theme in await recurring(uow)] == ["sante"]
