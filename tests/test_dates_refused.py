"""Dates that are refused rather than guessed, each with a way out that can be copied."""

from datetime import datetime

import pytest

from bot.text import UserError
from bot.time import parse_moment, parse_prefix
from tests.test_dates import MONDAY, PARIS, echo


def refusal(text: str, now: datetime = MONDAY) -> str:
    with pytest.raises(UserError) as caught:
        parse_moment(text, now, PARIS)
    return " ".join(caught.value.say.text().split())


def test_a_wrong_weekday_is_refused_with_the_right_one() -> None:
    assert (
        refusal("mardi 10 décembre 2026")
        == "Cette date est un jeudi : écrivez « jeudi 10 décembre », ou changez la date."
    )
    for typed in ("mardi 10/12", "mardi 10", "mar. 10 déc. 14 h", "tuesday 2026-12-10"):
        assert "jeudi 10 décembre" in refusal(typed)


@pytest.mark.parametrize(
    ("typed", "way_out"),
    [
        ("30 février", "dimanche 28 février 2027"),
        ("31/04", "vendredi 30 avril 2027"),
        ("12/25", "lundi 30 novembre"),
        ("0 mars", "mercredi 31 mars 2027"),
        ("2026-13-01", "lundi 30 novembre"),
        ("25 h", "14 h 30"),
        ("mardi 24 h", "14 h 30"),
        ("mardi 14h60", "14 h 30"),
        ("mardi 13 pm", "14 h 30"),
        ("mardi 12 h – 9 h", "de 9 h 30 à 12 h 30"),
        ("mardi 9 h – 9 h", "de 9 h 30 à 12 h 30"),
        ("mardi matin 15 h", "15 h"),
        ("mardi minuit", "23 h 59"),
        ("dans quinze jours", "lundi 7 décembre » ou « mardi 8 décembre"),
    ],
)
def test_what_cannot_be_is_refused_with_an_example(typed: str, way_out: str) -> None:
    assert f"« {way_out} »" in refusal(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "aujourd’hui 9 h",
        "aujourd’hui 9 h 14",
        "ce matin",
        "23/11/2026 8h",
        "22/11/2026",
        "01/01/0001 9 h",
        "hier",
        "mardi dernier",
    ],
)
def test_the_past_is_refused(typed: str) -> None:
    assert refusal(typed).startswith("C’est déjà passé")


def test_eighteen_months_ahead_is_the_limit() -> None:
    assert echo("23/05/2028") == "mardi 23 mai 2028"
    assert "mardi 23 mai 2028" in refusal("24/05/2028")
    assert "trop loin" in refusal("31/12/9999 9 h")
    assert "trop loin" in refusal("dans 3 ans")


@pytest.mark.parametrize(
    "typed",
    [
        "ce soir",
        "Demain soir",
        "tonight",
        "la semaine prochaine",
        "fin mars",
        "en mars 2027",
        "ce week-end",
        "bientôt",
        "next week",
    ],
)
def test_what_is_too_vague_gets_a_kind_word(typed: str) -> None:
    assert "pas assez précis" in refusal(typed)
    assert "« lundi 30 novembre à 18 h 30 »" in refusal(typed)


def test_an_hour_that_the_spring_change_skips_is_refused_with_the_first_one_after() -> None:
    assert "« dimanche 28 mars 2027 à 3 h »" in refusal("28 mars 2027 à 2 h 30")
    assert "« dimanche 28 mars 2027 à 3 h »" in refusal("28 mars 2027 1 h – 2 h 15")
    assert "n’existe pas" in refusal("2 h 30", datetime(2027, 3, 27, 12, tzinfo=PARIS))


def test_a_wrong_date_at_the_start_is_refused_too() -> None:
    with pytest.raises(UserError):
        parse_prefix("lundi 24 novembre 9 h La salle change", MONDAY, PARIS)
