"""RSS, Atom and JSON Feed as they come: one shape for all, nothing cleaned yet.

feedparser reads the XML. It forgives much, but it is slow, and what was made to take its time takes it: so it is given at most 500 entries and
50,000 tags, and no entities.
"""

import calendar
import io
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser

log = logging.getLogger(__name__)

MOST_ENTRIES = 500
MOST_TAGS = 50_000
MOST_NAMESPACES = 2_000  # declarations; they cost their square, as attributes do
BEGINNING = 100_000  # characters in which a page says what it is
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # of anything on the web: an older date is a mistake

_FEED = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|rdf|channel)[\s>:]", re.IGNORECASE)
_END_OF_ENTRY = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
# Who wrote it is not told; feedparser would look for e-mail addresses in it, which takes the square of its length: 12 s of all threads for 60 kB.
_PEOPLE = re.compile(r"<(/?)(?:[\w.-]{1,20}:)?(?:author|creator|publisher|managingeditor|webmaster|contributor|owner)\b", re.IGNORECASE)
_MANY_ATTRIBUTES = re.compile(r"<(?:[^<>=]*=){500}")
_ZONES = {"CET": "+0100", "MET": "+0100", "WEST": "+0100", "CEST": "+0200", "MEST": "+0200", "EET": "+0200", "EEST": "+0300"}
_ZONE = re.compile(rf"\b({'|'.join(_ZONES)})\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    title: str = ""
    summary: str = ""
    link: str = ""
    guid: str = ""
    published: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`site`: its page for people."""

    title: str
    site: str
    items: tuple[Item, ...]


def read(text: str, url: str) -> Source | None:
    """None for what is no feed. May raise anything: what comes is anything."""
    return _json(text) if text.startswith("{") else _xml(text, url)


def _xml(text: str, url: str) -> Source | None:
    if not _FEED.search(text[:BEGINNING]):
        return None
    text = _shortened(text).replace("<!ENTITY", "<!-ENTITY")  # 800 bytes of entities are a million events
    text = _PEOPLE.sub(r"<\1nobody", text)
    if text.count("<") > MOST_TAGS or text.count("xmlns") > MOST_NAMESPACES or _MANY_ATTRIBUTES.search(text):
        log.warning("a feed has more tags than can be read")
        return None
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    found = feedparser.parse(io.BytesIO(text.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        return None
    items = tuple(_entry(each) for each in found.entries[:MOST_ENTRIES])
    return Source(title=_text(found.feed, "title"), site=_text(found.feed, "link"), items=items)


def _shortened(text: str) -> str:
    """With its first entries only, and its end."""
    ends = [found.end() for found in _END_OF_ENTRY.finditer(text)]
    return text if len(ends) <= MOST_ENTRIES else text[: ends[MOST_ENTRIES - 1]] + text[ends[-1] :]


def _entry(found: dict[str, Any]) -> Item:
    texts = (_text(each, "value") for each in found.get("content") or ())
    return Item(
        title=_text(found, "title"),
        summary=_text(found, "summary") or next((text for text in texts if text), ""),
        link=_text(found, "feedburner_origlink") or _text(found, "link"),
        guid=_text(found, "id"),
        published=_published(found),
        tags=tuple(_text(each, "term") or _text(each, "label") for each in found.get("tags") or ()),
    )


def _text(found: dict[str, Any], name: str) -> str:
    """feedparser warns about some names that are not there: a plain look does not ask it."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def _published(found: dict[str, Any]) -> datetime | None:
    for name in ("published", "updated"):
        date = _zoned(_text(found, name)[-100:]) or _instant(dict.get(found, f"{name}_parsed"))
        if date and date >= OLDEST:
            return date
    return None


def _zoned(said: str) -> datetime | None:
    """« … CET », which feedparser takes for UTC."""
    zone = _ZONE.search(said)
    if not zone:
        return None
    try:
        return parsedate_to_datetime(said[: zone.start()] + _ZONES[zone[1]])
    except (ValueError, OverflowError):
        return None


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _json(text: str) -> Source | None:
    """https://www.jsonfeed.org/version/1.1/"""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not _text(found, "version").startswith("https://jsonfeed.org/version/"):
        return None
    items = tuple(_json_item(each) for each in _all(found.get("items"), dict))
    return Source(title=_text(found, "title"), site=_text(found, "home_page_url"), items=items)


def _json_item(found: dict[str, Any]) -> Item:
    id_ = found.get("id")
    summary = next((text for name in ("summary", "content_html", "content_text") if (text := _text(found, name))), "")
    return Item(
        title=_text(found, "title"),
        summary=summary,
        link=_text(found, "url") or _text(found, "external_url"),
        guid=str(id_) if isinstance(id_, str | int | float) else "",
        published=_json_date(_text(found, "date_published") or _text(found, "date_modified")),
        tags=tuple(_all(found.get("tags"), str)),
    )


def _json_date(said: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(said)
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return date if date >= OLDEST else None


def _all(found: Any, kind: type) -> Iterator[Any]:
    """Those of this kind, if it is a list at all."""
    listed: Iterable[Any] = found[:MOST_ENTRIES] if isinstance(found, list) else ()
    return (each for each in listed if isinstance(each, kind))
