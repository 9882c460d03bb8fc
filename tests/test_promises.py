"""No sentence names a command that does not exist."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.app import load
from bot.command import Found
from bot.text.catalogue import entries, written
from tests.support.command_context import TEAM

GUIDES = Path(__file__).parents[1] / "docs"
PAGES = [
    "membre",
    "equipe",
    "entraide",
    "rythme",
    "trimestre",
    "jour-de-rencontre",
    "enquete",
]  # for people, a page each
_NAMED = re.compile(r"(?:^|(?<=[\s`«(’']))!(\w[^`\n]*)")


def named(sentences: Iterable[object]) -> list[str]:
    """The command lines that these sentences show, without their prefix."""
    forms = [
        form
        for each in sentences
        for form in ([each] if isinstance(each, str) else each if isinstance(each, tuple) else [])
    ]
    return [line for form in forms for line in _NAMED.findall(form)]


def missing(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not isinstance(load().commands.find(line, TEAM), Found)]


def test_every_command_named_in_a_sentence_exists() -> None:
    lines = named(written().sentences)
    assert "aide" in lines
    assert missing(lines) == []


def test_every_command_named_in_english_exists() -> None:
    assert missing(named(message.string for message in entries().values())) == []


@pytest.mark.parametrize("guide", [*PAGES, "operateur"])
def test_every_command_named_in_a_guide_exists(guide: str) -> None:
    lines = named((GUIDES / f"{guide}.md").read_text("utf-8").splitlines())
    assert lines
    assert missing(lines) == []


@pytest.mark.parametrize("guide", PAGES)
def test_a_guide_for_people_fits_a_page(guide: str) -> None:
    assert len((GUIDES / f"{guide}.md").read_text("utf-8")) < 6_000  # characters: a page of A4


def test_every_example_is_of_its_own_command() -> None:
    for command in load().commands.commands:
        assert command.example.startswith("!")
        found = load().commands.find(command.example[1:], TEAM)
        assert isinstance(found, Found)
        assert found.command is command


@pytest.mark.parametrize("sentence", ["Voyez `!inexistant 4`.", "Écrivez !inexistant.", "!inexistant"])
def test_a_promise_that_nothing_keeps_is_found(sentence: str) -> None:
    assert missing(named([sentence]))


def test_an_exclamation_is_no_promise() -> None:
    assert named(["Bonjour ! Merci !", "Bravo!", '"!AbCd…"']) == []


def test_a_newcomer_learns_at_most_twenty_five_words() -> None:
    rows = re.findall(r"^\| \*\*", (GUIDES / "glossary.md").read_text("utf-8"), re.MULTILINE)
    assert 20 < len(rows) <= 25
