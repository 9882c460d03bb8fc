"""A slip of the finger is mended by a tap; a word that is far from ours is left alone:
it may be for another bot.
"""

from typing import Any

import pytest

from bot.command import Found, Suggestion
from bot.command.suggest import nearest
from tests.support.command_context import GUEST, IN_PRIVATE, MEMBER, TEAM
from tests.support.vocabulary import whole_vocabulary

VOCABULARY = whole_vocabulary()
FAR = "bonjour merci oui non ok demain attention meteo weather kick jitsi cat … 🎉 !"


def near(text: str, caller: Any = MEMBER) -> str | None:
    found = VOCABULARY.find(text, caller)
    assert not isinstance(found, Found), found
    return found.line if found else None


def test_a_slip_is_mended_and_the_rest_left_as_it_was() -> None:
    assert near("ressouces santé") == "ressources santé"
    assert near("presense  oui  +1 « régie »\nmerci") == "presence  oui  +1 « régie »\nmerci"
    assert near("adie") == "aide"
    assert near("hlep") == "help"
    assert near("sondag clor 4", TEAM) == "sondage clore 4"


def test_of_two_names_as_near_the_one_with_the_same_first_letter_is_meant() -> None:
    found = nearest(["vate"], ["rate", "vote"])
    assert found is not None
    assert found.name == "vote"


def test_the_question_quotes_the_word_and_shows_the_line_to_run() -> None:
    found = VOCABULARY.find("ressouces santé", MEMBER)
    assert isinstance(found, Suggestion)
    told = found.question(MEMBER).text("fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert (
        told == "Je ne connais pas « ressouces ». Vouliez-vous dire `!ressources santé` ? "
        "Touchez ✅ si c’est cela."
    )
    assert "`ressources santé`" in found.question(IN_PRIVATE).text("fr")


def test_a_long_line_is_shown_short_and_run_whole() -> None:
    text = "ressouces " + "é" * 20_000 + "\nmerci"
    found = VOCABULARY.find(text, MEMBER)
    assert isinstance(found, Suggestion)
    assert len(found.question(MEMBER).text("fr")) < 250
    assert len(found.line) == len(text) + 1


def test_only_what_this_person_may_use_here_is_proposed() -> None:
    assert near("relancr T4", MEMBER) is None
    assert near("relancr T4", TEAM) == "relancer T4"
    assert near("coanimmer T1", GUEST) is None
    assert near("meslectues", MEMBER) is None
    assert near("meslectues", IN_PRIVATE) == "meslectures"


@pytest.mark.parametrize(
    "text", [*FAR.split(), "roll 2", "a b c d", "x" * 60_000, ""], ids=lambda text: text[:10]
)
def test_a_word_far_from_the_vocabulary_is_left_alone(text: str) -> None:
    assert near(text) is None
