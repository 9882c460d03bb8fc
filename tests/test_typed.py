"""What people type around an answer changes no answer: thanks, a signature, quotes, emphasis, emoji.
A refusal quotes only what it could not read.
"""

import time

import pytest

from bot.command import Answer
from bot.command.address import Me, address
from bot.text import courtesy
from bot.text.courtesy import after_greeting, plain
from commands.meetings.parse_answer import parse
from commands.polls import parse_vote
from storage.text import fold
from tests.support.meeting_fixture import announced_meeting
from tests.support.meeting_fixture import bot_says as told
from tests.support.world import World
from tests.test_polls_voting import a_poll, counted

CAMILLE = "Camille Durand [Marquemont]"
LABELS = ("Emploi et insertion", "Santé", "🎨 Culture", "Non merci")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2\nmerci", "2"),
        ("2 s’il vous plaît !", "2"),
        ("Bonjour, le 2 svp", "le 2"),
        ("Bonjour à toutes et tous\n2", "2"),
        ("2 merci beaucoup 🙏", "2"),
        ("2 :)", "2"),
        ("**2**", "2"),
        ("_2_", "2"),
        ("`2`", "2"),
        ("« 2 »", "2"),
        ("“Santé publique” svp", "Santé publique"),
        ("- 2", "2"),
        ("2\n-- \nC. D.\n03 20 00 00 00", "2"),
        ("2\n\nCordialement,\nNadia Benali\n12 rue des Tilleuls", "2"),
        ("2\nMerci\nNadia Benali\nCheffe de projet, Bruaville", "2"),
        ("2\nCamille", "2"),
        ("2, cordialement, Camille", "2"),
        ("2\nEnvoyé depuis mon mobile", "2"),
        ("oui ✅", "oui"),
        ("✅", "✅"),
        ("merci", ""),
        ("2 — merci", "2"),
        ("**2** merci", "2"),
        ("2 - Santé", "2 - Santé"),
        ("2🙂", "2"),
        ("🙂2", "2"),
        ("n° 2 ☺️", "n° 2"),
        ("2, bonne soirée à tous", "2"),
        ("2, merci beaucoup à toute l’équipe", "2"),
        ("oui et bonne journée", "oui"),
        ("Le 2, Camille", "Le 2"),
        ("2 – Camille (Marquemont)", "2"),
        ("@Animatrice 2", "2"),
    ],
)
def test_what_stands_around_an_answer_is_taken_off(typed: str, said: str) -> None:
    assert plain(typed, CAMILLE) == said


@pytest.mark.parametrize(
    "typed",
    [
        "1\n2",
        "oui mais pas sûre",
        "2\nNon, 3 en fait",
        "oui + 2 personnes",
        "pas 2",
        "2\nou 3",
        "jusqu’ à lundi",
    ],
)
def test_what_belongs_to_an_answer_stays(typed: str) -> None:
    assert plain(typed, CAMILLE).split() == typed.split()


@pytest.mark.parametrize(
    "piece", ["*a ", "« ", "merci ", "👍", "merci\n", "a merci\n", "Camille\n", '"', "'x "]
)
def test_however_long_the_politeness_it_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    plain(piece * (64_000 // len(piece)), CAMILLE)
    plain(piece * (1_990 // len(piece)), CAMILLE)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("le 2", (2,)),
        ("option 2", (2,)),
        ("l’option n° 2", (2,)),
        ("#2", (2,)),
        ("nº 2", (2,)),
        ("№ 2", (2,)),
        ("choix 1 et choix 3", (1, 3)),
        ("je vote pour le 2, merci", (2,)),
        ("1er et 2e", (1, 2)),
        ("2\n3", (2, 3)),
        ("« Santé » et « Culture »", (2, 3)),
        ("🎨 Culture svp", (3,)),
        ("Non merci", (4,)),
        ("retirer svp", ()),
        ("je retire mon vote", ()),
        ("annuler ma réponse", ()),
        ("2. Santé", (2,)),
        ("2 - Santé\n3. 🎨 Culture", (2, 3)),
        ("Option 2 : Santé", (2,)),
        ("Santé (2)", (2,)),
        ("[2]", (2,)),
        ("no 2", (2,)),
        ("oui, le 2", (2,)),
        ("pour moi ce serait plutôt le 2", (2,)),
        ("2 pour ma part", (2,)),
        ("je vote pour la santé", (2,)),
        ("emploi & insertion", (1,)),
        ("santé + culture", (2, 3)),
        ("2. Culture", None),
        ("plutôt 2 que 1", None),
        ("je retire le 2", None),
        ("pas le 2", None),
        ("tout sauf le 2", None),
        ("2 et puis quoi", None),
    ],
)
def test_a_vote_is_read_whatever_leads_to_its_number(typed: str, choices: tuple[int, ...] | None) -> None:
    assert parse_vote.choices(Answer(plain(typed), typed), LABELS) == choices


def test_of_two_choices_that_differ_by_their_politeness_the_one_that_was_typed_counts() -> None:
    labels = ("Oui merci", "Oui", "Non", "Non merci")
    assert [
        parse_vote.choices(Answer(plain(each), each), labels)
        for each in ("oui", "Oui merci", "oui svp", "non merci")
    ] == [(2,), (1,), (2,), (4,)]


@pytest.mark.parametrize(
    ("typed", "party", "others"),
    [
        ("oui + 2 personnes", 3, ""),
        ("oui +2 personnes de la régie", 3, "régie"),
        ("oui + deux personnes", 3, ""),
        ("oui avec 2 personnes", 3, ""),
        ("oui et 1 accompagnant (centre social)", 2, "centre social"),
        ("oui +1 pers.", 2, ""),
        ("oui +1 régie de quartier", 2, "régie de quartier"),
        ("oui +1 collègue", 2, "collègue"),
        ("oui+1", 2, ""),
        ("oui avec une collègue", 2, "collègue"),
        ("oui et 2 élus de Bruaville", 3, "élus de Bruaville"),
    ],
)
def test_companions_are_counted_once_however_they_are_told(typed: str, party: int, others: str) -> None:
    read = parse(typed)
    assert (read.answer, read.party, read.others, read.leftover) == ("yes", party, others, "")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Je ne peux pas", "no"),
        ("pas dispo, désolée", "no"),
        ("je confirme ma présence", "yes"),
        ("👍🏽", "yes"),
        ("oui oui", "yes"),
        ("à confirmer", "maybe"),
        ("oui ou non", None),
        ("oui si je peux", None),
        ("je ne peux pas rester longtemps", None),
    ],
)
def test_the_words_of_the_card_and_those_of_everyday_are_answers(typed: str, answer: str | None) -> None:
    assert parse(plain(typed, CAMILLE)).answer == answer


async def test_a_vote_takes_what_an_answer_to_a_meeting_takes(quick: World) -> None:
    poll = await a_poll(quick)
    lines = (
        "2\nmerci",
        "2 svp",
        "« Santé »",
        "#2",
        "le 2",
        "**2**",
        "2 👍",
        "n° 2",
        "2\n\n--\nCamille\nVille de Marquemont",
    )
    for line in lines:
        assert (await quick.says("camille", f"!vote {line}"))[-1].startswith("Vote noté : Santé."), line
    for line in ("Bonjour, !vote 2 svp", "**!vote** 2", "`!vote 2`"):
        assert (await quick.says("camille", line))[-1].startswith("Vote noté : Santé."), line
    assert (await counted(quick, poll)).counts == (0, 1, 0, 0)


async def test_a_refusal_quotes_what_it_could_not_read_and_never_what_was_right(quick: World) -> None:
    await a_poll(quick)
    assert "« zut »" in (await quick.says("camille", "!vote 2 zut\nmerci"))[-1]
    await announced_meeting(quick)
    assert (
        "« peut-être que oui »"
        not in (await told(quick, "camille", "!presence oui\nje crois que c’est bon"))[-1]
    )
    assert (
        "« je crois que c’est bon »"
        in (await told(quick, "camille", "!presence oui\nje crois que c’est bon"))[-1]
    )
    assert "« beaucoup de choses »" in (await quick.says("camille", "!plus 2 beaucoup de choses, svp"))[
        -1
    ].replace("choses,", "choses")


async def test_two_companions_are_said_rightly(quick: World) -> None:
    await announced_meeting(quick)
    answer = (await told(quick, "camille", "!presence oui + 2 personnes"))[-1]
    assert "avec 2 personnes" in answer
    assert "(" not in answer


async def test_a_question_takes_a_polite_answer(quick: World) -> None:
    await quick.says("morgan", "!annonce Le compte rendu est en ligne", "team")
    await quick.says("morgan", "**Oui**, merci !", "team")
    assert await quick.reads() == ["Le compte rendu est en ligne"]


async def test_a_text_keeps_all_its_words(quick: World) -> None:
    preview = await quick.says(
        "morgan", "!annonce Bonjour, *merci* de lire ceci svp\nCordialement,\nMorgan", "team"
    )
    assert "Bonjour, *merci* de lire ceci svp\nCordialement,\nMorgan" in preview[-1]


@pytest.mark.parametrize(
    "body", ["« !vote 2 » c’est pour voter", "👉 !vote 1", "Bonjour ! Vote", "*!vote 2", "Merci !"]
)
def test_what_only_looks_like_a_command_in_a_room_is_none(body: str) -> None:
    me = Me("@animatrice:reseau.example.org", ("Animatrice",))
    assert address({"msgtype": "m.text", "body": body}, me=me, direct=False, reply_to_me=False) is None


def test_a_greeting_is_no_part_of_what_follows() -> None:
    assert after_greeting("Bonjour, aide") == "aide"
    assert after_greeting("Aide bonjour") == "Aide bonjour"


def test_a_long_line_is_read_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word is folded a few times, however many follow: who writes much holds nobody up."""
    folded = 0

    def counted(text: str) -> str:
        nonlocal folded
        folded += 1
        return fold(text)

    monkeypatch.setattr(courtesy, "fold", counted)
    assert list(courtesy.unsigned("très " * 400)) == [("très " * 400).strip()]
    assert folded < 3 * 400
