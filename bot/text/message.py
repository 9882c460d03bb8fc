"""What messages are made of: a sentence with its values, a count, a link,
and the refusal that carries a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.text import languages
from bot.text.markdown import Hole, Line, holes, parse_markdown
from bot.text.render import Localized, Renderable, RenderedLine, Renderer, Row, as_html, as_text

MOST_CHARACTERS = 16_000
_LONGEST_VALUES = (12_000, 4_000, 1_000, 300, 100)  # tried in turn, until the message is short enough

Fits = Callable[[list[RenderedLine]], bool]


class Say:
    """One French sentence or several, in small Markdown with {holes}; the sentence is its own gettext key.

    Markdown: **bold**, *italic*, `code`, [label]({url}) or a literal http(s) address, "1. " (or "{n}. ", n an
    int), "- ", "> ", lines as typed; an indented line goes on with the list item above it. Values are str
    (untrusted, kept as text, 300 characters), Long, int, float (one decimal), Say, Count, Link, or Spoken.
    Raises TypeError when holes and values do not agree, ValueError for a stray brace.
    """

    __slots__ = ("_parts",)

    def __init__(self, sentence: str, /, **values: Value) -> None:
        parse_markdown(sentence)
        _check(sentence, values)
        self._parts: tuple[tuple[str, dict[str, Value]], ...] = ((sentence, values),)

    @classmethod
    def lines(cls, *says: Say | None) -> Say:
        """The says one under the other; None is left out, Say("") is an empty line."""
        whole = cls("")
        whole._parts = tuple(part for say in says if say is not None for part in say._parts)
        return whole

    def __add__(self, other: Say) -> Say:
        return Say.lines(self, other)

    def __eq__(self, other: object) -> bool:
        return self._parts == other._parts if isinstance(other, Say) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(sentence for sentence, _ in self._parts))

    def __repr__(self) -> str:
        return f"Say({self.text()!r})"

    def text(self, language: str = languages.SOURCE) -> str:
        """The plain body, complete, at most 16,000 characters.

        Bold and italic lose their signs; `code` keeps its own, which show where a command ends; a link reads
        "label (address)"; lists and quotes read as typed. An unknown language is French.
        """
        return as_text(self.truncated(language))

    def html(self, language: str = languages.SOURCE) -> str:
        """The same in HTML (a blockquote br code em li ol p strong ul), every value escaped."""
        return as_html(self.truncated(language))

    def truncated(self, language: str, fits: Fits | None = None) -> list[RenderedLine]:
        """The lines, made to fit: long values are cut first, the last lines go only then."""
        fits = fits or _short_enough
        for most in _LONGEST_VALUES:
            renderer = Renderer(language, most)
            lines = [renderer.printed(row) for row in self.rows(renderer)]
            if fits(lines):
                break
        while len(lines) > 1 and not fits(lines):
            lines = [*lines[: len(lines) * 3 // 4], RenderedLine("text", 0, "…", "…")]
        return lines

    def rows(self, renderer: Renderer) -> Iterator[Row]:
        for sentence, values in self._parts:
            for line in parse_markdown(languages.sentence(sentence, renderer.language)):
                inner = _alone(line, values)
                yield from (renderer.row(line, values),) if inner is None else inner.rows(renderer)

    def rendered(self, renderer: Renderer, /) -> str:
        """Inside another sentence: several lines keep their signs and their breaks."""
        return "\n".join(row.typed(row.marked) for row in self.rows(renderer))


@dataclass(frozen=True, slots=True)
class Count:
    """A number in words: Count(n, "une réponse", "{n} réponses", zero="aucune réponse").

    In French 0 is a singular: without `zero` it takes the place of « un » or « une » ("0 réponse").
    Raises TypeError for another hole than {n}.
    """

    n: int
    one: str
    many: str
    zero: str | None = None

    def __post_init__(self) -> None:
        if any(
            holes(form) - {"n"} or len(parse_markdown(form)) > 1
            for form in (self.one, self.many, self.zero or "")
        ):
            raise TypeError(f"a count is one line and its only hole is {{n}}: {self.one!r}, {self.many!r}")

    def rendered(self, renderer: Renderer, /) -> str:
        return renderer.inline(parse_markdown(self._form(renderer.language))[0].nodes, {"n": self.n})

    def _form(self, language: str) -> str:
        if self.n == 0 and self.zero is not None:
            return languages.sentence(self.zero, language)
        if translated := languages.counted(self.one, self.many, language):
            return translated[self.n != 1]
        if self.n == 0:
            return re.sub(r"\b[Uu]ne?\b", "0", self.one, count=1)
        return self.many if abs(self.n) > 1 else self.one


@dataclass(frozen=True, slots=True)
class Link:
    """A label that opens a web page.
    Only the label is shown when the address is not http(s), or calls a person.
    """

    label: str | Say
    url: str

    def rendered(self, renderer: Renderer, /) -> str:
        return renderer.link(lambda: renderer.value(self.label), self.url)


@dataclass(frozen=True, slots=True)
class Pill:
    """A person shown by name, who can be written to with a tap: a matrix.to permalink, which clients draw as
    a pill (Matrix specification, "User and room mentions"). It calls nobody: only m.mentions does.

    `user`: a Matrix id of the configuration, never one that somebody typed.
    """

    name: str
    user: str

    def rendered(self, renderer: Renderer, /) -> str:
        return renderer.pill(self.name, self.user)


Value = str | int | float | Say | Count | Link | Pill | Localized


class UserError(Exception):
    """A refusal: expected, told to the person, not logged as an error. What is wrong, then the way out."""

    def __init__(self, sentence: str, /, **values: Value) -> None:
        # without the values: an exception may be logged, what people wrote may not
        super().__init__(sentence)
        self.say = Say(sentence, **values)

    @classmethod
    def of(cls, say: Say) -> UserError:
        """Says this as it is."""
        return cls("{say}", say=say)


def _check(sentence: str, values: Mapping[str, object]) -> None:
    if holes(sentence) != set(values):
        raise TypeError(
            f"{sentence!r} has the holes {sorted(holes(sentence))}, and is given {sorted(values)}"
        )
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float | Renderable | Localized):
            raise TypeError(f"{{{name}}} of {sentence!r} is {value!r}: nothing that can be said")


def _alone(line: Line, values: Mapping[str, Value]) -> Say | None:
    """The Say that is a whole line by itself: its own lines and lists then stand as they are."""
    if line.kind != "text" or len(line.nodes) != 1 or not isinstance(line.nodes[0], Hole):
        return None
    value = values[line.nodes[0].name]
    return value if isinstance(value, Say) else None


def _short_enough(lines: list[RenderedLine]) -> bool:
    return len(as_text(lines)) <= MOST_CHARACTERS
