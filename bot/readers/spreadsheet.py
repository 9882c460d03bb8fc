"""A table as a file that a spreadsheet opens with a double click,
in which nothing that people wrote is a formula.
"""

import csv
import io
import re
from collections.abc import Iterable

MIMETYPE = "text/csv"
FORMULA = r"[=+\-@＝＋－＠\t\r\n]"  # how a cell begins that a spreadsheet would run (OWASP, CSV injection)
_RUN = re.compile(f"'*{FORMULA}")

Cell = str | int


def as_csv(rows: Iterable[Iterable[Cell]], language: str) -> bytes:
    """With the separator that spreadsheets of that language expect;
    UTF-8 with its mark, which they ask for.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run keeps to itself behind an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and _RUN.match(cell) else cell
