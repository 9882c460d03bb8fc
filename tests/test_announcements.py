"""Announcements by the team: at a good hour, listed, cancelled, mended, removed;
never outside office hours unless urgent.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.demo.cast import read
from bot.matrix.errors import PermanentError
from storage.tables import Announcement
from tests.support.synapse_fixture import BOT
from tests.support.world import PARIS, MemoryWorld, World, in_memory

FRIDAY_EVENING = datetime(2026, 12, 18, 19, 40, tzinfo=PARIS)
PLACE = "« Réseau des chefs de projet – salon principal »"


async def at(world: World, moment: datetime) -> None:
    await world.wait_until_instant(moment)


async def test_in_the_evening_before_the_holidays_the_next_good_hour_is_proposed(room: World) -> None:
    await at(room, FRIDAY_EVENING)
    (preview,) = await room.says(
        "morgan",
        "!annonce Le compte rendu de Marquemont est en ligne : https://ressources-ville.example.org/cr",
        room="team",
    )
    assert preview.endswith(
        "Il est 19 h 40 et les vacances de Noël commencent demain (zone B). Je propose le lundi 4 janvier "
        "2027 à 9 h, "
        f"dans {PLACE}. Répondez oui, indiquez une autre date, ou écrivez « maintenant » si c’est urgent."
    )
    planned = await room.says("morgan", "oui", room="team")
    assert planned == [f"Programmé le lundi 4 janvier 2027 à 9 h, dans {PLACE}. Pour annuler : `!prevu`."]
    assert await room.wait_until("lundi 4 janvier 8 h 59") == []
    assert await room.wait_until("lundi 4 janvier 9 h") == [
        "Le compte rendu de Marquemont est en ligne : https://ressources-ville.example.org/cr"
    ]
    assert await room.wait_until("lundi 4 janvier 9 h 01") == []


async def test_an_urgent_one_goes_out_at_once_in_the_evening(quick: World) -> None:
    await at(quick, FRIDAY_EVENING)
    await quick.says("morgan", "!annonce Gymnase inondé : réunion reportée.", room="team")
    await quick.says("morgan", "maintenant", room="team")
    assert await quick.reads() == ["Gymnase inondé : réunion reportée."]


async def test_a_yes_that_was_heard_late_publishes_nothing_at_night(quick: World) -> None:
    """The bot was away: what was for now is an announcement like others by then."""
    await quick.says("morgan", "!annonce Bonjour", room="team")
    await quick.stop()
    await quick.tells("morgan", "oui", room="team")
    quick.clock.offset += timedelta(hours=14)
    assert isinstance(quick, MemoryWorld)
    quick.homeserver.events[-1][2]["origin_server_ts"] -= 14 * 3600 * 1000
    await quick.start()
    assert await quick.reads() == []
    assert await quick.wait_until("mardi 8 h 30") == ["Bonjour"]


async def test_a_preview_that_was_removed_is_no_question_any_more(quick: World) -> None:
    await quick.says("morgan", "!annonce Bonjour", room="team")
    await quick.person("morgan").redact(quick.rooms["team"], (await quick.last("team")).id)
    await quick.settle()
    await quick.says("morgan", "oui", room="team")
    assert await quick.reads() == []


async def test_a_date_said_first_is_the_hour_of_the_announcement_and_is_echoed(quick: World) -> None:
    (preview,) = await quick.says("morgan", "!annonce mardi 14 h La salle change", room="team")
    assert preview == (
        "Aperçu de l’annonce n° 1\n« La salle change »\n"
        f"Publier le mardi 24 novembre à 14 h dans {PLACE} ? Répondez oui, non, ou indiquez une autre date."
    )
    assert await quick.taps("morgan", "✅", room="team") == [
        f"Programmé le mardi 24 novembre à 14 h, dans {PLACE}. Pour annuler : `!prevu`."
    ]
    assert await quick.wait_until("mardi 24 novembre 13 h 59") == []
    assert await quick.wait_until("mardi 24 novembre 14 h") == ["La salle change"]


async def test_another_date_in_answer_is_previewed_again(quick: World) -> None:
    await quick.says("morgan", "!annonce mardi 14 h La salle change", room="team")
    (again,) = await quick.says("morgan", "jeudi 10 h", room="team")
    assert "Publier le jeudi 26 novembre à 10 h" in again
    (wrong,) = await quick.says("morgan", "mercredi 10 décembre", room="team")
    assert "jeudi" in wrong
    await quick.says("morgan", "oui", room="team")
    assert await quick.wait_until("jeudi 26 novembre 10 h") == ["La salle change"]


async def test_no_means_that_nothing_goes_out(quick: World) -> None:
    await quick.says("morgan", "!annonce Bonjour", room="team")
    assert await quick.says("morgan", "non", room="team") == ["C’est abandonné, rien ne partira."]
    assert await quick.taps("morgan", "✅", on=(await quick.lines("team"))[0].id, room="team") == [
        "C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."
    ]
    assert await quick.wait_until("mardi 12 h") == []


async def test_what_is_planned_is_listed_and_cancelled_by_a_tap(room: World) -> None:
    await room.says("morgan", "!annonce mardi 9 h Premier", room="team")
    await room.says("morgan", "oui", room="team")
    await room.says("morgan", "!annonce mercredi 9 h Second", room="team")
    await room.says("morgan", "oui", room="team")
    (listed,) = await room.says("morgan", "!prevu", room="team")
    assert listed == (
        f"Prévu\n1. mardi 24 novembre à 9 h, dans {PLACE} : « Premier »\n"
        f"2. mercredi 25 novembre à 9 h, dans {PLACE} : « Second »\n"
        "Pour annuler un envoi, touchez son numéro sous ce message."
    )
    assert list((await room.last("team")).reactions) == ["1️⃣", "2️⃣"]
    assert await room.taps("morgan", "1️⃣", room="team") == ["Annulé, rien ne partira : « Premier »"]
    assert await room.wait_until("mercredi 25 novembre 9 h") == ["Second"]


async def test_the_third_announcement_of_a_day_is_proposed_for_the_next(quick: World) -> None:
    for text in ("Un", "Deux"):
        await quick.says("morgan", f"!annonce {text}", room="team")
        await quick.says("morgan", "oui", room="team")
    (preview,) = await quick.says("morgan", "!annonce Trois", room="team")
    assert "Le salon a déjà ses annonces ce jour-là. Je propose le mardi 24 novembre à 9 h" in preview


async def test_the_team_mends_and_removes_what_the_bot_posted_without_another_message(room: World) -> None:
    await room.says("morgan", "!annonce La salle est au 2e étage.", room="team")
    await room.says("morgan", "oui", room="team")
    posted = (await room.last()).id
    assert await room.says("morgan", "!corriger La salle est au 3e étage.", reply_to=posted) == [
        "La salle est au 3e étage."
    ]
    assert (await room.last()).id == posted
    assert await room.says("morgan", "!retirer", reply_to=posted) == []
    assert await room.reads() == []


async def test_members_cannot_mend_or_remove(quick: World) -> None:
    await quick.says("camille", "!ping 1")
    (refused,) = await quick.says("camille", "!retirer", reply_to=(await quick.last()).id)
    assert refused.startswith("Cette commande est réservée à l’équipe d’animation.")
    assert "pong 1" in await quick.reads()


async def test_retirer_without_a_reply_says_how(quick: World) -> None:
    (said,) = await quick.says("morgan", "!retirer", room="team")
    assert said.startswith("Répondez d’abord à l’un de mes messages")


async def test_an_announcement_delayed_by_an_outage_waits_for_the_next_open_hour(quick: World) -> None:
    await quick.says("morgan", "!annonce mardi 17 h 50 La salle change", room="team")
    await quick.says("morgan", "oui", room="team")
    await quick.stop()
    quick.clock.offset += timedelta(hours=34)  # Tuesday, 20 h
    await quick.start()
    assert await quick.reads() == []
    assert await quick.wait_until("mercredi 25 novembre 8 h 30") == ["La salle change"]


async def test_a_room_that_refuses_is_told_to_the_team_once(
    tmp_path_factory: pytest.TempPathFactory, quick: World
) -> None:
    assert isinstance(quick, MemoryWorld)
    quick.homeserver.refuse[quick.rooms["network"]] = PermanentError(403, "M_FORBIDDEN", "no")
    await quick.says("morgan", "!annonce Bonjour", room="team")
    await quick.says("morgan", "oui", room="team")
    assert (await quick.reads("team"))[
        -1
    ] == "Je n’ai pas pu envoyer ce message : « Bonjour » (le salon l’a refusé). Rien d’autre n’est touché."
    said = len(await quick.reads("team"))
    await quick.restart()
    assert len(await quick.reads("team")) == said


async def test_a_guest_or_a_stranger_of_the_team_room_is_not_the_team(quick: World) -> None:
    """Were the team's room open to all, anybody could make themselves the team."""
    await quick.person("morgan").set_state(quick.rooms["team"], "m.room.join_rules", {"join_rule": "public"})
    (refused,) = await quick.says("morgan", "!annonce Bonjour", room="team")
    assert refused.startswith("Ce salon n’est pas sur invitation")


async def test_a_day_off_is_named_and_the_next_working_day_proposed(quick: World) -> None:
    (preview,) = await quick.says("morgan", "!annonce samedi 14 h La salle change", room="team")
    assert (
        "Le samedi 28 novembre n’est pas un jour de bureau. Je propose le lundi 30 novembre à 9 h" in preview
    )


@pytest.mark.long
async def test_what_is_beyond_nine_sendings_is_counted(quick: World) -> None:
    for n in range(11):
        await quick.says("morgan", f"!annonce Nouvelle {n}", room="team")
        await quick.says("morgan", f"{n + 1} décembre 14 h", room="team")
        await quick.says("morgan", "oui", room="team")
    (listed,) = await quick.says("morgan", "!prevu", room="team")
    assert "\n9. " in listed
    assert "\n10. " not in listed
    assert "\nEt ensuite 2 autres envois.\n" in listed


async def test_an_announcement_planned_before_the_room_moved_goes_to_the_new_one(quick: World) -> None:
    await quick.says("morgan", "!annonce mardi 14 h Bonjour", room="team")
    await quick.says("morgan", "oui", room="team")
    new = await quick.person("morgan").create_room("Nouveau salon")
    await quick.person("morgan").invite(new, BOT)
    await quick.person("morgan").set_state(
        quick.rooms["network"], "m.room.tombstone", {"replacement_room": new}
    )
    await quick.wait_until("mardi 14 h")
    assert await quick.reads() == []
    assert await quick.reads(new) == ["Bonjour"]


async def test_an_announcement_that_is_over_is_forgotten_after_a_month(quick: World) -> None:
    await quick.says("morgan", "!annonce Bonjour", room="team")
    await quick.says("morgan", "oui", room="team")
    await quick.says("morgan", "!annonce lundi 5 avril 2027 14 h À garder", room="team")
    await quick.says("morgan", "oui", room="team")
    quick.clock.offset += timedelta(days=32)
    await quick.settle()
    async with quick.db.read() as db:
        assert [row.text for row in (await db.exec(select(Announcement))).all()] == ["À garder"]


async def test_the_preview_names_every_room_however_many(tmp_path: Path) -> None:
    places: list[dict[str, str]] = [
        {"room": f"#{place.alias}:reseau.example.org", "kind": place.kind} for place in read()[0]
    ]
    local = [{"room": f"#local{n}:reseau.example.org", "kind": "local"} for n in range(8)]
    async with in_memory(tmp_path, rooms=[*places, *local]) as world:
        names = [f"Groupe de travail des chefs de projet du secteur {n}" for n in range(8)]
        for n, name in enumerate(names):
            room = await world.person("morgan").create_room(name, f"local{n}")
            await world.person("morgan").invite(room, BOT)
            await world.settle()
        (preview,) = await world.says("morgan", "!annonce Bonjour", room="team")
    assert all(preview.count(name) == 2 for name in names)
    assert f", « {names[6]} » et « {names[7]} » ?" in preview


async def test_what_is_removed_leaves_no_earlier_or_later_wording_on_the_server(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    await quick.says("morgan", "!annonce Salle Matisse.", room="team")
    await quick.says("morgan", "oui", room="team")
    posted = (await quick.last()).id
    await quick.says("morgan", "!corriger Salle Braque.", reply_to=posted)
    await quick.says("morgan", "!retirer", reply_to=posted)
    ours = [
        event
        for _, room, event in quick.homeserver.events
        if room == quick.rooms["network"] and event["sender"] != quick.person("morgan").user_id
    ]
    gone = {event["content"]["redacts"] for event in ours if event["type"] == "m.room.redaction"}
    assert {event["event_id"] for event in ours if "Salle" in str(event["content"])} == gone
