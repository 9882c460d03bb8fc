"""What members and the team ask of the panorama: again, more, put aside, sorted, published, suspended;
and what a tap changes.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from storage.tables import Opinion, Story
from tests.support.news_fixture import FOLDER, MONDAY, add_sample_week, add_story
from tests.support.world import PARIS, World, in_memory

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=PARIS)
GOLDEN = (FOLDER / "panorama-fr.txt").read_text("utf-8").rstrip("\n")
ITEMS = GOLDEN.partition("\n\nEn savoir plus")[0]


@pytest.fixture
async def before(tmp_path: Path) -> AsyncIterator[World]:
    """The sample week, on its Friday."""
    async with in_memory(tmp_path, at=FRIDAY) as world:
        await add_sample_week(world)
        yield world


@pytest.fixture
async def after(before: World) -> World:
    """Its panorama has just appeared."""
    await before.wait_until_instant(MONDAY)
    return before


async def drafted(world: World) -> list[str]:
    """The items of the draft that the team sees last, without what they say."""
    text = next(said for said in reversed(await world.reads("team")) if said.startswith("Brouillon"))
    return [line.split(" (")[0] for line in text.splitlines() if line[:1].isdigit() and ". " in line]


async def test_before_the_first_one_members_are_told_and_the_team_once(before: World) -> None:
    for who in ("camille", "lou"):
        (said,) = await before.says(who, "!panorama")
        assert said == (
            "Le panorama n’est pas disponible pour le moment ; l’équipe d’animation est prévenue.\n"
            "Premier numéro : lundi 23 novembre à 9 h 15, s’il y a des titres."
        )
    assert await before.reads("team") == [
        "Une personne a demandé le panorama, mais aucun n’est encore paru. Pour le préparer : `!panorama "
        "preparer`"
    ]
    (refused,) = await before.says("camille", "!plus 1")
    assert refused == "Il n’y a pas encore de panorama : les numéros sont ceux du dernier paru."


async def test_the_last_one_is_shown_again_whole_or_by_theme_under_the_same_numbers(after: World) -> None:
    assert await after.says("camille", "!panorama") == [f"{ITEMS}\n\nEn savoir plus : `!plus 1`"]
    (said,) = await after.says("camille", "!panorama santé")
    assert said.splitlines()[3:] == ITEMS.splitlines()[-5:-2]
    assert await after.says("camille", "!panorama egalite") == [
        "Rien sur ce thème dans le dernier panorama (Égalité femmes-hommes). L’avoir en entier : `!panorama`"
    ]
    (refused,) = await after.says("camille", "!panorama cuisine")
    assert refused.startswith(
        "Je ne connais pas le thème « cuisine ». Les thèmes : actualites, participation, "
    )


async def test_one_title_in_full(after: World) -> None:
    assert await after.says("camille", "!plus 2") == [
        "2. Programmation 2027 : l’instruction annuelle fixe le calendrier des appels à projets\n"
        "Dépôt des dossiers du 5 janvier au 12 février, comités de programmation en avril, notification "
        "avant fin mai.\n"
        "Source : Territoires et cohésion, 20 novembre 2026 – "
        "lire l’article (https://territoires-cohesion.example.org/veille/instruction-programmation-2027)\n"
        "Thèmes : actualités nationales"
    ]
    (said,) = await after.says("camille", "!plus 3")
    assert (
        "Source : L’Écho des quartiers, 19 novembre 2026, aussi chez Ressources Ville Nord – lire l’article ("
        in said
    )


@pytest.mark.parametrize("number", [0, 9, 99999])
async def test_a_number_that_is_not_there_says_which_are(after: World, number: int) -> None:
    assert await after.says("camille", f"!plus {number}") == [
        f"Le dernier panorama va de 1 à 8 : il n’a pas de n° {number}. Le revoir : `!panorama`."
    ]


async def test_what_is_for_subscribers_says_so(before: World) -> None:
    await add_story(before, "Réservé", paid=True, tags=["Actualités nationales"], also=("Deux", "Trois"))
    (said,) = await before.wait_until_instant(MONDAY)
    assert " – Journal, 19 novembre, aussi chez Deux, Trois, réservé aux abonnés" in said


async def test_what_is_put_aside_is_found_in_private_and_emptied(after: World) -> None:
    for number in (2, 2, 7):
        kept = await after.says("camille", f"!garder {number}")
        assert kept == [
            "C’est mis de côté, Camille. Vous retrouverez votre liste en message privé avec `!meslectures`."
        ]
    assert await after.says("camille", "!meslectures") == [
        "Cela se passe en message privé : écrivez-moi directement `meslectures`."
    ]
    room = await after.direct("camille")
    (said,) = await after.says("camille", "meslectures", room=room)
    title, *lines, last = [line.split(" (")[0] for line in said.splitlines()]
    assert (title, last) == ("Vos lectures", "Pour tout effacer : `meslectures vider`")
    assert sorted(line[3:] for line in lines) == [
        "Programmation 2027 : l’instruction annuelle fixe le calendrier des appels à projets",
        "webinaire « Santé et quartiers, par où commencer ? »",
    ]
    assert await after.says("camille", "meslectures vider", room=room) == [
        "C’est fait : votre liste est vide."
    ]
    assert (await after.says("camille", "meslectures", room=room))[0].startswith("Votre liste est vide.")


async def test_a_guest_reads_the_panorama_and_keeps_nothing(after: World) -> None:
    (said,) = await after.says("stef.exterieur", "!panorama", room="open")
    assert said.startswith(ITEMS)
    (refused,) = await after.says("stef.exterieur", "!garder 2", room="open")
    assert refused.startswith("Cette commande est réservée aux membres du réseau.")


async def test_followed_themes_are_listed_changed_and_left(after: World) -> None:
    room = await after.direct("camille")
    (said,) = await after.says("camille", "mesthemes", room=room)
    assert said.startswith("Vous ne suivez aucun thème en particulier.\nLes thèmes : actualites, ")
    (said,) = await after.says("camille", "mesthemes cadre de vie, #santé", room=room)
    assert said == (
        "Vous suivez : cadre de vie, santé. Le panorama en tient compte. Pour ne plus rien suivre : "
        "`mesthemes aucun`"
    )
    (refused,) = await after.says("camille", "mesthemes santé cuisine", room=room)
    assert refused.startswith("Je ne connais pas le thème « cuisine ».")
    assert (await after.says("camille", "mesthemes", room=room))[0].startswith(
        "Vous suivez : cadre de vie, santé."
    )
    assert (await after.says("camille", "mesthemes aucun", room=room))[0].startswith(
        "Vous ne suivez aucun thème"
    )


async def opinions(world: World) -> list[tuple[str, str, int]]:
    async with world.db.read() as db:
        return [
            (each.person.split(":")[0], each.edition, each.value)
            for each in (await db.exec(select(Opinion))).all()
        ]


async def test_taps_under_it_count_until_they_are_taken_back_and_the_bots_own_do_not(after: World) -> None:
    digest = (await after.last()).id
    assert await opinions(after) == []
    await after.taps("camille", "👎🏽", on=digest)
    await after.taps("camille", "🙂", on=digest)
    tap = await after.person("lou").react(after.rooms["network"], digest, "👍")
    await after.settle()
    assert await opinions(after) == [("@camille", "2026-W48", -1), ("@lou", "2026-W48", 1)]
    await after.person("lou").redact(after.rooms["network"], tap)
    await after.settle()
    assert await opinions(after) == [("@camille", "2026-W48", -1)]


async def test_what_was_tapped_a_season_ago_is_forgotten(after: World) -> None:
    for person, days in (("camille", 91), ("zoe", 80)):
        async with after.db.write() as db:
            db.add(
                Opinion(
                    event_id=person,
                    person=person,
                    edition="2026-W48",
                    value=1,
                    at=after.clock.now() - timedelta(days=days),
                )
            )
    await after.wait_until_instant(MONDAY + timedelta(days=1))
    async with after.db.read() as db:
        assert [each.person for each in (await db.exec(select(Opinion))).all()] == ["zoe"]


async def test_a_liked_theme_comes_first_the_week_after(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=FRIDAY, digest={"items": 1}) as world:
        await add_story(world, "Un", tags=["Santé"])
        await world.wait_until_instant(MONDAY)
        for who in ("camille", "lou"):
            await world.taps(
                who,
                "👍",
                on=next(line.id for line in await world.lines() if line.text.startswith("Panorama")),
            )
        later = MONDAY + timedelta(days=3)
        await add_story(world, "Deux", tags=["Emploi et insertion"], published=later)
        await add_story(world, "Trois", tags=["Santé"], published=later + timedelta(hours=1))
        (said,) = await world.wait_until_instant(MONDAY + timedelta(weeks=1))
        assert "1. Trois" in said
        assert "Deux" not in said


async def test_the_team_sorts_a_draft_that_renumbers_itself_in_place(before: World) -> None:
    (draft,) = await before.says("morgan", "!panorama preparer", room="team")
    assert draft.partition("\n")[2].startswith(ITEMS)
    first, second, third, *_ = await drafted(before)
    assert (await before.says("morgan", "!ecarter 1", room="team"))[-1] == (
        "Écarté : « Contrats de ville : la clause de revoyure se prépare dès cet hiver ». Le brouillon est "
        "renuméroté. Pour le remettre, touchez ↩️."
    )
    assert (await drafted(before))[0][3:] == second[3:]
    await before.says("morgan", "!epingler 2", room="team")
    assert [each[3:] for each in (await drafted(before))[:1]] == [third[3:]]
    assert sum(text.startswith("Brouillon") for text in await before.reads("team")) == 1
    (said,) = await before.wait_until_instant(MONDAY)
    assert third[3:] in next(line for line in said.splitlines() if line.startswith("1. "))
    assert first[3:] not in said
    assert "sur 15" in said


async def test_what_was_left_out_by_mistake_is_put_back_with_a_tap(before: World) -> None:
    await before.says("morgan", "!panorama preparer", room="team")
    whole = await drafted(before)
    await before.says("morgan", "!ecarter 1", room="team")
    question = next(line.id for line in await before.lines("team") if line.text.startswith("Écarté"))
    await before.taps("morgan", "↩️", on=question, room="team")
    assert await drafted(before) == whole


async def test_without_a_draft_there_are_no_numbers(before: World) -> None:
    (refused,) = await before.says("morgan", "!ecarter 1", room="team")
    assert refused == "Il n’y a pas de brouillon du panorama. Pour en voir un : `!panorama preparer`"
    await before.says("morgan", "!panorama preparer", room="team")
    (refused,) = await before.says("morgan", "!epingler 12", room="team")
    assert refused == "Le brouillon va de 1 à 8 : il n’a pas de n° 12."


async def test_after_a_preview_numbers_are_those_that_it_showed(before: World) -> None:
    await before.says("morgan", "!panorama preparer", room="team")
    await add_story(before, "Une nouvelle", pinned=True)
    said = await before.says("morgan", "!publier", room="team")
    assert any("1. Une nouvelle" in text for text in said if text.startswith("Aperçu"))
    assert "Une nouvelle" in (await drafted(before))[0]
    assert (await before.says("morgan", "!ecarter 1", room="team"))[-1].startswith(
        "Écarté : « Une nouvelle »."
    )


async def test_members_do_not_sort_the_panorama(before: World) -> None:
    for line in ("!ecarter 1", "!epingler 1", "!publier", "!panorama preparer", "!suspendre jusqu’à lundi"):
        (said,) = await before.says("camille", line)
        assert "équipe" in said
    async with before.db.read() as db:
        assert not any(story.skipped or story.pinned for story in (await db.exec(select(Story))).all())


async def test_published_by_hand_it_does_not_appear_again_on_monday(before: World) -> None:
    (preview,) = await before.says("morgan", "!publier", room="team")
    assert preview.startswith(f"Aperçu\n{ITEMS}")
    assert preview.endswith("Publier maintenant, dans un salon ? Répondez oui ou non.")
    assert await before.reads() == []
    assert (await before.says("morgan", "oui", room="team"))[-1] == "Le panorama paraît maintenant."
    assert await before.reads() == [GOLDEN]
    await add_story(before, "Samedi", published=MONDAY - timedelta(days=2))
    (refused,) = await before.says("morgan", "!panorama preparer", room="team")
    assert (
        refused
        == "Le prochain panorama est déjà paru. Le suivant se prépare à partir de la semaine prochaine."
    )
    await before.wait_until_instant(MONDAY)
    assert await before.reads() == [GOLDEN]
    (later,) = await before.wait_until_instant(MONDAY + timedelta(weeks=1))
    assert "1. Samedi" in later


async def test_what_came_after_the_preview_is_shown_before_it_is_published(before: World) -> None:
    await before.says("morgan", "!publier", room="team")
    await add_story(before, "Arrivé entre-temps", published=MONDAY - timedelta(days=4), pinned=True)
    (again,) = await before.says("morgan", "oui", room="team")
    assert again.startswith("Le panorama a changé depuis cet aperçu.\nAperçu\n")
    assert "Arrivé entre-temps" in again
    assert await before.reads() == []
    await before.says("morgan", "oui", room="team")
    assert "Arrivé entre-temps" in (await before.reads())[0]


async def test_published_by_hand_before_an_outage_nothing_is_said_to_be_late(before: World) -> None:
    for line in ("!publier", "oui"):
        await before.says("morgan", line, room="team")
    told = await before.reads("team")
    await before.stop()
    before.clock.offset += MONDAY.replace(hour=18, minute=1) + timedelta(days=2) - before.clock.now()
    await before.start()
    assert await before.reads("team") == told


async def test_a_question_left_open_publishes_nothing_twice(before: World) -> None:
    await before.wait_until_instant(MONDAY - timedelta(minutes=15))
    await before.says("morgan", "!publier", room="team")
    await before.wait_until_instant(MONDAY)
    (refused,) = await before.says("morgan", "oui", room="team", reply_to=(await before.last("team")).id)
    assert refused == "Le panorama est déjà paru."
    assert await before.reads() == [GOLDEN]


async def test_a_bot_that_comes_on_a_tuesday_prepares_the_week_after(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=MONDAY + timedelta(days=1)) as world:
        (said,) = await world.says("camille", "!panorama")
        assert said.endswith("Premier numéro : lundi 30 novembre à 9 h 15, s’il y a des titres.")


async def test_after_non_it_waits_for_its_hour(before: World) -> None:
    await before.says("morgan", "!publier", room="team")
    assert await before.says("morgan", "non", room="team") == [
        "D’accord, le panorama paraîtra à l’heure prévue."
    ]
    assert await before.reads() == []
    assert await before.wait_until_instant(MONDAY) == [GOLDEN]


async def test_published_in_the_evening_it_says_that_it_is_late_and_obeys(before: World) -> None:
    await before.wait_until_instant(FRIDAY.replace(hour=19, minute=40))
    (preview,) = await before.says("morgan", "!publier", room="team")
    assert "Il est 19 h 40." in preview
    await before.says("morgan", "oui", room="team")
    assert await before.reads() == [GOLDEN]


async def test_a_suspension_holds_the_panorama_and_the_draft_and_the_next_one_tells_it(before: World) -> None:
    (said,) = await before.says("morgan", "!suspendre jusqu’au mardi 24 novembre", room="team")
    assert said == (
        "C’est suspendu : plus aucun envoi automatique, sauf les rappels de la veille. Les annonces que "
        "vous avez programmées partent quand même : `!prevu`. Les envois reprennent le mardi 24 novembre "
        "à 8 h 30, ou plus tôt avec `!reprendre`."
    )
    assert await before.wait_until_instant(FRIDAY.replace(hour=17), room="team") == []
    assert await before.wait_until_instant(MONDAY + timedelta(days=3)) == []
    await before.wait_until_instant(MONDAY + timedelta(weeks=1))
    (digest,) = await before.reads()
    assert "sur 15 – lecture" in digest


async def test_suspended_until_the_day_before_there_is_no_draft_that_evening(before: World) -> None:
    await before.says("morgan", "!suspendre jusqu’au dimanche 22 novembre", room="team")
    assert await before.wait_until_instant(FRIDAY.replace(hour=17), room="team") == []
    assert await before.wait_until_instant(MONDAY) == [GOLDEN]


async def test_resumed_in_time_it_appears_at_its_hour(before: World) -> None:
    assert await before.says("morgan", "!reprendre", room="team") == ["Rien n’est suspendu."]
    await before.says("morgan", "!suspendre jusqu’au 4 janvier", room="team")
    assert await before.says("morgan", "!reprendre", room="team") == [
        "C’est repris. Ce qui a attendu sera dans le prochain panorama."
    ]
    assert await before.wait_until_instant(MONDAY) == [GOLDEN]


async def test_while_suspended_the_draft_says_that_nothing_appears_by_itself(before: World) -> None:
    await before.says("morgan", "!suspendre jusqu’au 4 janvier", room="team")
    (draft,) = await before.says("morgan", "!panorama preparer", room="team")
    assert draft.startswith(
        "Brouillon – rien ne paraîtra tout seul le lundi 23 novembre à 9 h 15 : ces titres seront dans le "
        "panorama suivant."
    )
