"""An English room is spoken to in English, the lines to type included, wherever they come from."""

import re
from pathlib import Path

import pytest

from bot.app import load
from bot.command import Found
from bot.text import Say, languages
from bot.text.catalogue import entries
from tests.support.command_context import TEAM
from tests.support.meeting_fixture import announce_meeting
from tests.support.world import in_memory

TABLE = languages._command_names("en")
_CODE = re.compile(r"`!?([^`]+)`")


def command(line: str) -> str:
    found = load().commands.find(line, TEAM)
    assert isinstance(found, Found), line
    return found.command.name


@pytest.mark.parametrize(("french", "english"), [each for each in TABLE.items() if each[0] != "mes donnees"])
def test_both_names_are_of_one_command(french: str, english: str) -> None:
    assert command(french) == command(english)


def test_every_command_has_its_english_name() -> None:
    assert {each.name for each in load().commands.commands} <= {*TABLE}


@pytest.mark.parametrize(
    ("line", "english"),
    [
        ("!presence oui T4", "!rsvp yes T4"),
        ("présence non", "rsvp no"),
        ("!rencontre annoncer T4", "!meeting announce T4"),
        ("!rencontre T4", "!meeting T4"),
        ("ressources évaluation", "resources évaluation"),
        ("!ping 12", "!ping 12"),
        ("!aide rencontre nouvelle", "!help meeting new"),
        ("aide-mémoire", "aide-mémoire"),
        ("mes-donnees.json", "mes-donnees.json"),
    ],
)
def test_a_line_to_type_is_in_the_language_of_the_room(line: str, english: str) -> None:
    say = Say("Écrivez `{line}`.", line=line)
    assert f"`{english}`" in say.text("en")
    assert f"`{line}`" in say.text("fr")


def test_no_english_sentence_shows_a_french_name() -> None:
    french = {name for name, english in TABLE.items() if name != english}
    shown = [
        line
        for message in entries().values()
        for form in ([message.string] if isinstance(message.string, str) else message.string or ())
        for line in _CODE.findall(re.sub(r"\{\w+\}", "x", form))
    ]
    said = [languages.command_line(line, "en") for line in shown]
    assert not [line for line in said if any(re.match(rf"{re.escape(name)}\b", line) for name in french)]


async def test_an_english_room_reads_no_french_quotes_dates_or_examples(tmp_path: Path) -> None:
    async with in_memory(tmp_path, language="en") as world:
        said = [
            text
            for line in ("!announce Hello", "no", "!poll Which day? | Monday | Tuesday", "no", "!meeting new")
            for text in await world.says("morgan", line, "team")
        ]
        said += await world.says("lou", "hello", await world.direct("lou"))
    assert "Post now in “Réseau des chefs de projet – salon principal”?" in said[0]
    assert "1. Réseau des chefs de projet – salon principal; 2. Entraide et questions" in said[2]
    assert re.search("For example: “[A-Z][a-z]+day [0-9]+ [A-Z][a-z]+ 2027, 9:30 to 12:30”", said[4])
    assert "`resources evaluation`" in said[5]
    assert not [text for text in said if "«" in text or "»" in text]


async def test_an_english_room_has_files_with_english_names(tmp_path: Path) -> None:
    async with in_memory(tmp_path, language="en") as world:
        await announce_meeting(world)
        await world.says("lou", "!rsvp yes")
        recap = await world.says("morgan", "!rsvp list", "team")
        file = (await world.says("lou", "meeting 2026-T4", await world.direct("lou")))[-1]
        for line in ("!poll Which day? | Monday | Tuesday", "yes"):
            await world.says("morgan", line, "team")
        await world.says("lou", "!vote 1")
        await world.says("morgan", "!poll close 1", "team")
        results = await world.says("morgan", "!results 1", "team")
    assert recap[-1] == "attendance-2026-T4.csv"
    assert "On site: 1" in recap[0]
    assert "- On site: Lou" in recap[0]
    assert file == "meeting-2026-12-10.ics"
    assert results[-1] == "results-1.csv"
