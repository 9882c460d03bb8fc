"""Asking: the team sees its poll before the network does; in a room it is there at once;
members where a setting says so.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from commands.polls import parse_deadline
from tests.support.world import PARIS, MemoryWorld, World, in_memory
from tests.test_polls_wording import HOURS

ASKED = (
    "!sondage Quels thèmes pour la rencontre de mars ? | Emploi et insertion | Santé | Numérique | "
    "Actualités nationales | max 2 | "
    "jusqu’à vendredi 12 h"
)
ELSEWHERE = (
    "Pour un autre salon, répondez par son numéro : "
    "1. Réseau des chefs de projet – salon principal ; 2. Entraide et questions ; 3. Rencontres ouvertes."
)
PREVIEW = (
    "Aperçu du sondage n° 1\n"
    "« Quels thèmes pour la rencontre de mars ? » – 4 choix, 2 réponses au plus – clôture : vendredi 27 "
    "novembre à 12 h\n"
    "1. Emploi et insertion\n2. Santé\n3. Numérique\n4. Actualités nationales\n"
    "Le salon peut voir qui vote quoi, sauf pour un vote écrit en message privé. "
    "Pour un vote confidentiel, ajoutez « confidentiel ».\n"
    "Publier maintenant dans « Réseau des chefs de projet – salon principal » ? Répondez oui, non, ou "
    "indiquez une heure.\n" + ELSEWHERE
)
SHORT = "!sondage On décale à 10 h ?"
FRIDAY_EVENING = datetime(2026, 11, 27, 19, 40, tzinfo=PARIS)


async def cards(world: World, room: str = "network") -> list[str]:
    """The polls that a room shows, by their title."""
    return [text.split("\n")[0] for text in await world.reads(room) if text.startswith("Sondage – ")]


async def test_the_team_sees_the_poll_before_the_network_does(room: World) -> None:
    assert await room.says("morgan", ASKED, room="team") == [PREVIEW]
    assert await room.reads() == []
    (said,) = await room.says("morgan", "oui", room="team")
    assert said == "Je publie maintenant dans « Réseau des chefs de projet – salon principal »."
    assert await cards(room) == ["Sondage – Quels thèmes pour la rencontre de mars ?"]


async def test_a_tap_says_yes_and_another_no(quick: World) -> None:
    await quick.says("morgan", ASKED, room="team")
    assert list((await quick.last("team")).reactions)[:2] == ["✅", "❌"]
    await quick.taps("morgan", "✅", room="team")
    assert len(await cards(quick)) == 1
    await quick.says("morgan", SHORT, room="team")
    assert await quick.taps("morgan", "❌", room="team") == ["C’est abandonné, rien ne partira."]
    assert len(await cards(quick)) == 1


async def test_an_hour_in_answer_is_when_it_appears(quick: World) -> None:
    await quick.says("morgan", ASKED, room="team")
    (again,) = await quick.says("morgan", "demain 14 h", room="team")
    assert "\nPublier le mardi 24 novembre à 14 h dans « Réseau" in again
    (said,) = await quick.says("morgan", "oui", room="team")
    assert said.startswith("Programmé le mardi 24 novembre à 14 h, dans « Réseau")
    assert await quick.wait_until("mardi 24 novembre 13 h 59") == []
    await quick.wait_until("mardi 24 novembre 14 h")
    assert len(await cards(quick)) == 1


async def test_an_hour_after_the_closing_is_refused_and_the_question_stays(quick: World) -> None:
    await quick.says("morgan", ASKED, room="team")
    (said,) = await quick.says("morgan", "vendredi 14 h", room="team")
    assert said == "Ce serait après la clôture, le vendredi 27 novembre à 12 h. Indiquez une heure plus tôt."
    await quick.says("morgan", "oui", room="team")
    assert len(await cards(quick)) == 1


async def test_a_number_is_another_room(quick: World) -> None:
    await quick.says("morgan", ASKED, room="team")
    (again,) = await quick.taps("morgan", "2️⃣", room="team") or await quick.says("morgan", "2", room="team")
    assert "\nPublier maintenant dans « Entraide et questions » ?" in again
    await quick.says("morgan", "oui", room="team")
    assert (await cards(quick), len(await cards(quick, "help"))) == ([], 1)


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        (
            "confidentiel",
            "Vote confidentiel : ce qui relie une personne à son vote est détruit à la clôture.",
        ),
        (
            "discret",
            "Résultats à la clôture seulement ; un membre qui s’y connaît peut quand même voir les votes.",
        ),
    ],
)
async def test_a_word_in_answer_says_who_sees_the_votes(quick: World, word: str, seen: str) -> None:
    await quick.says("morgan", ASKED, room="team")
    (again,) = await quick.says("morgan", word, room="team")
    assert f"\n{seen}" in again
    await quick.says("morgan", "oui", room="team")
    card, *_ = await quick.reads()
    assert seen in card


async def test_without_choices_or_closing_both_are_proposed_and_said(quick: World) -> None:
    (preview,) = await quick.says("morgan", SHORT, room="team")
    assert "\n« On décale à 10 h ? » – Oui ou Non – clôture : jeudi 26 novembre à 12 h\n" in preview


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Quand ? | mardi | jeudi", "mardi ou jeudi"),
        ("Quand ? | mardi | jeudi | max 2", "2 choix, 2 réponses au plus"),
        ("Quand ? | lundi | mardi | jeudi", "3 choix, une seule réponse"),
    ],
)
async def test_how_many_choices_and_answers_is_said(quick: World, typed: str, said: str) -> None:
    (preview,) = await quick.says("morgan", f"!sondage {typed}", room="team")
    assert f"\n« Quand ? » – {said} – clôture : " in preview


async def test_a_closing_that_nobody_chose_follows_the_hour_of_publication(quick: World) -> None:
    await quick.says("morgan", SHORT, room="team")
    (again,) = await quick.says("morgan", "lundi 30 novembre 9 h", room="team")
    assert "clôture : jeudi 3 décembre à 12 h\n" in again


async def test_who_may_vote_is_said_too(quick: World) -> None:
    (preview,) = await quick.says("morgan", f"{SHORT} | membres seulement", room="team")
    assert "\nSondage réservé aux membres du réseau.\n" in preview


async def test_what_will_not_do_is_refused_with_a_line_that_will(quick: World) -> None:
    (said,) = await quick.says("morgan", "!sondage Quel jour ? | mardi | jeudi | Mardi", room="team")
    assert (
        said == "Ce choix est là deux fois : « Mardi ». Par exemple `!sondage Quel jour ? | mardi | jeudi`."
    )
    (preview,) = await quick.says("morgan", said.split("`")[1], room="team")
    assert preview.startswith("Aperçu du sondage n° 1\n")


async def test_out_of_hours_the_next_good_one_is_proposed(quick: World) -> None:
    await quick.wait_until_instant(FRIDAY_EVENING)
    (preview,) = await quick.says("morgan", SHORT, room="team")
    assert "\nIl est 19 h 40. Je propose le lundi 30 novembre à 9 h, dans « Réseau" in preview
    assert "clôture : jeudi 3 décembre à 12 h\n" in preview
    await quick.says("morgan", "maintenant", room="team")
    card, *_ = await quick.reads()
    assert "jusqu’au jeudi 3 décembre à 12 h." in card


async def test_a_good_hour_that_comes_after_the_closing_is_no_proposal(quick: World) -> None:
    await quick.wait_until_instant(FRIDAY_EVENING)
    (preview,) = await quick.says("morgan", f"{SHORT} | jusqu’à samedi 12 h", room="team")
    assert (
        "\nIl est 19 h 40. Le prochain bon moment, le lundi 30 novembre à 9 h, vient après la clôture. "
        "Écrivez « maintenant »"
    ) in preview
    assert "✅" not in (await quick.last("team")).reactions
    await quick.says("morgan", "maintenant", room="team")
    assert len(await cards(quick)) == 1


async def test_a_yes_after_the_office_has_closed_is_asked_again(quick: World) -> None:
    await quick.wait_until("lundi 23 novembre 17 h 55")
    await quick.says("morgan", SHORT, room="team")
    await quick.wait_until("lundi 23 novembre 18 h 02")
    (again,) = await quick.says("morgan", "oui", room="team")
    assert "\nIl est 18 h 02. Je propose le mardi 24 novembre à 9 h, dans « Réseau" in again
    assert await cards(quick) == []


async def test_a_yes_to_a_day_that_has_filled_meanwhile_is_asked_again(quick: World) -> None:
    for who in ("morgan", "referent", "operateur"):
        await quick.says(who, SHORT, room="team")
    for who in ("morgan", "referent"):
        await quick.says(who, "oui", room="team")
    (again,) = await quick.says("operateur", "oui", room="team")
    assert (
        "\nLe salon a déjà ses annonces ce jour-là. Je propose le mardi 24 novembre à 9 h, dans « Réseau"
        in again
    )
    assert set((await quick.last("team")).reactions) == {"✅"}, "no sign without its word"
    assert len(await cards(quick)) == 2


async def test_a_yes_that_was_heard_late_publishes_nothing_at_night(quick: World) -> None:
    await quick.says("morgan", SHORT, room="team")
    await quick.stop()
    await quick.tells("morgan", "oui", room="team")
    quick.clock.offset += timedelta(hours=14)
    assert isinstance(quick, MemoryWorld)
    quick.homeserver.events[-1][2]["origin_server_ts"] -= 14 * 3600 * 1000
    await quick.start()
    assert await quick.reads() == []


async def test_the_third_announcement_of_a_day_is_proposed_for_the_next(quick: World) -> None:
    for _ in range(2):
        await quick.says("morgan", SHORT, room="team")
        await quick.says("morgan", "oui", room="team")
    (preview,) = await quick.says("morgan", SHORT, room="team")
    assert "\nLe salon a déjà ses annonces ce jour-là. Je propose le mardi 24 novembre à 9 h" in preview


async def test_a_preview_is_answered_once(quick: World) -> None:
    await quick.says("morgan", SHORT, room="team")
    asked = (await quick.last("team")).id
    await quick.says("morgan", "oui", room="team")
    (said,) = await quick.says("morgan", "oui", room="team", reply_to=asked)
    assert said.startswith("C’est déjà fait")
    assert len(await cards(quick)) == 1


async def test_in_another_room_the_teams_poll_is_there_at_once(quick: World) -> None:
    card, *_ = await quick.says("morgan", SHORT)
    assert card.startswith("Sondage – On décale à 10 h ?\n")
    assert await quick.reads("team") == []


async def test_in_another_room_out_of_hours_it_waits_and_says_so(quick: World) -> None:
    await quick.wait_until_instant(FRIDAY_EVENING)
    (said,) = await quick.says("morgan", SHORT, room="help")
    assert said == (
        "Il est 19 h 40. Le sondage n° 1 paraîtra le lundi 30 novembre à 9 h. Pour l’annuler : "
        "`!sondage annuler 1`"
    )
    (refused,) = await quick.says("morgan", f"{SHORT} | jusqu’à samedi 12 h", room="help")
    assert refused.endswith(
        "vient après la clôture. Donnez-en une plus tardive, par exemple « jusqu’au jeudi 3 décembre à 12 "
        "h »."
    )
    await quick.wait_until("lundi 30 novembre 9 h")
    assert len(await cards(quick, "help")) == 1


async def test_a_member_may_have_it_passed_on_to_the_team(quick: World) -> None:
    (said,) = await quick.says("camille", SHORT)
    assert said.startswith("Seule l’équipe d’animation peut faire cela.")
    await quick.taps("camille", "✅")
    assert (await quick.reads("team"))[
        -1
    ] == "Camille [Marquemont] aimerait que vous fassiez ceci : `!sondage On décale à 10 h ?`"
    assert await cards(quick) == []


async def test_where_members_may_ask_theirs_is_there_at_once(tmp_path: Path) -> None:
    async with in_memory(tmp_path, polls={"members_may_ask": True}) as world:
        await world.says("camille", SHORT, room="help")
        assert len(await cards(world, "help")) == 1
        (refused,) = await world.says("stef.exterieur", SHORT, room="open")
        assert refused.startswith("Cette commande est réservée à l’équipe d’animation.")


async def test_the_help_tells_who_may_ask_and_vote_here(tmp_path: Path) -> None:
    async with in_memory(tmp_path, polls={"members_may_ask": True}) as world:
        (told,) = await world.says("camille", "!aide")
        assert "Sondages et enquêtes : `!sondage On garde la visio ?`, `!vote 1" in told
        (told,) = await world.says("camille", "!aide sondage")
        assert told.endswith("Autres mots : quiz")
        (told,) = await world.says("stef.exterieur", "!aide", room="open")
        assert "`!vote 1`" in told
        assert "sondage clore" not in told


async def test_without_that_setting_the_help_keeps_it_for_the_team(quick: World) -> None:
    (told,) = await quick.says("camille", "!aide")
    assert "!sondage " not in told
    (told,) = await quick.says("camille", "!aide sondage")
    assert told.endswith("\nPour l’équipe d’animation. Dans le salon de l’équipe seulement.")


async def test_in_private_it_is_asked_in_the_teams_room(quick: World) -> None:
    private = await quick.direct("morgan")
    (said,) = await quick.says("morgan", SHORT, room=private)
    assert said == "Cela ne se fait pas ici. Dans le salon de l’équipe seulement."


async def test_what_is_planned_can_be_cancelled_by_a_tap(quick: World) -> None:
    await quick.says("morgan", SHORT, room="team")
    await quick.says("morgan", "demain 14 h", room="team")
    await quick.says("morgan", "oui", room="team")
    (listed,) = await quick.says("morgan", "!prevu", room="team")
    assert (
        "1. mardi 24 novembre à 14 h, dans « Réseau des chefs de projet – salon principal » : « "
        "Sondage – On décale à 10 h ? »"
    ) in listed
    await quick.taps("morgan", "1️⃣", room="team")
    assert (await quick.says("morgan", "!sondages", room="team"))[-1].startswith(
        "Il n’y a pas de sondage en cours."
    )
    await quick.wait_until("mardi 24 novembre 14 h")
    assert await cards(quick) == []


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("2026-11-23 10:00", "2026-11-26 12:00"),
        ("2026-11-26 09:00", "2026-12-01 12:00"),  # not on Saturday and Sunday
        ("2026-12-17 09:00", "2027-01-05 12:00"),  # nor in the school holidays
        ("2027-07-01 09:00", "2027-07-06 12:00"),  # but those of the summer, which are longer than a poll
    ],
)
def test_a_poll_closes_at_noon_of_the_third_open_day(opens: str, closes: str) -> None:
    at = parse_deadline.default_closing(datetime.fromisoformat(opens).replace(tzinfo=PARIS), 3, HOURS)
    assert f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}" == closes
