"""One message being said: from the lines of our sentences and the values in them to a plain body and to HTML.

A line is first made as one string in which each piece of markup is a single private character: typography
then sees the whole line, values are never parsed, and each of the two forms puts its own text in place of the
pieces.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable
from urllib.parse import quote

from bot.text import languages
from bot.text.clean import SHORT, clean_text, web_address
from bot.text.markdown import Anchor, Code, Hole, Kind, Line, Node, Strong
from bot.text.typography import PIECES, french_typography


@runtime_checkable
class Localized(Protocol):
    """A value that knows how it reads in a language: a date, an hour, a duration."""

    def localized(self, language: str, /) -> str: ...


@dataclass(frozen=True)
class Capital:
    """What begins a line."""

    of: Localized

    def localized(self, language: str) -> str:
        said = self.of.localized(language)
        return said[:1].upper() + said[1:]


class Long(str):
    """A person's text that keeps its length (to 12,000 characters) and its lines:
    an announcement, a question.
    """

    __slots__ = ()


@runtime_checkable
class Renderable(Protocol):
    """A value made of our own words, which may hold markup: Say, Count, Link."""

    def rendered(self, renderer: Renderer, /) -> str: ...


def permalink(*ids: str) -> str:
    """The matrix.to permalink of a person, a room, or of an event in a room (Matrix specification,
    appendix "matrix.to navigation").
    """
    return "https://matrix.to/#/" + "/".join(quote(each, safe="!@$:=._-") for each in ids)


@dataclass(frozen=True, slots=True)
class Row:
    """A line made; `marked` holds line breaks when a value does."""

    kind: Kind
    start: str
    number: int
    marked: str

    def typed(self, marked: str) -> str:
        """The row as lines of a plain body."""
        following = {"item": " ", "bullet": " ", "text": ""}.get(self.kind, self.start)
        return self.start + marked.replace("\n", "\n" + following)


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """A row in its two forms, typography done."""

    kind: Kind
    number: int
    text: str
    html: str


class Renderer:
    """Makes the rows of one message in one language; no value is longer than `most`."""

    def __init__(self, language: str, most: int) -> None:
        self.language = language if language in languages.KNOWN else languages.SOURCE
        self.most = most
        self._pieces: dict[tuple[str, str], str] = {}
        self._in_link = False

    def row(self, line: Line, values: Mapping[str, object]) -> Row:
        number = values[line.number.name] if isinstance(line.number, Hole) else line.number
        if isinstance(number, int):
            return Row("item", f"{number}. ", number, self.inline(line.nodes, values))
        if isinstance(line.number, Hole):  # « {name}. » is the start of a sentence after all
            return Row("text", "", 0, self.inline((line.number, ". ", *line.nodes), values))
        return Row(line.kind, line.start, 0, self.inline(line.nodes, values))

    def inline(self, nodes: Iterable[Node], values: Mapping[str, object]) -> str:
        said = ""
        for node in nodes:
            part = self._node(node, values)
            ended = node == "." or str(node).startswith((". ", ".\n")) if isinstance(node, str) else False
            said += part[1:] if ended and said.endswith((".", "…")) else part  # « au 3e étage. »
        return said

    def value(self, value: object) -> str:
        if isinstance(value, Long):
            return clean_text(value, self.most, lines=True)
        if isinstance(value, float):
            return f"{value:.1f}".replace(".", "," if self.language == "fr" else ".")
        if not isinstance(value, str):
            if isinstance(value, Renderable):
                return value.rendered(self)
            value = value.localized(self.language) if isinstance(value, Localized) else str(value)
        return clean_text(value, min(self.most, SHORT))

    def link(self, label: Callable[[], str], url: str) -> str:
        """A label that opens the address;
        the label alone when that is no address to open, or inside a link.
        """
        address = None if self._in_link else web_address(url)
        if address is None:
            return label()
        self._in_link = True
        marked = label()
        self._in_link = False
        escaped = html.escape(address)
        if self.plain(marked).strip() in ("", address):
            return self._piece(f'<a href="{escaped}">{escaped}</a>', address)
        return self._piece(f'<a href="{escaped}">', "") + marked + self._piece("</a>", f" ({address})")

    def pill(self, name: str, user: str) -> str:
        """A name that opens the page of that person in a client; plain, the id follows it."""
        label = clean_text(name, SHORT)
        escaped = html.escape(permalink(user))
        return self._piece(f'<a href="{escaped}">', "") + label + self._piece("</a>", f" ({user})")

    def plain(self, marked: str) -> str:
        return self._filled(marked, 1)

    def printed(self, row: Row) -> RenderedLine:
        marked = french_typography(row.marked) if self.language == "fr" else row.marked
        as_html = self._filled(html.escape(marked, quote=False), 0).replace("\n", "<br>")
        return RenderedLine(row.kind, row.number, row.typed(self.plain(marked)).rstrip(), as_html)

    def _node(self, node: Node, values: Mapping[str, object]) -> str:
        match node:
            case str():
                return node
            case Hole(name):
                return self.value(values[name])
            case Strong(inside, tag):
                return (
                    self._piece(f"<{tag}>", "") + self.inline(inside, values) + self._piece(f"</{tag}>", "")
                )
            case Code(inside):
                code = self.plain(self.inline(inside, values)).replace("`", "'").replace("\n", " ")
                code = languages.command_line(code, self.language)
                return self._piece(f"<code>{html.escape(code, quote=False)}</code>", f"`{code}`")
            case Anchor(inside, url):
                address = str(values[url.name]) if isinstance(url, Hole) else url
                return self.link(lambda: self.inline(inside, values), address)

    def _piece(self, as_html: str, as_text: str) -> str:
        return self._pieces.setdefault((as_html, as_text), chr(ord(PIECES[0]) + len(self._pieces)))

    def _filled(self, marked: str, form: int) -> str:
        pieces = list(self._pieces)
        return re.sub(f"[{PIECES}]", lambda found: pieces[ord(found[0]) - ord(PIECES[0])][form], marked)


_TAGS: dict[Kind, str] = {"text": "p", "more": "p", "item": "ol", "bullet": "ul", "quote": "blockquote"}


def as_text(rows: Iterable[RenderedLine]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(row.text for row in rows)).strip("\n")


def as_html(rows: Iterable[RenderedLine]) -> str:
    blocks = list(_blocks(rows))
    if len(blocks) == 1 and blocks[0].tag == "p":
        return blocks[0].inside()
    # The line breaks are for summaries that strip the tags: without them paragraphs run together.
    return "\n".join(block.whole() for block in blocks)


@dataclass(slots=True)
class _Block:
    """Rows that share one tag. A list whose numbers do not follow is several,
    so that numbers stay as typed.
    """

    tag: str
    first: int
    parts: list[str] = field(default_factory=list)

    def takes(self, row: RenderedLine) -> bool:
        if row.kind == "item":
            return self.tag == "ol" and row.number == self.first + len(self.parts)
        return self.tag == _TAGS[row.kind] or (row.kind == "more" and self.tag in ("ol", "ul"))

    def add(self, row: RenderedLine) -> None:
        if row.kind == "more" and self.parts:
            self.parts[-1] += f"<br>{row.html}"
        else:
            self.parts.append(row.html)

    def inside(self) -> str:
        return "<br>".join(self.parts)

    def whole(self) -> str:
        if self.tag not in ("ol", "ul"):
            return f"<{self.tag}>{self.inside()}</{self.tag}>"
        start = f' start="{self.first}"' if self.tag == "ol" and self.first != 1 else ""
        return f"<{self.tag}{start}>" + "".join(f"<li>{part}</li>" for part in self.parts) + f"</{self.tag}>"


def _blocks(rows: Iterable[RenderedLine]) -> Iterator[_Block]:
    block: _Block | None = None
    for row in rows:
        empty = row.kind in ("text", "more") and not row.html.strip()
        if block and (empty or not block.takes(row)):
            yield block
            block = None
        if not empty:
            block = block or _Block(_TAGS[row.kind], row.number)
            block.add(row)
    if block:
        yield block
