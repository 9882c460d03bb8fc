"""What the team types after !sondage:
one line or several, options anywhere, and a line ready to copy whenever it will not do.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text import UserError
from bot.time import OfficeHours
from commands.polls.parse_deadline import Clock
from commands.polls.parse_question import ParsedQuestion, parse
from storage.text import fold
from tests.support.world import PARIS

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)  # a Monday
HOURS = OfficeHours((0, 1, 2, 3, 4), time(8, 30), time(18), PARIS, "lighter", "B")
CLOCK = Clock(NOW, HOURS, datetime(2026, 11, 26, 12, 0, tzinfo=PARIS))
REFERENCE = (
    "Quels thèmes pour la rencontre de mars ? | Emploi et insertion | Santé | Numérique | Actualités "
    "nationales | max 2 | jusqu’à vendredi 12 h"
)


def reads(text: str) -> ParsedQuestion:
    return parse(text, CLOCK)


def refused(text: str, language: str = "fr") -> tuple[str, str]:
    """What is wrong, and the line that is offered in a room of that language."""
    with pytest.raises(UserError) as error:
        parse(text, replace(CLOCK, language=language))
    said = error.value.say.text().replace("\u00a0", " ").replace("\u202f", " ")
    reason, line = re.split(r" (?:Par exemple|La ligne entière :) `", said)
    assert said.lower().count("par exemple") <= 1
    return reason, line.removesuffix("`.")


def local(at: datetime | None) -> str:
    assert at is not None
    return f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}"


def test_the_whole_poll_on_one_line() -> None:
    poll = reads(REFERENCE)
    assert poll.question == "Quels thèmes pour la rencontre de mars ?"
    assert poll.choices == ("Emploi et insertion", "Santé", "Numérique", "Actualités nationales")
    assert (poll.most, local(poll.closes_at), poll.mode, poll.members_only) == (
        2,
        "2026-11-27 12:00",
        "visible",
        False,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "Quel jour ?\nmardi\njeudi",
        "Quel jour ?\n- mardi\n- jeudi",
        "Quel jour ?\n\n• mardi\n\n• jeudi\n",
        "Quel jour ?\n1. mardi\n2. jeudi",
        "Quel jour ?\n1) mardi\n2) jeudi",
        "Quel jour ?\n1️⃣ mardi\n2️⃣ jeudi",
        "Quel jour ?\nmardi | jeudi",
        "Quel jour ?|mardi|jeudi",
        '« Quel jour ? » | « mardi » | "jeudi"',
        "Quel\u00a0jour\u202f? | mardi | jeudi",
    ],
)
def test_or_one_choice_a_line_with_or_without_bullets(typed: str) -> None:
    assert reads(typed) == ParsedQuestion("Quel jour ?", ("mardi", "jeudi"), 1, None, "visible", False)


def test_numbers_that_count_nothing_belong_to_the_choices() -> None:
    assert reads("Quel étage ? | 2. étage | 3. étage").choices == ("2. étage", "3. étage")


def test_without_choices_it_is_yes_or_no() -> None:
    assert reads("On décale à 10 h ?").choices == ()
    assert reads("On décale à 10 h ? | jusqu’à demain 12 h | confidentiel").choices == ()


@pytest.mark.parametrize(
    ("option", "most"),
    [
        ("max 2", 2),
        ("MAX 2", 2),
        ("max. 2", 2),
        ("max : 2", 2),
        ("maximum deux réponses", 2),
        ("2 max", 2),
        ("2 réponses max", 2),
        ("2 réponses maximum", 2),
        ("2 choix au plus", 2),
        ("deux réponses possibles", 2),
        ("jusqu’à 2 réponses", 2),
        ("up to 2 answers", 2),
        ("2 max.", 2),
        ("plusieurs", 3),
        ("plusieurs réponses possibles", 3),
        ("choix multiple", 3),
        ("une seule réponse", 1),
    ],
)
def test_how_many_answers_one_may_give(option: str, most: int) -> None:
    for typed in (
        f"Quoi ? | a | b | c | {option}",
        f"Quoi ? | {option} | a | b | c",
        f"Quoi ?\na\nb\nc\n{option}",
    ):
        assert (reads(typed).choices, reads(typed).most) == (("a", "b", "c"), most), typed


@pytest.mark.parametrize(
    ("option", "at"),
    [
        ("jusqu’à vendredi 12 h", "2026-11-27 12:00"),
        ("jusqu'au 27/11 14h30", "2026-11-27 14:30"),
        ("Jusqu’à vendredi", "2026-11-27 18:00"),  # a day ends with its office hours
        ("jusqu’à midi", "2026-11-23 12:00"),
        ("jusqu’au mardi 1er décembre à 9 h", "2026-12-01 09:00"),
        ("jusqu’à demain matin", "2026-11-24 12:00"),
        ("clôture vendredi 12 h", "2026-11-27 12:00"),
        ("clôture : vendredi à 12 h", "2026-11-27 12:00"),
        ("Clôture le vendredi 27 novembre à midi", "2026-11-27 12:00"),
        ("until friday 12:00", "2026-11-27 12:00"),
    ],
)
def test_until_when(option: str, at: str) -> None:
    poll = reads(f"Quoi ? | {option} | a | b")
    assert (poll.choices, local(poll.closes_at)) == (("a", "b"), at)


@pytest.mark.parametrize(
    ("option", "mode"),
    [
        ("visible", "visible"),
        ("discret", "discreet"),
        ("Confidentiel", "secret"),
        ("vote secret", "secret"),
        ("anonymous", "secret"),
    ],
)
def test_who_sees_what(option: str, mode: str) -> None:
    assert reads(f"Quoi ? | a | {option} | b") == ParsedQuestion("Quoi ?", ("a", "b"), 1, None, mode, False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "option", ["membres seulement", "réservé aux membres", "pour les membres seulement", "members only"]
)
def test_who_may_vote(option: str) -> None:
    assert reads(f"Quoi ? | a | b | {option}").members_only


def test_between_quotes_it_is_a_choice_whatever_it_says() -> None:
    poll = reads("Comment voter ? | « discret » | « confidentiel » | « jusqu’à 18 h | ou plus »")
    assert (poll.choices, poll.mode) == (("discret", "confidentiel", "jusqu’à 18 h | ou plus"), "visible")


@pytest.mark.parametrize(
    "choice", ["Emploi max", "2 réponses", "Fin mars", "Jusqu’où ?", "membres", "visibles"]
)
def test_what_only_looks_like_an_option_is_a_choice(choice: str) -> None:
    assert reads(f"Quoi ? | a | {choice}").choices == ("a", choice)


@pytest.mark.parametrize(
    ("typed", "reason", "line"),
    [
        ("| a | b", "Il manque la question : écrivez-la en premier.", "!sondage Votre question ? | a | b"),
        ("Quoi ? | a | | b", "L’un des choix est vide.", "!sondage Quoi ? | a | b"),
        ("Quoi ? | a | b |", "L’un des choix est vide.", "!sondage Quoi ? | a | b"),
        (
            "Quoi ? | Santé | a | sante",
            "Ce choix est là deux fois : « sante ».",
            "!sondage Quoi ? | Santé | a",
        ),
        (
            "Quoi ? | Santé | SANTÉ",
            "Ce choix est là deux fois : « SANTÉ ».",
            "!sondage Quoi ? | Santé | Autre",
        ),
        (
            "Quoi ? | a",
            "Il faut au moins deux choix, ou aucun : je propose alors Oui et Non.",
            "!sondage Quoi ? | a | Autre",
        ),
        (
            "Quoi ? | a | b | max 3",
            "Le nombre de réponses va de 1 à 2, le nombre de choix.",
            "!sondage Quoi ? | a | b | max 2",
        ),
        (
            "Quoi ? | a | b | max 0",
            "Le nombre de réponses va de 1 à 2, le nombre de choix.",
            "!sondage Quoi ? | a | b",
        ),
        (
            "Quoi ? | a | b | discret | confidentiel",
            "Un sondage est visible, discret ou confidentiel : gardez un seul de ces mots.",
            "!sondage Quoi ? | a | b | confidentiel",
        ),
        (
            "Quoi ? | a | b | jusqu’à 10 h 05",
            "La clôture est trop proche : laissez au moins dix minutes pour voter.",
            "!sondage Quoi ? | a | b | jusqu’au jeudi 26 novembre à 12 h",
        ),
        (
            "Quoi ? | a | b | jusqu’au 1er mars",
            "La clôture est trop lointaine : un sondage dure soixante jours au plus.",
            "!sondage Quoi ? | a | b | jusqu’au jeudi 26 novembre à 12 h",
        ),
        (
            "Quoi ? | a | b | jusqu’à hier | max 2",
            "C’est déjà passé : hier. Donnez une date à venir, par exemple « lundi 30 novembre à 18 h 30 ».",
            "!sondage Quoi ? | a | b | max 2 | jusqu’au jeudi 26 novembre à 12 h",
        ),
        (
            "Combien ? | jusqu’à 10 personnes | plus",
            (
                "Je n’ai pas compris la date de clôture « 10 personnes ». Si c’est un choix, mettez-le "
                "entre guillemets."
            ),
            "!sondage Combien ? | plus | Autre | jusqu’au jeudi 26 novembre à 12 h",
        ),
    ],
)
def test_what_will_not_do_is_refused_with_the_same_line_put_right(typed: str, reason: str, line: str) -> None:
    assert refused(typed) == (reason, line)
    reads(line.removeprefix("!sondage "))


def test_in_an_english_room_the_line_is_put_right_in_english() -> None:
    assert refused("Which? | Work | until yesterday | secret | members only", "en")[1] == (
        "!poll Which? | Work | Other | until Thursday 26 November at 12:00 | confidential | members only"
    )


def test_endless_texts_and_lists_are_cut_in_the_example() -> None:
    reason, line = refused(f"{'Pourquoi ? ' * 30}| a | b")
    assert reason == "Cette question est trop longue : 329 signes, pour 200 au plus."
    assert len(reads(line.removeprefix("!sondage ")).question) <= 200
    reason, line = refused(f"Quoi ? | a | {'b' * 101}")
    assert reason == f"Ce choix est trop long : « {'b' * 59}… », pour 100 signes au plus."
    reason, line = refused("Quoi ? | " + " | ".join(map(str, range(1, 24))))
    assert reason == "C’est trop : 23 choix, pour 20 au plus."
    assert len(reads(line.removeprefix("!sondage ")).choices) == 20


OPTIONS = (
    "max 2",
    "max 0",
    "plusieurs",
    "jusqu’à vendredi",
    "jusqu’à hier",
    "clôture 32/14",
    "discret",
    "confidentiel",
    "membres seulement",
)
PIECES = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "A",
            "- a",
            "1. a",
            "1. 1. a",
            "2) b",
            "« max 2 »",
            "« a",
            "b »",
            "visible",
            "🎉",
            "Autre",
            *OPTIONS,
        ]
    ),
    st.text(max_size=30),
    st.sampled_from(["a", "é ", "| "]).map(lambda text: text * 130),
)


@given(st.lists(PIECES, min_size=1, max_size=24), st.sampled_from([" | ", "\n", "|"]))
@example(["a", "« a", "b »", "c", "c"], "\n")
@example(["¸"], "|")  # a mark without its letter
@settings(max_examples=150)
def test_whatever_is_typed_is_taken_or_mended_into_what_is_taken(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    try:
        poll = reads(text) if text.strip() else None
    except UserError:
        english = refused(text, "en")[1]
        line = refused(text)[1]
        assert (line.split(" ")[0], english.split(" ")[0]) == ("!sondage", "!poll")
        assert "\n" not in line + english
        poll = reads(line.removeprefix("!sondage "))
        same = reads(english.removeprefix("!poll "))
        assert (same.closes_at, same.mode, same.most, same.members_only) == (
            poll.closes_at,
            poll.mode,
            poll.most,
            poll.members_only,
        )
    if poll:
        assert 0 < len(poll.question) <= 200
        assert len(poll.choices) in (0, *range(2, 21))
        assert len({fold(each) for each in poll.choices}) == len(poll.choices)
        assert all(0 < len(each) <= 100 for each in poll.choices)
        assert 1 <= poll.most <= (len(poll.choices) or 2)
        assert poll.closes_at is None or poll.closes_at.astimezone(UTC) > NOW


def test_sixty_thousand_marks_are_refused_like_any_other_text() -> None:
    for text in ("|" * 60_000, "«" * 60_000, "Quoi ?" + "\n1. 1." * 20_000, "Quoi ? | " + "- " * 20_000):
        refused(text)


def test_the_day_is_that_of_the_person_not_of_utc() -> None:
    late = Clock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), HOURS, CLOCK.closing)  # Tuesday 0 h 30 in Paris
    closing = parse("Quoi ? | jusqu’à demain 9 h", late).closes_at
    assert closing is not None
    assert closing.astimezone(PARIS).date() == date(2026, 11, 25)
