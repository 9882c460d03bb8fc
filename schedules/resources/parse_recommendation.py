"""Parser of recommendations: a link, perhaps a #theme, and why, in any order.
All of it is theirs: bounded and cleaned.
"""

import re
from dataclasses import dataclass

from bot.command import Context
from bot.command.signature import converter
from bot.text.clean import clean_text
from bot.text.courtesy import plain, unsigned
from bot.web import canonical_url, meant, site
from schedules.themes import Theme
from storage.resources.library import LONGEST_WHY

LONGEST = 4_000  # characters in which a link is looked for

# An address as typed, as pasted between signs, without its scheme; a bare one (« example.org/page ») only
# counts as the first word.
_UNSEEN = "\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\ufeff"  # that telephones put beside what they paste
_ADDRESS = re.compile(rf"(?:https?://|\bwww\.)[^\s<>|\"«»“”„‹›{_UNSEEN}]+", re.IGNORECASE)
_BARE = re.compile(rf"\W*([\w-]+(?:\.[\w-]+)*\.[^\W\d_]{{2,}}/[^\s<>|\"«»“”„‹›{_UNSEEN}]*)")
_NOT_ITS_END = ".,;:!?…'’*_`|~"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TAG = re.compile(r"(?<!\S)#(?=[^\W\d_])")

# What is left of a sentence when its link was taken out.
_GONE = "\0"  # where the link was
_NAMED = (  # as in Markdown, in HTML, in Slack: the name of the link is all that people read of it
    re.compile(rf"!?\[([^\[\]]*)\]\(\s*<?{_GONE}>?(?:\s+[\"'(][^\n]*?[\"')])?\s*\)"),
    re.compile(rf"<a\b[^<>]*{_GONE}[^<>]*>([^<>]*)</a>", re.IGNORECASE),
    re.compile(rf"<{_GONE}\|([^<>]*)>"),
    re.compile(rf"\[{_GONE}()\]\([^()\s]*\)"),
)
_AROUND = re.compile(  # pairs of signs around it, with what only introduces it
    rf"[(\[{{]\s*(?:(?:voir|lien|cf|see)\b\W*?)?\s*{_GONE}\s*[)\]}}]"
    rf"|[«“„‹<‘]\s*{_GONE}\s*[»”“›>’]|([\"'`*_~|]{{1,3}})\s*{_GONE}\s*\1",
    re.IGNORECASE,
)
_DEEPEST = 4  # pairs of signs, one inside the other
_GOES_ON = re.compile(
    r"\s*(?:[^\w\s]|(?:d[eu]s?|qui|que|pour|sur|aux?|en|et|est|sont|avec|dans|par|[àa])\b|(?:d|qu)['’])",
    re.IGNORECASE,
)
_LAST, _FIRST = " ,;:–—→>-", " ,;:–—→>-.!?…"  # signs that held the link, before it and after
# at the two ends
_BEFORE, _AFTER = " -–—:,;|>.!?…*_~`'’)]}»”›/\\·•→👉👇➡\ufe0f", " -–—:,;|>*_~`'([{«“‹<→👉👇➡\ufe0f"
_QUOTED = re.compile(r"[«“\"] ?([^«»“”\"]+?) ?[»”\"]|\(([^()]+)\)")  # the card puts signs of its own
_POINTS = (  # words that only show where the link is
    r"(?:(?:je (?:vous )?(?:recommande|conseille|partage)|regardez?|voici|voil[àa]|voir|vu"
    r"|pour info(?:rmation)?|info|fyi|cf|see|here|ici"
    r"|ce(?:tte)?|le|la|un|une|ci-dessous|ci-joint|source|url|adresse|lien|liens|link|page|article|site"
    r"|vid[ée]o|document|ok)[\s.:,]*)"
)
_POINTER = re.compile(rf"{_POINTS}+", re.IGNORECASE)
_POINTING = re.compile(r"[\s,;(–—-]*\b(?:voir|cf|lien|see)\b[\s.:]*$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class ParsedRecommendation:
    """`link`: an http(s) address, or None; `theme`: an id, or ""; `why`: a sentence, or ""."""

    link: str | None
    theme: str
    why: str


def parse(text: str, ctx: Context) -> ParsedRecommendation:
    """Raises UserError for a #theme that is none, with those there are."""
    link, rest = _link(text[:LONGEST])
    theme, rest = _theme(rest, ctx)
    return ParsedRecommendation(link, theme.id if theme else "", reason(rest))


def links(text: str) -> list[str]:
    """All that lead to a page in a text, each page once."""
    found: dict[str, str] = {}
    rest = text[:LONGEST]
    while True:
        link, rest = _link(rest)
        if link is None:
            return list(found.values())
        found.setdefault(canonical_url(link), link)


def reason(text: str) -> str:
    """Why, as a sentence: with its capital and its full stop. None where there is no word."""
    bare = " ".join(" ".join(unsigned(text[:LONGEST])).split()).lstrip(_BEFORE).rstrip(_AFTER)
    quoted = _QUOTED.fullmatch(bare)
    words = clean_text(_ADDRESS.sub(_meant, (quoted[1] or quoted[2]) if quoted else bare), LONGEST_WHY)
    if not _LETTER.search(words) or _POINTER.fullmatch(words) or not _LETTER.search(plain(words)):
        return ""
    return (words if _ADDRESS.match(words) else words[:1].upper() + words[1:]) + (
        "" if re.search(r"[.!?…»)]$", words) else "."
    )


def _meant(found: re.Match[str]) -> str:
    """Another link that was typed: of that too, only the page is shown."""
    typed = _ended(found[0])
    return (meant("", typed) or "" if "://" in typed else typed) + found[0][len(typed) :]


def _link(text: str) -> tuple[str | None, str]:
    """The link, and the text without it."""
    bare = _BARE.match(text)
    for found in (*([bare] if bare else []), *_ADDRESS.finditer(text)):
        typed = _ended(found[found.re.groups])
        url = meant("", typed if "://" in typed else f"https://{typed}")
        if url and "." in site(url) and site(url) != "matrix.to":  # which leads to a person or to a room
            start = found.start(found.re.groups)
            return url, _left(text[:start].replace(_GONE, ""), text[start + len(typed) :].replace(_GONE, ""))
    return None, text


def _left(before: str, after: str) -> str:
    """The text without the link and the signs around it; with its name, when it has one:
    « [Guide](…) utile » is « Guide : utile ».
    """
    text = f"{before}{_GONE}{after}"
    for named in _NAMED:
        if found := named.search(text):
            before, name, after = text[: found.start()], found[1].strip(), text[found.end() :]
            if name and not _ADDRESS.match(name):
                begins = not _LETTER.search(before) and _LETTER.search(after) and not _GOES_ON.match(after)
                return f"{name} : {after}" if begins else f"{before}{name}{after}"
            text = f"{before}{_GONE}{after}"
    for _ in range(_DEEPEST):
        text = _AROUND.sub(_GONE, text)
    return _joined(*text.split(_GONE))


def _joined(before: str, after: str) -> str:
    """One sign at most stays where the link was, and none at the two ends of the text."""
    if not _LETTER.search(before):
        return f"{re.sub(r'[^(«“]', '', before)} {after.lstrip(_FIRST)}"
    if not _LETTER.search(after):
        return _POINTING.sub("", before).rstrip(_LAST) + re.sub(r"[^)»”]", "", after)
    if before.rstrip()[-1:] in tuple(".!?…([{«“"):
        return f"{before} {after.lstrip(_FIRST)}"
    return f"{before} {after}" if _LETTER.match(after.lstrip()) else f"{before.rstrip(_LAST)}{after}"


def _ended(address: str) -> str:
    """Without the signs of the sentence around it: a closing bracket is its own only when it opened one."""
    address = address.partition("](")[0]
    while address and (
        address[-1] in _NOT_ITS_END
        or address.count(address[-1]) > address.count(_PAIRS.get(address[-1], address[-1]))
    ):
        address = address[:-1]
    return address


def _theme(text: str, ctx: Context) -> tuple[Theme | None, str]:
    """The first #theme, and the text without it."""
    tag = _TAG.search(text)
    found = converter(Theme)(text[tag.start() :], ctx) if tag else None
    if tag is None or found is None:
        return None, text
    return found[0], f"{text[: tag.start()]} {found[1]}"
