"""Documents: tagged PDF and charts as PNG, typeset from data."""

from bot.documents.blocks import (
    Bar,
    Bars,
    Block,
    Document,
    Heading,
    Items,
    Paragraph,
    Table,
    Tile,
    TileRow,
    Tiles,
)
from bot.documents.typeset import DocumentError, Picture, bars, draw, pdf, tiles

__all__ = [
    "Bar",
    "Bars",
    "Block",
    "Document",
    "DocumentError",
    "Heading",
    "Items",
    "Paragraph",
    "Picture",
    "Table",
    "Tile",
    "TileRow",
    "Tiles",
    "bars",
    "draw",
    "pdf",
    "tiles",
]
