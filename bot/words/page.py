"""The rows of a message put together: the plain body, and HTML made only of what every client keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.words.markup import Kind
from bot.words.voice import Printed

_TAGS: dict[Kind, str] = {"text": "p", "more": "p", "item": "ol", "bullet": "ul", "quote": "blockquote"}


def as_text(rows: Iterable[Printed]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(row.text for row in rows)).strip("\n")


def as_html(rows: Iterable[Printed]) -> str:
    blocks = list(_blocks(rows))
    if len(blocks) == 1 and blocks[0].tag == "p":
        return blocks[0].inside()
    # The line breaks are for summaries that strip the tags: without them paragraphs run together.
    return "\n".join(block.whole() for block in blocks)


@dataclass(slots=True)
class _Block:
    """Rows that share one tag. A list whose numbers do not follow is several, so that numbers stay as typed."""

    tag: str
    first: int
    parts: list[str] = field(default_factory=list)

    def takes(self, row: Printed) -> bool:
        if row.kind == "item":
            return self.tag == "ol" and row.number == self.first + len(self.parts)
        return self.tag == _TAGS[row.kind] or (row.kind == "more" and self.tag in ("ol", "ul"))

    def add(self, row: Printed) -> None:
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


def _blocks(rows: Iterable[Printed]) -> Iterator[_Block]:
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
