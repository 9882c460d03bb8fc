"""From the bytes that a source sends to entries: plain, bounded text, http(s) addresses, a theme if its tags name one.

Everything in them was written by strangers, and nothing in them raises: what cannot be read is None.
"""

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from bot.text import clean as values
from bot.web import canonical_url, meant, site
from bot.web.ours import USUAL, Ours
from schedules.news import discovery, formats
from schedules.news.plain import entities, folded, paid, plain, source_name, summary, summed_title
from schedules.themes import theme
from storage.news.stories import Entry

log = logging.getLogger(__name__)

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TAG, LONGEST_ID = 300, 2_000, 60, 300  # characters
MOST_TAGS = 10  # of one entry
HEAD = 2_000  # characters in which a page says that it is one

_WRITING = re.compile(r"windows-\d+|cp125\d|iso-8859-([2-9]|1\d)|mac\w+|koi8-\w|gb\w+|big5|euc-\w+|shift_jis|utf-16([lb]e)?")
_SEVERAL = re.compile(r"gb\w+|big5\S*|euc-\w+|shift_jis|windows-\d+|cp125\d|iso-8859-([2-9]|1\d)")  # of which one bad byte is not the end
_STRAY = re.compile("[\udc80-\udcff]")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|title)\b", re.IGNORECASE)
_WEB = re.compile("https?://", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"#.*|[^/.?=:]*|(?:.*/)?(?:n/a|n\.a\.?|none|null|nil|undefined|unknown|aucune?|\.+|-+)", re.IGNORECASE)
_reader = ThreadPoolExecutor(1, "feeds")  # it is the processor's work: side by side it would only keep the loop from its turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """`title`: the source's name, short. Entries in the source's own order."""

    title: str
    entries: tuple[Entry, ...]


async def parse(body: bytes, url: str, charset: str | None = None, ours: Ours = USUAL) -> Parsed | None:
    """`parsed`, beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_reader, parsed, body, url, charset, ours)


def parsed(body: bytes, url: str, charset: str | None = None, ours: Ours = USUAL) -> Parsed | None:
    """None when it is no feed, or none that can be read. `url`: where it was found; `charset`: what its host declared."""
    try:
        source = formats.read(decoded(body, charset).lstrip("\ufeff \t\r\n"), ours.zone, ours.language)
        if source is None:
            return None
        name = source_name(plain(source.title, LONGEST_TITLE)) or site(url)
        return Parsed(title=name, entries=tuple(_entries(source, url)))
    except Exception:
        log.exception("a feed of %d bytes could not be read", len(body))
        return None


def decoded(body: bytes, charset: str | None) -> str:
    """What is mostly valid UTF-8 is UTF-8, whatever is declared; else what is declared, if that is possible; else what Windows writes.

    A byte that does not fit is read as Windows writes it, alone: it spoils nothing around it.
    """
    if wide := _wide(body):
        return body.decode(wide, "replace")
    text = body.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    if not strays:
        return text
    mixed = sum(char > "\x7f" for char in text) - strays >= strays
    said = _DECLARED.match(body.lstrip()[:200])
    declared = [name.lower() for name in (charset, said and said[1].decode("latin-1")) if name]
    for name in filter(_WRITING.fullmatch, declared):
        with suppress(UnicodeError, LookupError):
            return _strays(text, name) if mixed else body.decode(name)
    for name in () if mixed else filter(_SEVERAL.fullmatch, declared):
        with suppress(LookupError):
            return body.decode(name, "replace")
    return _strays(text, "cp1252") if mixed else body.decode("cp1252", "replace")


def _strays(text: str, charset: str) -> str:
    return _STRAY.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode(charset, "replace"), text)


def _wide(body: bytes) -> str:
    """UTF-16, by its mark or by its first « < »."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2], "")


def announced(body: bytes, url: str, charset: str | None = None) -> list[str]:
    """The addresses of the feeds that a page for people announces."""
    return discovery.announced(decoded(body, charset), url)


async def leads(body: bytes, url: str, charset: str | None = None) -> tuple[list[str], list[str]]:
    """What a page announces, and where its feed may be if it announces none; beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_reader, _leads, body, url, charset)


def _leads(body: bytes, url: str, charset: str | None) -> tuple[list[str], list[str]]:
    text = decoded(body, charset)
    return discovery.announced(text, url), discovery.usual(text, url) if _PAGE.search(text[:HEAD]) else []


def _entries(source: formats.Source, url: str) -> Iterator[Entry]:
    home = canonical_url(meant(url, source.site) or url)
    above, falling = None, _falling(source.items)
    for item in source.items:
        above = item.published or above
        title = _title(item)
        told = summary(item.summary, title, LONGEST_SUMMARY)
        title = title or summed_title(told)
        if not title:
            continue
        link = _address(url, item.link)
        guid = _bounded(item.guid)
        tags = tuple(dict.fromkeys(tag for each in item.tags[:MOST_TAGS] if (tag := plain(each, LONGEST_TAG))))
        yield Entry(
            guid=guid,
            link=link,
            clean_link=_page(link, home) or f"{canonical_url(url)} {guid or folded(title)}",
            title=title,
            folded_title=folded(title),
            summary=told,
            published=item.published or (above if item.undated and falling else None),
            theme=next((named.id for tag in tags if (named := theme(tag))), ""),
            tags=tags,
            paid=paid(title, told, tags),
            own=bool(link) and site(link) == site(home),
        )


def _falling(items: Sequence[formats.Item]) -> bool:
    """Whether the newest comes first: then a date that cannot be read is no later than the one above, and an old item is not taken for news."""
    dates = [item.published for item in items if item.published]
    return len(dates) > 1 and dates[0] > dates[-1]


def _title(item: formats.Item) -> str:
    return values.clean_text(entities(item.title), LONGEST_TITLE) if item.bare else plain(item.title, LONGEST_TITLE)


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
    return values.clean_text(guid, LONGEST_ID) if len(guid) <= LONGEST_ID else sha256(guid.encode("utf-8", "replace")).hexdigest()
