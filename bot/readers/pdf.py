"""What a PDF says of itself: read by another process (pdf_child.py),
which is ended when it takes too long.
"""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.readers.html_to_text import html_to_text
from storage.text import fold

CHILD = Path(__file__).with_name("pdf_child.py")
TIMEOUT = 8.0  # seconds, on a machine that is busy: with the longest fetch, less than a task has
MARK, MARKED = b"%PDF-", 1024  # bytes in which readers look for it
MOST_PAGES = 2_000

_SOFTWARE = re.compile(r"^\s*Microsoft (?:Office )?(?:Word|PowerPoint|Excel)\s*[-–]\s*", re.IGNORECASE)
_FILE = re.compile(r"\.(?:docx?|odt|pptx?|odp|xlsx?|ods|pdf|indd|rtf|qxd|pub|tex)\s*$", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"(untitled|sans titre|sans nom|document|presentation( powerpoint)?|diaporama|diapositive|titre|title"
    r"|mise en page)[\s\d_-]*"
)


@dataclass(frozen=True, slots=True)
class PdfInfo:
    """`pages`: none when it does not say, or not credibly."""

    title: str = ""
    pages: int | None = None


def is_pdf(body: bytes) -> bool:
    return MARK in body[:MARKED]


async def read_pdf(body: bytes, most: int) -> PdfInfo:
    """A title of at most `most` characters on one line;
    nothing for what is no PDF, or none that can be read in time.
    """
    found = await _run_child(body)
    title, pages = found.get("title"), found.get("pages")
    return PdfInfo(
        clean_title(title, most) if isinstance(title, str) else "",
        pages if isinstance(pages, int) and 0 < pages <= MOST_PAGES else None,
    )


async def _run_child(body: bytes) -> dict[str, object]:
    """What the child writes; it is gone when this returns."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            out, _ = await child.communicate(body)
        found = json.loads(out or b"{}")
        return found if isinstance(found, dict) else {}
    except (TimeoutError, ValueError):
        return {}
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def clean_title(text: str, most: int) -> str:
    """Without the name of the software; none when it is only the name of a file, as so many have."""
    title = _SOFTWARE.sub("", html_to_text(text, most))
    bare = _FILE.sub("", title)
    if (
        _NO_TITLE.fullmatch(fold(bare))
        or (bare != title and " " not in bare)
        or not any(char.isalpha() for char in bare)
    ):
        return ""
    return bare.replace("_", " ").strip() if bare != title else title
