"""After a meeting: its minutes reach the room, its actions are reminded until they are done, and the links
that were said that day are proposed for the library.
"""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from commands.minutes.parse_action import parse
from schedules.minutes.remind import next_reminder
from storage.minutes import actions, links
from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, World
from tests.test_resources_carrying import posted

DAY = datetime(2026, 12, 10, 11, tzinfo=PARIS)
AFTER = datetime(2026, 12, 11, 9, 30, tzinfo=PARIS)


async def status_of_action(world: World) -> str:
    await world.settle()
    async with world.db.read() as db:
        row = await actions.action(db, 1)
    return row.status if row else ""


async def test_minutes_are_said_to_the_room_from_a_link_or_a_file(quick: World) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(DAY.replace(hour=8))
    link = "https://ressources-ville.example.org/cr"
    assert "n’a pas encore eu lieu" in (await quick.says("morgan", f"!compterendu T4 {link}", "team"))[-1]
    await quick.wait_until_instant(AFTER)
    assert "n’est pas encore publié" in (await quick.says("lou", "!compterendu"))[-1]
    assert "Seule l’équipe" in (await quick.says("lou", f"!compterendu T4 {link}"))[-1]
    asked = await quick.says("morgan", f"!compterendu T4 {link}", "team")
    assert asked[-1].startswith("Publier ce compte rendu de la rencontre du jeudi 10 décembre dans « Réseau")
    await quick.says("morgan", "oui", "team")
    assert (await quick.reads())[-1] == (
        "Compte rendu de la rencontre du jeudi 10 décembre\n« Participation des habitants »\n"
        f"Lire le compte rendu ({link})"
    )
    assert link in (await quick.says("lou", "!compterendu T4"))[-1]

    file = await posted(quick, b"%PDF-1.7", body="compte rendu.pdf", filename="compte rendu.pdf")
    await quick.tells("morgan", "!compterendu T4", "team", reply_to=file)
    await quick.settle()
    await quick.says("morgan", "oui", "team")
    assert (await quick.reads())[-1] == "compte rendu.pdf"


async def test_an_action_is_reminded_in_private_until_a_tap(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    await quick.wait_until_instant(AFTER)
    said = await quick.says("morgan", "!action T4 Lou : envoyer la grille, avant le 15 mars", "team")
    assert said[-1].splitlines()[:2] == [
        "Action n° 1, Lou : envoyer la grille – avant le lundi 15 mars 2027",
        "Je le lui dis en privé, et je le lui rappelle jusqu’à ce que ce soit fait.",
    ]
    first = (
        "À faire, après la rencontre du jeudi 10 décembre\nenvoyer la grille – avant le lundi 15 mars 2027"
    )
    assert (await quick.reads(direct))[-1].startswith(first)
    for day in (12, 15, 22):
        await quick.wait_until_instant(datetime(2027, 3, day, 9, 5, tzinfo=PARIS))
    reminders = [text for text in await quick.reads(direct) if text.startswith("À faire")]
    assert len(reminders) == 4
    assert "(date passée)" in reminders[-1]
    assert "n° 1, Lou : envoyer la grille" in (await quick.says("morgan", "!actions", "team"))[-1]
    await quick.taps("lou", "✅", room=direct)
    assert (await quick.reads(direct))[-1] == "C’est fait : envoyer la grille. Merci !"
    assert "C’est fait : envoyer la grille" in (await quick.reads("team"))[-1]
    await quick.wait_until_instant(datetime(2027, 3, 29, 9, 5, tzinfo=PARIS))
    assert (
        len([text for text in await quick.reads(direct) if text.startswith("À faire")]) == 3
    )  # one is edited
    assert (await quick.says("morgan", "!actions", "team"))[-1] == "Aucune action n’est en cours."


async def test_an_action_of_who_is_out_of_reach_comes_back_to_the_team_and_is_settled_there(
    quick: World,
) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(AFTER)
    said = await quick.tells("morgan", "!action Jean Dupont : relire le compte rendu", "team")
    await quick.settle()
    assert "Je ne peux pas lui écrire en privé" in (await quick.reads("team"))[-1]
    await quick.wait_until_instant(datetime(2026, 12, 28, 10, tzinfo=PARIS))
    assert any(text.startswith("À rappeler à Jean Dupont") for text in await quick.reads("team"))
    assert (await quick.says("morgan", "!action fait 1", "team"))[-1].startswith("C’est fait")
    await quick.person("morgan").redact(quick.rooms["team"], said)
    assert await status_of_action(quick) == "done"


async def test_links_said_on_the_day_are_proposed_to_the_team_once(quick: World) -> None:
    await announced_meeting(quick)
    await quick.says("lou", "à lire : https://methodes.example.org/avant")
    await quick.wait_until_instant(DAY)
    gone = await quick.tells("lou", "voyez https://methodes.example.org/erreur")
    await quick.says("lou", "la grille : https://methodes.example.org/grille, très bien")
    await quick.says("sacha", "https://methodes.example.org/grille?utm_source=mail")
    await quick.person("lou").redact(quick.rooms["network"], gone)
    await quick.settle()
    await quick.wait_until_instant(AFTER)
    proposed = [text for text in await quick.reads("team") if text.startswith("Liens partagés")]
    assert [text.splitlines()[1] for text in proposed] == [
        "1. methodes.example.org/grille (https://methodes.example.org/grille)"
    ]
    await quick.taps("morgan", "1️⃣", room="team")
    await quick.taps("morgan", "1️⃣", room="team")
    assert len([text for text in await quick.reads("team") if text.startswith("Fiche ")]) == 1
    async with quick.db.read() as db:
        assert (await links.due(db, AFTER)) == []


MONDAY = datetime(2026, 11, 23, 10, tzinfo=PARIS)


def test_an_action_is_read_with_or_without_its_date() -> None:
    read = parse("Gwen : envoyer la grille, avant le 15 mars", MONDAY, PARIS)
    assert read is not None
    assert (read.name, read.text, read.before) == ("Gwen", "envoyer la grille", date(2027, 3, 15))
    read = parse("Gwen: préparer la salle pour les enfants", MONDAY, PARIS)
    assert read is not None
    assert (read.text, read.before) == ("préparer la salle pour les enfants", None)
    assert parse("Gwen envoyer", MONDAY, PARIS) is None


@given(
    st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.integers(0, 2 * 365 * 24 * 60),
)
def test_a_reminder_is_always_ahead_and_within_two_weeks_of_the_date_or_of_now(
    before: date | None, minutes: int
) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    moment = next_reminder(before, now, PARIS)
    assert moment > now
    assert (moment - now).days <= 14 or (before is not None and moment.date() < before)


async def test_ones_own_calendar_has_every_coming_meeting_with_ones_answers(quick: World) -> None:
    await announced_meeting(quick)
    await announced_meeting(quick, starts_at=datetime(2027, 7, 6, 9, 30, tzinfo=PARIS))
    await quick.says("lou", "!presence oui T4")
    assert "message privé seulement" in (await quick.says("lou", "!agenda abonnement"))[-1]
    direct = await quick.direct("lou")
    assert (await quick.says("lou", "agenda abonnement", direct))[-1] == "rencontres.ics"
    file = (await quick.lines(direct))[-1].id
    data = await quick.app.web.rooms.download(direct, file, 1_000_000)
    events = Calendar.from_ical(data.decode()).walk("VEVENT")
    assert [str(event["description"]).splitlines()[0].replace("\u00a0", " ") for event in events] == [
        "Votre réponse : vous venez",
        "Votre réponse : pas encore de réponse de votre part",
    ]


async def test_a_tap_under_an_action_that_the_team_settled_says_so(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    await quick.wait_until_instant(AFTER)
    await quick.says("morgan", "!action T4 Lou : envoyer la grille", "team")
    await quick.says("morgan", "!action fait 1", "team")
    card = next(line.id for line in await quick.lines(direct) if line.text.startswith("À faire"))
    said = await quick.taps("lou", "✅", on=card, room=direct)
    assert said[-1].startswith("Cette action n’est plus en cours.")


async def test_minutes_that_only_the_inside_could_open_are_refused(quick: World) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(AFTER)
    for host in ("127.0.0.1:8000", "192.168.1.4", "10.1", "2130706433", "intranet", "nas.local"):
        said = await quick.says("morgan", f"!compterendu T4 http://{host}/cr", "team")
        assert said[-1].startswith("Ce lien mène à une adresse interne"), host


async def test_on_new_year_s_night_in_paris_last_year_s_card_is_of_last_year(quick: World) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(DAY)
    link = "https://methodes.example.org/grille"
    await quick.says("lou", f"la grille : {link}")
    await quick.wait_until_instant(AFTER)
    line = next(each for each in await quick.lines("team") if each.text.startswith("Liens partagés"))
    await quick.says("sacha", f"!recommander {link} une grille claire")
    await quick.wait_until_instant(datetime(2027, 1, 1, 0, 30, tzinfo=PARIS), "team")
    said = await quick.taps("morgan", "1️⃣", on=line.id, room="team")
    assert any("fiche 1, recommandée par Sacha le 11 décembre 2026" in text for text in said)
