"""Everyday words said to the bot: whoever speaks to it gets an answer, and nothing is guessed."""

import pytest

from commands.talk.intents import intents, understood
from tests.support.meeting_fixture import announced_meeting
from tests.support.synapse_fixture import BOT
from tests.support.world import World

MUST = {
    "when": (
        "quand est la prochaine rencontre ?",
        "C’est quand ?",
        "Bonjour, c’est quand la réunion svp ?",
        "À quelle heure commence la rencontre ?",
        "Pouvez-vous me dire quelle est la date de la prochaine réunion, merci d’avance",
        "When is the next meeting?",
    ),
    "where": (
        "c’est où ?",
        "Où se passe la rencontre ?",
        "où ?",
        "La réunion est où ?",
        "comment s’y rendre ?",
        "Where is it?",
    ),
    "link": (
        "C’est quoi le lien de la visio ?",
        "quel est le lien",
        "Comment se connecter à la visio ?",
        "le lien visio svp",
    ),
    "programme": ("Quel est le programme ?", "C’est quoi le thème de la rencontre ?"),
    "meetings": ("Quelles sont les prochaines rencontres ?", "les prochaines dates"),
    "attendance": ("Qui vient ?", "Combien serons-nous à la rencontre ?", "Who is coming?"),
    "contact": ("Qui contacter ?", "À qui puis-je m’adresser ?", "Je voudrais parler à quelqu’un"),
    "resources": (
        "trouver une ressource sur l’évaluation ?",
        "Avez-vous des documents sur la santé mentale ?",
        "je cherche un retour d’expérience sur le budget participatif",
        "une fiche à propos du relogement, merci",
        "Find resources on housing",
    ),
    "news": ("Quoi de neuf ?", "Quelles sont les actualités de la semaine ?"),
    "polls": ("Comment voter ?", "quels sont les sondages en cours ?", "où vote-t-on"),
    "meaning": ("C’est quoi une GUSP ?", "que veut dire QPV", "Que signifie le sigle ANRU ?"),
    "help": ("Aidez-moi", "Que savez-vous faire ?", "comment ça marche ?", "j’ai besoin d’aide"),
    "mine": ("Suis-je inscrite ?", "qu’est-ce que j’ai répondu ?"),
    "attend": ("Comment s’inscrire ?", "Je voudrais m’inscrire à la prochaine rencontre"),
    "recommend": ("Comment proposer une ressource ?", "j’ai un lien à partager"),
    "quiet": ("Arrêtez de m’écrire", "je ne veux plus de rappels", "Désinscrivez-moi"),
    "data": (
        "effacer mes données",
        "mes données",
        "Que savez-vous de moi ?",
        "Je veux supprimer mes données",
    ),
    "who": ("qui es-tu ?", "Qui êtes-vous ?", "Vous êtes un robot ?", "c’est un robot ou une personne ?"),
    "bye": ("Au revoir", "Bonne journée !", "à bientôt"),
    "hello": ("bonjour", "Bonjour à toutes et à tous", "Salut, ça va ?", "", "?"),
    "thanks": ("merci beaucoup", "Ok merci", "Merci à tous !", "thank you very much"),
    "ok": ("ok", "d’accord", "Très bien", "👍"),
    "stop": ("stop", "Arrête", "laissez tomber"),
}
MUST_NOT = (
    "Je ne peux pas venir",
    "Je viens avec Camille",
    "Où est passée Camille ?",
    "C’est où que vous avez trouvé la grille ?",
    "Le lien ne marche pas",
    "quelle heure est-il ?",
    "Quand est-ce que vous embauchez ?",
    "Contrat signé, merci !",
    "Merci de noter que la salle change",
    "Bonjour, la réunion de demain est annulée",
    "stop ou encore ?",
    "Arrêtez la vidéo de la réunion",
    "ok pour jeudi",
    "mes données de terrain sont prêtes",
    "Qui vient manger ?",
    "effacer le tableau",
    "Non merci",
    "oui",
    "La prochaine rencontre est importante",
    "voter pour Camille",
    "une ressource utile aux équipes",
    "Que veut dire cette nouvelle circulaire sur les contrats de ville et ses trois annexes ?",
)


@pytest.mark.parametrize(("name", "said"), [(name, said) for name, all_ in MUST.items() for said in all_])
def test_what_people_ask_every_day_is_understood(name: str, said: str) -> None:
    found = understood(said)
    assert found is not None
    assert found.name == name


def test_every_intent_has_its_sentences() -> None:
    assert {each.name for each in intents()} | {"thanks", "ok", "stop"} == set(MUST)


@pytest.mark.parametrize("said", MUST_NOT)
def test_what_says_something_else_is_not_taken_for_it(said: str) -> None:
    assert understood(said) is None


@pytest.mark.parametrize(
    ("said", "tail"),
    [
        ("trouver une ressource sur l’évaluation ?", "évaluation"),
        ("Avez-vous des documents sur la santé mentale ?", "santé mentale"),
        ("C’est quoi une GUSP ?", "GUSP"),
    ],
)
def test_what_it_is_about_stays_as_typed(said: str, tail: str) -> None:
    found = understood(said)
    assert found is not None
    assert found.tail == tail


@pytest.mark.parametrize(
    "said", ["je " * 53, "c'est quoi " * 14, "la " * 53, "bonjour " * 20, "a " * 60_000, "(" * 160]
)
def test_the_longest_sentence_is_read_at_once(said: str) -> None:
    understood(said)


async def calls(world: World, who: str, said: str) -> list[str]:
    """With a pill at the start, as clients make it."""
    return await world.says(who, f"Animatrice: {said}", mentions=[BOT])


# -- who speaks to it gets an answer
# --------------------------------------------------------------------------------------------------------


async def test_called_by_name_it_shows_what_is_asked(room: World) -> None:
    await announced_meeting(room)
    (shown,) = await calls(room, "camille", "quand est la prochaine rencontre ?")
    assert shown == (await room.says("lou", "!rencontre"))[0]
    assert await calls(room, "lou", "merci beaucoup") == ["Avec plaisir, Lou."]


async def test_a_reply_to_the_card_of_a_meeting_is_about_that_meeting(quick: World) -> None:
    meeting = await announced_meeting(quick)
    shown = await quick.says("camille", "c’est où ?", reply_to=meeting.cards["network"])
    assert "Où" in shown[0]


async def test_a_pill_at_the_end_calls_it_too(quick: World) -> None:
    said = await quick.says("camille", "Que veut dire GUSP, Animatrice ?", mentions=[BOT])
    assert said[0].startswith("GUSP : ")


async def test_of_what_is_said_about_it_it_says_nothing(quick: World) -> None:
    assert await quick.says("camille", "Demandez donc à Animatrice pour la salle", mentions=[BOT]) == []
    assert await quick.says("camille", "Animatrice est en panne aujourd’hui") == []


async def test_what_would_act_is_only_shown_as_a_line_to_copy(quick: World) -> None:
    meeting = await announced_meeting(quick)
    said = await calls(quick, "camille", "je voudrais m’inscrire à la prochaine rencontre")
    assert said == ["Vous venez : `!presence oui`. Vous ne venez pas : `!presence non`."]
    assert await meeting.answers() == {}


async def test_what_is_not_understood_gets_one_line_with_three_examples(quick: World) -> None:
    assert await calls(quick, "camille", "le chauffage est-il réparé ?") == [
        "Je n’ai pas compris. Essayez par exemple `!agenda`, `!ressources évaluation` ou `!aide`."
    ]


async def test_an_acronym_that_is_unknown_is_not_guessed(quick: World) -> None:
    (said,) = await calls(quick, "camille", "c’est quoi ton plat préféré ?")
    assert said.startswith("Je n’ai pas compris.")


# -- within bounds
# --------------------------------------------------------------------------------------------------------


async def test_it_does_not_talk_for_ever_with_another_program(quick: World) -> None:
    answers = [await calls(quick, "camille", "bonjour") for _ in range(12)]
    assert [bool(each) for each in answers] == [True] * 10 + [False] * 2
    assert await calls(quick, "lou", "bonjour") != [], "the bound is a person's own"
    await quick.wait_until_instant(quick.clock.now().replace(hour=15))
    assert await calls(quick, "camille", "bonjour") != []


async def test_in_private_it_says_once_that_it_talks_no_more_and_still_obeys(quick: World) -> None:
    private = await quick.direct("camille")
    answers = [await quick.says("camille", "merci", private) for _ in range(13)]
    assert [len(each) for each in answers] == [1] * 11 + [0] * 2
    assert answers[10][0].startswith("Je réponds à dix messages de ce genre par heure, pas plus.")
    assert await quick.says("camille", "ping 1", private) == ["pong 1"]


async def test_among_people_it_says_but_twice_that_it_does_not_understand(quick: World) -> None:
    answers = [await calls(quick, "camille", f"le chauffage, étage {n} ?") for n in range(3)]
    assert [bool(each) for each in answers] == [True, True, False]


async def test_a_notice_gets_no_answer(quick: World) -> None:
    assert await quick.says("camille", "Animatrice: bonjour", mentions=[BOT], notice=True) == []


async def test_a_reply_that_calls_somebody_else_is_for_them(quick: World) -> None:
    await quick.says("camille", "!contact")
    lou = quick.person("lou").user_id
    said = await quick.says(
        "camille", "Lou, tu le connais bien ?", reply_to=(await quick.last()).id, mentions=[BOT, lou]
    )
    assert said == []


# -- in private
# --------------------------------------------------------------------------------------------------------


async def test_the_first_word_in_private_brings_a_welcome_once(quick: World) -> None:
    private = await quick.direct("camille")
    (welcome,) = await quick.says("camille", "bonjour", private)
    assert welcome.startswith("Bonjour camille. Je suis l’Animatrice du réseau ")
    assert "un programme, pas une personne" in welcome
    assert await quick.says("camille", "bonjour", private) == ["Bonjour camille. Que puis-je faire ? `aide`"]


async def test_what_was_asked_first_is_answered_beside_the_welcome(quick: World) -> None:
    private = await quick.direct("camille")
    welcome, answer = await quick.says("camille", "que veut dire GUSP ?", private)
    assert (welcome[:15], answer[:4]) == ("Bonjour camille", "GUSP")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("merci", "Avec plaisir, "),
        ("qui es-tu ?", "un programme, pas une personne"),
        ("effacer mes données", "demandez à votre interlocuteur : `contact`"),
        ("je ne veux plus de rappels", "`rappels non`"),
        ("stop", "Je n’attends pas de réponse"),
    ],
)
async def test_everyday_words_are_answered_in_private(quick: World, said: str, answer: str) -> None:
    private = await quick.direct("camille")
    assert answer in (await quick.says("camille", said, private))[-1]


async def test_a_question_in_plain_words_is_not_taken_for_the_text_that_is_waited_for(quick: World) -> None:
    private = await quick.direct("maxime")
    await quick.says("maxime", "recommander https://methodes.example.org/page #santé", private)
    said = await quick.says("maxime", "que veut dire GUSP ?", private)
    assert said[-1].startswith("GUSP")


async def test_an_ok_that_answers_nothing_certain_asks_what_it_is_about(quick: World) -> None:
    private = await quick.direct("camille")
    await quick.says("camille", "pnig 1", private)
    await quick.says("camille", "merci", private)
    (said,) = await quick.says("camille", "ok", private)
    assert said.startswith("À quoi répondez-vous ?")
    assert await quick.says("camille", "oui", private) == ["pong 1"]
