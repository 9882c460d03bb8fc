"""Reading about meetings: what is ahead, one of them in full, how many come;
in a room, in private, as a guest, as the team.
"""

from datetime import datetime

from tests.support.meeting_fixture import announced_meeting, without_links
from tests.support.world import PARIS, World

SPRING = datetime(2027, 3, 16, 9, 30, tzinfo=PARIS)


async def reads(world: World, who: str, text: str, room: str = "network") -> list[str]:
    """What is answered: the editable message is edited meanwhile."""
    return [each for each in await world.says(who, text, room) if not each.startswith("Réponses")]


async def test_the_agenda_tells_my_answer_to_each_meeting(quick: World) -> None:
    await announced_meeting(quick)
    await announced_meeting(quick, starts_at=SPRING, title="", town="Wambrecourt")
    await quick.says("camille", "!presence oui +1 régie de quartier")
    assert await reads(quick, "camille", "!agenda") == [
        "Prochaines rencontres\n"
        "- T4 : jeudi 10 décembre, de 9 h 30 à 14 h, Marquemont – « Participation des habitants »\n"
        "- T1 : mardi 16 mars 2027, de 9 h 30 à 14 h, Wambrecourt\n"
        "Répondre : `!presence oui T4` – En savoir plus : `!rencontre T4`\n"
        "Votre réponse à chacune : `agenda`, en message privé."
    ]  # nobody else is told what she answered
    assert await reads(quick, "camille", "agenda", await quick.direct("camille")) == [
        "Prochaines rencontres\n"
        "- T4 : jeudi 10 décembre, de 9 h 30 à 14 h, Marquemont – « Participation des habitants » – vous "
        "venez avec une personne\n"
        "- T1 : mardi 16 mars 2027, de 9 h 30 à 14 h, Wambrecourt – pas encore de réponse de votre part\n"
        "Répondre : `presence oui T4` – En savoir plus : `rencontre T4`"
    ]


async def test_each_answer_reads_in_the_agenda(quick: World) -> None:
    await announced_meeting(quick, capacity=1)
    await quick.says("lou", "!presence oui")
    said = {
        "non": "vous ne venez pas",
        "visio": "vous suivez en visio",
        "peut-être": "peut-être",
        "oui": "liste d’attente, n° 1",
    }
    private = await quick.direct("camille")
    for answer, read in said.items():
        await quick.says("camille", f"!presence {answer}")
        line = (await reads(quick, "camille", "agenda", private))[-1].splitlines()[1]
        assert line.endswith(f" – {read}")


async def test_a_new_date_makes_an_answer_one_to_confirm(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("camille", "!presence oui")
    await meeting.change(revision=1)
    private = await quick.direct("camille")
    assert "– vous venez, à reconfirmer" in (await reads(quick, "camille", "agenda", private))[-1]


async def test_at_most_four_meetings_are_listed_and_none_is_said_so(quick: World) -> None:
    assert await reads(quick, "camille", "!agenda") == [
        (
            "Aucune rencontre n’est annoncée pour l’instant. Dès qu’une date est fixée, elle paraît dans "
            "le salon."
        )
    ]
    for month in range(1, 7):
        await announced_meeting(quick, starts_at=datetime(2027, month, 14, 9, 30, tzinfo=PARIS))
    assert len((await reads(quick, "camille", "!agenda"))[-1].splitlines()) == 7


async def test_what_is_not_announced_is_for_the_team(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await meeting.change(status="planned", rooms=[])
    assert (await reads(quick, "camille", "!agenda"))[0].startswith("Aucune rencontre n’est annoncée")
    assert (await reads(quick, "camille", "!rencontre T4"))[0].startswith("Aucune rencontre n’est annoncée")
    assert (
        "Marquemont – « Participation des habitants » – pas encore annoncée"
        in (await reads(quick, "morgan", "!agenda", "team"))[0]
    )
    shown = await reads(quick, "morgan", "!rencontre T4", "team")
    assert shown[0].endswith("Elle n’est pas encore annoncée. Pour l’annoncer : `!rencontre annoncer T4`")


async def test_the_next_meeting_is_shown_with_my_answer_and_its_calendar_file_in_private(room: World) -> None:
    await announced_meeting(room)
    direct = await room.direct("lou")
    await room.says("lou", "presence visio", direct)
    shown, file = await reads(room, "lou", "rencontre", direct)
    assert file == "rencontre-2026-12-10.ics"
    assert (
        "(https://www.openstreetmap.org/search?query=Maison%20de%20quartier%20des%20Glacis%2C%2012" in shown
    )
    assert without_links(shown).startswith(
        "Rencontre du réseau – jeudi 10 décembre, de 9 h 30 à 14 h\n"
        "Participation des habitants\n"
        "Où : Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont (plan) – ou en visioconférence\n"
        "Places : 30\n"
        "Interlocuteur : Gwen – `!contact`\n"
        "\n"
        "Votre réponse, "
    )
    assert shown.endswith(
        " : vous suivrez la rencontre du jeudi 10 décembre en visio.\n"
        "Le lien : https://visio.example.org/glacis\n"
        "Un rappel en privé la veille ? `rappels la veille`"
    )
    await room.says("lou", "rappels non", direct)
    assert "rappel" not in (await reads(room, "lou", "rencontre", direct))[0]  # they have chosen


async def test_in_a_room_the_calendar_file_interrupts_nobody(quick: World) -> None:
    await announced_meeting(quick)
    shown = await reads(quick, "camille", "!rencontre")
    assert len(shown) == 1
    assert shown[0].endswith(
        "\nRépondre : `!presence oui T4`. Votre réponse : `presence`, en message privé.\n"
        "Pour recevoir le fichier d’agenda : `rencontre 2026-T4` en message privé."
    )
    assert "https://visio.example.org" not in shown[0]
    direct = await quick.direct("camille")
    assert (await reads(quick, "camille", "!rencontre T4"))[0].endswith(
        "Le fichier d’agenda est dans notre conversation privée."
    )
    assert (await quick.reads(direct))[-2:] == [
        "La rencontre du jeudi 10 décembre, pour votre agenda :",
        "rencontre-2026-12-10.ics",
    ]


async def test_showing_a_meeting_is_not_entering_one(quick: World) -> None:
    await announced_meeting(quick)
    assert (await reads(quick, "camille", "!rencontre nouvelle"))[0].startswith("Seule l’équipe d’animation")
    assert (await reads(quick, "camille", "!réunion t4"))[0].startswith(
        "Rencontre du réseau – jeudi 10 décembre"
    )
    assert (await reads(quick, "camille", "!meetings 2026-T4"))[0].startswith(
        "Rencontre du réseau – jeudi 10 décembre"
    )


async def test_a_meeting_that_is_cancelled_says_so_and_is_not_ahead(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await meeting.change(status="cancelled", reason="grève des transports")
    assert (await reads(quick, "camille", "!rencontre T4")) == [
        (
            "Rencontre annulée – jeudi 10 décembre 2026, de 9 h 30 à 14 h\nParticipation des habitants\n"
            "Raison : grève des transports\n"
            "Pour recevoir le fichier d’agenda : `rencontre 2026-T4` en message privé."
        )
    ]
    assert (await reads(quick, "camille", "!agenda"))[0].startswith("Aucune rencontre")
    assert (await reads(quick, "camille", "!inscrits T4")) == ["La rencontre T4 est annulée."]


async def test_how_many_come_is_for_everybody_and_who_for_nobody(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", "!presence oui +1 régie de quartier")
    await quick.says("claude", "!presence visio")
    shown = await reads(quick, "lou", "!inscrits")
    assert shown == [
        "Rencontre du jeudi 10 décembre\n"
        "Réponses au 23 novembre, 10 h : 2 sur place, 1 en visio – il reste 28 places.\n"
        "Répondre : `!presence oui T4`. Votre réponse : `presence`, en message privé."
    ]
    assert not any(name in shown[0] for name in ("Camille", "Claude", "régie"))
    direct = await quick.direct("lou")
    assert (await reads(quick, "lou", "inscrits", direct))[0].endswith("Votre réponse : `presence T4`")
    assert (await reads(quick, "morgan", "!inscrits", "team"))[0].endswith("Qui vient : `!recap T4`")


async def test_after_it_the_counts_stay_and_no_seat_is_left_to_take(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("camille", "!presence oui")
    await quick.wait_until("14 décembre 10 h")
    assert await reads(quick, "lou", "!inscrits T4") == [
        "Rencontre du jeudi 10 décembre\nRéponses au 14 décembre, 10 h : 1 sur place."
    ]
    assert (await reads(quick, "camille", "!rencontre T4"))[0].endswith(
        "Réponses au 14 décembre, 10 h : 1 sur place."
    )


async def test_guests_read_of_the_meetings_that_are_open_to_them_and_of_no_other(quick: World) -> None:
    await announced_meeting(quick)
    assert (await reads(quick, "stef.exterieur", "!agenda", "open"))[0].startswith(
        "Aucune rencontre n’est annoncée"
    )
    await announced_meeting(quick, "open", starts_at=SPRING)
    for who in ("stef.exterieur", "camille"):
        shown = (await reads(quick, who, "!agenda", "open"))[0]
        assert "T1" in shown
        assert "T4" not in shown
    assert "Je ne connais pas de rencontre T4" in (await reads(quick, "camille", "!rencontre T4", "open"))[0]
