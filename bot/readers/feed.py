"""RSS, Atom and JSON Feed as they come: one shape for all, nothing cleaned yet.

feedparser reads the XML. It forgives much, but it is slow, and what was made to take its time takes it: so it
is given at most 500 entries and 50,000 tags, and no entities.
"""

import io
import json
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html.entities import html5
from typing import Any

from bot.readers import dates

log = logging.getLogger(__name__)

MOST_ENTRIES = 500
MOST_TAGS = 50_000
MOST_NAMESPACES = 2_000  # declarations; they cost their square, as attributes do
BEGINNING = 100_000  # characters in which a page says what it is

_FEED = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|rdf|channel)[\s>:]", re.IGNORECASE)
_END_OF_ENTRY = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
# Who wrote it is not told; feedparser would look for e-mail addresses in it, which takes the square of its
# length: 12 s of all threads for 60 kB.
_PEOPLE = re.compile(
    r"<(/?)(?:[\w.-]{1,20}:)?(?:author|creator|publisher|managingeditor|webmaster|contributor|owner)\b",
    re.IGNORECASE,
)
_MANY_ATTRIBUTES = re.compile(r"<(?:[^<>=]*=){500}")


# A bare « & », or one of an HTML entity that XML does not know; what is in CDATA is left alone.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:(\w{2,31};))?",
    re.DOTALL,
)
# What others say of the item, or of a picture in it: never in the place of its own words.
_OTHERS = {
    "media": ("http://search.yahoo.com/mrss", "http://search.yahoo.com/mrss/"),
    "itunes": ("http://www.itunes.com/dtds/podcast-1.0.dtd", "http://example.com/dtds/podcast-1.0.dtd"),
    "dc": ("http://purl.org/dc/elements/1.1/",),
}
_DECLARED = re.compile(r"""\bxmlns:([\w.-]{1,20})\s*=\s*["']([^"'<>]{1,100})["']""")
# An id of which its source says that it leads nowhere.
_OPAQUE = re.compile(
    r"""<guid\b[^<>]{0,200}\bispermalink\s*=\s*["']false["'][^<>]{0,200}>\s*(?:<!\[CDATA\[)?([^<\]]{1,2000})""",
    re.IGNORECASE,
)
_WEB = re.compile("https?://", re.IGNORECASE)
_ELSE = ("enclosure", "related", "via")  # what an item without a page of its own is about
_DATES = ("published", "updated", "created")
_ELSEWHERE = ("dc_otherdescription", "itunes_othersummary", "itunes_othersubtitle", "media_otherdescription")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """`bare`: its title is plain text, in which « < » is no markup.
    `places`: where it may be read when `link` is no address.
    """

    title: str = ""
    bare: bool = False
    summary: str = ""
    link: str = ""
    places: tuple[str, ...] = ()
    guid: str = ""
    published: datetime | None = None
    undated: bool = False  # it says a date that nobody can read
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """`site`: its page for people."""

    title: str
    site: str
    items: tuple[RawItem, ...]


def parse(text: str, zone: tzinfo, language: str) -> RawFeed | None:
    """None for what is no feed. May raise anything: what comes is anything.
    `zone`, `language`: the network's.
    """
    return _json(text, zone) if text.startswith("{") else _xml(text, zone, language)


def _xml(text: str, zone: tzinfo, language: str) -> RawFeed | None:
    if not _FEED.search(text[:BEGINNING]):
        return None
    import feedparser

    text = _shortened(text).replace("<!ENTITY", "<!-ENTITY")  # 800 bytes of entities are a million events
    text = _own(escape_ampersands(_PEOPLE.sub(r"<\1nobody", text)))
    if text.count("<") > MOST_TAGS or text.count("xmlns") > MOST_NAMESPACES or _MANY_ATTRIBUTES.search(text):
        log.warning("a feed has more tags than can be read")
        return None
    headers = {"content-type": "application/xml; charset=utf-8"}
    found = feedparser.parse(
        io.BytesIO(text.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not found.version and not found.entries:
        return None
    opaque = frozenset(said.strip() for said in _OPAQUE.findall(text))
    items = tuple(
        _entry(each, zone, language, found.version == "atom10", opaque)
        for each in found.entries[:MOST_ENTRIES]
    )
    return RawFeed(title=_text(found.feed, "title"), site=_text(found.feed, "link"), items=items)


def escape_ampersands(text: str) -> str:
    """Of XML: an & that begins no entity is an &; the entities of HTML are the characters they stand for."""
    return _AMPERSAND.sub(
        lambda found: found[0] if found[0].startswith("<") else _ampersand(found[1] or ""),
        text,
        count=MOST_TAGS,
    )


def _ampersand(name: str) -> str:
    known = html5.get(name)
    return "".join(f"&#{ord(char)};" for char in known) if known else f"&amp;{name}"


def _own(text: str) -> str:
    """Other vocabularies' titles and descriptions under names that feedparser does not take for the
    item's.
    """
    known = {uri: name for name, uris in _OTHERS.items() for uri in uris}
    prefixes = {
        prefix: known[uri.lower()] for prefix, uri in _DECLARED.findall(text) if uri.lower() in known
    } | {name: name for name in _OTHERS}
    named = "|".join(map(re.escape, prefixes))
    words = re.compile(
        rf"<(/?)({named}):(title|description|summary|subtitle)\b[^<>]{{0,500}}?(/?)>", re.IGNORECASE
    )
    return words.sub(lambda found: f"<{found[1]}{found[2]}:other{found[3].lower()}{found[4]}>", text)


def _elsewhere(found: dict[str, Any]) -> str:
    return next((text for name in _ELSEWHERE if (text := _text(found, name))), "")


def _shortened(text: str) -> str:
    """With its first entries only, and its end."""
    ends = [found.end() for found in _END_OF_ENTRY.finditer(text)]
    return text if len(ends) <= MOST_ENTRIES else text[: ends[MOST_ENTRIES - 1]] + text[ends[-1] :]


def _entry(
    found: dict[str, Any], zone: tzinfo, language: str, atom: bool, opaque: Collection[str]
) -> RawItem:
    texts = (_text(each, "value") for each in found.get("content") or ())
    return RawItem(
        title=_text(found, "title")
        or _text(found, "dc_othertitle")
        or _text(found, "itunes_othertitle")
        or _text(found, "media_othertitle"),
        bare=atom and (dict.get(found, "title_detail") or {}).get("type") == "text/plain",
        summary=_text(found, "summary") or next((text for text in texts if text), "") or _elsewhere(found),
        link=_text(found, "feedburner_origlink") or _page(found, language),
        places=tuple(_places(found, opaque)),
        guid=_text(found, "id"),
        published=_published(found, zone),
        undated=any(_text(found, name) for name in _DATES),
        tags=tuple(_text(each, "term") or _text(each, "label") for each in found.get("tags") or ()),
    )


def _page(found: dict[str, Any], language: str) -> str:
    """Of several pages for people, the one in the network's language, else the first."""
    pages = [
        each for each in found.get("links") or () if each.get("rel") == "alternate" and _text(each, "href")
    ]
    read = [each for each in pages if "html" in _text(each, "type")] or pages
    ours = [each for each in read if _text(each, "hreflang").lower().split("-")[0] == language]
    return _text((ours or read or [{}])[0], "href") or _text(found, "link")


def _places(found: dict[str, Any], opaque: Collection[str]) -> Iterator[str]:
    """Its id, where that is an address, then the file that it brings, a picture last."""
    if _WEB.match(guid := _text(found, "id")) and guid.strip() not in opaque:
        yield guid
    links = sorted(found.get("links") or (), key=lambda each: _text(each, "type").startswith("image/"))
    yield from (_text(each, "href") for rel in _ELSE for each in links if each.get("rel") == rel)


def _text(found: dict[str, Any], name: str) -> str:
    """feedparser warns about some names that are not there: a plain look does not ask it."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def _published(found: dict[str, Any], zone: tzinfo) -> datetime | None:
    return next(
        (
            date
            for name in _DATES
            if (date := dates.parse_date(_text(found, name), zone, dict.get(found, f"{name}_parsed")))
        ),
        None,
    )


def _json(text: str, zone: tzinfo) -> RawFeed | None:
    """https://www.jsonfeed.org/version/1.1/"""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not _text(found, "version").startswith("https://jsonfeed.org/version/"):
        return None
    items = tuple(_json_item(each, zone) for each in _all(found.get("items"), dict))
    return RawFeed(title=_text(found, "title"), site=_text(found, "home_page_url"), items=items)


def _json_item(found: dict[str, Any], zone: tzinfo) -> RawItem:
    id_ = found.get("id")
    summary = next(
        (text for name in ("summary", "content_html", "content_text") if (text := _text(found, name))), ""
    )
    guid = str(id_) if isinstance(id_, str | int | float) else ""
    return RawItem(
        title=_text(found, "title"),
        bare=True,
        summary=summary,
        link=_text(found, "url") or _text(found, "external_url"),
        places=(guid,) if _WEB.match(guid) else (),
        guid=guid,
        published=dates.parse_date(_text(found, "date_published") or _text(found, "date_modified"), zone),
        tags=tuple(_all(found.get("tags"), str)),
    )


def _all(found: Any, kind: type) -> Iterator[Any]:
    """Those of this kind, if it is a list at all."""
    listed: Iterable[Any] = found[:MOST_ENTRIES] if isinstance(found, list) else ()
    return (each for each in listed if isinstance(each, kind))


ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
