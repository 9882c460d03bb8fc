"""What people write when they recommend something: a link, perhaps a #theme, and why, in any order. All of it is theirs: bounded and cleaned."""

import re
from dataclasses import dataclass

from bot.command import Context
from bot.command.converters import converter
from bot.text.clean import clean_text
from bot.web import absolute, site
from bot.web import canonical_url as clean_link
from schedules.themes import Theme
from storage.resources.library import LONGEST_WHY

LONGEST = 4_000  # characters in which a link is looked for

# An address as typed, as pasted between signs, without its scheme; a bare one (« example.org/page ») only counts as the first word.
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"«»“”]+", re.IGNORECASE)
_BARE = re.compile(r"\s*([\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}/[^\s<>\"«»“”]*)")
_NOT_ITS_END = ".,;:!?…'’*_`|"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TAG = re.compile(r"(?<!\S)#(?=[^\W\d_])")
_AROUND = " -–—:,;|>"
_QUOTED = re.compile(r"[«“\"] ?([^«»“”\"]+?) ?[»”\"]")  # the card puts signs of its own
_LEFT_EMPTY = re.compile(r"\( ?(?:voir|lien|cf\.?|see)? ?:? ?\)|\[ ?\]|< ?>", re.IGNORECASE)  # around the link, before it was taken out


@dataclass(frozen=True)
class Said:
    """`link`: an http(s) address, or None; `theme`: an id, or ""; `why`: a sentence, or ""."""

    link: str | None
    theme: str
    why: str


def read(text: str, ctx: Context) -> Said:
    """Raises UserError for a #theme that is none, with those there are."""
    link, rest = _link(text[:LONGEST])
    theme, rest = _theme(rest, ctx)
    return Said(link, theme.id if theme else "", reason(rest))


def links(text: str) -> list[str]:
    """All that lead to a page in a text, each page once."""
    found: dict[str, str] = {}
    rest = text[:LONGEST]
    while True:
        link, rest = _link(rest)
        if link is None:
            return list(found.values())
        found.setdefault(clean_link(link), link)


def reason(text: str) -> str:
    """Why, as a sentence: with its capital and its full stop."""
    bare = _LEFT_EMPTY.sub(" ", " ".join(text[:LONGEST].split())).strip(_AROUND)
    quoted = _QUOTED.fullmatch(bare)
    words = clean_text(quoted[1] if quoted else bare, LONGEST_WHY)
    if not words:
        return ""
    return (words if _ADDRESS.match(words) else words[:1].upper() + words[1:]) + ("" if re.search(r"[.!?…»)]$", words) else ".")


def _link(text: str) -> tuple[str | None, str]:
    """The link, and the text without it."""
    bare = _BARE.match(text)
    for found in (*([bare] if bare else []), *_ADDRESS.finditer(text)):
        typed = _ended(found[found.re.groups])
        url = absolute("", typed if "://" in typed else f"https://{typed}")
        if url and "." in site(url) and site(url) != "matrix.to":  # which leads to a person or to a room
            start = found.start(found.re.groups)
            return url, f"{text[:start]} {text[start + len(typed) :]}"
    return None, text


def _ended(address: str) -> str:
    """Without the signs of the sentence around it: a closing bracket is its own only when it opened one."""
    while address and (address[-1] in _NOT_ITS_END or address.count(address[-1]) > address.count(_PAIRS.get(address[-1], address[-1]))):
        address = address[:-1]
    return address


def _theme(text: str, ctx: Context) -> tuple[Theme | None, str]:
    """The first #theme, and the text without it."""
    tag = _TAG.search(text)
    found = converter(Theme)(text[tag.start() :], ctx) if tag else None
    if tag is None or found is None:
        return None, text
    return found[0], f"{text[: tag.start()]} {found[1]}"
