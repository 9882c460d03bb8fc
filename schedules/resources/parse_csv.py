"""File parser: what people post as a list of resources, lines of text by column. CSV of any spreadsheet is
read here, YAML and JSON by parse_yaml.py; what a line says is judged by parse_rows.py.

Nobody's spreadsheet says how it wrote its file: the separator is the one that makes a header of the first
line, the encoding the one that reads.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from bot.readers.spreadsheet import FORMULA
from bot.text import UserError
from schedules.resources import parse_yaml
from schedules.resources.fields import LONGEST, Line, Name, columns

MOST = 5_000  # lines
SEPARATORS = ";,\t|"
_ESCAPED = re.compile(f"'+{FORMULA}")
_BREAK = re.compile(r"\r\n|\r|\n")


def read(file: bytes) -> list[Line]:
    """Raises UserError when it is no such file, has no resource, or too many."""
    text = decoded(file)
    rows = _BREAK.split(text)
    at, separator = _header(rows)
    found = list(_bounded(_table(rows[at:], at, separator) if separator else parse_yaml.read(text)))
    if not found:
        raise UserError("Ce fichier ne contient aucune ressource.")
    return found


def decoded(file: bytes) -> str:
    """UTF-8, UTF-16 when it says so, else what Windows writes in French.
    Raises UserError for what is no text.
    """
    if file.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UserError(
            "C’est un classeur, que je ne sais pas ouvrir. Dans votre tableur : « Enregistrer sous », au "
            "format CSV. Puis redonnez-le-moi."
        )
    try:
        text = file.decode("utf-16" if file.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = file.decode("cp1252", "replace")
    if "\x00" in text:
        raise UserError(
            "Ce fichier n’est pas un texte : il me faut un tableau en CSV, ou une liste en YAML ou en JSON."
        )
    return text


def _bounded(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines, 1):
        if count > MOST:
            raise UserError(
                "Ce fichier est trop long : {most} lignes au plus. Partagez-le en plusieurs fichiers.",
                most=MOST,
            )
        yield line


def _header(rows: list[str]) -> tuple[int, str]:
    """Where the names of the columns are (from 0), and what separates them; "": it is no table."""
    for at, row in enumerate(rows[:20]):
        if row.strip() and not re.fullmatch(r"sep=.", row.strip()):
            known = {
                each: sum(name is not None for name in _names(row, each))
                for each in SEPARATORS
                if "link" in _names(row, each)
            }
            return at, max(known, key=lambda each: known[each], default="")
    return 0, ""


def _names(row: str, separator: str) -> list[Name | None]:
    return columns(cell.strip().strip('"') for cell in row[:LONGEST].split(separator))


def _table(rows: list[str], start: int, separator: str) -> Iterator[Line]:
    """`start`: how many rows of the file stand before these."""
    reader = csv.reader(
        io.StringIO("\n".join(rows), newline=""), delimiter=separator, strict=True, skipinitialspace=True
    )
    number = start + 1
    try:
        names = columns(next(reader))
        number = start + reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _row(number, names, row)
            number = start + reader.line_num + 1
    except csv.Error:
        raise UserError(
            "Je ne peux pas lire ce fichier à partir de la ligne {n} : un guillemet y est mal ouvert ou "
            "mal fermé. Rien n’est ajouté.",
            n=number,
        ) from None


def _row(number: int, names: list[Name | None], row: list[str]) -> Line:
    cells = {name: _plain(cell) for name, cell in zip(names, row, strict=False) if name}
    return Line(number, cells, extra=any(cell.strip() for cell in row[len(names) :]))


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    return (cell[1:] if _ESCAPED.match(cell) else cell).strip()[:LONGEST]
