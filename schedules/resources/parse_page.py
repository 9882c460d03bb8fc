"""Page metadata: from the bytes of a page that somebody recommends to what its card shows:
plain, bounded text, and nothing that the page did not say.

Everything in it was written by strangers, and nothing in it raises: what cannot be read is an empty sheet.
"""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot import web
from bot.readers import pdf
from bot.readers.charset import decode
from bot.readers.html import Html
from bot.readers.html_to_text import fold_title, html_to_text, is_paywalled
from bot.readers.soft_errors import no_page, says_nothing
from schedules.resources.kinds import kind
from storage.resources.library import LONGEST_TITLE

log = logging.getLogger(__name__)

LONGEST_DESCRIPTION, LONGEST_SITE = 500, 60  # characters
WORDS_A_MINUTE = 200
ENOUGH_WORDS, WHOLE_ARTICLE = 60, 150  # to speak of a reading time; to say that it is there for everyone
LONGEST_READING = 240  # minutes
PAID_SEARCHED = 50_000  # characters

_reader = ThreadPoolExecutor(1, "pages")  # nh3 lets the loop run meanwhile
_CHARSET = re.compile(rb"""<meta[^<>]{1,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?(?:https?://schema\.org/)?(true|false)', re.IGNORECASE)
_PARTS = re.compile(r"\s+[–—|·»:•-]+\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`kind`: an id of kinds.py. `minutes`: of reading.
    `access`: "" unknown, "free" or "paid". Nothing where the page says nothing.
    """

    title: str = ""
    description: str = ""
    kind: str = ""
    minutes: int | None = None
    access: str = ""
    site: str = ""


EMPTY = Sheet()


async def read(page: web.Page) -> Sheet:
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


def sheet(page: web.Page) -> Sheet:
    """The sheet of a page in HTML."""
    text = _text(page)
    found = Html(text)
    site = html_to_text(found.meta("og:site_name", "application-name"), LONGEST_SITE)
    title = _title(found, site)
    if says_nothing(title) or _in_the_way(found, site, web.site(page.final_url)):
        return EMPTY
    description = html_to_text(
        found.meta("og:description", "description", "twitter:description"), LONGEST_DESCRIPTION
    )
    whole = page.outcome == "ok" and found.whole
    words = found.words if whole else 0
    return Sheet(
        title=title,
        description="" if fold_title(description) == fold_title(title) else description,
        kind=_kind(title, found.meta("og:type")),
        minutes=min(max(round(words / WORDS_A_MINUTE), 1), LONGEST_READING)
        if words >= ENOUGH_WORDS
        else None,
        access=_access(found, text, title, description)
        or (
            "free" if words >= WHOLE_ARTICLE and not is_paywalled("", found.main[:PAID_SEARCHED], ()) else ""
        ),
        site=site,
    )


async def _pdf(page: web.Page) -> Sheet:
    """One minute a page; what came without a word of asking is there for everyone."""
    found = await pdf.read_pdf(page.body, LONGEST_TITLE)
    if not found.title and not found.pages:
        return EMPTY
    minutes = min(found.pages, LONGEST_READING) if found.pages else None
    return Sheet(title=found.title, kind=_kind(found.title, ""), minutes=minutes, access="free")


def _may_be_html(page: web.Page) -> bool:
    """What calls itself a PDF, an image or data is not read as a page;
    what calls itself nothing may be one.
    """
    named = page.content_type in ("text/html", "application/xhtml+xml")
    unnamed = page.content_type in (
        None,
        "application/octet-stream",
        "text/plain",
        "application/xml",
        "text/xml",
    )
    return named or (
        unnamed
        and re.search(rb"<(?:!doctype html|html|head|title)\b", page.body[:2_000], re.IGNORECASE) is not None
    )


def _text(page: web.Page) -> str:
    """A body cut in the middle of a letter is still in UTF-8."""
    body = page.body.rstrip(bytes(range(128, 256))) if page.outcome == "too_big" else page.body
    declared = _CHARSET.search(body[:4_096])
    return decode(body, page.charset or (declared and declared[1].decode("ascii").lower()))


def _in_the_way(found: Html, site: str, host: str) -> bool:
    """Whether any of its titles is that of a login, an error…:
    sites give the same one for sharing to all they show.
    """
    titles = (
        html_to_text(each, LONGEST_TITLE)
        for each in (found.meta("og:title"), found.meta("twitter:title"), found.title)
    )
    return any(
        no_page(title, site, host, article=found.meta("og:type").strip().lower() == "article")
        for title in titles
    )


def _title(found: Html, site: str) -> str:
    """Without the name of the site, which the card has beside it."""
    title = html_to_text(found.meta("og:title", "twitter:title") or found.title, LONGEST_TITLE)
    parts = _PARTS.split(title)
    if site and len(parts) > 1:
        for part, cut in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if fold_title(part) == fold_title(site):
                return cut.strip(" –—|·»:•-") or title
    return title


def _kind(title: str, og_type: str) -> str:
    """By the first words of its title (« Guide du budget sensible au genre », « Fiche expérience :
    … »), else by what it says it is.
    """
    first = re.split(r"\s*[:–—|]\s+", title, maxsplit=1)[0]
    words = re.findall(r"[\w’'-]+", first)
    for name in (first, " ".join(words[:3]), " ".join(words[:2]), words[0] if words else ""):
        if named := kind(name):
            return named.id
    og_type = og_type.strip().lower()
    return "video" if og_type.startswith("video") else "article" if og_type == "article" else ""


def _access(found: Html, text: str, title: str, description: str) -> str:
    """What the page itself says about it (schema.org, Open Graph, its own words)."""
    declared = {each.lower() for each in _FREE.findall(text)}
    tier = found.meta("article:content_tier").strip().lower()
    if "false" in declared or tier in ("locked", "metered") or is_paywalled(title, description, ()):
        return "paid"
    return "free" if "true" in declared or tier == "free" else ""
