"""Autodiscovery: the feeds that a page for people announces, as browsers read HTML;
and where the usual software keeps one that it does not.

nh3 has a browser's parser: what it leaves of a page (links, in its own spelling) is read here.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

from bot.readers.html_to_text import escape_ampersands
from bot.web import absolute

MOST_ANNOUNCED = 20
READ = 500_000  # characters of a page
MOST_TAGS = 12_000  # deep nesting costs their square
LONGEST_TAG = 5_000  # characters: attributes cost their square too
MOST_TRIED = 5

_FEEDS = {
    f"application/{name}"
    for name in ("rss+xml", "atom+xml", "feed+json", "rdf+xml", "x-rss+xml", "x.atom+xml", "rss", "atom")
}
_FEEDS |= {"text/rss", "text/atom", "text/rss+xml", "text/atom+xml"}
_PERHAPS = ("application/xml", "text/xml", "application/json")
_NAMED = re.compile(r"rss|atom|feed|flux|backend|syndic", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:^|[/.=?&])(?:rss|atom|feed|backend|rss2)(?:\.(?:xml|php|aspx?))?/?(?:[?#&]|$)", re.IGNORECASE
)
_FEED_SCHEME = re.compile(r"feed:(https?:)?(?=//)", re.IGNORECASE)
_KEPT = {
    "link": {"rel", "type", "href", "title"},
    "a": {"rel", "type", "href", "title"},
    "area": {"rel", "type", "href", "title"},
    "base": {"href"},
}
_UNREAD = {
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "textarea",
    "title",
    "select",
    "xmp",
    "noembed",
    "noframes",
}
_SCHEMES = {"http", "https", "feed"}
_LINK = re.compile(r'<(link|a|area|base)((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_HEADER = re.compile(
    r"""<([^<>]{1,2000})>((?:\s*;\s*[\w*-]{1,40}(?:\s*=\s*(?:"[^"]{0,500}"|[^\s;,"]{0,500}))?)*)"""
)
_PARAMETER = re.compile(r""";\s*([\w*-]{1,40})\s*=\s*(?:"([^"]{0,500})"|([^\s;,"]{0,500}))""")
# By what the page shows of its software: the addresses it gives its feed.
_USUAL = {"spip": ("spip.php?page=backend",), "drupal": ("rss.xml",), "wp-content": ("feed/", "?feed=rss2")}
_ANY = ("feed/", "spip.php?page=backend", "rss.xml", "feed.xml", "atom.xml")


def discover(text: str, url: str, header: str = "") -> list[str]:
    """Their addresses, in the page's order; those of comments come last, then what may be none.
    `header`: its Link headers (RFC 8288).
    """
    links = [
        (found[1], {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[2])})
        for found in _LINK.finditer(_links(text))
    ]
    stated = (absolute(url, attributes.get("href", "")) for tag, attributes in links if tag == "base")
    base = next(filter(None, stated), url)
    found: dict[str, int] = {}
    linked = [
        (base, attributes, _doubt(attributes) if tag == "link" else _shown(attributes))
        for tag, attributes in links
        if tag != "base"
    ]
    for place, attributes, doubt in [
        *linked,
        *((url, attributes, _doubt(attributes)) for attributes in _headers(header)),
    ]:
        href = _FEED_SCHEME.sub(lambda scheme: scheme[1] or "https:", attributes.get("href", "").strip())
        if doubt is not None and href and (where := absolute(place, href)):
            comments = "comment" in (where + attributes.get("title", "")).lower()
            found.setdefault(where, doubt + comments)
    return sorted(found, key=found.__getitem__)[:MOST_ANNOUNCED]


def usual_addresses(text: str, url: str) -> list[str]:
    """Where its feed would be, if it has the usual software:
    beside the page's own folder, then at the site's door.
    """
    shown = text[:READ].lower()
    names = [name for mark, names in _USUAL.items() if mark in shown for name in names]
    places = [urljoin(url, "/"), *([urljoin(url, ".")] if names else [])]
    return list(dict.fromkeys(urljoin(place, name) for name in (*names, *_ANY) for place in places))[
        :MOST_TRIED
    ]


def _headers(header: str) -> Iterator[dict[str, str]]:
    """The links of this page, not those that are said of another one (`anchor`)."""
    for found in _HEADER.finditer(header):
        parameters = {
            name.lower(): quoted or plain for name, quoted, plain in reversed(_PARAMETER.findall(found[2]))
        }
        if "anchor" not in parameters:
            yield parameters | {"href": found[1]}


def _links(text: str) -> str:
    import nh3

    parts = text[:READ].split("<", MOST_TAGS)[:MOST_TAGS]
    bounded = "<".join(
        "" if part[:1].isalpha() and len(part.partition(">")[0]) > LONGEST_TAG else part for part in parts
    )
    return nh3.clean(
        escape_ampersands(bounded),
        tags=set(_KEPT),
        attributes=_KEPT,
        clean_content_tags=_UNREAD,
        link_rel=None,
        url_schemes=_SCHEMES,
    )


def _doubt(attributes: dict[str, str]) -> int | None:
    """None for what announces no feed; more for what may be none."""
    rel = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    if "feed" in rel or ("alternate" in rel and kind in _FEEDS):
        return 0
    named = _NAMED.search(f"{attributes.get('href', '')} {attributes.get('title', '')}")
    return 2 if "alternate" in rel and kind in _PERHAPS and named else None


def _shown(attributes: dict[str, str]) -> int | None:
    """Of a link that people see: it may well have the type without the relation,
    or neither and be called /rss.
    """
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    doubt = _doubt(attributes)
    if doubt is not None:
        return doubt
    return 1 if kind in _FEEDS else 3 if _CALLED.search(attributes.get("href", "")) else None
