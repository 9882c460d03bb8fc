"""Whatever a source publishes is shown, were it without a title, without a word or without a link of its
own.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schedules.news.entries import Entry
from tests.support.feed_server import FeedServer, item, json_feed, parse_feed, parse_one, rss, titled_entry
from tests.support.http_server import Site, reply
from tests.support.world import PARIS

ENCLOSURE = "<enclosure url='https://example.org/{}' type='{}'/>"


@pytest.mark.parametrize(
    ("said", "title", "link"),
    [
        (
            "<link>https://www.example.org/docs/rapport%202026.pdf</link>",
            "example.org/docs/rapport 2026.pdf",
            "https://www.example.org/docs/rapport%202026.pdf",
        ),
        (
            "<link>https://example.org/spip.php?article12</link><title> </title>",
            "example.org/spip.php?article12",
            "https://example.org/spip.php?article12",
        ),
        (
            "<link>https://example.org/photo/</link><description>&lt;img src='a.jpg'/&gt;</description>",
            "example.org/photo",
            "https://example.org/photo/",
        ),
        ("<guid>https://example.org/g</guid>", "example.org/g", "https://example.org/g"),
        ("<guid>12</guid><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>", "example.org", ""),
        (ENCLOSURE.format("a.jpg", "image/jpeg"), "example.org/a.jpg", "https://example.org/a.jpg"),
    ],
)
def test_what_has_no_words_has_its_address_for_a_title(said: str, title: str, link: str) -> None:
    entry = parse_one(rss(f"<item>{said}</item>"))
    assert (entry.title, entry.link, entry.summary) == (title, link, "")


def test_several_without_words_are_several() -> None:
    links = [f"<item><link>https://example.org/{n}.pdf</link></item>" for n in range(3)]
    assert [entry.title for entry in parse_feed(rss(*links)).entries] == [
        f"example.org/{n}.pdf" for n in range(3)
    ]
    feed = json_feed({"id": "https://example.org/x"}, {"id": "2", "url": "/y"})
    assert [entry.title for entry in parse_feed(feed).entries] == ["example.org/x", "example.org/y"]


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ("<link/><guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<link>N/A</link><guid isPermaLink='true'>https://example.org/g</guid>", "https://example.org/g"),
        ("<link> # </link><guid isPermaLink='false'>https://example.org/?p=1</guid>", ""),
        (
            ENCLOSURE.format("a.jpg", "image/jpeg") + ENCLOSURE.format("a.mp3", "audio/mpeg"),
            "https://example.org/a.mp3",
        ),
        (
            "<link>https://example.org/p</link>" + ENCLOSURE.format("a.mp3", "audio/mpeg"),
            "https://example.org/p",
        ),
    ],
)
def test_what_has_no_link_of_its_own_leads_to_what_it_is_known_by_or_brings(said: str, link: str) -> None:
    assert parse_one(rss(f"<item><title>Épisode 3</title>{said}</item>")).link == link


def test_an_item_of_rdf_is_where_it_says_it_is() -> None:
    about = '<item rdf:about="https://example.org/a"><title>t</title></item>'
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/">{about}</rdf:RDF>'
    )
    assert parse_one(body).link == "https://example.org/a"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Le dispositif &lt;Jeunes&gt; recrute", "Le dispositif <Jeunes> recrute"),
        ("<![CDATA[Le fonds <Ville & quartiers>]]>", "Le fonds <Ville & quartiers>"),
        ("Le &lt;em&gt;fonds&lt;/em&gt;&lt;br/&gt;Ville", "Le fonds Ville"),
        ("&lt;multi&gt;Le fonds&lt;/multi&gt; &lt;o:p&gt;&lt;/o:p&gt;&lt;mx-reply&gt;", "Le fonds"),
    ],
)
def test_what_only_looks_like_markup_stays_in_a_title(title: str, shown: str) -> None:
    assert titled_entry(title).title == shown


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FeedServer]:
    async with Site() as site, FeedServer(tmp_path, site).open() as opened:
        yield opened


async def test_a_document_without_a_word_is_in_the_news(stand: FeedServer) -> None:
    await stand.add(
        "/rss",
        reply(200, rss(item("Un titre"))),
        reply(200, rss("<item><link>https://example.org/a.pdf</link></item>")),
    )
    await stand.reads()
    await stand.reads_after(24)
    story = next(each for each in await stand.stories() if each.link.endswith(".pdf"))
    line = Entry(story, ("Le Fil",), stand.clock.now().date(), PARIS).line(1)
    assert line.text("fr") == "1. example.org/a.pdf (https://example.org/a.pdf) – Le Fil, 24\u00a0novembre"
