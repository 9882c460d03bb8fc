"""Lists of feeds as files (OPML 2.0): ours to take away, others' to take in.

What comes in was written by anybody: read by expat itself, which stops at a DOCTYPE (where entity bombs
begin), at the first mistake, at too many feeds. A list is taken whole or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from bot.text import UserError
from bot.text.clean import clean_text
from bot.web import absolute
from schedules import themes

MOST = 500  # feeds in one list
LONGEST_NAME = 300  # characters in which a theme is looked for


@dataclass(frozen=True)
class Outline:
    """A line of a list. `url`: a web address, or None when `given` is none; `theme`: a theme's id, or ""."""

    given: str
    title: str
    theme: str

    @property
    def url(self) -> str | None:
        return absolute("", self.given)


def write(title: str, outlines: Iterable[Outline]) -> bytes:
    """The file, in UTF-8."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = clean_text(title)
    body = ElementTree.SubElement(root, "body")
    for each in outlines:
        name = clean_text(each.title) or each.given
        line = ElementTree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=each.given)
        if each.theme:
            line.set("category", each.theme)
    ElementTree.indent(root)
    file: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return file


def parse(file: bytes) -> list[Outline]:
    """The feeds of a list, each under its theme:
    its own category, or a folder's name, where it is one of ours. An outline commented out (`isComment`) is
    none, nor is what it holds.

    Raises UserError when it is no list, too long a one, or declares a document type.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(file, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two: an encoding that nobody knows
        raise UserError(
            "Ce n’est pas une liste de sources lisible (un fichier OPML). Exportez-la de nouveau, ou "
            "demandez-en une autre."
        ) from None
    if reader.root != "opml":
        raise UserError(
            "Ce n’est pas une liste de sources (un fichier OPML). Pour une seule source : `!flux ajouter` "
            "suivi du lien."
        )
    if not reader.found:
        raise UserError("Cette liste ne contient aucune source.")
    return reader.found


@dataclass
class _Reader:
    root: str = ""
    found: list[Outline] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)  # the theme inside each open element
    comments: list[bool] = field(default_factory=list)  # whether it is commented out, each

    def doctype(self, *_: object) -> None:
        raise UserError(
            "Cette liste déclare un type de document, ce qu’une liste de sources ne fait pas : je ne la "
            "lis pas. Demandez-en une autre."
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        given = {key.lower(): value for key, value in attributes.items()}
        label = given.get("title") or given.get("text") or ""
        theme = _theme(given.get("category", "")[:LONGEST_NAME].split(",")) or (
            self.folders[-1] if self.folders else ""
        )
        address = given.get("xmlurl", "").strip() if name == "outline" else ""
        self.comments.append(any(self.comments[-1:]) or given.get("iscomment", "").lower() == "true")
        if address and not self.comments[-1]:
            self.found.append(Outline(address, clean_text(label), theme))
        if len(self.found) > MOST:
            raise UserError(
                "Cette liste est trop longue : {most} sources au plus. Partagez-la en plusieurs fichiers.",
                most=MOST,
            )
        self.folders.append(theme or _theme([label]))

    def end(self, name: str) -> None:
        self.folders.pop()
        self.comments.pop()


def _theme(names: Iterable[str]) -> str:
    """The first that is one of our themes: « /Presse/Santé » is the theme of its last part."""
    found = (themes.theme(part) for name in names for part in reversed(name[:LONGEST_NAME].split("/")))
    return next((each.id for each in found if each), "")
