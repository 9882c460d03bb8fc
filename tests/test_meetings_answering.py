"""Answering a meeting as members do: a tap, a word, a sentence to confirm;
one answer a person, the latest that stands.
"""

from datetime import datetime

import pytest

from commands.meetings import parse_phrases
from commands.meetings.lookup import MeetingName
from commands.meetings.parse_answer import ParsedAnswer, parse
from storage.meetings.answers import MAYBE, NO, REMOTE, YES
from tests.support.meeting_fixture import announced_meeting, bot_says
from tests.support.world import PARIS, World

COMES = (
    "C’est noté, {} : vous venez le jeudi 10 décembre à Marquemont. Pour changer d’avis : `!presence non`."
)
IN_PRIVATE = COMES.replace("!", "")
ASKED = (
    "Si vous avez un besoin pour venir ou pour le repas : par exemple `acces place adaptée` ou `repas "
    "végétarien`."
)


async def redacts(world: World, who: str, event: str, room: str = "network") -> None:
    await world.person(who).redact(world.rooms.get(room, room), event)
    await world.settle()


# --- every way


async def test_whatever_the_way_the_last_answer_counts_and_taking_it_back_brings_back_the_one_before(
    room: World,
) -> None:
    meeting = await announced_meeting(room)
    assert await bot_says(room, "camille", "!presence non") == [
        "C’est noté, Camille : vous ne venez pas le jeudi 10 décembre. Pour changer d’avis : `!presence oui`."
    ]
    tap = await room.person("camille").react(room.rooms["network"], meeting.cards["network"], "✅")
    assert await meeting.answers() == {"camille": "yes"}
    word = await room.tells("camille", "!presence visio")
    assert await meeting.answers() == {"camille": "remote"}
    await redacts(room, "camille", word)
    assert (await meeting.answers(), await meeting.seat_states()) == (
        {"camille": "yes"},
        {"camille": "seated"},
    )
    await redacts(room, "camille", tap)
    assert (await meeting.answers(), await meeting.seat_states()) == ({"camille": "no"}, {})
    await room.restart()
    assert await meeting.answers() == {"camille": "no"}


async def test_a_tap_says_nothing_in_the_room_but_the_editable_message(quick: World) -> None:
    meeting = await announced_meeting(quick)
    for who, key in (
        ("camille", "✅"),
        ("claude", "💻"),
        ("lou", "❔"),
        ("sacha", "❌"),
        ("alix", "👍"),
        ("noa", "✅️"),
        ("noa", "✔"),
    ):
        await quick.taps(who, key, on=meeting.cards["network"])
    assert await meeting.answers() == {
        "camille": YES,
        "claude": REMOTE,
        "lou": MAYBE,
        "sacha": NO,
        "noa": YES,
    }
    assert await meeting.count_line() == (
        "Réponses au 23 novembre, 10 h : 2 sur place, 1 en visio, 1 peut-être, 1 absence – il reste 28 "
        "places."
    )
    assert await bot_says(quick) == []


async def test_of_two_reactions_that_stand_the_latest_counts_and_without_it_the_first(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.taps("camille", "✅", on=meeting.cards["network"])
    second = await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "❌")
    assert await meeting.answers() == {"camille": "no"}
    await redacts(quick, "camille", second)
    assert await meeting.answers() == {"camille": "yes"}


async def test_a_receipt_goes_in_private_only_where_people_talk_with_the_bot_already(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    await quick.taps("lou", "💻", on=meeting.cards["network"])
    await quick.taps("camille", "💻", on=meeting.cards["network"])
    assert await quick.reads(private) == [
        (
            "C’est noté, Lou : vous suivrez la rencontre du jeudi 10 décembre en visio.\n"
            "Le lien : https://visio.example.org/glacis"
        )
    ]
    await quick.taps("lou", "✅", on=meeting.cards["network"])
    assert await quick.reads(private) == [f"{IN_PRIVATE.format('Lou')}\n{ASKED}"]
    assert await bot_says(quick) == []


async def test_a_card_that_was_removed_still_takes_what_was_tapped_under_it(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await redacts(quick, "animation", meeting.cards["network"])
    await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    assert await meeting.answers() == {"camille": "yes"}


async def test_taps_while_the_bot_was_down_count_at_their_own_moment(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    await quick.stop()
    await quick.person("lou").react(quick.rooms["network"], meeting.cards["network"], "✅")
    await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    await quick.start()
    assert await meeting.seat_states() == {"lou": "seated", "camille": "waiting"}


async def test_a_meeting_that_is_over_or_cancelled_takes_no_answer_and_keeps_those_it_had(
    quick: World,
) -> None:
    meeting = await announced_meeting(quick)
    tap = await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    assert await meeting.answers() == {"camille": "yes"}
    await quick.wait_until_instant(datetime(2026, 12, 10, 14, 1, tzinfo=PARIS))
    await redacts(quick, "camille", tap)
    await quick.taps("lou", "✅", on=meeting.cards["network"])
    assert await meeting.answers() == {"camille": "yes"}
    assert await quick.says("lou", "!presence oui T4") == [
        "Lou, la rencontre du jeudi 10 décembre a eu lieu : votre réponse n’a pas été prise en compte."
    ]
    other = await announced_meeting(quick, starts_at=datetime(2027, 3, 16, 9, 30, tzinfo=PARIS))
    await other.change(status="cancelled")
    await quick.taps("lou", "✅", on=other.cards["network"])
    assert await other.answers() == {}


# --- in words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ParsedAnswer()),
        ("oui", ParsedAnswer(YES)),
        ("Oui, avec plaisir !", ParsedAnswer(YES)),
        ("en visio", ParsedAnswer(REMOTE)),
        ("oui en visio", ParsedAnswer(REMOTE)),
        ("peut être", ParsedAnswer(MAYBE)),
        ("peut‑être.", ParsedAnswer(MAYBE)),
        ("non, désolée", ParsedAnswer(NO)),
        ("❌", ParsedAnswer(NO)),
        ("oui T4", ParsedAnswer(YES, called=MeetingName("T4"))),
        ("2026-T4 : oui", ParsedAnswer(YES, called=MeetingName("2026-T4"))),
        ("oui pour la rencontre T4", ParsedAnswer(YES, called=MeetingName("T4"))),
        ("oui +1 régie de quartier", ParsedAnswer(YES, 2, "régie de quartier")),
        ("oui +2 (bailleur, élue) T2", ParsedAnswer(YES, 3, "bailleur, élue", MeetingName("T2"))),
        ("oui T2 +1 bailleur", ParsedAnswer(YES, 2, "bailleur", MeetingName("T2"))),
        ("+1", ParsedAnswer(YES, 2)),
        ("oui pour Camille", ParsedAnswer(YES, in_place_of="Camille")),
        ("oui pour moi", ParsedAnswer(YES)),
        ("non pour cette fois", ParsedAnswer(NO)),
        ("oui pour jeudi", ParsedAnswer(leftover="oui pour jeudi")),
        ("Camille me remplace", ParsedAnswer(by="Camille")),
        ("T4", ParsedAnswer(called=MeetingName("T4"))),
        ("oui mais tard", ParsedAnswer(leftover="oui mais tard")),
        ("je viens de lire", ParsedAnswer(leftover="je viens de lire")),
        ("+" * 500, ParsedAnswer(leftover="+" * 500)),
    ],
)
def test_an_answer_is_read_however_it_is_written(written: str, read: ParsedAnswer) -> None:
    assert parse(written) == read


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("je viens finalement !", YES),
        ("Bonjour à tous, désolée, je ne pourrai pas venir.", NO),
        ("Finalement je suivrai en visio, merci", REMOTE),
        ("je viens jeudi", YES),
        ("je serai là le 10 décembre", YES),
        ("je viens de lire votre message", None),
        ("je ne viens pas de ce côté", None),
        ("je viens avec plaisir chercher les clés", None),
        ("oui", None),
        ("non merci", None),
        ("je viens " * 40, None),
    ],
)
def test_a_sentence_is_about_coming_as_a_whole_or_not_at_all(written: str, meant: str | None) -> None:
    found = parse_phrases.parse_sentence(written)
    assert (found and found.answer) == meant


async def test_answering_in_words_says_what_was_understood(quick: World) -> None:
    await announced_meeting(quick)
    assert await bot_says(quick, "noa", "!presence") == [
        "Pour la rencontre du jeudi 10 décembre : "
        "`!presence oui`, `!presence visio`, `!presence peut-être` ou `!presence non`.\n"
        "Je vous dis votre réponse en message privé seulement : écrivez-moi `presence`."
    ]
    assert await bot_says(quick, "dominique", "!presence oui +1 régie de quartier") == [
        (
            "C’est noté, Dominique : vous venez avec une personne (régie de quartier). Pour changer d’avis "
            ": `!presence non`."
        )
    ]
    assert await bot_says(quick, "dominique", "!presence") == [
        "Pour la rencontre du jeudi 10 décembre : "
        "`!presence oui`, `!presence visio`, `!presence peut-être` ou `!presence non`.\n"
        "Je vous dis votre réponse en message privé seulement : écrivez-moi `presence`."
    ], "the room hears the same of everybody"
    assert await bot_says(quick, "dominique", "!jeviens") == [
        "C’est noté, Dominique : vous venez avec une personne (régie de quartier). Pour changer d’avis : "
        "`!presence non`.\n"
        "Pour venir sans accompagnant : `!presence oui +0`."
    ]
    assert await bot_says(quick, "dominique", "!presence oui, seul") == [COMES.format("Dominique")]
    assert await bot_says(quick, "dominique", "!presence visio +1 élue") == [
        (
            "« +1 » se dit avec oui, quand vous venez sur place. Par exemple `!presence oui +1 régie de "
            "quartier`."
        )
    ]
    assert await bot_says(quick, "dominique", "!presence bientôt") == [
        "Je n’ai pas compris « bientôt » : votre réponse n’est pas encore enregistrée. "
        "Par exemple `!presence oui`, `!presence visio` ou `!presence oui +1 régie de quartier`."
    ]
    assert await bot_says(quick, "dominique", "!presence oui T2") == [
        "Je ne connais pas de rencontre T2. Celles qui viennent : T4."
    ]


async def test_of_a_later_meeting_the_lines_to_copy_name_it(quick: World) -> None:
    await announced_meeting(quick)
    await announced_meeting(quick, starts_at=datetime(2027, 3, 16, 9, 30, tzinfo=PARIS), town="")
    assert await bot_says(quick, "camille", "!presence oui T1") == [
        (
            "C’est noté, Camille : vous venez le mardi 16 mars 2027. Pour changer d’avis : `!presence non "
            "2027-T1`."
        )
    ]


async def test_a_message_that_is_edited_answers_anew_without_losing_the_seat(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=2)
    event = await quick.tells("camille", "!presence oui +1 regie")
    await bot_says(quick, "lou", "!presence oui")
    await quick.tells("camille", "!presence oui +1 régie de quartier", edit_of=event)
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}
    await quick.tells("camille", "!presence visio", edit_of=event)
    assert await meeting.answers() == {"camille": "remote", "lou": "yes"}
    await quick.tells("camille", "bonjour", edit_of=event)
    assert await meeting.answers() == {"lou": "yes"}


async def test_a_sentence_gets_a_question_and_only_the_tap_counts(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("lou", "je viens de relire le programme, merci")
    assert await quick.says("lou", "Je viens finalement !") == [
        (
            "Je crois comprendre que vous venez le jeudi 10 décembre. Pour le confirmer, touchez ✅ sous ce "
            "message."
        )
    ]
    question = (await quick.last()).id
    await quick.taps("camille", "✅", on=question)
    assert await meeting.answers() == {}
    tap = await quick.person("lou").react(quick.rooms["network"], question, "✅")
    assert await meeting.answers() == {"lou": "yes"}
    await redacts(quick, "lou", tap)
    assert await meeting.answers() == {}


async def test_a_sentence_about_another_day_or_about_nothing_new_is_left_alone(quick: World) -> None:
    await announced_meeting(quick)
    assert await bot_says(quick, "lou", "je viens mardi") == []
    await bot_says(quick, "lou", "!presence oui")
    assert await bot_says(quick, "lou", "je serai là jeudi 10 décembre") == []
    assert await bot_says(quick, "lou", "oui") == []


async def test_an_answer_that_names_the_day_gets_a_question_where_it_is_said_to_us(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    comes = (
        "Je crois comprendre que vous venez le jeudi 10 décembre. Pour le confirmer, touchez ✅ sous ce "
        "message."
    )
    assert await bot_says(quick, "sacha", "!presence oui pour le 10 décembre") == [comes]
    assert await bot_says(quick, "sacha", "!jeviens jeudi") == [comes]
    assert await quick.says("lou", "oui pour jeudi", private) == [comes]
    await quick.tells("camille", "oui pour jeudi", reply_to=meeting.cards["network"])
    assert await bot_says(quick) == [comes]
    assert await bot_says(quick, "noa", "ok pour jeudi") == []
    assert (await bot_says(quick, "noa", "!presence oui pour vendredi"))[-1].startswith(
        "Je n’ai pas compris « pour vendredi »"
    )
    assert await meeting.answers() == {}


async def test_one_word_in_private_answers(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    assert await quick.says("lou", "oui", private) == [f"{IN_PRIVATE.format('Lou')}\n{ASKED}"]
    assert await quick.says("lou", "ok", private) == ["D’accord. Je n’attends pas de réponse de votre part."]
    assert await quick.says("lou", "je ne viens pas finalement", private) == [
        (
            "Je crois comprendre que vous ne venez pas le jeudi 10 décembre. Pour le confirmer, touchez ✅ "
            "sous ce message."
        )
    ]
    assert await meeting.answers() == {"lou": "yes"}
    assert await quick.says("lou", "oui", private) == [
        "C’est noté, Lou : vous ne venez pas le jeudi 10 décembre. Pour changer d’avis : `presence oui`."
    ]


async def test_somebody_from_outside_answers_in_the_open_room_alone(quick: World) -> None:
    meeting = await announced_meeting(quick)
    assert await quick.says("stef.exterieur", "!presence oui", "open") == [
        (
            "Aucune rencontre n’est annoncée pour l’instant. Dès qu’une date est fixée, elle paraît dans "
            "le salon."
        )
    ]
    opened = await announced_meeting(
        quick, "open", starts_at=datetime(2027, 6, 17, 9, 30, tzinfo=PARIS), town="Ravelines"
    )
    assert await bot_says(quick, "stef.exterieur", "!presence oui T2", "open") == [
        (
            "C’est noté, Stef : vous venez le jeudi 17 juin 2027 à Ravelines. Vous recevrez l’adresse et "
            "le déroulé ici même."
        ),
    ]
    assert (await meeting.answers(), await opened.answers()) == ({}, {"stef.exterieur": "yes"})


async def test_a_reply_to_the_card_answers_and_a_word_said_to_nobody_does_not(quick: World) -> None:
    meeting = await announced_meeting(quick)
    assert await bot_says(quick, "lou", "oui") == []
    assert await meeting.answers() == {}
    await quick.tells("lou", "merci", reply_to=meeting.cards["network"])
    await quick.tells("sacha", "ok", reply_to=meeting.cards["network"])
    await quick.tells("camille", "oui !", reply_to=meeting.cards["network"])
    assert COMES.format("Camille") in await bot_says(quick)
    assert await meeting.answers() == {"camille": "yes"}


async def test_what_a_moderator_removes_counts_no_more(quick: World) -> None:
    meeting = await announced_meeting(quick)
    tap = await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    word = await quick.tells("lou", "!presence oui")
    assert await meeting.answers() == {"camille": "yes", "lou": "yes"}
    for event in (tap, word):
        await redacts(quick, "animation", event)
    assert (await meeting.answers(), await meeting.seat_states()) == ({}, {})
    assert await bot_says(quick) == [
        (
            "Votre réponse pour le jeudi 10 décembre est retirée, Lou. Pour répondre de nouveau : "
            "`!presence oui`, `!presence visio` ou `!presence non`."
        )
    ]


async def test_who_left_keeps_the_answer_given_before(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    quick.homeserver.member(quick.rooms["network"], "@camille:reseau.example.org", "leave")  # type: ignore[attr-defined]
    assert await meeting.answers() == {"camille": "yes"}


async def test_an_answer_to_an_earlier_date_is_confirmed_with_one_word(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await bot_says(quick, "camille", "!presence oui")
    await meeting.change(revision=1)
    private = await quick.direct("camille")
    assert (await bot_says(quick, "camille", "presence", private))[0].splitlines()[-1] == (
        "La date a changé depuis cette réponse. Pour la reconfirmer : `presence oui`."
    )
    await quick.taps("camille", "✅", on=meeting.cards["network"])
    assert (await bot_says(quick, "camille", "rsvp", private))[-1] == (
        "Votre réponse, Camille : vous venez le jeudi 10 décembre à Marquemont. Pour changer d’avis : "
        "`presence non`."
    )


async def test_an_answer_is_not_taken_for_that_to_another_question(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("lou")
    await quick.says("lou", "ressouces santé", private)
    await quick.wait_until("mercredi 12 h")
    assert await quick.says("lou", "oui", private) == [
        "Je n’ai pas compris. Essayez par exemple `agenda`, `ressources évaluation` ou `aide`."
    ]
    assert await meeting.answers() == {}


# --- in somebody's place


async def test_the_team_answers_for_somebody_and_that_is_known(quick: World) -> None:
    meeting = await announced_meeting(quick)
    private = await quick.direct("camille")
    assert await quick.says("morgan", "!presence oui pour Camille", "team") == [
        "C’est noté pour Camille [Marquemont], le jeudi 10 décembre : sur place."
    ]
    assert await quick.reads(private) == [
        "L’équipe d’animation a noté une réponse pour vous.\n"
        "Votre réponse, Camille : vous venez le jeudi 10 décembre à Marquemont. "
        "Pour changer d’avis : `presence non`."
    ]
    assert await meeting.answered_by() == {"camille": "@animation:reseau.example.org"}
    assert await bot_says(quick, "lou", "!presence non pour Camille") == [
        "Seule l’équipe d’animation peut répondre pour une autre personne. Camille peut écrire `!presence "
        "oui` ; "
        "si vous venez ensemble : `!presence oui +1 Camille`"
    ]
    assert await meeting.answers() == {"camille": "yes"}


async def test_a_seat_is_handed_over_once_the_other_wants_it_with_its_rank(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=1)
    for who in ("camille", "lou"):
        await bot_says(quick, who, "!presence oui")
    assert await bot_says(quick, "camille", "!presence Charlie me remplace") == [
        (
            "Charlie, Camille vous transmet sa place pour le jeudi 10 décembre. Pour la prendre, touchez ✅ "
            "sous ce message."
        )
    ]
    question = (await quick.last()).id
    await quick.taps("camille", "✅", on=question)
    assert await meeting.seat_states() == {"camille": "seated", "lou": "waiting"}
    await quick.taps("charlie", "✅", on=question)
    assert await meeting.seat_states() == {"charlie": "seated", "lou": "waiting"}
    assert await meeting.answers() == {"camille": "no", "charlie": "yes", "lou": "yes"}
    assert await bot_says(quick, "charlie", "!presence Jean Dupont me remplace") == [
        "C’est noté, Charlie : Jean Dupont vient à votre place. Je garde la place à votre nom."
    ]


# --- when it is full


async def test_a_full_meeting_tells_the_rank_and_takes_every_other_answer(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=2)
    await bot_says(quick, "camille", "!presence oui +1 élue")
    assert await bot_says(quick, "lou", "!presence oui") == [
        "La rencontre du jeudi 10 décembre est complète, Lou. Vous êtes n° 1 sur la liste d’attente.\n"
        "Pour que je puisse vous proposer une place qui se libère, écrivez-moi un mot en message privé.\n"
        "En visio, il y a toujours de la place : `!presence visio`."
    ]
    await quick.taps("sacha", "✅", on=meeting.cards["network"])
    private = await quick.direct("sacha")
    assert await bot_says(quick, "sacha", "!presence") == [
        "Pour la rencontre du jeudi 10 décembre : "
        "`!presence oui`, `!presence visio`, `!presence peut-être` ou `!presence non`.\n"
        "Votre réponse est dans notre conversation privée."
    ]
    assert (await quick.reads(private))[-1].splitlines()[0] == (
        "La rencontre du jeudi 10 décembre est complète, Sacha. Vous êtes n° 2 sur la liste d’attente."
    )
    await quick.taps("alix", "💻", on=meeting.cards["network"])
    await quick.taps("noa", "❌", on=meeting.cards["network"])
    found = await meeting.counts()
    assert (found.seated, found.waiting, found.remote, found.no, found.free) == (2, 2, 1, 1, 0)


async def test_companions_who_do_not_fit_change_nothing_until_the_person_chooses(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=3)
    for who in ("camille", "lou", "sacha"):
        await bot_says(quick, who, "!presence oui")
    assert await bot_says(quick, "camille", "!presence oui +2") == [
        "Pour venir à 3, il manque des places : il ne reste plus de place. Votre réponse n’a pas changé.\n"
        "1. garder ce que vous avez (une place)\n"
        "2. attendre les 3 places ensemble, en laissant ce que vous avez\nTouchez un chiffre."
    ]
    assert (await meeting.counts()).seated == 3
    assert await meeting.party_sizes() == {"camille": 1, "lou": 1, "sacha": 1}
    await quick.taps("camille", "2️⃣")
    found = await meeting.counts()
    assert (found.seated, found.waiting) == (2, 3)


def test_everything_that_is_known_as_an_answer_is_worth_reading() -> None:
    phrases = (*parse_phrases._REPLY_ANSWERS, *parse_phrases._SENTENCE_ANSWERS, "X me remplace", "+1")
    assert [phrase for phrase in phrases if not parse_phrases.may_be_answer(phrase)] == []


async def test_for_more_people_than_there_are_seats_nobody_is_kept_waiting(quick: World) -> None:
    meeting = await announced_meeting(quick, capacity=3)
    assert await bot_says(quick, "camille", "!presence oui +4") == [
        (
            "Cette rencontre compte 3 places en tout : 5 personnes n’y tiennent pas. Pour un groupe, "
            "parlez-en à votre interlocuteur : `!contact`."
        )
    ]
    assert await meeting.answers() == {}
    await bot_says(quick, "camille", "!presence oui +1")
    for who in ("lou", "sacha"):
        await bot_says(quick, who, "!presence oui +1")
    assert (await bot_says(quick, "lou", "!presence oui +2"))[-1].splitlines()[:3] == [
        "Pour venir à 3, il manque des places : il reste une place. Votre réponse n’a pas changé.",
        "1. garder votre rang, pour 2 places",
        "2. attendre les 3 places ensemble, à la fin de la liste d’attente",
    ]


async def test_the_team_answers_for_nobody_once_the_meeting_is_over(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.wait_until_instant(datetime(2026, 12, 10, 14, 1, tzinfo=PARIS))
    assert (await quick.says("morgan", "!presence oui T4 pour Camille", "team"))[-1] == (
        "La rencontre du jeudi 10 décembre est annulée ou a eu lieu : ses réponses ne changent plus. Pour "
        "les lire : `!recap 2026-T4`"
    )
    assert await meeting.answers() == {}


def test_what_is_left_of_a_long_text_is_found_without_trying_each_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = 0
    known = parse_phrases.parse_reply

    def counted(text: str) -> str | None:
        nonlocal tried
        tried += 1
        return known(text)

    monkeypatch.setattr(parse_phrases, "parse_reply", counted)
    assert parse_phrases.leftover("1 " * 28_000) == "1 " * 28_000
    assert tried <= parse_phrases.LONGEST
    assert parse_phrases.leftover("oui " + "et puis " * 5_000).startswith("et puis")
