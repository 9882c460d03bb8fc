"""Blocks: what a document is made of, as data.

Text is text: whatever it holds is shown as it is, never read as markup.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """`share`: of the longest possible bar, 0 to 1. `figure`: how it reads, « 31 (63,3 %) »."""

    label: str
    share: float
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bar chart, one bar a line, with its figures in words. `alt`: the same for who cannot see it.
    `note`: below it, « 49 réponses ».
    """

    title: str
    bars: tuple[Bar, ...]
    alt: str
    note: str = ""
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Heading:
    """`level`: 1 to 4, below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbered, if its order means something."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`head`: one cell a column; every row has as many."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """`look`: done (filled), coming (a full edge), left (a dashed edge); `note` must say as much in words."""

    label: str
    look: Literal["done", "coming", "left"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TileRow:
    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rows of tiles, three abreast: where one has been and where not yet. `alt`: the same, in words."""

    title: str
    rows: tuple[TileRow, ...]
    alt: str
    language: str = "fr"


Block = Heading | Paragraph | Items | Table | Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`author`: who publishes it. `at`: its date, in the file's information too. `logo`: PNG, JPEG or SVG
    bytes, above the title; it is decoration, the author's name stands beside it in words.
    """

    title: str
    author: str
    language: str
    at: datetime
    blocks: tuple[Block, ...]
    logo: bytes = b""
