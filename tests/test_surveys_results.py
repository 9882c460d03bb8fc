"""What is told of a survey: the same figures as an independent count, and nothing from which a group of one
to four people could be worked out.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import product

import pytest
from pypdf import PdfReader

from bot.demo.chat import Line
from bot.text.numbering import share
from schedules.surveys.parse_questionnaire import built_in, source_of
from storage import secret_key
from storage.surveys import secrets
from storage.surveys.disclosure import Cell, masked
from storage.surveys.secrets import Respondent
from tests.support.survey_fixture import Asked, a_survey
from tests.support.world import MemoryWorld, World

# What the survey that the shipped questionnaire comes from has printed of its fifty answers.
SEED: Mapping[str, Sequence[int]] = {
    "profil": (31, 8, 5, 5),  # « 63,3 % » of 49
    "appartenance": (30, 9, 6, 5),  # « 60 % »
    "utilite": (25, 24, 1, 0),  # « 98 % » find it useful or indispensable
    "forme": (10, 12, 27),
    "autres-canaux": (33, 15),
    "outils-numeriques": (22, 20, 8),  # « 44 % »
    "temps": (9, 10, 21, 5, 5),
    "coanimer": (26, 14, 10),  # « une majorité »
}
REASONS = ("le temps", "le temps manque", "pas le temps", "trop loin", "personne ne répond")
People = list[dict[str, tuple[int, ...] | str]]


def the_fifty(chance: random.Random) -> People:
    """Fifty people whose answers add up to what was printed; who said which is drawn."""
    people: People = [{} for _ in range(50)]
    for item, counts in SEED.items():
        said = [choice for choice, count in enumerate(counts) for _ in range(count)]
        for person, choice in zip(chance.sample(people, len(said)), said, strict=True):
            person[item] = (choice,)
    without = [person for person in people if person.get("appartenance") == (3,)]
    for person, reason in zip(without, REASONS, strict=True):
        person["pourquoi-pas"] = reason
    for person in people:
        person["besoins"] = tuple(sorted(chance.sample(range(7), 3)))
    return people


def independent(people: People, item: str) -> tuple[int, Counter[int]]:
    """A second count: who answered, and how often each choice was taken."""
    given = [each[item] for each in people if each.get(item)]
    return len(given), Counter(choice for each in given for choice in each if isinstance(choice, int))


async def answered_by(asked: Asked, people: People) -> None:
    """Written as the answers of people are, without their fifty conversations."""
    key = secret_key.read(secrets.key_file(asked.world.config.data_dir, asked.number))
    assert key is not None
    async with asked.world.db.write() as db:
        for n, person in enumerate(people):
            who = Respondent(asked.number, key, f"@p{n}:reseau.example.org")
            for item, value in person.items():
                text, choices = (value, ()) if isinstance(value, str) else ("", value)
                await who.put(db, item, f"$e{n}:{item}", choices=choices, text=text)
            await who.move(db, "", answered=True, finished=True)


def content_of(world: World, line: Line) -> bytes:
    assert isinstance(world, MemoryWorld)
    return world.homeserver.files[line.content["url"]]


async def the_seed(world: World, people: People) -> Asked:
    asked = await a_survey(world, source_of("mise-en-reseau").decode())
    await answered_by(asked, people)
    await asked.closes()
    return asked


async def test_the_results_of_the_network_come_out_of_its_answers(
    quick: World, chance: random.Random
) -> None:
    people = the_fifty(chance)
    asked = await the_seed(quick, people)
    said = "\n".join(await quick.says("morgan", "!enquete resultats", room="team"))
    assert "1. Votre profil (49 réponses)\n- Politique de la ville : 31 (63,3 %)\n" in said
    assert "(50 réponses)\n- Oui, un réseau local : 30 (60,0 %)\n" in said
    assert "- Je les utilise : 22 (44,0 %)\n" in said
    # one person finds it « peu utile »: neither that nor what is missing from the total is told
    assert "- Indispensable : 25 (50,0 %)\n- Utile : au moins 21 (au moins 42,0 %)\n" in said
    assert "- Peu utile : moins de cinq\n" in said
    counted = (await asked.row()).result["items"]
    for item in built_in("mise-en-reseau").items:
        answers, choices = independent(people, item.id)
        if answers >= 5:
            assert counted[item.id]["answered"] == answers
            assert counted[item.id]["counts"] == [choices[n] for n in range(len(item.choices))]
        else:
            assert item.id not in counted


async def test_the_team_has_a_pdf_and_a_file_and_one_question_is_a_picture_that_says_the_same(
    quick: World, chance: random.Random
) -> None:
    await the_seed(quick, the_fifty(chance))
    await quick.says("morgan", "!enquete resultats 1", room="team")
    files = {line.text: line for line in await quick.lines("team") if line.file}
    assert {"enquete-1.pdf", "enquete-1.csv"} <= set(files)
    pdf = PdfReader(BytesIO(content_of(quick, files["enquete-1.pdf"])))
    text = " ".join(page.extract_text() for page in pdf.pages).replace("\u00a0", " ").replace("\u202f", " ")
    assert "31 (63,3 %)" in text
    assert "Modalités d’animation" in text
    csv = content_of(quick, files["enquete-1.csv"]).decode("utf-8-sig")
    assert "1. Votre profil;;Politique de la ville;31;63,3;49\r\n" in csv
    (said, shown) = await quick.says("morgan", "!enquete resultats 1 2", room="team")
    assert "- Oui, un réseau local : 30 (60,0 %)" in said
    assert "Oui, un réseau local : 30 (60,0 %)" in shown  # the words of the picture


async def test_texts_are_read_grouped_and_shown_by_the_team_then_published(
    quick: World, chance: random.Random
) -> None:
    await the_seed(quick, the_fifty(chance))
    (listed,) = await quick.says("morgan", "!enquete textes", room="team")
    assert listed.startswith("Textes de l’enquête n° 1 : 5 textes, mélangés et sans date.")
    numbers = {text: number for number, text in re.findall(r"- n° (\d+) : « (.+?) »", listed)}
    assert set(numbers) == set(REASONS)
    time = " ".join(numbers[reason] for reason in REASONS if "temps" in reason)
    assert await quick.says("morgan", f"!enquete grouper {time} manque de temps", room="team") == [
        "C’est noté : 3 textes sont groupés sous « manque de temps »."
    ]
    await quick.says("morgan", f"!enquete montrer {time}", room="team")
    await quick.says("morgan", f"!enquete masquer {numbers['pas le temps']}", room="team")
    await quick.says("morgan", "!enquete publier 1 3", room="team")
    await quick.says("morgan", "oui", room="team")
    published = (await quick.reads())[-1]
    assert "- « le temps »" in published
    # three are too few for their number to be told
    assert "\nmanque de temps\n" in published
    for kept in ("pas le temps", "trop loin"):
        assert kept not in published


async def test_below_five_answers_nothing_is_detailed_and_nothing_written_is_kept(quick: World) -> None:
    asked = await a_survey(quick)
    await answered_by(asked, [{"reseau": (1,), "pourquoi": f"parce que {n}"} for n in range(4)])
    await asked.closes()
    said = (await quick.says("morgan", "!enquete resultats", room="team"))[-1]
    assert said == (
        "Résultats de l’enquête – Le réseau\n4 personnes ont répondu, sur "
        f"{(await asked.row()).result['asked']} à qui l’enquête était proposée.\n"
        "Moins de cinq réponses : aucun détail n’est donné."
    )
    assert "Il n’y a pas de texte" in (await quick.says("morgan", "!enquete textes", room="team"))[0]


async def test_nobody_knows_a_result_before_the_close(quick: World) -> None:
    asked = await a_survey(quick)
    await answered_by(asked, [{"reseau": (0,)}] * 6)
    (said,) = await quick.says("morgan", f"!enquete resultats {asked.number}", room="team")
    assert "ses résultats ne sont connus de personne avant la clôture" in said


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


@pytest.mark.parametrize("choices", [2, 3, 4])
def test_of_one_choice_each_who_knows_the_rule_and_all_that_is_told_knows_no_small_group(
    choices: int,
) -> None:
    """Every count of small networks: those that are told in the same way cannot be told apart."""
    for answered in range(5, 20):
        told = defaultdict(list)
        for counts in compositions(answered, choices):
            told[masked(counts, answered)].append(counts)
        for same in told.values():
            for choice in range(choices):
                if any(0 < counts[choice] < 5 for counts in same):
                    assert len({counts[choice] for counts in same}) >= 3


def test_of_several_choices_each_neither_who_took_one_nor_who_did_not() -> None:
    for answered, most in product(range(5, 14), (2, 3)):
        told = defaultdict(list)
        for counts in product(range(answered + 1), repeat=3):
            if answered <= sum(counts) <= most * answered:
                told[masked(counts, answered, most)].append(counts)
        for same in told.values():
            for choice in range(3):
                if any(0 < n < 5 for counts in same for n in (counts[choice], answered - counts[choice])):
                    assert len({counts[choice] for counts in same}) >= 2


def test_percentages_have_one_decimal_and_halves_go_up() -> None:
    counted = [(31, 49), (30, 50), (22, 50), (15, 48), (1, 8), (50, 50), (0, 7)]
    assert [share(count, n) for count, n in counted] == [63.3, 60.0, 44.0, 31.3, 12.5, 100.0, 0.0]


def test_what_is_large_is_told_as_it_is() -> None:
    assert [cell.count for cell in masked((31, 8, 10), 49)] == [31, 8, 10]
    assert masked((45, 3), 48) == (Cell(least=44), Cell(few=True))
    assert masked((3, 2), 5) == ()
