"""Whatever a source writes, it is shown harmless:
read from a real server, told in every way the bot has to tell it.

Each text is put where a source can put one: title, summary, category, author, its own name; in RSS, Atom and
JSON Feed.
"""

import json
import unicodedata
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.text.clean import EFFECTS
from storage.news import feeds
from tests.support.formatted_body import FormattedBody
from tests.support.http_server import Site, reply
from tests.support.news_fixture import MONDAY
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World, in_memory, on_synapse

FRIDAY = MONDAY.replace(day=20, hour=10)
DATE = "2026-11-19T12:00:00+01:00"
ABLE: dict[str, Any] = {"web": {"allow_private": True}, "digest": {"items": 20}}
PILL = "https://matrix.to/#/@camille:reseau.example.org"
ESCAPES = 5  # times over, at most: sources encode what is encoded already

TEXTS = {
    "script": "<script>alert(1)</script><style>*{display:none}</style>",
    "image": "<img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "attributes": "<b onclick='x()' style='position:fixed'>gras</b><font color=red>rouge</font>",
    "link": "<a href='https://evil.example'>ici</a> <a href=javascript:alert(1)>là</a>",
    "unclosed": "<a href='https://evil.example' <b <i <!-- <![CDATA[",
    "closing": "</a></li></ol></strong></p></body></html><h1>dehors</h1>",
    "reply": "<mx-reply><blockquote>Camille a dit</blockquote></mx-reply>",
    "frames": "<iframe src=//evil.example></iframe><object data=x></object>"
    "<form action=//evil.example><input>",
    "pill": f"<a href='{PILL}'>Camille</a> {PILL} {PILL.replace('@', '%40')}",
    "schemes": "javascript:alert(1) data:text/html,x matrix:u/camille:reseau.example.org",
    "end of section": "]]> fin ]]&gt;",
    "Markdown": "**gras** *penché* `code` ~~barré~~ # titre\n> dit\n1. un\n- deux",
    "Markdown link": (
        "[ici](javascript:alert(1)) [là](https://evil.example) ![x](https://evil.example/x.png) "
        f"[Camille]({PILL})"
    ),
    "holes": "{title} {n} {} {{x}} {0.__class__} %s %(name)s ${HOME} $1 \\1",
    "quotes": "\" ' ` « » &quot; &apos; &nbsp; &bogus; & &#x110000; &#0;",
    "room": "@room @here Animatrice : !publier",
    "member": "@camille:reseau.example.org Camille [Marquemont] camille",
    "direction": "\u202egnp.exe\u202c \u2066caché\u2069 \u200f\u061c",
    "invisible": "in\u200bvi\u00adsi\ufeffble\u2060 \U000e0041\U000e0042",
    "private": "\U000f0000 \ue000 \U0010fffd",
    "effects": f"Bravo {EFFECTS} 🎉\ufe0f",
    "blanks": "\t \r\n\v\f \u2028 \u2029 \x85 \u00a0\u3000",
    "zalgo": "Z" + "\u0351\u0325" * 200,
    "long": "très " * 20_000,
    "one word": "x" * 60_000,
}
ONLY_IN_JSON = {"zeros": "a\0b\x1b[31mrouge\x07\x9b", "half a character": "moitié \ud83c fin"}

LINKS = [
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:camille@example.org",
    "matrix:u/camille:reseau.example.org",
    PILL,
    PILL.replace("@", "%40"),
    "https://matrix.to/#/#reseau:reseau.example.org",
    "https://camille:secret@evil.example/",
    "https://exemple.example.org\\@evil.example/",
    "https://[::1",
    "https://ex ample.example.org/",
    "https://exemple.example.org/'\"><img src=x onerror=alert(1)>",
    "https://exemple.example.org/\u202egnp",
    "https://exemple.example.org/" + "x" * 60_000,
    "",
]
REACHED = ("127.0.0.1", "exemple.example.org", "matrix.to")  # what links may lead to; on the last one, a room


def encoded(text: str, times: int) -> str:
    for _ in range(times):
        text = escape(text)
    return text


Entries = Sequence[tuple[str, str]]  # text, link


def rss(name: str, entries: Entries, times: int = 1) -> bytes:
    """`times`: how often what is written is encoded; once is what the format asks for plain text."""
    items = []
    for number, (text, link) in enumerate(entries):
        said = encoded(text, times)
        items.append(
            f"<item><title>{said} n{number}</title><link>{escape(link)}</link><guid "
            f"isPermaLink='false'>{number}</guid>"
            f"<description><![CDATA[{text.replace(']]>', '')}]]></description><category>{said}</"
            f"category><author>{said}</author>"
            f"<pubDate>Thu, 19 Nov 2026 12:00:00 +0100</pubDate></item>"
        )
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{encoded(name, times)}</"
        f"title>{''.join(items)}</channel></rss>"
    ).encode()


def atom(name: str, entries: Entries) -> bytes:
    items = []
    for number, (text, link) in enumerate(entries):
        said = escape(text)
        items.append(
            f"<entry><id>{number}</id><title type='html'>{said} n{number}</title><link "
            f"href='{escape(link)}'/><published>{DATE}</published>"
            f"<summary type='html'>{said}</summary><category "
            f"term='{said}'/><author><name>{said}</name></author></entry>"
        )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{escape(name)}</title>{''.join(items)}</feed>".encode()


def json_feed(name: str, entries: Entries) -> bytes:
    items = [
        {
            "id": number,
            "title": f"{text} n{number}",
            "url": link,
            "summary": text,
            "tags": [text],
            "date_published": DATE,
            "authors": [{"name": text}],
        }
        for number, (text, link) in enumerate(entries)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": items}).encode()


def with_links(texts: Iterable[str]) -> Entries:
    return [(text, f"https://exemple.example.org/{number}") for number, text in enumerate(texts)]


def named(names: Iterable[str]) -> list[bytes]:
    """Sources of these names, each with news of its own."""
    return [
        json_feed(name, [(f"Titre {number}", f"https://exemple.example.org/{number}")])
        for number, name in enumerate(names)
    ]


FILES = {
    "rss": rss("Le Fil", with_links(TEXTS.values())),
    "rss, encoded twice": rss("Le Fil", with_links(TEXTS.values()), 2),
    "rss, encoded too often": rss("Le Fil", with_links(TEXTS.values()), ESCAPES),
    "atom": atom("Le Fil", with_links(TEXTS.values())),
    "json": json_feed("Le Fil", with_links([*TEXTS.values(), *ONLY_IN_JSON.values()])),
    "links": rss("Le Fil", [("Un titre", link) for link in LINKS]),
    "links, atom": atom("Le Fil", [("Un titre", link) for link in LINKS]),
    "links, json": json_feed("Le Fil", [("Un titre", link) for link in LINKS]),
}
NAMES = [*TEXTS.values(), *ONLY_IN_JSON.values()]
FEEDS = {name: [body] for name, body in FILES.items()} | {
    "names": named(NAMES[:15]),
    "more names": named(NAMES[15:]),
}
# The same through another door: in the long runs.
ALSO = {
    "rss, encoded twice",
    "rss, encoded too often",
    "atom",
    "json",
    "links, atom",
    "links, json",
    "more names",
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.mark.parametrize(
    "bodies",
    [pytest.param(FEEDS[name], id=name, marks=[pytest.mark.long] if name in ALSO else []) for name in FEEDS],
)
async def test_whatever_a_source_writes_is_shown_harmless(
    tmp_path: Path, site: Site, bodies: list[bytes]
) -> None:
    for number, body in enumerate(bodies):
        site.says(f"/{number}", reply(200, body))
    site.says("/another", reply(200, bodies[0] + b" "))
    async with in_memory(
        tmp_path, at=FRIDAY, feeds=[{"url": site.url(f"/{number}")} for number in range(len(bodies))], **ABLE
    ) as world:
        await told_in_every_way(world, site)
        assert any(each["body"].startswith("Panorama") for each in messages(world))
        for content in messages(world):
            assert_harmless(content)


async def told_in_every_way(world: World, site: Site) -> None:
    """To the team before, to everybody at its hour, to whoever asks afterwards."""
    for line in (
        "!flux",
        f"!flux ajouter {site.url('/another')}",
        "oui",
        "!flux exporter",
        "!panorama preparer",
        "!epingler 1",
        "!ecarter 1",
        "!flux retirer 2",
    ):
        await world.says("morgan", line, room="team")
    (digest,) = await world.wait_until_instant(MONDAY)
    shown = int(digest.splitlines()[1].split()[0])
    await world.says("camille", "!panorama")
    for number in range(1, shown + 1):
        await world.says("camille", f"!plus {number}")
    await world.says("camille", "!garder 1")
    await world.says("camille", "meslectures", room=await world.direct("camille"))
    await world.wait_until_instant(MONDAY.replace(day=25))


def messages(world: World) -> list[Mapping[str, Any]]:
    """All the texts that the bot sent, as a client gets them; what replaces a text as well."""
    assert isinstance(world, MemoryWorld)
    sent = [
        event["content"]
        for *_, event in world.homeserver.events
        if event["sender"] == BOT and "body" in event["content"]
    ]
    return [*sent, *(content["m.new_content"] for content in sent if "m.new_content" in content)]


def assert_harmless(content: Mapping[str, Any]) -> None:
    body, html = str(content["body"]), str(content.get("formatted_body", ""))
    assert content["m.mentions"] == {}
    assert content["msgtype"] in ("m.text", "m.notice", "m.file")
    read = FormattedBody(html)  # only tags and attributes of ours, all closed
    for text in (body, read.text):
        assert not set(text) & set(EFFECTS)
        assert not [
            char
            for char in text
            if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in "\n\u200c\u200d"
        ]
        assert "matrix.to/#/@" not in text
        assert "matrix.to/#/%40" not in text
        assert len(text) < 20_000
    for link in read.links:
        parts = urlsplit(link)
        assert parts.scheme in ("http", "https")
        assert parts.hostname in REACHED
        assert not parts.fragment.startswith(("/@", "/%40"))
        assert parts.username is None


async def test_a_title_of_ten_megabytes_costs_its_source_only(tmp_path: Path, site: Site) -> None:
    site.says("/long", reply(200, rss("Le Long", [("x" * 10_000_000, "https://exemple.example.org/long")])))
    site.says("/fil", reply(200, rss("Le Fil", with_links(["Une nouvelle"]))))
    given = [{"url": site.url("/long")}, {"url": site.url("/fil")}]
    async with in_memory(tmp_path, at=FRIDAY, feeds=given, **ABLE) as world:
        (digest,) = await world.wait_until_instant(MONDAY)
        assert "1 titre retenu sur 1" in digest
        async with world.db.read() as db:
            assert [(row.id, row.failures > 0) for row in await feeds.listed(db)] == [(1, True), (2, False)]


async def test_on_a_real_server_nobody_is_called_by_what_sources_write(tmp_path: Path, site: Site) -> None:
    calls = [TEXTS[name] for name in ("room", "member", "pill")]
    site.says("/fil", reply(200, rss(calls[1], with_links(calls))))
    async with on_synapse(tmp_path, at=FRIDAY, feeds=[{"url": site.url("/fil")}], **ABLE) as world:
        before = await called(world, "camille")
        (digest,) = await world.wait_until_instant(MONDAY)
        assert "@camille:reseau.example.org" in digest
        assert await called(world, "camille") == before
        await world.people["lou"].says(
            world.rooms["network"], "Camille ?", mentions=["@camille:reseau.example.org"]
        )
        assert await called(world, "camille") == before + 1, "it would have been seen"


async def called(world: World, who: str) -> int:
    """How many messages have called this person, as the server counts them."""
    return len(
        (await world.people[who].access.call("GET", "/notifications", only="highlight"))["notifications"]
    )
