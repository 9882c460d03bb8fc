"""Feed parser: from the bytes that a source sends to entries, plain,
bounded text, http(s) addresses, a theme if its tags name one.

Everything in them was written by strangers, and nothing in them raises: what cannot be read is None.
"""

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from bot.readers import autodiscovery, feed
from bot.readers.charset import decode
from bot.readers.html_to_text import (
    fold_title,
    html_to_text,
    is_paywalled,
    source_name,
    summary_text,
    title_from_summary,
    unescape_entities,
)
from bot.text.clean import clean_text
from bot.web import Page, canonical_url, meant, readable, site
from bot.web.response import FRANCE, Locale
from schedules.themes import theme
from storage.news.stories import Entry

log = logging.getLogger(__name__)

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TAG, LONGEST_ID = 300, 2_000, 60, 300  # characters
MOST_TAGS = 10  # of one entry
HEAD = 2_000  # characters in which a page says that it is one

_PAGE = re.compile(r"<(?:!doctype html|html|head|body|title)\b", re.IGNORECASE)
_WEB = re.compile("https?://", re.IGNORECASE)
_NO_ADDRESS = re.compile(
    r"#.*|[^/.?=:]*|(?:.*/)?(?:n/a|n\.a\.?|none|null|nil|undefined|unknown|aucune?|\.+|-+)", re.IGNORECASE
)
# it is the processor's work: side by side it would only keep the loop from its turn
_reader = ThreadPoolExecutor(1, "feeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """`title`: the source's name, short. Entries in the source's own order."""

    title: str
    entries: tuple[Entry, ...]


async def parse(
    body: bytes, url: str, charset: str | None = None, locale: Locale = FRANCE
) -> ParsedFeed | None:
    """`parse_sync`, beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_reader, parse_sync, body, url, charset, locale)


def parse_sync(
    body: bytes, url: str, charset: str | None = None, locale: Locale = FRANCE
) -> ParsedFeed | None:
    """None when it is no feed, or none that can be read.
    `url`: where it was found; `charset`: what its host declared.
    """
    try:
        source = feed.parse(decode(body, charset).lstrip("\ufeff \t\r\n"), locale.zone, locale.language)
        if source is None:
            return None
        name = source_name(html_to_text(source.title, LONGEST_TITLE)) or site(url)
        return ParsedFeed(title=name, entries=tuple(_entries(source, url)))
    except Exception:
        log.exception("a feed of %d bytes could not be read", len(body))
        return None


def announced(body: bytes, url: str, charset: str | None = None) -> list[str]:
    """The addresses of the feeds that a page for people announces."""
    return autodiscovery.discover(decode(body, charset), url)


async def leads(page: Page) -> tuple[list[str], list[str]]:
    """What a page announces, and where its feed may be if it announces none; beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_reader, _leads, page)


def _leads(page: Page) -> tuple[list[str], list[str]]:
    text, url = decode(page.body, page.charset), page.final_url
    return autodiscovery.discover(text, url, page.links), autodiscovery.usual_addresses(
        text, url
    ) if _PAGE.search(text[:HEAD]) else []


def _entries(source: feed.RawFeed, url: str) -> Iterator[Entry]:
    home = canonical_url(meant(url, source.site) or url)
    above, falling = None, _falling(source.items)
    for item in source.items:
        above = item.published or above
        title = _title(item)
        summary = summary_text(item.summary, title, LONGEST_SUMMARY)
        link = next((there for each in (item.link, *item.places) if (there := _address(url, each))), "")
        guid = _bounded(item.guid)
        title = title or title_from_summary(summary) or _place(link, url)
        if not (title and (link or guid or item.title or summary)):
            continue  # an empty element: whatever else is there is told, were it without a word
        tags = tuple(
            dict.fromkeys(tag for each in item.tags[:MOST_TAGS] if (tag := html_to_text(each, LONGEST_TAG)))
        )
        yield Entry(
            guid=guid,
            link=link,
            clean_link=_page(link, home) or f"{canonical_url(url)} {guid or fold_title(title)}",
            title=title,
            folded_title=fold_title(title),
            summary=summary,
            published=item.published or (above if item.undated and falling else None),
            theme=next((named.id for tag in tags if (named := theme(tag))), ""),
            tags=tags,
            paid=is_paywalled(title, summary, tags),
            own=bool(link) and site(link) == site(home),
        )


def _falling(items: Sequence[feed.RawItem]) -> bool:
    """Whether the newest comes first:
    then a date that cannot be read is no later than the one above, and an old item is not taken for news.
    """
    dates = [item.published for item in items if item.published]
    return len(dates) > 1 and dates[0] > dates[-1]


def _title(item: feed.RawItem) -> str:
    return (
        clean_text(unescape_entities(item.title), LONGEST_TITLE)
        if item.bare
        else html_to_text(item.title, LONGEST_TITLE)
    )


def _place(link: str, url: str) -> str:
    """A title for what has no words: where it is; for what is nowhere, who says it."""
    return clean_text(readable(link) if link else site(url), LONGEST_TITLE)


def _address(base: str, link: str) -> str:
    """A whole web address, or nothing: « N/A », « 12 » or a word alone are none."""
    link = link.strip().replace("&amp;", "&")
    if link.lower().startswith("www."):
        link = f"https://{link}"
    if _NO_ADDRESS.fullmatch(link) or (re.search(r"\s", link) and not _WEB.match(link)):
        return ""
    return meant(base, link) or ""


def _page(link: str, home: str) -> str:
    """The page by which one knows the story; none when the link leads to the site's front door."""
    page = canonical_url(link) if link else ""
    parts = urlsplit(page)
    return page if page != home and (parts.path or parts.query or parts.fragment) else ""


def _bounded(guid: str) -> str:
    return (
        clean_text(guid, LONGEST_ID)
        if len(guid) <= LONGEST_ID
        else sha256(guid.encode("utf-8", "replace")).hexdigest()
    )
