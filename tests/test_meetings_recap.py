"""What the team reads of who comes, what people need, which reminders they accept,
and how long all that is known.
"""

import csv
import io
from datetime import datetime
from urllib.parse import quote

import pytest

from storage.meetings import answers, counts, meetings, needs, preferences
from tests.support.meeting_fixture import announced_meeting
from tests.support.synapse_fixture import BOT
from tests.support.world import PARIS, MemoryWorld, World

HEAD = ["Nom", "Réponse", "Personnes", "Avec", "Place", "Répondu le", "Remarque", "Accès", "Repas"]


async def recap(world: World, text: str = "!recap T4") -> tuple[str, list[list[str]]]:
    """The message, and the file beside it."""
    await world.says("morgan", text, "team")
    message, file = (await world.lines("team"))[-2:]
    assert file.text == "recap-2026-T4.csv"
    data = await world.app.web.rooms.download(world.rooms["team"], file.id, 100_000)
    return message.text, list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


async def test_the_team_reads_who_comes_and_has_the_names_in_a_file(room: World) -> None:
    await announced_meeting(room)
    await room.says("camille", "!presence oui +1 régie de quartier")
    await room.says("lou", "!presence visio")
    message, rows = await recap(room)
    assert message.splitlines()[1:] == [
        "Sur place : 2, dont un accompagnant (régie de quartier)",
        "En visio : 1",
        "Peut-être : 0",
        "Absences : 0",
        "Places restantes : 28",
        "Liste nominative : fichier joint recap-2026-T4.csv, visible dans ce salon seulement.",
        "- Sur place : Camille [Marquemont] (1 en plus : régie de quartier)",
        "- En visio : Lou [Vaudricamp]",
    ]
    assert message.startswith("Rencontre du jeudi 10 décembre – 2 réponses sur ")
    assert rows == [
        HEAD,
        ["Camille [Marquemont]", "sur place", "2", "régie de quartier", "réservée", "2026-11-23", "", "", ""],
        ["Lou [Vaudricamp]", "en visio", "", "", "", "2026-11-23", "", "", ""],
    ]


async def test_everybody_invited_is_counted_once(quick: World) -> None:
    await announced_meeting(quick)
    assert (await quick.says("morgan", "!recap T4", "team"))[0].startswith(
        "Rencontre du jeudi 10 décembre – aucune réponse sur 13 membres\n"
    )
    assert len(await quick.lines("team")) == 1  # no names, no file
    await announced_meeting(quick, "network", "open", starts_at=datetime(2027, 3, 16, 9, 30, tzinfo=PARIS))
    assert (await quick.says("morgan", "!recap T1", "team"))[0].startswith(
        "Rencontre du mardi 16 mars 2027 – aucune réponse sur 14 personnes\n"
    )


async def test_the_team_sees_who_waits_and_who_cannot_be_reached(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    await quick.direct("sacha")
    for who in ("camille", "sacha", "alix"):
        await quick.says(who, "!presence oui")
    await quick.says("claude", "!presence peut-être")
    await meeting.change(revision=1)
    message, rows = await recap(quick)
    assert message.splitlines()[4:10] == [
        "Absences : 0",
        "Liste d’attente : 2 personnes",
        (
            "Sans conversation privée avec moi, à prévenir vous-même si une place se libère : Alix "
            "[Saint-Éloi-en-Artois]"
        ),
        "À reconfirmer : 4, la date a changé depuis",
        "Places restantes : 0",
        "Liste nominative : fichier joint recap-2026-T4.csv, visible dans ce salon seulement.",
    ]
    assert [(row[0].partition(" ")[0], row[1], row[4], row[6]) for row in rows[1:]] == [
        ("Camille", "sur place", "réservée", "à reconfirmer"),
        ("Sacha", "sur place", "liste d’attente, n° 1", "à reconfirmer"),
        ("Alix", "sur place", "liste d’attente, n° 2, à prévenir", "à reconfirmer"),
        ("Claude", "peut-être", "", "à reconfirmer"),
    ]


async def test_nothing_that_people_write_is_run_by_a_spreadsheet(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", '!presence oui +1 =HYPERLINK("https://example.org/";"x")')
    _, rows = await recap(quick)
    assert rows[1][3].startswith("'=HYPERLINK")


async def test_names_stay_in_the_room_of_the_team(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", "!presence oui")
    direct = await quick.direct("morgan")
    for who, where in (("lou", "network"), ("morgan", "network"), ("morgan", direct)):
        heard = await quick.says(who, "!recap T4", where)
        assert not any("Camille" in each or "recap-2026-T4.csv" in each for each in heard), (who, where)


async def test_without_a_name_the_recap_is_of_the_next_meeting_and_after_it_of_the_last(quick: World) -> None:
    assert (await quick.says("morgan", "!recap", "team"))[0].startswith("Aucune rencontre n’est prévue")
    await announced_meeting(quick)
    await quick.says("camille", "!presence oui")
    await recap(quick, "!recap")
    await quick.wait_until("14 décembre 10 h")
    message, _ = await recap(quick, "!recap")
    assert "Places restantes" not in message


# --- what people need


async def test_what_people_need_is_told_in_private_read_by_the_team_and_erased_a_week_after(
    room: World,
) -> None:
    await announced_meeting(room)
    direct = await room.direct("lou")
    asked = (
        "Si vous avez un besoin pour venir ou pour le repas : par exemple `acces place adaptée` ou `repas "
        "végétarien`."
    )
    assert (await room.says("lou", "presence oui", direct))[-1].endswith(f"\n{asked}")
    assert (await room.says("lou", "accès : place de stationnement adaptée", direct))[-1] == (
        "C’est noté pour le jeudi 10 décembre : seule l’équipe d’animation le lit.\n"
        "Je l’efface le jeudi 17 décembre. Pour le retirer avant : `acces non`"
    )
    await room.says("lou", "repas végétarien", direct)
    assert asked not in (await room.says("lou", "presence oui", direct))[-1]  # it is known
    message, rows = await recap(room)
    assert message.splitlines()[-6:] == [
        "Accès : place de stationnement adaptée",
        "Repas : végétarien",
        "Places restantes : 29",
        "Liste nominative : fichier joint recap-2026-T4.csv, visible dans ce salon seulement.",
        "- Sur place : Lou [Vaudricamp] (Accès : place de stationnement adaptée, Repas : végétarien)",
        "J’efface les besoins le jeudi 17 décembre, ce message et son fichier avec eux.",
    ]
    assert rows[1][-2:] == ["place de stationnement adaptée", "végétarien"]
    await room.wait_until("16 décembre 10 h")
    async with room.db.read() as db:
        assert len(await needs.of_meeting(db, 1)) == 2
    await room.wait_until("17 décembre 10 h")
    async with room.db.read() as db:
        assert await needs.of_meeting(db, 1) == []
    assert not [
        line
        for line in await room.lines("team")
        if "végétarien" in line.text or line.text.startswith("recap-")
    ]
    message, rows = await recap(room)
    assert "végétarien" not in message
    assert rows[1][-2:] == ["", ""]


async def test_a_need_is_shown_to_its_own_person_changed_and_taken_away(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    assert (await quick.says("lou", "acces", direct))[-1].startswith(
        "Rien n’est noté pour le jeudi 10 décembre."
    )
    await quick.says("lou", "!presence oui")
    await quick.says("lou", "repas végétarien", direct)
    await quick.says("lou", "repas sans gluten", direct)
    await quick.says("lou", "acces boucle magnétique", direct)
    assert (await quick.says("lou", "repas", direct))[-1] == (
        "Noté pour le jeudi 10 décembre\nAccès : boucle magnétique\nRepas : sans gluten\n"
        "Effacé le jeudi 17 décembre. Pour le retirer avant : `acces non`, `repas non`"
    )
    assert "boucle" not in (await quick.says("lou", "acces non", direct))[-1]
    assert (await quick.says("lou", "repas non", direct))[
        -1
    ] == "C’est effacé : plus rien n’est noté pour le jeudi 10 décembre."
    async with quick.db.read() as db:
        assert await needs.of_meeting(db, 1) == []


async def test_deleting_the_message_erases_the_need_and_editing_it_changes_it(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    event, other = [
        await quick.tells("lou", text, direct) for text in ("repas végétarien", "acces place adaptée")
    ]
    await quick.settle()
    await quick.person("lou").redact(direct, other)
    await quick.settle()
    await quick.tells("lou", "repas sans porc", direct, edit_of=event)
    await quick.settle()
    async with quick.db.read() as db:
        assert [each.text for each in await needs.of_meeting(db, 1)] == ["sans porc"]
    await quick.person("lou").redact(direct, event)
    await quick.settle()
    assert (await quick.reads(direct))[-2:] == ["Votre message est supprimé : ce besoin est effacé."] * 2
    async with quick.db.read() as db:
        assert await needs.of_meeting(db, 1) == []


async def test_a_need_is_not_for_the_room_and_what_those_say_who_do_not_come_is_not_for_the_team(
    quick: World,
) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    assert (await quick.says("lou", "repas végétarien", direct))[-1].endswith(
        "Dites-moi aussi si vous venez : `presence oui T4`"
    )
    await quick.says("lou", "presence non", direct)
    assert "végétarien" not in (await recap(quick))[0]
    await quick.says("lou", "presence oui", direct)
    assert "végétarien" in (await recap(quick))[0]


NOTED = (
    "C’est noté pour le jeudi 10 décembre, Lou : dans ma liste, seule l’équipe d’animation le lit.\n"
    "Votre message, lui, est lu par tout le salon. La prochaine fois, écrivez-moi en privé : "
)


async def test_a_need_told_before_everybody_is_kept_and_its_message_taken_down(quick: MemoryWorld) -> None:
    await announced_meeting(quick)
    await quick.says("lou", "!presence oui")
    told = await quick.tells("lou", "!repas végétarien")
    await quick.settle()
    (said,) = [line.text for line in await quick.lines() if line.text.startswith("C’est noté pour")]
    assert said == NOTED + (
        "Animatrice (@animatrice:reseau.example.org).\nVous pouvez le supprimer : votre besoin reste noté."
    )
    await quick.person("lou").redact(quick.rooms["network"], told)
    assert "végétarien" in (await recap(quick))[0]  # the message is gone, what it told is kept

    power = {"users": {BOT: 50}}
    await quick.person("morgan").set_state(quick.rooms["network"], "m.room.power_levels", power)
    direct = await quick.direct("lou")
    told = await quick.tells("lou", "!repas sans gluten")
    await quick.settle()
    assert (await quick.reads())[-1] == NOTED + (
        f"notre conversation privée (https://matrix.to/#/{quote(direct, safe='!:')}).\n"
        "Pour que je le supprime, touchez ✅ : votre besoin reste noté."
    )
    assert "sans gluten" not in " ".join(await quick.reads())
    await quick.taps("lou", "✅")
    assert told not in [event["event_id"] for event in await quick.events() if event["content"]]
    assert "sans gluten" in (await recap(quick))[0]
    assert "repas" not in (await quick.says("lou", "!aide"))[-1]


async def test_a_need_may_be_for_a_meeting_that_is_named(quick: World) -> None:
    await announced_meeting(quick)
    await announced_meeting(quick, starts_at=datetime(2027, 3, 16, 9, 30, tzinfo=PARIS))
    direct = await quick.direct("lou")
    assert "mardi 16 mars 2027" in (await quick.says("lou", "repas T1 végétarien", direct))[-1]
    assert (await quick.says("lou", "repas T1 " + "x" * 201, direct))[-1].startswith(
        "C’est un peu long : dites-le en 200 signes au plus."
    )
    await quick.says("lou", "presence oui T1", direct)
    assert "mardi 16 mars 2027" in (await quick.says("lou", "acces place adaptée", direct))[-1]
    async with quick.db.read() as db:
        assert [(each.kind, each.text) for each in await needs.of_meeting(db, 2)] == [
            ("access", "place adaptée"),
            ("meal", "végétarien"),
        ]


# --- reminders


async def test_everybody_chooses_their_reminders(quick: World) -> None:
    direct = await quick.direct("lou")
    assert (await quick.says("lou", "rappels", direct))[-1].startswith("Vous n’avez encore rien choisi")
    coming = "Je vous rappelle en privé les rencontres où vous venez : "
    chosen = {
        "oui": (preferences.YES, f"{coming}30 jours avant, 7 jours avant, la veille."),
        "la veille": (preferences.EVE, f"{coming}la veille."),
        "non": (preferences.NO, "Je ne vous envoie ni rappel ni relance en privé."),
        "La veille seulement": (preferences.EVE, f"{coming}la veille."),
    }
    for typed, (wish, read) in chosen.items():
        assert (await quick.says("lou", f"rappels {typed}", direct))[-1].splitlines()[1:] == [read]
        async with quick.db.read() as db:
            assert await preferences.reminders_of(db, "@lou:reseau.example.org") == wish
        assert (await quick.says("lou", "rappels", direct))[-1].startswith(read)


# --- a year after


@pytest.mark.long
async def test_a_year_after_only_the_counts_are_known(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", "!presence oui +1 régie de quartier")
    await quick.says("lou", "!presence non")
    await quick.wait_until_instant(datetime(2027, 12, 9, 10, tzinfo=PARIS))
    assert "Camille" in str(await recap(quick, "!recap 2026-T4"))
    await quick.wait_until_instant(datetime(2027, 12, 13, 10, tzinfo=PARIS))
    async with quick.db.read() as db:
        row = await meetings.meeting(db, 1)
        assert row is not None
        assert await answers.of_everybody(db, 1) == {}
        known = await counts.of_meeting(db, row)
    assert (known.seated, known.companions, known.no, known.answered) == (2, 1, 1, 2)
    assert (await quick.says("morgan", "!recap 2026-T4", "team"))[0] == (
        "Rencontre du jeudi 10 décembre 2026 – 2 réponses\n"
        "Sur place : 2, dont un accompagnant\n"
        "En visio : 0\n"
        "Peut-être : 0\n"
        "Absences : 1\n"
        "Liste nominative : effacée, un an après la rencontre."
    )


async def test_the_file_tells_no_need_of_who_does_not_come_and_as_many_people_as_have_seats(
    quick: World,
) -> None:
    await announced_meeting(quick, capacity=3)
    direct = await quick.direct("sacha")
    await quick.says("sacha", "repas sans porc", direct)
    await quick.says("sacha", "presence non", direct)
    await quick.says("lou", "!presence oui +2 élues")
    alone = await quick.tells("lou", "!presence oui +0")
    await quick.says("camille", "!presence oui +1 bailleur")
    # she had said three, and two of those seats are taken
    await quick.person("lou").redact(quick.rooms["network"], alone)
    await quick.settle()
    message, rows = await recap(quick)
    assert "Sur place : 3, dont un accompagnant (bailleur)" in message
    assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [
        ("Camille [Marquemont]", "2", ""),
        ("Lou [Vaudricamp]", "1", ""),
        (rows[3][0], "", ""),
    ]
