"""From the bytes of a page that somebody recommends to what its card shows: plain, bounded text, and nothing that the page did not say.

Everything in it was written by strangers, and nothing in it raises: what cannot be read is an empty sheet.
"""

import asyncio
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape

import nh3

from bot.command.fold import fold
from bot.web import Page
from schedules.news.parsing import decoded
from schedules.news.plain import folded, paid, plain
from schedules.resources import pdf
from schedules.resources.kinds import kind

log = logging.getLogger(__name__)

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_SITE = 160, 500, 60  # characters
READ = 300_000  # characters of a page, without its scripts
MOST_TAGS = 12_000  # deep nesting costs their square: this many take a second at most
MOST_METAS = 200
WORDS_A_MINUTE = 200
ENOUGH_WORDS, WHOLE_ARTICLE = 60, 150  # to speak of a reading time; to say that it is there for everyone
LONGEST_READING = 240  # minutes
PAID_SEARCHED = 50_000  # characters

_reader = ThreadPoolExecutor(1, "pages")  # nh3 lets the loop run meanwhile
_KEPT = {"title", "meta", "main", "article"}
_DROPPED = {
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "noscript",
    "svg",
    "template",
    "iframe",
    "select",
    "button",
    "math",
    "object",
}
_UNREAD = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
_META = re.compile(r'<meta((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_CHARSET = re.compile(rb"""<meta[^<>]{1,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?(?:https?://schema\.org/)?(true|false)', re.IGNORECASE)
_PARTS = re.compile(r"\s+[–—|·»:•-]+\s+")
_NO_PAGE = re.compile(
    r"(se )?connexion|(se )?connecter|connectez-vous|identification|authentification|(log|sign) ?-?in|captcha|are you (a )?(human|robot)\W*"
    r"|just a moment\W*|un instant\W*|attention required\W.*|access denied|acces refuse|forbidden|redirect(ing|ion)\W*|loading\W*|chargement\W*"
    r"|(erreur|error)|(erreur |error )?[45]\d\d\b.*|(page|document) (introuvable|not found|non trouvee?)|not found|untitled|sans titre"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`kind`: an id of kinds.py. `minutes`: of reading. `access`: "" unknown, "free" or "paid". Nothing where the page says nothing."""

    title: str = ""
    description: str = ""
    kind: str = ""
    minutes: int | None = None
    access: str = ""
    site: str = ""


EMPTY = Sheet()


async def read(page: Page) -> Sheet:
    """What is too big is read from the bytes that came."""
    if page.outcome not in ("ok", "too_big"):
        return EMPTY
    try:
        if pdf.is_pdf(page.body):
            return await _pdf(page)
        if (page.content_type or "").startswith("video/"):
            return Sheet(kind="video")
        if not _may_be_html(page):
            return EMPTY
        return await asyncio.get_running_loop().run_in_executor(_reader, sheet, page)
    except Exception:
        log.exception("a page of %d bytes could not be read", len(page.body))
        return EMPTY


def sheet(page: Page) -> Sheet:
    """The sheet of a page in HTML."""
    text = _text(page)
    found = _Html(text)
    site = plain(found.meta("og:site_name", "application-name"), LONGEST_SITE)
    title = _title(found, site)
    if _NO_PAGE.fullmatch(fold(title)):
        return EMPTY
    description = plain(found.meta("og:description", "description", "twitter:description"), LONGEST_DESCRIPTION)
    whole = page.outcome == "ok" and len(found.html) < READ
    words = found.words if whole else 0
    return Sheet(
        title=title,
        description="" if folded(description) == folded(title) else description,
        kind=_kind(title, found.meta("og:type")),
        minutes=min(max(round(words / WORDS_A_MINUTE), 1), LONGEST_READING) if words >= ENOUGH_WORDS else None,
        access=_access(found, text, title, description)
        or ("free" if words >= WHOLE_ARTICLE and not paid("", found.main[:PAID_SEARCHED], ()) else ""),
        site=site,
    )


async def _pdf(page: Page) -> Sheet:
    """One minute a page; what came without a word of asking is there for everyone."""
    found = await pdf.told(page.body, LONGEST_TITLE)
    if not found.title and not found.pages:
        return EMPTY
    minutes = min(found.pages, LONGEST_READING) if found.pages else None
    return Sheet(title=found.title, kind=_kind(found.title, ""), minutes=minutes, access="free")


def _may_be_html(page: Page) -> bool:
    """What calls itself a PDF, an image or data is not read as a page; what calls itself nothing may be one."""
    named = page.content_type in ("text/html", "application/xhtml+xml")
    unnamed = page.content_type in (None, "application/octet-stream", "text/plain", "application/xml", "text/xml")
    return named or (unnamed and re.search(rb"<(?:!doctype html|html|head|title)\b", page.body[:2_000], re.IGNORECASE) is not None)


def _text(page: Page) -> str:
    """A body cut in the middle of a letter is still in UTF-8."""
    body = page.body.rstrip(bytes(range(128, 256))) if page.outcome == "too_big" else page.body
    said = _CHARSET.search(body[:4_096])
    return decoded(body, page.charset or (said and said[1].decode("ascii").lower()))


class _Html:
    """A page as a browser's parser sees it: its metas, its title, its main text."""

    def __init__(self, text: str) -> None:
        self.html = _bounded(text)
        cleaned = nh3.clean(
            self.html.replace("<", " <"),  # what stands in two blocks is two words
            tags=_KEPT,
            attributes={"meta": {"property", "name", "content"}},
            clean_content_tags=_DROPPED,
            link_rel=None,
        )
        self._metas = dict(reversed(list(_metas(cleaned))))
        self.title = unescape(_between(cleaned, "<title>", "</title>"))
        self.main = _main(cleaned)
        self.words = _words(self.main)

    def meta(self, *names: str) -> str:
        """The first of these that says something."""
        return next((self._metas[name] for name in names if self._metas.get(name, "").strip()), "")


def _bounded(text: str) -> str:
    """Without what is never read, and no longer than what is read in a moment."""
    for start, end in _UNREAD:
        text = _without(text, start, end)
    text = text[:READ]
    parts = text.split("<", MOST_TAGS)
    return "<".join(parts[:MOST_TAGS]) if len(parts) > MOST_TAGS else text


def _without(text: str, start: str, end: str) -> str:
    """One pass, however often it begins without an end."""
    low, kept, at = text.lower(), [], 0
    if len(low) != len(text):  # some letters are two in lower case: then places differ
        low = text
    while (found := low.find(start, at)) >= 0:
        kept.append(text[at:found])
        stop = low.find(end, found)
        at = len(text) if stop < 0 else stop + len(end)
    return " ".join([*kept, text[at:]])


def _metas(cleaned: str) -> Iterator[tuple[str, str]]:
    for _, each in zip(range(MOST_METAS), _META.finditer(cleaned), strict=False):
        said = dict(_ATTRIBUTE.findall(each[1]))
        yield (said.get("property") or said.get("name") or "").strip().lower(), unescape(said.get("content", ""))


def _between(text: str, start: str, end: str) -> str:
    """From the first `start` to the next `end`."""
    _, there, rest = text.partition(start)
    return rest.partition(end)[0] if there else ""


def _main(cleaned: str) -> str:
    """What the page calls its main part, if that is a text; else all of it."""
    bare = _META.sub("", cleaned).replace(f"<title>{_between(cleaned, '<title>', '</title>')}</title>", "")
    for tag in ("main", "article"):
        first, last = bare.find(f"<{tag}>"), bare.rfind(f"</{tag}>")
        if 0 <= first < last and _words(bare[first:last]) >= ENOUGH_WORDS:
            return bare[first:last]
    return bare


def _words(text: str) -> int:
    return sum(any(char.isalnum() for char in word) for word in re.sub("<[^<>]*>", " ", text).split())


def _title(found: _Html, site: str) -> str:
    """Without the name of the site, which the card has beside it."""
    title = plain(found.meta("og:title", "twitter:title") or found.title, LONGEST_TITLE)
    parts = _PARTS.split(title)
    if site and len(parts) > 1:
        for part, cut in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if folded(part) == folded(site):
                return cut.strip(" –—|·»:•-") or title
    return title


def _kind(title: str, og_type: str) -> str:
    """By the first words of its title (« Guide du budget sensible au genre », « Fiche expérience : … »), else by what it says it is."""
    first = re.split(r"\s*[:–—|]\s+", title, maxsplit=1)[0]
    words = re.findall(r"[\w’'-]+", first)
    for said in (first, " ".join(words[:3]), " ".join(words[:2]), words[0] if words else ""):
        if named := kind(said):
            return named.id
    og_type = og_type.strip().lower()
    return "video" if og_type.startswith("video") else "article" if og_type == "article" else ""


def _access(found: _Html, text: str, title: str, description: str) -> str:
    """What the page itself says about it (schema.org, Open Graph, its own words)."""
    said = {each.lower() for each in _FREE.findall(text)}
    tier = found.meta("article:content_tier").strip().lower()
    if "false" in said or tier in ("locked", "metered") or paid(title, description, ()):
        return "paid"
    return "free" if "true" in said or tier == "free" else ""
