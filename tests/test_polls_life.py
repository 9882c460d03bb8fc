"""A poll from its card to its result, as the room and the team live it:
the count, the nudge, what the team decides, what is forgotten.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schedules.polls.card import who_sees
from storage import pause
from storage.polls import ballots, polls, secrets
from storage.tables import Poll
from tests.support.config import configuration
from tests.support.world import PARIS, MemoryWorld, World, in_memory
from tests.test_polls_closing import TUESDAY, at, ended, left, row, titles
from tests.test_polls_voting import DATES, Published, a_poll, of_dates, votes

FRIDAY = datetime(2026, 11, 27, 12, tzinfo=PARIS)
CARD = (
    "Sondage – Quels thèmes ?\n"
    "{most}, jusqu’au vendredi 27 novembre à 12 h. Dix secondes suffisent.\n"
    "1. Emploi et insertion\n2. Santé\n3. Numérique\n4. Actualités nationales\n"
    "{how}\n{who}"
)
OPEN = CARD.format(
    most="Une seule réponse",
    how="Votez dans l’encadré ci-dessous ou écrivez `!vote 1`.",
    who="Le salon peut voir qui vote quoi, sauf pour un vote écrit en message privé.",
)


async def planned(world: World, opens_at: datetime) -> Published:
    """A poll that waits for its hour."""
    with suppress(KeyError):  # it has no card yet
        await a_poll(world, opens_at=opens_at, closes_at=FRIDAY)
    return Published(1, "", ())


async def card(world: World) -> str:
    """As it reads now, once the edits that were paced are out."""
    await at(world, world.clock.now() + timedelta(seconds=10))
    return next(line.text for line in await world.lines() if line.msgtype == "m.text")


async def says(world: World, text: str, who: str = "morgan", room: str = "team") -> str:
    return (await world.says(who, text, room=room))[-1]


# --- the card


async def test_the_card_notifies_and_counts_without_notifying_again(quick: World) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    (line, box) = await quick.lines()
    assert (line.id, line.text, line.msgtype, line.mentions) == (poll.card, OPEN, "m.text", ())
    assert (box.id, box.msgtype) == (poll.boxes[0], "org.matrix.msc3381.poll.start")
    await votes(quick, "camille", poll, "1")
    assert await card(quick) == OPEN + "\n1 vote – clôture vendredi 27 novembre à 12 h"
    await votes(quick, "camille", poll)
    assert await card(quick) == OPEN


@pytest.mark.parametrize(
    ("mode", "how", "who"),
    [
        (
            "discreet",
            "Votez dans l’encadré ci-dessous. S’il ne s’affiche pas, ouvrez ce salon avec Tchap ou Element.",
            "Résultats à la clôture seulement ; un membre qui s’y connaît peut quand même voir les votes.",
        ),
        (
            "secret",
            "Pour voter, écrivez `!vote` : je vous réponds en message privé.",
            (
                "Vote confidentiel : ce qui relie une personne à son vote est détruit à la clôture. Avec "
                "moins de cinq votes, aucun détail n’est donné."
            ),
        ),
    ],
)
async def test_the_card_says_who_sees_what(quick: World, mode: str, how: str, who: str) -> None:
    await a_poll(quick, mode=mode, most=2, closes_at=FRIDAY)
    assert await card(quick) == CARD.format(most="Deux réponses au plus", how=how, who=who)


def test_on_postgresql_a_secret_poll_says_what_is_weaker(tmp_path: Path) -> None:
    config = configuration(
        tmp_path, "http://127.0.0.1:1", storage={"url": "postgresql+asyncpg://localhost/animatrice"}
    )
    poll = Poll(
        event_id="$a",
        question="?",
        author="@a:x",
        asked_in="!a",
        opens_at=TUESDAY,
        closes_at=FRIDAY,
        mode="secret",
    )
    assert (
        who_sees(poll, config)
        .text()
        .endswith(
            "une trace de l’ordre des votes\u00a0: la personne qui l’administre pourrait y retrouver un vote."
        )
    )


@pytest.mark.parametrize("mode", ["visible", "discreet"])
async def test_clients_keep_what_a_box_counts_for_the_end(quick: World, mode: str) -> None:
    await a_poll(quick, mode=mode, most=3, closes_at=FRIDAY)
    start = (await quick.lines())[-1].content["org.matrix.msc3381.poll.start"]
    assert (start["kind"], start["max_selections"]) == ("org.matrix.msc3381.poll.undisclosed", 3)
    assert [each["id"] for each in start["answers"]] == ["1", "2", "3", "4"]


async def test_a_poll_of_dates_has_a_box_for_each(quick: World) -> None:
    await of_dates(quick)
    texts = [
        line.content["org.matrix.msc3381.poll.start"]
        for line in await quick.lines()
        if line.msgtype != "m.text"
    ]
    assert [
        each["question"]["org.matrix.msc1767.text"].replace("\u00a0", " ").replace("\u202f", " ")
        for each in texts
    ] == [
        "Mardi 9 mars 2027 : pouvez-vous venir ?",
        "Mardi 16 mars 2027 : pouvez-vous venir ?",
        "Mardi 23 mars 2027 : pouvez-vous venir ?",
    ]
    assert len(DATES) == len(texts)


async def test_an_english_room_reads_english(tmp_path: Path) -> None:
    async with in_memory(tmp_path, language="en") as world:
        await a_poll(world, most=2, closes_at=TUESDAY)
        assert (await card(world)).startswith(
            "Poll – Quels thèmes ?\nTwo answers at most, until Tuesday 24 November at 12:00. Ten seconds "
            "are enough.\n"
        )
        assert (await at(world, TUESDAY))[-1] == "Result – Quels thèmes ? (no vote)\nNobody voted."
        await of_dates(world)
        assert (
            "\nVote in the boxes below, one for each date, or write `!vote 1 yes, 2 if need be, 3 no`.\n"
            in (await world.lines())[-4].text
        )
        (how,) = await world.says("camille", "!vote")
        assert how.endswith("\nTo vote, write `!vote 1 yes, 2 if need be, 3 no`.")
        (noted,) = await world.says("camille", "!vote 1 yes, 2 if need be, 3 no")
        assert noted.startswith("Vote noted, Camille:\n1. Tuesday 9 March 2027: Yes\n")


async def test_a_question_that_looks_like_markup_is_only_text(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    await a_poll(
        quick, question="<b>Oui</b> @room **?**", choices=["[a](javascript:1)", "`x`"], closes_at=FRIDAY
    )
    (content,) = [
        event["content"]
        for *_, event in quick.homeserver.events
        if event["content"].get("body", "").startswith("Sondage")
    ]
    assert "<b>" not in content["formatted_body"]
    assert "<a" not in content["formatted_body"]
    assert content["m.mentions"] == {}


# --- the nudge


async def nudges(world: World) -> list[str]:
    return [text for text in await world.reads() if text.startswith("Sondage « ")]


async def test_one_line_a_day_before_the_close_when_fewer_than_half_have_voted(quick: World) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    await votes(quick, "camille", poll, "1")
    await at(quick, FRIDAY - timedelta(days=1, minutes=1))
    assert await nudges(quick) == []
    await at(quick, FRIDAY - timedelta(days=1))
    said = (
        "Sondage « Quels thèmes ? » : 1 vote pour l’instant, clôture vendredi 27 novembre à 12 h. "
        "Dix secondes suffisent : votez sous le message auquel je réponds."
    )
    assert await nudges(quick) == [said]
    assert (await quick.last()).reply_to == poll.card
    await quick.restart()
    await at(quick, FRIDAY - timedelta(hours=1))
    assert await nudges(quick) == [said]


async def test_no_nudge_when_half_have_voted(quick: MemoryWorld) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    people = [
        who
        for who in quick.people
        if quick.homeserver.membership(quick.rooms["network"], quick.people[who].user_id) == "join"
    ]
    for who in people[: (len(people) + 1) // 2]:
        await votes(quick, "morgan" if who == "animation" else who, poll, "1")
    await at(quick, FRIDAY - timedelta(days=1))
    assert await nudges(quick) == []


async def test_no_nudge_for_a_poll_of_a_few_hours_nor_while_the_team_has_suspended_nor_when_it_would_be_late(
    quick: World,
) -> None:
    await a_poll(quick, closes_at=quick.clock.now() + timedelta(hours=6))
    await at(quick, quick.clock.now() + timedelta(hours=5))
    assert await nudges(quick) == []
    await a_poll(quick, closes_at=FRIDAY)
    async with quick.db.write() as db:
        await pause.hold(db, FRIDAY - timedelta(hours=20))
    await at(quick, FRIDAY - timedelta(hours=19))
    assert await nudges(quick) == []


async def test_no_nudge_in_school_holidays(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=datetime(2026, 12, 17, 10, tzinfo=PARIS)) as world:
        await a_poll(world, closes_at=datetime(2026, 12, 22, 12, tzinfo=PARIS))
        await at(world, datetime(2026, 12, 21, 12, tzinfo=PARIS))
        assert await nudges(world) == []


async def test_a_bot_that_was_away_nudges_nobody_afterwards(quick: World) -> None:
    await a_poll(quick, closes_at=FRIDAY)
    await quick.stop()
    quick.clock.offset += FRIDAY.replace(hour=9) - quick.clock.now()
    await quick.start()
    assert await nudges(quick) == []


async def test_a_nudge_never_takes_the_place_of_an_announcement(tmp_path: Path) -> None:
    async with in_memory(tmp_path, budget={"announcements": 1}) as world:
        await a_poll(world, closes_at=FRIDAY)
        await at(world, FRIDAY - timedelta(days=1, hours=2))
        await world.says("morgan", "!annonce La salle change.", room="team")
        await world.says("morgan", "maintenant", room="team")
        await at(world, FRIDAY - timedelta(days=1))
        await at(world, FRIDAY - timedelta(hours=1))
        assert await nudges(world) == []
        assert not [text for text in await world.reads("team") if "pas pu envoyer" in text]


# --- what the team decides


async def test_the_team_closes_a_poll_and_its_result_appears_at_once(quick: World) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    await votes(quick, "camille", poll, "1")
    assert await says(quick, "!sondage clore 1") == "Le sondage n° 1 est clos : je publie son résultat."
    await at(quick, quick.clock.now() + timedelta(seconds=10))
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?", "Résultat – Quels thèmes ? (1 vote)"]
    assert await ended(quick, poll) == [1]
    await quick.tells("lou", "!vote 2")
    assert (
        await says(quick, "!sondage clore")
        == "Il n’y a pas de sondage dans ce cas. Ceux qui sont en cours : `!sondages`."
    )
    assert (await row(quick, poll)).result["voters"] == 1


async def test_of_several_polls_the_team_is_asked_which(quick: World) -> None:
    await a_poll(quick, closes_at=FRIDAY)
    await a_poll(quick, question="Quel jour ?", closes_at=FRIDAY)
    assert await says(quick, "!sondage clore") == (
        "De quel sondage s’agit-il ?\n- `!sondage clore 2` – Quel jour ?\n"
        "- `!sondage clore 1` – Quels thèmes ?"
    )


async def test_a_reply_to_a_poll_says_which(quick: World) -> None:
    first = await a_poll(quick, closes_at=FRIDAY)
    await a_poll(quick, question="Quel jour ?", closes_at=FRIDAY)
    said = await quick.says("morgan", "!sondage clore", reply_to=first.card)
    assert "Le sondage n° 1 est clos : je publie son résultat." in said


async def test_a_poll_stays_open_longer_and_notifies_nobody(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    assert await says(quick, "!sondage prolonger 1 vendredi 12 h") == (
        "Le sondage n° 1 est ouvert jusqu’au vendredi 27 novembre à 12 h. Son message est modifié, sans "
        "notification."
    )
    assert await card(quick) == OPEN
    await at(quick, TUESDAY)
    await votes(quick, "camille", poll, "1")
    assert (await at(quick, FRIDAY))[-1].startswith("Résultat – Quels thèmes ? (1 vote)")


REFUSED_CLOSES = [
    ("mardi 24 novembre 12 h", "Le sondage n° 1 est déjà ouvert jusqu’au vendredi 27 novembre à 12 h."),
    ("1 dans 2 minutes", "Un sondage se clôt dans dix minutes au plus tôt"),
    ("1 le 1er juin", "Un sondage se clôt dans dix minutes au plus tôt"),
    ("1 bientôt", "« bientôt » n’est pas assez précis"),
    ("1 voilà", "Je n’ai pas compris « 1 voilà »."),
    ("7 vendredi 14 h", "Je ne trouve pas ici de sondage n° 7."),
    ("", "Il me manque une précision."),
]


async def test_a_close_that_cannot_be_is_refused(quick: World) -> None:
    await a_poll(quick, closes_at=FRIDAY)
    for said, answer in REFUSED_CLOSES:
        assert (await says(quick, f"!sondage prolonger {said}")).startswith(answer)


async def test_a_date_without_a_number_is_for_the_only_poll(quick: World) -> None:
    await a_poll(quick, closes_at=FRIDAY)
    assert (await says(quick, "!sondage prolonger 4 décembre")).startswith(
        "Le sondage n° 1 est ouvert jusqu’au vendredi 4 décembre à 12 h."
    )


async def test_a_poll_is_cancelled_after_a_yes_and_its_votes_are_erased(quick: World) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    assert (
        await says(quick, "!sondage annuler 1")
        == "Annuler le sondage n° 1, « Quels thèmes ? » (1 vote sera effacé) ? Répondez oui ou non."
    )
    assert await says(quick, "oui") == "Le sondage n° 1 est annulé, les votes sont effacés."
    assert (
        await card(quick) == "Sondage annulé – Quels thèmes ?\nCe sondage est annulé. Les votes sont effacés."
    )
    assert [line.id for line in await quick.lines()] == [poll.card], "no box that shows a result"
    assert await left(quick) == []
    assert await at(quick, FRIDAY) == []


async def test_no_keeps_the_poll(quick: World) -> None:
    poll = await a_poll(quick, closes_at=FRIDAY)
    await quick.says("morgan", "!sondage annuler", room="team")
    assert await says(quick, "non") == "D’accord, le sondage n° 1 continue."
    assert (await row(quick, poll)).status == polls.PUBLISHED


async def test_a_secret_poll_that_is_cancelled_keeps_no_key(quick: World) -> None:
    poll = await a_poll(quick, mode="secret", closes_at=FRIDAY)
    await quick.says("morgan", "!sondage annuler 1", room="team")
    await quick.says("morgan", "oui", room="team")
    assert not secrets.key_file(quick.config.data_dir, poll.number).exists()


async def test_a_poll_that_waits_for_its_hour_is_withdrawn(quick: World) -> None:
    await planned(quick, TUESDAY)
    assert "encore publié. Pour l’annuler : `!sondage annuler 1`." in await says(quick, "!sondage clore 1")
    await quick.says("morgan", "!sondage annuler 1", room="team")
    assert await says(quick, "oui") == "Le sondage n° 1 est annulé : il ne sera pas publié."
    assert await at(quick, FRIDAY) == []


async def test_a_poll_that_waits_for_its_hour_can_be_given_more_time(quick: World) -> None:
    """It is of use even when the bot was away until after its first close."""
    await planned(quick, FRIDAY - timedelta(hours=1))
    await quick.says("morgan", "!sondage prolonger 1 vendredi 4 décembre 12 h", room="team")
    await quick.stop()
    quick.clock.offset += FRIDAY + timedelta(hours=2) - quick.clock.now()
    await quick.start()
    assert (await quick.lines())[0].msgtype == "m.text"
    assert "jusqu’au vendredi 4 décembre à 12 h" in await card(quick)


async def test_what_comes_of_a_poll_is_added_to_its_result(quick: World) -> None:
    await a_poll(quick, closes_at=TUESDAY)
    assert (await says(quick, "!sondage suite 1 un atelier « emploi ».")).startswith(
        "Le sondage n° 1 n’a pas encore de résultat."
    )
    await at(quick, TUESDAY)
    assert (
        await says(quick, "!sondage suite 1 un atelier « emploi ».")
        == "C’est ajouté au résultat du sondage n° 1, sans notification."
    )
    await at(quick, TUESDAY + timedelta(minutes=1))
    said = (
        "Résultat – Quels thèmes ? (aucun vote)\nPersonne n’a voté.\n"
        "Merci à toutes et à tous. Suite donnée : un atelier « emploi »."
    )
    assert [line.text for line in await quick.lines() if line.text.startswith("Résultat")] == [said]


async def test_a_question_may_begin_like_a_command(quick: World) -> None:
    said = await says(quick, "!sondage Annuler la sortie ? | Oui | Non")
    assert "« Annuler la sortie ? »" in said
    assert (await says(quick, "!sondage annuler la sortie")).startswith(
        "Je n’ai pas compris « la sortie ». Par exemple `!sondage annuler 4`."
    )


async def test_what_is_missing_is_shown_for_the_poll_that_was_named(quick: World) -> None:
    assert (
        await says(quick, "!sondage prolonger 3")
        == "Il me manque une précision. Par exemple `!sondage prolonger 3 lundi 12 h`."
    )
    assert (await says(quick, "!sondage suite 3")).startswith(
        "Il me manque une précision. Par exemple `!sondage suite 3 la rencontre"
    )
    assert (
        await says(quick, "!sondage clore 3 vite")
        == "Je n’ai pas compris « 3 vite ». Par exemple `!sondage clore 3`."
    )


async def test_a_member_may_decide_of_their_own_poll_only(tmp_path: Path) -> None:
    async with in_memory(tmp_path, polls={"members_may_ask": True}) as world:
        await a_poll(world, closes_at=FRIDAY)
        async with world.db.write() as db:
            (await db.get_one(Poll, 1)).author = world.person("camille").user_id
        (said,) = await world.says("lou", "!sondage clore 1")
        assert said.startswith(
            "Seule l’équipe d’animation, ou la personne qui a posé ce sondage, peut faire cela."
        )
        assert "Le sondage n° 1 est clos : je publie son résultat." in await world.says(
            "camille", "!sondage clore 1"
        )


async def test_without_that_setting_a_member_is_offered_to_pass_it_on(quick: World) -> None:
    await a_poll(quick, closes_at=FRIDAY)
    (said,) = await quick.says("camille", "!sondage clore 1")
    assert said.startswith("Seule l’équipe d’animation peut faire cela.")


# --- what there is


async def test_what_can_be_voted_in_is_listed(quick: World) -> None:
    assert await quick.says("camille", "!sondages") == ["Il n’y a pas de sondage en cours dans ce salon."]
    poll = await a_poll(quick, closes_at=FRIDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    said = (
        "Sondages en cours\n- n° 1 : Quels thèmes ? – 1 vote, clôture vendredi 27 novembre à 12 h\n"
        "Pour voter : `!vote`"
    )
    assert (await quick.says("camille", "!sondages"))[-1] == said
    assert await quick.says("stef.exterieur", "!sondages", room="open") == [
        "Il n’y a pas de sondage en cours dans ce salon."
    ]
    private = await quick.direct("camille")
    (told,) = await quick.says("camille", "sondages", room=private)
    assert "Quels thèmes ?, « Réseau des chefs de projet – salon principal » – 1 vote" in told


async def test_the_team_sees_what_is_planned_too(quick: World) -> None:
    await planned(quick, TUESDAY)
    assert await quick.says("camille", "!sondages") == ["Il n’y a pas de sondage en cours dans ce salon."]
    assert "– prévu, pas encore publié (mardi 24 novembre à 12 h)\n" in await says(quick, "!sondages")


async def test_the_team_reads_the_counts_and_has_them_in_a_file(quick: World) -> None:
    poll = await a_poll(quick, choices=["=1+1", "Santé"], closes_at=FRIDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    said, file = await quick.says("morgan", "!resultats 1", room="team")
    assert said.startswith(
        "Résultats provisoires du sondage n° 1 – Quels thèmes ? (1 vote, clôture vendredi 27 novembre à 12 "
        "h)\n1. =1+1 – 1 voix"
    )
    assert file == "resultats-1.csv"
    line = (await quick.lines("team"))[-1]
    data = await quick.app.web.rooms.download(quick.rooms["team"], line.id, 10_000)
    assert data.decode("utf-8-sig").splitlines() == [
        "Choix;Voix;Pourcentage des votants",
        "'=1+1;1;100,0",
        "Santé;0;0,0",
    ]


async def test_the_counts_of_a_poll_that_is_not_visible_wait_for_its_close(quick: World) -> None:
    await a_poll(quick, mode="discreet", closes_at=TUESDAY)
    assert (await says(quick, "!resultats")) == (
        "Les résultats du sondage n° 1 ne sont connus qu’à la clôture, le mardi 24 novembre à 12 h. Pour "
        "le clore maintenant : `!sondage clore 1`."
    )
    await at(quick, TUESDAY)
    assert (await quick.says("morgan", "!resultats 1", room="team"))[0].startswith(
        "Résultat – Quels thèmes ? (aucun vote)"
    )


async def test_a_few_secret_votes_make_no_file(quick: World) -> None:
    poll = await a_poll(quick, mode="secret", closes_at=TUESDAY)
    async with quick.db.write() as db:
        await secrets.put(db, poll.number, "digest", [0])
    await at(quick, TUESDAY)
    assert "aucun détail n’est donné" in await says(quick, "!resultats 1")


# --- dates


async def test_the_team_keeps_the_date_that_is_proposed(quick: World) -> None:
    poll = await of_dates(quick)
    await votes(quick, "camille", poll, "1", part=1)
    await at(quick, (await row(quick, poll)).closes_at)
    kept = await quick.taps("morgan", "✅", room="team")
    assert kept[-1] == (
        "C’est noté : la date retenue est le mardi 16 mars 2027 (sondage n° 1).\n"
        "Pour en faire une rencontre : `!rencontre nouvelle`"
    )
    assert (await row(quick, poll)).kept_day == 1


async def test_a_yes_meant_for_a_preview_keeps_no_date_that_comes_in_between(quick: World) -> None:
    poll = await of_dates(quick)
    await votes(quick, "camille", poll, "1", part=1)
    closes = (await row(quick, poll)).closes_at
    await at(quick, closes - timedelta(minutes=1))
    assert "Publier" in await says(quick, "!sondage On décale ?")
    await at(quick, closes)
    assert (await quick.reads("team"))[-1].endswith("ou écrivez `!dates retenir 1 2`.")
    assert "On décale ?" in await says(quick, "oui")  # the day is full by now: the preview is asked again
    assert (await row(quick, poll)).kept_day is None


async def test_the_counts_of_dates_have_a_line_for_each(quick: World) -> None:
    poll = await of_dates(quick)
    await votes(quick, "camille", poll, "1", part=1)
    await quick.settle()
    said, _ = await quick.says("morgan", "!resultats 1", room="team")
    assert "\n2. Mardi 16 mars 2027 – 1 oui, 0 si besoin, 0 non\n" in said


# --- what is forgotten


async def test_who_could_come_when_is_forgotten_after_thirty_days_and_a_question_never_confirmed_after_seven(
    quick: World,
) -> None:
    poll = await of_dates(quick)
    await votes(quick, "camille", poll, "1")
    await quick.says("morgan", "!sondage On décale ?", room="team")
    closed = (await row(quick, poll)).closes_at
    await at(quick, closed + timedelta(days=8))
    async with quick.db.read() as db:
        assert [each.id for each in await polls.with_status(db, (polls.DRAFT, polls.CLOSED))] == [1]
        assert len(await ballots.of_poll(db, 1)) == 1
    await at(quick, closed + timedelta(days=31))
    assert await left(quick) == []
    assert (await row(quick, poll)).result["days"][0] == [1, 0, 0]
