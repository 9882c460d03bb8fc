"""A page leads to its feed, as browsers read its HTML;
where it announces none, the usual addresses are tried, and no more.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.readers.autodiscovery import discover
from schedules.news.parse_feed import announced
from schedules.news.preview_feed import preview
from tests.support.feed_server import FeedServer, item, rss
from tests.support.http_server import Site, reply

PAGE = "https://v.example.org/actu/page"
LINK = '<link rel="alternate" type="application/rss+xml" href="/rss">'


def _to(address: str) -> str:
    return LINK.replace('href="/rss"', f'href="{address}"')


FEED = reply(200, rss(item("Un titre")))


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (
            '<link rel="alternate" type="application/atom+xml; charset=utf-8" href="a.xml">',
            ["https://v.example.org/actu/a.xml"],
        ),
        (
            '<base target="_top"><base href="/sous/"><base href="/non/">' + _to("rss"),
            ["https://v.example.org/sous/rss"],
        ),
        (f"<!-- {LINK} -->" + _to("/vrai"), ["https://v.example.org/vrai"]),
        (f"<script>let a = '{LINK}'</script><template>{LINK}</template><textarea>{LINK}</textarea>", []),
        (f"<title>{LINK}</title>", []),
        (
            "<LINK HREF='/r?a=1&section=2&amp;copy=3' TYPE=Application/RSS+XML REL='Home Alternate'>",
            ["https://v.example.org/r?a=1&section=2&copy=3"],
        ),
        ('<link title="a > b" rel=alternate type=application/rss+xml href=/r>', ["https://v.example.org/r"]),
        (
            '<p><a rel="alternate" type="application/rss+xml" href="feed://v.example.org/r">RSS</a>',
            ["https://v.example.org/r"],
        ),
        ('<link rel="feed" href="/f">', ["https://v.example.org/f"]),
        ('<link rel="alternate" type="text/rss" href="/f">', ["https://v.example.org/f"]),
        ('<body><a type="application/rss+xml" href="/f">Flux</a>', ["https://v.example.org/f"]),
        (
            (
                '<body><a href="spip.php?page=backend">RSS</a><a href="/flux-migratoires">x</a><a '
                f'href="/rss.xml">y</a>{LINK}'
            ),
            [
                "https://v.example.org/rss",
                "https://v.example.org/actu/spip.php?page=backend",
                "https://v.example.org/rss.xml",
            ],
        ),
        (
            f'<link rel="alternate" type="text/xml" title="RSS" href="/b">{LINK}',
            ["https://v.example.org/rss", "https://v.example.org/b"],
        ),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/3">', []),
        (
            (
                '<link rel="alternate" type="application/rss+xml" href=""><link rel="alternate" '
                'type="text/html" href="/en">'
            ),
            [],
        ),
        (f"<link {' '.join(f'a{n}' for n in range(50_000))}>{LINK}", ["https://v.example.org/rss"]),
    ],
)
def test_a_feed_is_announced_in_any_valid_way(page: str, found: list[str]) -> None:
    assert announced(f"<!doctype html><html><head>{page}".encode(), PAGE) == found


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FeedServer]:
    async with Site() as site, FeedServer(tmp_path, site).open() as opened:
        yield opened


@pytest.mark.parametrize(
    ("mark", "path"),
    [
        ('<meta name="generator" content="SPIP 4.3">', "/spip.php?page=backend"),
        ('<link rel="stylesheet" href="/wp-content/themes/a.css">', "/feed/"),
        ('<script src="/core/misc/drupal.js"></script>', "/rss.xml"),
        ("", "/spip.php?page=backend"),
    ],
)
async def test_where_a_page_announces_none_the_usual_addresses_are_tried(
    stand: FeedServer, mark: str, path: str
) -> None:
    stand.site.says("/", reply(200, f"<html><head>{mark}</head></html>".encode()))
    stand.site.says(path, FEED)
    found = await preview(stand.web, stand.site.url("/"))
    assert (found.url, found.title, found.feeds) == (stand.site.url(path), "Le Fil", (stand.site.url(path),))


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ('</flux.xml>; rel="alternate"; type="application/rss+xml"', "/flux.xml"),
        (
            (
                '<style.css>; rel=preload, <../flux?a=1,2>; title="Ville, actus"; '
                'TYPE=application/atom+xml ; Rel="home Alternate"'
            ),
            "/flux?a=1,2",
        ),
        (
            (
                '</c>; rel="alternate"; type="application/rss+xml"; title="Commentaires", </v>; '
                'type="application/feed+json"; rel=alternate'
            ),
            "/v",
        ),
    ],
)
async def test_a_feed_announced_beside_the_page_in_its_http_header_is_found(
    stand: FeedServer, header: str, path: str
) -> None:
    stand.site.says("/actu/page", reply(200, b"<html><base href='/ailleurs/'></html>", Link=header))
    stand.site.says(path, FEED)
    found = await preview(stand.web, stand.site.url("/actu/page"))
    assert (found.url, found.title) == (stand.site.url(path), "Le Fil")


@pytest.mark.parametrize(
    "header",
    [
        '</wp-json/>; rel="https://api.w.org/"',
        '</x>; rel=alternate; type="text/html"',
        '</x>; rel=alternate; type=application/rss+xml; anchor="/b"',
        "<" * 9_000,
    ],
)
def test_other_headers_announce_none(header: str) -> None:
    assert discover("", PAGE, header) == []


async def test_a_site_with_no_feed_is_not_asked_for_ever(stand: FeedServer) -> None:
    stand.site.says("/a/b", reply(200, b"<html><head></head><body>wp-content drupal spip"))
    found = await preview(stand.web, stand.site.url("/a/b"))
    assert (found.title, found.feeds) == ("", ())
    assert len(stand.site.asked) <= 6


async def test_what_is_no_page_leads_nowhere(stand: FeedServer) -> None:
    stand.site.says("/a.pdf", reply(200, b"%PDF-1.7"))
    await preview(stand.web, stand.site.url("/a.pdf"))
    assert stand.site.asked == ["/a.pdf"]
