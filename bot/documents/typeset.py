"""Typesetting with Typst, in a process of its own: PDF/UA-1 (ISO 14289-1) and PNG.

Another process, because it is rare and takes 40 MB, and because what people typed is in there: whatever goes
wrong hurts that process alone, which is ended when it takes too long.
"""

import asyncio
import json
import logging
import struct
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from bot.documents.blocks import Bars, Document, Tiles

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("typeset_child.py")
TIMEOUT = 10.0  # seconds; a page takes a tenth of one
PNG_SIZE = slice(16, 24)  # of the IHDR chunk (RFC 2083 § 4.1.1): width and height, four bytes each


class DocumentError(Exception):
    """A document could not be typeset; the message says why, without what people typed."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG; `width` and `height` in pixels. `alt`: what it shows, in words."""

    data: bytes
    width: int
    height: int
    alt: str


async def pdf(document: Document) -> bytes:
    """Tagged PDF: title, language, reading order, alternatives. Raises DocumentError."""
    data = {
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "date": [document.at.year, document.at.month, document.at.day],
        "blocks": [{"kind": type(block).__name__.lower(), **asdict(block)} for block in document.blocks],
        "logo": list(document.logo),
    }
    return await _typeset("document", data, "pdf", int(document.at.timestamp()))


async def draw(template: str, data: dict[str, Any], alt: str) -> Picture | None:
    """A picture from a template of this folder, twice as dense as it is read.

    None when it could not be drawn, which the log says: a picture never stands without the same in words.
    """
    try:
        png = await _typeset(template, data, "png", 0)
    except DocumentError as error:
        log.warning("documents: %s could not be drawn: %s", template, error)
        return None
    width, height = struct.unpack(">II", png[PNG_SIZE])
    return Picture(png, width, height, alt)


async def bars(chart: Bars) -> Picture | None:
    """A bar chart as a picture."""
    return await draw("bars", asdict(chart), chart.alt)


async def tiles(chart: Tiles) -> Picture | None:
    """Rows of tiles as a picture."""
    return await draw("tiles", asdict(chart), chart.alt)


async def _typeset(template: str, data: dict[str, Any], form: Literal["pdf", "png"], timestamp: int) -> bytes:
    wanted = {"template": template, "data": data, "format": form, "timestamp": timestamp}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            out, error = await child.communicate(json.dumps(wanted).encode())
    except TimeoutError:
        raise DocumentError(f"not typeset in {TIMEOUT:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0 or not out:
        raise DocumentError(
            error.decode("utf-8", "replace").strip()[-300:] or f"ended with {child.returncode}"
        )
    return out
