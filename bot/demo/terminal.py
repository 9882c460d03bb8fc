"""What the audience sees: the rooms as a chat transcript, a narrator, the progress;
at most 100 columns, colours on a terminal only.
"""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import TextIO

WIDEST = 100
NARROWEST = 60
NAME = 12  # columns
INDENT = "  "
BAR = "│ "

RESET = "\x1b[0m"
STYLES = {"title": "1", "room": "1;34", "narrator": "2", "good": "32", "bad": "1;31", "Animatrice": "1;36"}
PEOPLE = ("33", "35", "32", "94", "95", "93", "91", "92")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Terminal:
    """Prints. What people and the bot wrote is never trusted:
    control characters are not passed on to the terminal.
    """

    def __init__(self, output: TextIO, environ: Mapping[str, str], columns: int) -> None:
        self._output = output
        self._colours = output.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        self._width = max(NARROWEST, min(WIDEST, columns))
        self._people: dict[str, str] = {}
        self._room = ""

    @classmethod
    def of_the_terminal(cls) -> "Terminal":
        return cls(sys.stdout, os.environ, shutil.get_terminal_size((WIDEST, 24)).columns)

    def title(self, text: str, when: str) -> None:
        """The beginning of a scene."""
        self._room = ""
        line = f"━━ {text} ━ {when} "
        self._write(f"\n{self._paint('title', line.ljust(self._width, '━'))}")

    def tell(self, text: str) -> None:
        """The narrator: what one is about to see, or has just seen."""
        self._write("")
        for line in self._wrap(text, self._width - len(INDENT) - len(BAR)):
            self._write(INDENT + self._paint("narrator", BAR + line))
        self._room = ""

    def line(self, room: str, who: str, text: str) -> None:
        """Someone says something; the room is named when it is not that of the line before."""
        self._enter(room)
        first, *more = self._paragraphs(text, self._width - len(INDENT) - NAME)
        self._write(INDENT + self._speaker(who) + first)
        for line in more:
            self._write(INDENT + " " * NAME + line if line else "")

    def act(self, room: str, who: str, what: str) -> None:
        """Someone does what is no message: a tap, a correction."""
        self._enter(room)
        self._write(INDENT + self._speaker(who) + self._paint("narrator", f"({what})"))

    def under(self, text: str) -> None:
        """What is shown below the line before: the reactions to tap."""
        self._write(INDENT + " " * NAME + text)

    def verdict(self, good: bool, text: str) -> None:
        mark = self._paint("good", "✔") if good else self._paint("bad", "✘")
        first, *more = self._paragraphs(text, self._width - 2 * len(INDENT))
        self._write(f"{INDENT}{mark} {first}")
        for line in more:
            self._write(INDENT * 2 + line)

    def plain(self, text: str = "") -> None:
        """A line as it is."""
        self._write(text)

    def progress(self, text: str) -> None:
        """Something begins; `done` ends its line."""
        self._output.write(f"{INDENT}{text}… ")
        self._output.flush()

    def done(self, text: str) -> None:
        self._write(self._paint("good", text))

    def _enter(self, room: str) -> None:
        if room != self._room:
            self._write(f"\n{INDENT}{self._paint('room', f'# {room}')}")
            self._room = room

    def _paragraphs(self, text: str, width: int) -> list[str]:
        return [line for part in text.split("\n") for line in self._wrap(part, width)]

    def _wrap(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(_CONTROL.sub("�", text), width, break_on_hyphens=False) or [""]

    def _speaker(self, who: str) -> str:
        style = (
            who if who in STYLES else self._people.setdefault(who, PEOPLE[len(self._people) % len(PEOPLE)])
        )
        return self._paint(style, f"{who:<{NAME - 1}} ")

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{STYLES.get(style, style)}m{text}{RESET}" if self._colours else text

    def _write(self, line: str) -> None:
        self._output.write(f"{line}\n")
        self._output.flush()
