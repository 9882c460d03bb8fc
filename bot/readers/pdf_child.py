"""Run by path as a process of its own:
a PDF on its standard input, the title and the number of pages on its standard output (JSON).

A PDF that lies (bombs, circles, streams without end) then hurts this process alone, which the system holds to
so much memory and time. Nothing of the project is imported.
"""

import json
import re
import resource
import sys
from contextlib import suppress
from html import unescape
from io import BytesIO

SECONDS = 5  # of processor
MEMORY = 300_000_000  # bytes of addresses; Python and pypdf take 60 MB
LONGEST = 1_000  # characters
XMP_TITLE = re.compile(rb"<dc:title>\s*<rdf:Alt>\s*<rdf:li[^<>]{0,100}>([^<>]{1,3000})</rdf:li>")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    file = sys.stdin.buffer.read()
    title, pages = _by_its_tables(file)
    json.dump({"title": (title or _by_its_words(file))[:LONGEST], "pages": pages}, sys.stdout)


def _by_its_tables(file: bytes) -> tuple[str, int]:
    """What the document information says, and the root of the pages; nothing for what is broken."""
    from pypdf import PdfReader  # here, so that the bot itself never pays for it

    title, pages = "", 0
    with suppress(Exception):  # whatever is wrong in there
        reader = PdfReader(BytesIO(file))
        with suppress(Exception):
            title = (reader.metadata.title or "") if reader.metadata else ""
        with suppress(Exception):
            pages = int(reader.root_object["/Pages"].get_object()["/Count"])  # type: ignore[index]
    return title.encode("utf-8", "ignore").decode(), pages


def _by_its_words(file: bytes) -> str:
    """The XMP packet is most often there as it is, even in the first part of a long document."""
    found = XMP_TITLE.search(file)
    return unescape(found[1].decode("utf-8", "ignore")) if found else ""


if __name__ == "__main__":
    main()
