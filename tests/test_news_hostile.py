"""Feeds made to hurt, or only broken:
nothing of them acts, nothing of them breaks, and none makes anyone wait.
"""

import io
import json
import logging
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.readers.html_to_text import html_to_text
from bot.text import Link, Long, Say
from schedules.news.parse_feed import announced, parse_sync
from tests.support.feed_server import SAMPLE, URL, item, json_feed, parse_feed, parse_one, rss, titled_entry
from tests.support.formatted_body import FormattedBody

HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
}
BOMB = (
    '<!DOCTYPE x [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is given to feedparser."""
    given: list[bytes] = []
    parse = feedparser.parse

    def spy(file: io.BytesIO, **more: Any) -> Any:
        given.append(file.getvalue())
        return parse(file, **more) if len(file.getvalue()) < 10_000 else {}

    monkeypatch.setattr("feedparser.parse", spy)
    return given


def test_entities_do_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    given = spied(monkeypatch)
    entry = parse_one(
        f'<?xml version="1.0"?>{BOMB}<rss version="2.0"><channel><item><title>&a9;</title><link>http://'
        "a.fr/1</link></item></channel></rss>"
    )
    assert len(entry.title) < 10
    assert b"<!ENTITY" not in given[0]


def test_an_entity_cannot_read_our_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("motdepasse")
    entity = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'
    entry = parse_one(
        f'<?xml version="1.0"?>{entity}<rss version="2.0"><channel><item><title>Titre '
        "&f;</title></item></channel></rss>"
    )
    assert "motdepasse" not in entry.title


@pytest.mark.parametrize(
    "body",
    [
        HEAD + "<item><title>" + "<a>" * 600_000,
        HEAD + "<a " + "".join(f' a{n}="1"' for n in range(100_000)) + ">",
        HEAD + "".join(f'<x{n}:a xmlns:x{n}="http://{n}">' for n in range(45_000)),
        HEAD + "<" * 1_900_000,
        "<html>" + "<p>abc <b>d</b></p>" * 100_000,
    ],
)
def test_what_has_too_many_tags_is_refused_unread(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = spied(monkeypatch)
    assert parse_sync(body[:2_000_000].encode(), URL) is None
    assert not given


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "dc:creator",
        "dc:publisher",
        "managingEditor",
        "webMaster",
        "itunes:author",
        "atom:contributor",
    ],
)
def test_who_wrote_it_is_never_looked_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of 60,000 letters took 12 seconds of the whole process."""
    monkeypatch.setattr("feedparser.mixin._FeedParserMixin._sync_author_detail", None)
    names = "".join(f' xmlns:{prefix}="{url}"' for prefix, url in NAMESPACES.items())
    body = (
        HEAD.replace("<rss", f"<rss{names}")
        + f"<{name}>x</{name}><item><title>Titre</title><{name}>x</{name}></item></channel></rss>"
    )
    assert parse_one(body).title == "Titre"


def test_of_a_long_list_the_first_five_hundred_are_read() -> None:
    found = parse_feed(rss(*[item(f"Titre numéro {n}", f"{n}") for n in range(5_000)]))
    assert [found.entries[0].title, found.entries[-1].title, len(found.entries)] == [
        "Titre numéro 0",
        "Titre numéro 499",
        500,
    ]


def test_half_a_character_breaks_nothing() -> None:
    entry = parse_one(
        json_feed({"id": "\ud800a", "title": "Un \udfff titre", "url": "/\ud800", "tags": ["\ud800"]})
    )
    assert (entry.title, entry.guid, entry.tags) == ("Un titre", "a", ())
    json.dumps(entry.link).encode()


def test_a_feed_cut_short_gives_what_came() -> None:
    body = rss(*[item(f"Titre {n}") for n in range(5)])
    assert len(parse_feed(body[: len(body) // 2]).entries) >= 2


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_bytes_break_the_reading(data: st.DataObject, caplog: pytest.LogCaptureFixture) -> None:
    rubbish = st.binary(max_size=20) | st.sampled_from([b"<", b"]]>", b"&#x0;", b"<![CDATA[", b"\xff"])
    body = bytearray(
        data.draw(
            st.sampled_from(
                [path.read_bytes()[:2_500] for path in SAMPLE] + [json_feed({"id": 1, "title": "t"}).encode()]
            )
        )
    )
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(rubbish)
    found = parse_sync(bytes(body), URL)
    for entry in found.entries if found else ():
        assert entry.title
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))
        repr(entry).encode()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@given(st.text())
def test_plain_text_is_plain_and_bounded(text: str) -> None:
    once = html_to_text(text, 50)
    assert len(once) <= 50
    assert "\n" not in once
    once.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!DOCTYPE html><html><head><title>Erreur</title></head><body>",
        b"{}",
        b"[]",
        b'{"version": 3}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [',
        b'{"a":' * 300_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + b"9" * 10_000 + b"}]}",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\xff\xfe" * 1000,
        b"%PDF-1.4",
    ],
)
def test_what_is_no_feed_is_none_without_a_word_in_the_log(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert parse_sync(body, URL) is None
    assert not caplog.records


@pytest.mark.parametrize(
    "items",
    [None, 3, {}, [None, 3, "x", {}], [{"title": 3, "id": [], "url": {}, "tags": "a", "summary": None}]],
)
def test_a_json_feed_of_the_wrong_shape_has_no_entries(items: Any) -> None:
    assert parse_feed(json_feed(items=items)).entries == ()


@pytest.mark.parametrize(
    "title",
    [
        "**gras** _souligné_ `code` [lien](https://mal.example.org)",
        "@room @camille:reseau.example.org",
        "&lt;a href='https://matrix.to/#/@camille:reseau.example.org'&gt;Camille&lt;/a&gt;",
        "https://matrix.to/#/@camille:reseau.example.org",
        "&lt;mx-reply&gt;&lt;font color=red&gt;x",
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;svg onload=x&gt;y",
        "{titre} {0} %s \\ &amp;lt;b&amp;gt;",
        "1. un\n2. deux",
    ],
)
def test_a_hostile_title_is_shown_harmless(title: str) -> None:
    entry = titled_entry(title)
    say = Say("- {link} – {summary}", link=Link(entry.title, entry.link), summary=Long(entry.summary))
    tags = set(FormattedBody(say.html()).tags)
    assert tags <= {"ul", "li", "a"}
    assert "matrix.to" not in say.html() + say.text()
    assert "<" not in say.text()


def test_a_hostile_page_announces_little_and_soon() -> None:
    assert announced(b"<link " * 300_000, URL) == []
    assert (
        len(
            announced(
                b"".join(
                    b'<link rel="alternate" type="application/rss+xml" href="/%d">' % n for n in range(5_000)
                ),
                URL,
            )
        )
        == 20
    )
