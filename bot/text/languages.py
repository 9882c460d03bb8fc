"""The languages of the bot: French, which the sentences are written in, and the English of bot/locales/en.po.

The catalogue is read as it is, once, from wherever the package is installed: there is no compiled file to
forget.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from storage.text import fold

SOURCE = "fr"
KNOWN = ("fr", "en")
_START, _WORD = re.compile(r"!?(?=\w)"), re.compile(r"[\w'’-]+")
_NAMES_ANOTHER = ("aide",)  # what follows is the name of a command
_MOST_WORDS = 3  # of the name of a command and what is fixed after it


class _Catalogue(NamedTuple):
    sentences: dict[str, str]
    counts: dict[tuple[str, str], tuple[str, str]]


def sentence(french: str, language: str) -> str:
    """The sentence in that language; in French when it has none there."""
    return french if language == SOURCE else _catalogue(language).sentences.get(french, french)


def counted(one: str, many: str, language: str) -> tuple[str, str] | None:
    """The two forms of a count, for one and for any other number; None when French is to be spoken."""
    return None if language == SOURCE else _catalogue(language).counts.get((one, many))


def command_line(line: str, language: str) -> str:
    """A line to type, as one types it in that language: « !presence oui T4 » is "!rsvp yes T4".
    What begins like no command stays as it is.
    """
    names = _command_names(language)
    found = _START.match(line) if names else None
    if found is None:
        return line
    words = list(_WORD.finditer(line, found.end()))[:_MOST_WORDS]
    for last in reversed(words):
        if english := names.get(fold(line[words[0].start() : last.end()])):
            rest = line[last.end() :]
            if fold(words[0][0]) in _NAMES_ANOTHER:
                rest = rest[:1] + command_line(rest[1:], language)
            return line[: words[0].start()] + english + rest
    return line


@cache
def _command_names(language: str) -> dict[str, str]:
    if language == SOURCE:
        return {}
    from bot.packaged import read_yaml

    known = read_yaml("bot", f"locales/commands.{language}.yaml")
    return {fold(name): str(other) for name, other in known["commands"].items()}


@cache
def _catalogue(language: str) -> _Catalogue:
    from babel.messages.pofile import read_po

    catalogue = _Catalogue({}, {})
    with files("bot").joinpath("locales", f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    for message in messages:
        match message.id, message.string:
            case (one, many), (str(for_one), str(for_many)) if for_one and for_many:
                catalogue.counts[one, many] = (for_one, for_many)
            case str(french), str(translation) if french and translation:
                catalogue.sentences[french] = translation
    return catalogue
