"""A meeting that is entered: announced, opened, changed, moved, cancelled;
each is said back in full, and nothing counts before « oui ».
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.meetings.form import Draft
from storage.meetings import meetings
from storage.tables import Meeting
from tests.support.meeting_fixture import without_links
from tests.support.world import PARIS, World, in_memory
from tests.test_meetings_entering import entered, says

START, END = datetime(2027, 3, 16, 8, 30, tzinfo=UTC), datetime(2027, 3, 16, 11, 30, tzinfo=UTC)
DRAFT = Draft(
    title="Bilan",
    kind=meetings.GENERAL,
    starts_at=START,
    ends_at=END,
    place="La Filature, Wambrecourt",
    town="Wambrecourt",
    access="tram B",
    video="https://visio.example.org/t1",
    capacity=40,
    answer_by=datetime(2027, 3, 9, 17, 0, tzinfo=UTC),
    contact="Gwen",
)
EDITED = timedelta(seconds=10)  # edits of a message are paced
PLACE = "« Réseau des chefs de projet – salon principal »"
TITLE = "Rencontre du réseau – mardi 16 mars 2027, de 9 h 30 à 12 h 30"


async def planned(world: World) -> Meeting:
    """As the team enters it (test_meetings_entering.py)."""
    row = Meeting(
        event_id="$entered",
        name="2027-T1",
        uid="one",
        starts_at=START,
        ends_at=END,
        author="",
        status=meetings.PLANNED,
    )
    DRAFT.put(row)
    async with world.db.write() as session:
        session.add(row)
    return row


async def announced(world: World) -> Meeting:
    await planned(world)
    await says(world, "!rencontre annoncer T1")
    await world.says("morgan", "oui", room="team")
    return await entered(world)


async def card(world: World, room: str = "network") -> str:
    """What a room reads of the meeting, once paced edits are out."""
    await world.wait_until_instant(world.clock.now().replace(microsecond=0) + EDITED, room)
    return next(text for text in await world.reads(room) if text.startswith("Rencontre"))


async def test_the_team_sees_the_card_before_the_network_does(room: World) -> None:
    await planned(room)
    said = await says(room, "!rencontre annoncer T1")
    assert said.startswith(f"Aperçu de l’annonce – rencontre 2027-T1\n\n{TITLE}\nBilan\n\n")
    assert said.endswith(f"\nPublier maintenant dans {PLACE} ? Répondez oui, non, ou indiquez une heure.")
    assert await room.reads() == []
    (said,) = await room.taps("morgan", "✅", room="team")
    assert said == f"Je publie maintenant dans {PLACE}."
    assert [text for text in await room.reads() if text.startswith(TITLE)]
    assert (await entered(room)).status == meetings.ANNOUNCED


async def test_with_no_name_the_next_one_is_announced_at_the_hour_that_is_given(quick: World) -> None:
    await planned(quick)
    said = await says(quick, "!rencontre annoncer demain 14 h")
    assert f"\nPublier le mardi 24 novembre à 14 h dans {PLACE} ?" in said
    await says(quick, "oui")
    assert await quick.reads() == []
    assert any(text.startswith(TITLE) for text in await quick.wait_until("mardi 24 novembre 14 h"))


async def test_what_people_would_ask_is_asked_of_the_team(quick: World) -> None:
    row = await planned(quick)
    lacking = {
        "": "Il manque le titre et le lieu : `!rencontre modifier T1 titre = … | lieu = …`",
        "Bilan": "Il manque le lieu : `!rencontre modifier T1 lieu = …`",
    }
    for title, line in lacking.items():
        async with quick.db.write() as session:
            Draft(starts_at=START, ends_at=END, title=title).put(row)
            await session.merge(row)
        said = await says(quick, "!rencontre annoncer T1")
        assert said == f"La rencontre T1 n’est pas prête à être annoncée. {line}"
    await says(quick, "!rencontre modifier T1 lieu = La Filature, Wambrecourt")
    await says(quick, "oui")
    said = await says(quick, "!rencontre annoncer T1")
    assert "\nIl manque l’accès : `!rencontre modifier T1 accès = …`\n" in said


async def test_it_is_announced_once(quick: World) -> None:
    await announced(quick)
    said = await says(quick, "!rencontre annoncer T1")
    assert said == "La rencontre T1 est déjà annoncée. Pour la changer : `!rencontre modifier T1 lieu = …`"


async def test_who_confirms_second_is_told_that_it_is_planned_already(quick: World) -> None:
    await planned(quick)
    await says(quick, "!rencontre annoncer T1 demain 14 h")
    await quick.says("referent", "!rencontre annoncer T1", room="team")
    await says(quick, "oui")
    (said,) = await quick.says("referent", "oui", room="team")
    assert said == (
        "La rencontre T1 est déjà programmée. Pour l’annoncer à une autre heure, annulez d’abord ce "
        "qui est prévu : `!prevu`"
    )
    assert await quick.reads() == []


async def test_what_goes_out_was_seen_as_it_is(quick: World) -> None:
    await planned(quick)
    await says(quick, "!rencontre annoncer T1")
    for text in ("!rencontre modifier T1 lieu = Mairie, Bruaville | ouverte à = bailleurs", "oui"):
        await quick.says("referent", text, room="team")
    said = await says(quick, "oui")
    assert said.startswith(
        "La rencontre a changé entre-temps. Voici ce qui partira :\nAperçu de l’annonce – rencontre 2027-T1\n"
    )
    assert "\nOù : Mairie, Bruaville (plan) – ou en visioconférence\n" in without_links(said)
    assert "\nAussi ouverte à : bailleurs\n" in said
    assert await quick.reads() == []
    assert (await says(quick, "oui")).startswith("Je publie maintenant")


async def test_the_number_of_the_only_room_shows_it_again(quick: World) -> None:
    await planned(quick)
    said = await says(quick, "!rencontre annoncer T1")
    assert await says(quick, "1") == said


async def test_today_is_now_once_its_hour_is_past(quick: World) -> None:
    await planned(quick)
    await quick.wait_until("mardi 24 novembre 14 h")
    assert f"\nPublier maintenant dans {PLACE} ?" in await says(quick, "!rencontre annoncer T1 aujourd’hui")


async def test_in_the_night_before_it_may_still_be_announced(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=datetime(2026, 11, 23, 21, 0, tzinfo=PARIS)) as world:
        row = await planned(world)
        async with world.db.write() as session:
            row.starts_at, row.ends_at = (datetime(2026, 11, 24, hour, tzinfo=PARIS) for hour in (8, 10))
            await session.merge(row)
        said = await says(world, "!rencontre annoncer T1")
        assert said.endswith(
            "vient après la rencontre. Écrivez « maintenant » pour publier tout de suite dans "
            f"{PLACE}, ou non."
        )
        assert await says(world, "1") == said
        assert await says(world, "maintenant") == f"Je publie maintenant dans {PLACE}."


async def test_no_leaves_it_planned(quick: World) -> None:
    await planned(quick)
    await says(quick, "!rencontre annoncer T1")
    assert (
        await says(quick, "non")
        == "D’accord, rien ne part. Pour l’annoncer plus tard : `!rencontre annoncer 2027-T1`"
    )
    assert (await entered(quick)).status == meetings.PLANNED


async def test_others_read_it_in_the_open_room(quick: World) -> None:
    await planned(quick)
    said = await says(quick, "!rencontre ouvrir T1 bailleurs sociaux")
    assert "\nAussi ouverte à : bailleurs sociaux\n" in said
    assert (await entered(quick)).actors == ""
    await says(quick, "oui")
    assert (await entered(quick)).actors == "bailleurs sociaux"
    assert any(text.startswith(TITLE) for text in await quick.reads("open"))
    assert await quick.reads() == []


async def test_a_change_says_before_and_after_and_counts_once_confirmed(quick: World) -> None:
    await planned(quick)
    said = await says(quick, "!rencontre modifier T1 lieu = Mairie, Bruaville | places = 30")
    assert said == (
        "Rencontre 2027-T1 – ce qui change\n"
        "Où : La Filature, Wambrecourt → Mairie, Bruaville\n"
        "Commune : Wambrecourt → Bruaville\n"
        "Places : 40 → 30\n"
        "Les réponses sont gardées.\n"
        "Personne ne perd sa place.\n"
        "L’accès est-il encore le bon ? Pour le changer aussi : `!rencontre modifier T1 accès = …`\n"
        "L’enregistrer ? Répondez oui ou non."
    )
    assert (await entered(quick)).place == "La Filature, Wambrecourt"
    await says(quick, "oui")
    row = await entered(quick)
    assert (row.place, row.town, row.capacity) == ("Mairie, Bruaville", "Bruaville", 30)
    assert await quick.reads() == []


@pytest.mark.parametrize(
    "line", ["!rencontre modifier T1 places = 40", "!rencontre modifier T1 visite = aucune"]
)
async def test_what_is_so_already_changes_nothing(quick: World, line: str) -> None:
    await planned(quick)
    assert (await says(quick, line)).startswith("Cela ne change rien : c’est déjà prévu ainsi.")


async def test_a_change_that_will_not_do_is_mended(quick: World) -> None:
    await planned(quick)
    said = await says(quick, "!rencontre modifier T1 places = beaucoup | date = 18 mars")
    line = said.splitlines()[-1].removeprefix("Par exemple `").removesuffix("`")
    assert line == "!rencontre modifier T1 date : 18 mars | places : 30"
    assert "mardi 16 mars 2027, de 9 h 30 à 12 h 30 → jeudi 18 mars 2027, de 9 h 30 à 12 h 30" in await says(
        quick, line
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "liue = Mairie",
            (
                "- je ne connais pas « liue » : vouliez-vous dire « lieu » ?\n"
                "Par exemple `!rencontre modifier T1 lieu : Mairie`"
            ),
        ),
        (
            "couleur = bleu",
            "- je n’ai pas compris « couleur = bleu ».\nJe connais : date, format, titre, lieu,",
        ),
    ],
)
async def test_a_field_that_is_none_is_named(quick: World, line: str, said: str) -> None:
    await planned(quick)
    assert said in await says(quick, f"!rencontre modifier T1 {line}")


async def test_an_earlier_date_asks_nobody_to_answer_in_the_past(quick: World) -> None:
    await announced(quick)
    said = await says(quick, "!rencontre reporter T1 mardi 1er décembre")
    assert "\nRéponse souhaitée avant : mardi 9 mars 2027 à 18 h → mardi 24 novembre 2026 à 18 h\n" in said
    said = await says(quick, "!rencontre reporter T1 jeudi 26 novembre")
    assert "→ mercredi 25 novembre 2026 à 18 h\n" in said


async def test_what_the_card_does_not_say_is_not_promised_to_be_told(quick: World) -> None:
    await announced(quick)
    assert (await says(quick, "!rencontre modifier T1 format = thématique")).endswith(
        "\nL’enregistrer ? Répondez oui ou non."
    )
    assert await says(quick, "oui") == "C’est enregistré : rencontre 2027-T1."
    assert (await entered(quick)).pending == {}


async def test_a_card_that_is_not_out_yet_goes_out_changed_and_nothing_more_is_said(quick: World) -> None:
    await planned(quick)
    await says(quick, "!rencontre annoncer T1 demain 9 h")
    await says(quick, "oui")
    assert (await quick.says("camille", "!agenda"))[0].startswith("Aucune rencontre n’est annoncée")
    await quick.wait_until("mardi 24 novembre 8 h 45")
    assert (await says(quick, "!rencontre modifier T1 lieu = Mairie, Bruaville")).endswith(
        "\nL’enregistrer ? Répondez oui ou non."
    )
    assert await says(quick, "oui") == "C’est enregistré : rencontre 2027-T1."
    said = await quick.wait_until("mardi 24 novembre 11 h")
    assert not any(text.startswith("Changement") for text in said)
    assert "\nOù : Mairie, Bruaville (plan) – ou en visioconférence\n" in without_links(await card(quick))


async def test_what_took_place_is_neither_changed_nor_cancelled(quick: World) -> None:
    await announced(quick)
    await says(quick, "!rencontre annuler T1 grève")
    await quick.wait_until("mardi 16 mars 2027 15 h")
    for line in ("annuler T1 grève", "modifier T1 places = 3", "reporter T1 mardi 6 avril"):
        (*_, said) = await quick.says("morgan", f"!rencontre {line}", room="team")
        assert (
            said
            == "La rencontre 2027-T1 a eu lieu. Pour en faire une autre : `!rencontre dupliquer 2027-T1 date`"
        )


async def test_the_meeting_changed_meanwhile_is_not_changed_by_an_older_question(quick: World) -> None:
    await planned(quick)
    await says(quick, "!rencontre modifier T1 places = 30")
    await quick.says("referent", "!rencontre modifier T1 places = 20", room="team")
    await quick.says("referent", "oui", room="team")
    assert (
        await says(quick, "oui")
        == "Cette rencontre a changé entre-temps : rien n’est modifié. Redemandez le changement si besoin."
    )
    assert (await entered(quick)).capacity == 20


async def test_a_change_after_the_announcement_waits_to_be_told_with_the_others(quick: World) -> None:
    await announced(quick)
    said = await says(quick, "!rencontre modifier T1 lieu = Mairie, Bruaville")
    assert "je l’annonce dans une demi-heure, avec vos autres changements.\n" in said
    await says(quick, "oui")
    row = await entered(quick)
    assert row.pending == {"place": "La Filature, Wambrecourt", "town": "Wambrecourt"}
    await says(quick, "!rencontre modifier T1 lieu = Ici, Nord | places = 50")
    await says(quick, "oui")
    row = await entered(quick)
    assert row.pending == {"place": "La Filature, Wambrecourt", "town": "Wambrecourt", "capacity": "40"}
    assert "\nOù : Ici, Nord (plan) – ou en visioconférence\n" in without_links(await card(quick))


async def test_a_change_may_be_made_without_telling(quick: World) -> None:
    await announced(quick)
    await says(quick, "!rencontre modifier T1 titre = Bilan de l’année")
    assert (
        await says(quick, "sans prévenir")
        == "C’est fait : le message de la rencontre est modifié, sans notification."
    )
    row = await entered(quick)
    assert (row.pending, row.sequence) == ({}, 1)
    assert f"{TITLE}\nBilan de l’année\n" in await card(quick)


async def test_another_hour_is_never_kept_quiet(quick: World) -> None:
    await announced(quick)
    said = await says(quick, "!rencontre reporter T1 mardi 6 avril")
    assert said.endswith(
        "\nRépondez oui ou non. Avec oui, le message de la rencontre est modifié, et je l’annonce dans une "
        "demi-heure."
    )
    await quick.says("morgan", "sans prévenir", room="team")
    assert (await entered(quick)).starts_at == START
    await quick.taps("morgan", "✅", room="team")
    assert "starts_at" in (await entered(quick)).pending


async def test_another_date_keeps_the_hours_the_name_and_the_answers(quick: World) -> None:
    await announced(quick)
    said = await says(quick, "!rencontre reporter T1 mardi 6 avril")
    assert (
        "\nDate : mardi 16 mars 2027, de 9 h 30 à 12 h 30 → mardi 6 avril 2027, de 9 h 30 à 12 h 30\n" in said
    )
    assert "\nRéponse souhaitée avant : mardi 9 mars 2027 à 18 h → mardi 30 mars 2027 à 18 h\n" in said
    assert "\nLes réponses sont gardées : chaque personne doit confirmer la sienne.\n" in said
    await says(quick, "oui")
    row = await entered(quick)
    assert (row.name, row.starts_at) == ("2027-T1", datetime(2027, 4, 6, 7, 30, tzinfo=UTC))


async def test_what_nobody_knows_yet_takes_the_name_of_its_new_quarter(quick: World) -> None:
    await planned(quick)
    await says(quick, "!reporter T1 mardi 6 avril")
    await says(quick, "oui")
    assert (await entered(quick, "2027-T2")).place == "La Filature, Wambrecourt"


async def test_a_cancellation_has_a_reason_and_is_told(quick: World) -> None:
    await announced(quick)
    assert (
        await says(quick, "!rencontre annuler T1")
    ) == "Pour quelle raison ? Par exemple `!rencontre annuler T1 grève des transports`"
    said = await says(quick, "!rencontre annuler T1 grève des transports")
    assert said == (
        "Annuler la rencontre 2027-T1, mardi 16 mars 2027, de 9 h 30 à 12 h 30 (personne n’a répondu) ?\n"
        "Raison : grève des transports\n"
        f"Je l’annonce tout de suite dans {PLACE}. C’est définitif. Répondez oui ou non."
    )
    assert await says(quick, "non") == "D’accord, la rencontre 2027-T1 est maintenue."
    await says(quick, "!rencontre annuler T1 grève des transports")
    assert await says(quick, "oui") == "La rencontre 2027-T1 est annulée."
    row = await entered(quick)
    assert (row.status, row.reason) == (meetings.CANCELLED, "grève des transports")
    assert any("Raison : grève des transports" in text for text in await quick.reads())
    assert (await says(quick, "!rencontre modifier T1 places = 3")) == (
        "La rencontre T1 est annulée. Pour en faire une autre : `!rencontre dupliquer T1 date`"
    )


async def test_at_night_a_cancellation_says_when_it_is_told(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=datetime(2026, 11, 23, 21, 0, tzinfo=PARIS)) as world:
        await planned(world)
        await says(world, "!rencontre annoncer T1")
        await says(world, "maintenant")
        said = await says(world, "!rencontre annuler T1 grève")
        assert f"\nJe le dirai le mardi 24 novembre à 8 h 30 dans {PLACE}." in said


async def test_what_was_to_go_out_is_not_announced(quick: World) -> None:
    await planned(quick)
    for text in ("!rencontre annoncer T1 demain 9 h", "oui"):
        await says(quick, text)
    assert (await says(quick, "!agenda")).split("\n")[1].endswith(" – pas encore annoncée")
    assert "\nElle n’est pas encore annoncée : rien ne sera dit." in await says(
        quick, "!rencontre annuler T1 grève"
    )
    await says(quick, "oui")
    assert not any("rencontre" in text.lower() for text in await quick.wait_until("mardi 24 novembre 10 h"))


async def test_in_the_evening_a_change_says_when_it_is_told(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=datetime(2026, 11, 23, 21, 0, tzinfo=PARIS)) as world:
        await planned(world)
        for text in ("!rencontre annoncer T1", "maintenant"):
            await says(world, text)
        said = await says(world, "!rencontre modifier T1 places = 30")
        assert "et je l’annonce le mardi 24 novembre à 8 h 30, avec vos autres changements.\n" in said
        assert (await says(world, "oui")).endswith(" L’annonce suit le mardi 24 novembre à 8 h 30.")


async def test_what_is_not_announced_is_cancelled_in_silence(quick: World) -> None:
    await planned(quick)
    assert "\nElle n’est pas encore annoncée : rien ne sera dit." in await says(
        quick, "!rencontre annuler T1"
    )
    await says(quick, "oui")
    assert await quick.reads() == []


async def test_a_name_that_is_none_is_answered_with_those_there_are(quick: World) -> None:
    await planned(quick)
    assert (
        await says(quick, "!rencontre annoncer T3")
        == "Je ne connais pas de rencontre T3. Celles qui viennent : T1."
    )
