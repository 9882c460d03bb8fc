"""Entering a meeting: nine questions, in the order of the card, a word or a tap each, taken up days later;
or all in one message; from a poll; from another meeting.
"""

from datetime import UTC, datetime, timedelta

from storage.meetings import answers, counts, meetings, seats
from storage.meetings.seats import AnswerChange
from storage.polls import ballots
from storage.tables import Meeting
from tests.support.world import World

LINES = (
    "!rencontre nouvelle date : 16/03 9h30-12h30 | format : généraliste | titre : Bilan | lieu : La "
    "Filature, Wambrecourt | accès : tram B | "
    "visio : https://visio.example.org/t1 | places : 40 | réponse avant : 9 mars"
)


async def entered(world: World, name: str = "2027-T1") -> Meeting:
    async with world.db.read() as session:
        row = await meetings.by_name(session, name, world.clock.now())
        assert row is not None
        return row


async def nothing_entered(world: World) -> bool:
    async with world.db.read() as session:
        return not await meetings.upcoming(session, world.clock.now(), (meetings.PLANNED, meetings.ANNOUNCED))


async def says(world: World, text: str) -> str:
    (said,) = await world.says("morgan", text, room="team")
    return said


HOW_TO = (
    "\n« retour » pour la question d’avant, « passer » pour répondre plus tard, « stop » pour abandonner."
)


async def test_nine_questions_in_the_order_of_the_card_make_a_meeting(room: World) -> None:
    said = await says(room, "!rencontre nouvelle")
    assert said.startswith(
        "Nouvelle rencontre – étape 1 sur 9. Quelle date et quel horaire ? Par exemple : « "
    )
    assert said.endswith("\n« stop » pour abandonner. Pour reprendre un autre jour : `!rencontre nouvelle`")
    assert await says(room, "16/03 9 h 30-12 h 30") == (
        "Mardi 16 mars 2027, de 9 h 30 à 12 h 30.\nÉtape 2 sur 9. Thématique ou généraliste ? Vous pouvez "
        "dire le thème : « thématique : santé ».\n1. thématique\n2. généraliste" + HOW_TO
    )
    (said,) = await room.taps("morgan", "2️⃣", room="team")
    assert said.startswith("Noté : généraliste.\nÉtape 3 sur 9. Quel titre pour l’annonce ?")
    assert (await says(room, "Bilan")).startswith("Noté : Bilan.\nÉtape 4 sur 9. Où ?")
    said = await says(room, "La Filature, 3 quai du Canal, Wambrecourt")
    assert said.startswith(
        "Noté : La Filature, 3 quai du Canal, Wambrecourt.\nÉtape 5 sur 9. Quel programme ?"
    )
    said = await says(room, "9 h 45 actualités ; 10 h 15 ateliers\nconvivial : café")
    assert said.startswith(
        "Noté : 9 h 45 actualités ; 10 h 15 ateliers – café.\nÉtape 6 sur 9. Comment y venir ?"
    )
    said = await says(room, "Tram ligne B, arrêt Écluse")
    assert said.startswith("Noté : Tram ligne B, arrêt Écluse.\nÉtape 7 sur 9. Combien de places")
    assert await says(room, "40 https://visio.example.org/t1") == (
        "Noté : 40 – https://visio.example.org/t1.\nÉtape 8 sur 9. "
        "Réponse souhaitée avant le mardi 9 mars 2027 à 18 h, auprès de Gwen ? Répondez oui, ou une date "
        "et un nom." + HOW_TO
    )
    (said,) = await room.taps("morgan", "✅", room="team")
    assert said.startswith(
        "Noté : mardi 9 mars 2027 à 18 h – Gwen.\nÉtape 9 sur 9. Ouverte à d’autres acteurs ?"
    )
    (said,) = await room.taps("morgan", "❌", room="team")
    assert said == (
        "Rencontre 2027-T1 – est-ce bien cela ?\n"
        "Date : mardi 16 mars 2027, de 9 h 30 à 12 h 30\n"
        "Format : généraliste\n"
        "Titre : Bilan\n"
        "Où : La Filature, 3 quai du Canal, Wambrecourt\n"
        "Commune : Wambrecourt\n"
        "Accès : Tram ligne B, arrêt Écluse\n"
        "Visioconférence : https://visio.example.org/t1\n"
        "Programme : 9 h 45 actualités ; 10 h 15 ateliers\n"
        "Moment convivial : café\n"
        "Places : 40\n"
        "Réponse souhaitée avant : mardi 9 mars 2027 à 18 h\n"
        "Interlocuteur : Gwen\n"
        "Ouverte à : membres du réseau\n"
        "Répondez oui pour l’enregistrer, non pour abandonner, ou corrigez une ligne, par exemple « lieu : "
        "La Filature, Wambrecourt »."
    )
    assert await nothing_entered(room)
    (said,) = await room.taps("morgan", "✅", room="team")
    assert said == "C’est enregistré : rencontre 2027-T1. Pour l’annoncer : `!rencontre annoncer T1`"
    row = await entered(room)
    assert (row.status, row.starts_at, row.town, row.capacity) == (
        meetings.PLANNED,
        datetime(2027, 3, 16, 8, 30, tzinfo=UTC),
        "Wambrecourt",
        40,
    )
    assert await room.reads() == []


async def test_a_day_is_asked_for_its_hours(quick: World) -> None:
    await says(quick, "!rencontre nouvelle")
    assert await says(quick, "mardi 16 mars") == (
        "Nouvelle rencontre – étape 1 sur 9. Le mardi 16 mars 2027, à quel horaire ? Par exemple : « 9 h 30 "
        "– 12 h 30 ». Ou donnez une autre date.\n"
        "« stop » pour abandonner. Pour reprendre un autre jour : `!rencontre nouvelle`"
    )
    assert (await says(quick, "9h30-12h30")).startswith(
        "Mardi 16 mars 2027, de 9 h 30 à 12 h 30.\nÉtape 2 sur 9."
    )


async def test_holidays_are_flagged(quick: World) -> None:
    await says(quick, "!rencontre nouvelle")
    said = await says(quick, "23 février 9h30-12h30")
    assert said.startswith(
        "Mardi 23 février 2027, de 9 h 30 à 12 h 30 – déconseillé : vacances d’hiver (zone B).\nÉtape 2"
    )


async def test_what_will_not_do_is_asked_again(quick: World) -> None:
    await says(quick, "!rencontre nouvelle")
    assert (await says(quick, "mardi 17 mars 9h-12h")).startswith(
        "Cette date est un mercredi : écrivez « mercredi 17 mars 2027 »"
    )
    assert (
        await says(quick, "passer")
        == "Une rencontre a besoin d’une date : donnez-la, même provisoire, ou écrivez « stop »."
    )
    assert (
        await says(quick, "retour")
        == "C’est la première question. Répondez-y, ou écrivez « stop » pour abandonner."
    )
    assert "Étape 2 sur 9" in await says(quick, "16 mars 9h-12h")
    assert "« thématique : festive »" in await says(quick, "festive")
    assert "Noté : thématique – Santé.\nÉtape 4 sur 9" in await says(quick, "Thématique : santé")


async def test_one_may_go_back_and_what_is_known_is_not_asked_again(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    await says(quick, "généraliste")
    await says(quick, "Bilan")
    await says(quick, "La Filature, Wambrecourt\nTram B")
    assert "Étape 4 sur 9. Où ?" in await says(quick, "retour")
    said = await says(quick, "retour")
    assert "Étape 3 sur 9. Quel titre" in said
    assert "\nPour l’instant : Bilan (pour le garder, écrivez « passer »)." in said
    assert "Étape 5 sur 9. Quel programme ?" in await says(quick, "Bilan de l’année")
    for _ in range(4):
        said = await says(quick, "passer")
    assert "\nTitre : Bilan de l’année\nOù : La Filature, Wambrecourt\nCommune : Wambrecourt\n" in said
    assert "Étape 9 sur 9" in await says(quick, "retour")


async def test_a_title_typed_as_the_place_is_doubted_and_kept_only_after_yes(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    await says(quick, "thématique : santé")
    said = await says(quick, "Bilan et perspectives")
    assert said.startswith(
        "« Bilan et perspectives » : il manque peut-être l’adresse ou la commune. "
        "Est-ce bien le lieu ?\nRépondez oui"
    )
    assert "Étape 4 sur 9. Où ?" in await says(quick, "non")
    assert "c’est une liste, comme un programme" in await says(quick, "Accueil ; atelier ; bilan")
    await says(quick, "non")
    await says(quick, "La Filature")
    assert (await says(quick, "titre : Bilan")).startswith("Titre : Santé → Bilan\nÉtape 4 sur 9. Où ?")
    await says(quick, "La Filature")
    assert (await says(quick, "!rencontre nouvelle")).startswith("« La Filature » : ")  # taken up again
    assert "Noté : La Filature.\nÉtape 5 sur 9. Quel programme ?" in await says(quick, "oui")
    await says(quick, "9 h 45 accueil")
    assert (await says(quick, "10 h 15 ateliers")).startswith(
        "« 10 h 15 ateliers » : cela commence par une heure, comme un programme. Est-ce bien l’accès ?"
    )
    await says(quick, "tram B")
    assert (await says(quick, "10 h 15 ateliers ; 12 h déjeuner")).startswith(
        "« 10 h 15 ateliers ; 12 h déjeuner » ressemble à un programme ; ici, il faut un nombre de places."
    )
    said = await says(quick, "programme : 9 h 45 accueil ; 10 h 15 ateliers")
    assert "Étape 7 sur 9. Combien de places" in said


async def test_nothing_without_a_title_or_a_place_is_announced(quick: World) -> None:
    await says(quick, "!rencontre nouvelle date : 16/03 9h30-12h30")
    for _ in range(2):
        said = await says(quick, "passer")
    assert "\nTitre : à préciser avant l’annonce\nOù : à préciser avant l’annonce\n" in said
    line = "`!rencontre modifier T1 titre = … | lieu = …`"
    assert await says(quick, "oui") == (
        f"C’est enregistré : rencontre 2027-T1. Il manque le titre et le lieu : {line}"
    )
    assert await says(quick, "!rencontre annoncer T1") == (
        f"La rencontre T1 n’est pas prête à être annoncée. Il manque le titre et le lieu : {line}"
    )
    await says(quick, "!rencontre modifier T1 titre = Bilan | lieu = La Filature, Wambrecourt")
    await says(quick, "oui")
    assert (await says(quick, "!rencontre annoncer T1")).startswith("Aperçu de l’annonce")


async def test_stop_leaves_nothing(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    assert (
        await says(quick, "stop")
        == "C’est abandonné, rien n’est enregistré. Pour recommencer : `!rencontre nouvelle`"
    )
    assert await nothing_entered(quick)
    assert (await says(quick, "!rencontre nouvelle")).startswith("Nouvelle rencontre – étape 1 sur 9.")


async def test_days_later_and_after_a_restart_it_goes_on_where_it_was(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    await says(quick, "généraliste")
    asked = (await quick.last("team")).id
    await quick.restart()
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=8), "team")
    assert await quick.says("morgan", "on se voit quand ?", room="team") == []
    said = await says(quick, "!rencontre nouvelle")
    assert said.startswith(
        "Je reprends la rencontre commencée. Pour repartir de zéro : « stop ».\nÉtape 3 sur 9. Quel titre"
    )
    (said,) = await quick.says("morgan", "Bilan", room="team", reply_to=(await quick.last("team")).id)
    assert "Étape 4 sur 9. Où ?" in said
    (said,) = await quick.says("morgan", "Ailleurs", room="team", reply_to=asked)
    assert said.startswith("C’est déjà fait")


async def test_an_answer_given_by_a_reply_days_later_counts(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    asked = (await quick.last("team")).id
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=20), "team")
    (said,) = await quick.says("morgan", "généraliste", room="team", reply_to=asked)
    assert "Étape 3 sur 9" in said


async def test_another_question_meanwhile_does_not_lose_it(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    await says(quick, "!annonce Bonjour")
    await says(quick, "non")
    assert "Étape 2 sur 9" in await says(quick, "!rencontre nouvelle")


async def test_two_people_enter_two_meetings_at_once(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    (said,) = await quick.says("referent", "!rencontre nouvelle", room="team")
    assert said.startswith("Nouvelle rencontre – étape 1 sur 9.")
    assert "Étape 3 sur 9" in await says(quick, "généraliste")


async def test_one_message_is_enough(quick: World) -> None:
    said = await says(quick, LINES)
    assert said.startswith(
        "Rencontre 2027-T1 – est-ce bien cela ?\nDate : mardi 16 mars 2027, de 9 h 30 à 12 h 30\n"
    )
    said = await says(quick, "places : 45 | contact : Lou")
    assert "\nPlaces : 45\n" in said
    assert "\nInterlocuteur : Lou\n" in said
    assert (await says(quick, "places : beaucoup")).startswith(
        "Rien n’est enregistré :\n- places : « beaucoup » n’est pas"
    )
    assert (await says(quick, "quoi")).startswith("Je n’ai pas compris. Répondez oui, non ou retour")
    await says(quick, "oui")
    row = await entered(quick)
    assert (row.capacity, row.contact, row.access) == (45, "Lou", "tram B")


async def test_how_to_come_is_never_forgotten(quick: World) -> None:
    said = await says(quick, LINES.replace("accès : tram B | ", ""))
    assert said.startswith("Comment y venir ? Transports")
    assert "\nAccès : plain-pied\n" in await says(quick, "plain-pied")


async def test_a_second_meeting_of_a_quarter_has_a_name_of_its_own(quick: World) -> None:
    for name in ("2027-T1", "2027-T1-2"):
        await says(quick, LINES)
        assert (await says(quick, "oui")).startswith(f"C’est enregistré : rencontre {name}.")
    said = await says(quick, LINES)
    assert "Une rencontre est déjà prévue à cette date : 2027-T1." in said


async def test_the_previous_one_is_told(quick: World) -> None:
    await says(quick, LINES)
    await says(quick, "oui")
    await says(quick, "!rencontre nouvelle")
    assert "Thématique ou généraliste ? La précédente était généraliste." in await says(
        quick, "17 juin 9h-12h"
    )
    assert "La précédente était à Wambrecourt." in await says(quick, "thématique : santé")


async def test_a_copy_asks_only_for_the_date(quick: World) -> None:
    await says(quick, LINES)
    await says(quick, "oui")
    said = await says(quick, "!rencontre dupliquer T1")
    assert said.startswith(
        "Je reprends tout de la rencontre 2027-T1, sauf la date. Si vous ne donnez pas d’autre horaire : "
        "de 9 h 30 à 12 h 30.\nQuelle date et quel horaire ?"
    )
    assert "Réponse souhaitée avant le jeudi 10 juin 2027 à 18 h" in await says(quick, "17/06 9h-12h")
    said = await says(quick, "oui")
    assert said.startswith(
        "Noté : jeudi 10 juin 2027 à 18 h – Gwen.\nRencontre 2027-T2 – est-ce bien cela ?\n"
        "Date : jeudi 17 juin 2027, de 9 h à 12 h\nFormat : généraliste\nTitre : Bilan\n"
    )
    await says(quick, "oui")
    first, second = await entered(quick), await entered(quick, "2027-T2")
    assert first.uid != second.uid
    assert (second.place, second.capacity) == (first.place, first.capacity)


async def test_a_copy_keeps_the_hours_unless_others_are_given(quick: World) -> None:
    await says(quick, LINES)
    await says(quick, "oui")
    assert (await says(quick, "!rencontre dupliquer T1 mardi 15 juin")).startswith(
        "Mardi 15 juin 2027, de 9 h 30 à 12 h 30.\nRéponse souhaitée avant"
    )
    await says(quick, "oui")
    await says(quick, "horaire : 10 h - 12 h")
    assert "\nDate : mercredi 16 juin 2027, de 10 h à 12 h\n" in await says(quick, "date : 16 juin")


async def test_a_place_named_when_one_comes_back_to_it_is_asked_how_to_come_to(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    for word in ("généraliste", "Bilan", "passer", "passer", "retour"):
        said = await says(quick, word)
    assert "Étape 5 sur 8. Quel programme ?" in said  # how to come is asked of no place
    assert "Étape 4 sur 9. Où ?" in await says(quick, "retour")
    assert "Étape 5 sur 9. Quel programme ?" in await says(quick, "Ici, Nord")
    assert "Étape 6 sur 9. Comment y venir ?" in await says(quick, "9 h accueil")


async def test_a_place_named_at_the_last_look_is_asked_how_to_come_to(quick: World) -> None:
    said = await says(quick, "!rencontre nouvelle date : 16/03 9h30-12h30 | titre : Bilan")
    assert said.startswith("Où ?")
    assert "\nOù : à préciser avant l’annonce\n" in await says(quick, "passer")
    assert (await says(quick, "lieu : Ici, Nord")).startswith("Comment y venir ?")
    said = await says(quick, "Tram B")
    assert "\nAccès : Tram B\n" in said
    assert "est-ce bien cela ?" in said


async def test_words_that_answer_beside_the_question_are_not_kept(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    for word in ("généraliste", "Bilan", "passer", "passer", "40"):
        said = await says(quick, word)
    assert "Étape 7 sur 8. Réponse souhaitée avant le mardi 9 mars 2027" in said
    assert (await says(quick, "non")).startswith("Donnez une autre date et un nom")
    await says(quick, "passer")
    assert await says(quick, "Oui !") == "Nommez-les, par exemple « bailleurs sociaux », ou écrivez « non »."
    said = await says(quick, "bailleurs")
    assert "\nOuverte à : bailleurs\n" in said
    assert "Réponse souhaitée avant :" not in said


async def test_what_is_taken_for_the_way_there_is_said_back(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    await says(quick, "thématique : santé")
    said = await says(quick, "La Filature ; 3 place Foch ; 59000 Lille")
    assert said.startswith("Noté : La Filature, 3 place Foch, 59000 Lille.\nÉtape 5 sur 9.")
    await says(quick, "retour")
    said = await says(quick, "La Filature, Lille\ntram B, accès plain-pied")
    assert said.startswith("Noté : La Filature, Lille – accès : tram B, accès plain-pied.\nÉtape 5 sur 9.")
    assert "Étape 7 sur 9. Combien de places" in await says(quick, "passer")


async def test_a_deadline_as_it_is_asked_for_is_read(quick: World) -> None:
    await says(quick, "!rencontre nouvelle 16 mars 9h-12h")
    place = "La Filature, 3 place Foch 59000 Lille\ntram"
    for word in ("thématique : santé", place, "passer", "40"):
        await says(quick, word)
    assert (await says(quick, "la veille")).startswith("Je n’ai pas compris la date « la veille ».")
    await says(quick, "avant le 10 mars, Lou")
    said = await says(quick, "passer")
    assert "\nCommune : Lille\n" in said
    assert "\nRéponse souhaitée avant : mercredi 10 mars 2027 à 18 h\nInterlocuteur : Lou\n" in said


async def test_one_may_go_back_from_the_last_look_too(quick: World) -> None:
    await says(quick, LINES)
    assert (await says(quick, "retour")).startswith("Comment y venir ?")
    assert "est-ce bien cela ?" in await says(quick, "passer")


async def test_two_meetings_of_one_day_are_noticed_whatever_their_hours(quick: World) -> None:
    await says(quick, LINES)
    await says(quick, "oui")
    assert "Une rencontre est déjà prévue à cette date : 2027-T1." in await says(
        quick, LINES.replace("9h30-12h30", "14h-17h")
    )


async def test_a_date_that_is_not_understood_comes_with_one_that_is(quick: World) -> None:
    await says(quick, "!rencontre nouvelle")
    assert (await says(quick, "un de ces jours")).startswith(
        "Je n’ai pas compris la date « un de ces jours ». Écrivez par exemple « vendredi 22 janvier 2027"
    )
    assert (await says(quick, "9h-12h")).startswith(
        "Il manque le jour. Écrivez par exemple « vendredi 22 janvier 2027"
    )


async def test_the_date_that_a_poll_kept_is_proposed_and_its_yes_are_to_be_confirmed(quick: World) -> None:
    await says(quick, "!dates 9 mars, 9h30-12h30 ; 16 mars, 9h30-12h30")
    await quick.says("morgan", "oui", room="team")
    private = await quick.direct("camille")
    await quick.says("camille", "!vote 1 non, 2 oui")
    await quick.says("lou", "!vote 1 oui, 2 si besoin")
    await quick.wait_until("jeudi 26 novembre 14 h")
    await quick.says("morgan", "!dates retenir 1 2", room="team")
    said = await says(quick, "!rencontre nouvelle")
    assert "Le mardi 16 mars 2027, de 9 h 30 à 12 h 30 ? Répondez oui, ou donnez une autre date." in said
    (said,) = await quick.taps("morgan", "✅", room="team")
    assert said.startswith("Mardi 16 mars 2027, de 9 h 30 à 12 h 30.\nÉtape 2 sur 9.")
    await says(quick, LINES)
    said = await says(quick, "oui")
    assert said.endswith(
        "\n1 personne avait répondu oui à cette date : elle pourra le confirmer en touchant ✅."
    )
    row = await entered(quick)
    async with quick.db.read() as session:
        found = await counts.of_meeting(session, row)
        assert (found.polled, found.to_confirm, found.seated, found.answered) == (1, 0, 0, 0)
        assert list(await answers.of_everybody(session, row.id)) == ["@camille:reseau.example.org"]
        assert await ballots.of_poll(session, 1) == []
        after = await seats.reallocate(
            session,
            row,
            AnswerChange("@camille:reseau.example.org", "$back"),
            seats.rules(row, quick.clock.now()),
        )
        assert after.seats == ()
    await says(quick, "!rencontre annoncer T1")
    assert (await says(quick, "oui")).endswith(
        "\nJe demande aussi à 1 personne, en message privé, de confirmer le oui donné au sondage."
    )
    asked = await quick.last(private)
    assert asked.text.startswith(
        "Vous aviez répondu oui pour le mardi 16 mars 2027 : c’est la date de la rencontre du réseau. "
        "Venez-vous ?\n"
    )
    assert list(asked.reactions)[:4] == ["✅", "💻", "❔", "❌"]
    assert "Quelle date et quel horaire" in await says(quick, "!rencontre nouvelle")


async def a_meeting_from_a_poll(world: World) -> None:
    """Camille said yes to its date, with whom the bot talks."""
    await says(world, "!dates 9 mars, 9h30-12h30 ; 16 mars, 9h30-12h30")
    await world.says("morgan", "oui", room="team")
    await world.says("camille", "!vote 1 non, 2 oui")
    await world.wait_until("jeudi 26 novembre 14 h")
    await world.says("morgan", "!dates retenir 1 2", room="team")
    await says(world, "!rencontre nouvelle")
    await world.taps("morgan", "✅", room="team")
    await says(world, LINES)
    await says(world, "oui")


async def test_a_yes_to_the_poll_keeps_no_seat_and_is_no_answer_until_it_is_confirmed(quick: World) -> None:
    private = await quick.direct("camille")
    await a_meeting_from_a_poll(quick)
    await says(quick, "!rencontre annoncer T1")
    await says(quick, "oui")
    assert (await quick.says("camille", "presence", room=private))[-1] == (
        "Votre réponse, Camille : oui au sondage pour le mardi 16 mars 2027, à confirmer. Pour venir : "
        "`presence oui`."
    )
    (recap, *_) = await quick.says("morgan", "!recap T1", room="team")
    assert "aucune réponse sur" in recap
    assert "\nOui au sondage de dates, à confirmer : 1\n" in recap
    assert any(
        text.endswith("un oui au sondage à confirmer – il reste 40 places.") for text in await quick.reads()
    )
    assert (await says(quick, "!relancer T1")).count("Message proposé") == 1
    await quick.says("camille", "oui", room=private)
    assert "oui au sondage" not in (await quick.says("camille", "!presence", room=private))[0]


async def test_a_yes_to_the_poll_says_nothing_of_another_date(quick: World) -> None:
    private = await quick.direct("camille")
    await a_meeting_from_a_poll(quick)
    await says(quick, "!rencontre reporter T1 mardi 23 mars")
    await says(quick, "oui")
    await says(quick, "!rencontre annoncer T1")
    assert "sondage" not in await says(quick, "oui")
    assert await quick.reads(private) == []
    assert (await quick.says("camille", "presence", room=private))[0].startswith("Il me manque votre réponse")


async def test_another_date_than_that_of_the_poll_takes_no_answers(quick: World) -> None:
    await says(quick, "!dates 9 mars ; 16 mars matin")
    await quick.says("morgan", "oui", room="team")
    await quick.says("camille", "!vote 1 non, 2 oui")
    await quick.says("morgan", "!dates retenir 1 2", room="team")
    assert "Le mardi 16 mars 2027, à quel horaire ?" in await says(quick, "!rencontre nouvelle")
    await says(quick, LINES.replace("16/03", "18/03"))
    assert (
        await says(quick, "oui")
    ) == "C’est enregistré : rencontre 2027-T1. Pour l’annoncer : `!rencontre annoncer T1`"
    assert (await entered(quick)).poll_id is None


async def test_members_enter_nothing(quick: World) -> None:
    (said,) = await quick.says("camille", "!rencontre nouvelle")
    assert "étape 1" not in said
