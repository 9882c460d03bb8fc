"""The small Markdown of our own sentences, read once per sentence:
lines, lists, quotes, bold, italic, code, links.

Only sentences are read, never values: a hole is a node of its own, filled later with text. CommonMark would
be too much (it joins lines, renumbers lists, decodes entities), and a message must read as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast


@dataclass(frozen=True, slots=True)
class Hole:
    name: str


@dataclass(frozen=True, slots=True)
class Strong:
    inside: tuple[Node, ...]
    tag: Literal["strong", "em"]


@dataclass(frozen=True, slots=True)
class Code:
    inside: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    inside: tuple[Node, ...]
    url: str | Hole


Node = str | Hole | Strong | Code | Anchor
Kind = Literal["text", "item", "bullet", "quote", "more"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `more` is an indented one, which goes on with the list item above it."""

    kind: Kind
    start: str  # as typed: "1. ", "{n}. ", "- ", "> ", or the indentation
    number: int | Hole | None
    nodes: tuple[Node, ...]


_LINE = re.compile(
    r"(?P<item>(?P<number>\d{1,4}|\{\w+\})\. )|(?P<bullet>- )|(?P<quote>> ?)|(?P<more> +)|(?P<text>)"
)
_HOLE = re.compile(r"\{(?P<hole>[a-z_][a-z0-9_]*)\}")
_INLINE = re.compile(
    r"\*\*(?P<strong>(?!\s).+?(?<!\s))\*\*"
    r"|\*(?P<em>(?![\s*])[^*]+(?<!\s))\*"
    r"|`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<url>\{\w+\}|https?://[^\s()]+)\)"
    rf"|{_HOLE.pattern}"
)


@lru_cache(maxsize=2048)
def parse_markdown(sentence: str) -> tuple[Line, ...]:
    """The lines of a sentence. Raises ValueError for a brace that is not part of a {hole}."""
    return tuple(map(_line, sentence.split("\n"))) if sentence else (Line("text", "", None, ()),)


def holes(sentence: str) -> set[str]:
    return set(_HOLE.findall(sentence))


def _line(line: str) -> Line:
    start = _LINE.match(line)
    assert start  # the last alternative is empty
    return Line(
        cast(Kind, start.lastgroup), start[0], _number(start["number"]), tuple(_inline(line[start.end() :]))
    )


def _number(typed: str | None) -> int | Hole | None:
    if typed is None:
        return None
    return int(typed) if typed.isdigit() else Hole(typed[1:-1])


def _inline(text: str) -> Iterator[Node]:
    at = 0
    for found in _INLINE.finditer(text):
        yield from _plain(text[at : found.start()])
        yield _node(found)
        at = found.end()
    yield from _plain(text[at:])


def _node(found: re.Match[str]) -> Node:
    if inside := found["strong"] or found["em"]:
        return Strong(tuple(_inline(inside)), "strong" if found["strong"] else "em")
    if code := found["code"]:
        return Code(tuple(_holes_only(code)))
    if label := found["label"]:
        url = found["url"]
        return Anchor(tuple(_inline(label)), Hole(url[1:-1]) if url.startswith("{") else url)
    return Hole(found["hole"])


def _holes_only(text: str) -> Iterator[Node]:
    for index, part in enumerate(_HOLE.split(text)):
        if index % 2:
            yield Hole(part)
        else:
            yield from _plain(part)


def _plain(text: str) -> Iterator[str]:
    if "{" in text or "}" in text:
        raise ValueError(f"a brace that is no {{hole}}, in {text!r}")
    if text:
        yield text
