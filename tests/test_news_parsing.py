"""What sources send becomes plain entries: three formats, every encoding, dates, links, titles."""

from datetime import UTC, datetime

import pytest

from bot.readers.html_to_text import source_name
from schedules.news.parse_feed import announced
from storage.news.stories import Entry
from tests.support.feed_server import SAMPLE, item, json_feed, parse_feed, parse_one, rss, titled_entry

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Veille</title>{}</feed>'


# The three formats.


def test_the_sample_feeds_are_read_whole() -> None:
    found = [parse_feed(path.read_bytes()) for path in SAMPLE]
    assert [(each.title, len(each.entries)) for each in found] == [
        ("L’Écho des quartiers", 10),
        ("Territoires et cohésion", 10),
        ("Ressources Ville Nord", 10),
    ]
    first = found[1].entries[1]
    assert first == Entry(
        guid="tag:territoires-cohesion.example.org,2026:abattement-tfpb-conventions",
        link="https://territoires-cohesion.example.org/veille/abattement-tfpb-conventions",
        clean_link="https://territoires-cohesion.example.org/veille/abattement-tfpb-conventions",
        title=(
            "Abattement de TFPB\u00a0: les conventions d’utilisation à mettre à jour avant le "
            "31\u00a0décembre"
        ),
        folded_title="abattement de tfpb les conventions d utilisation a mettre a jour avant le 31 decembre",
        summary=first.summary,
        published=datetime(2026, 11, 19, 8, tzinfo=UTC),
        theme="cadre-de-vie",
        tags=("Cadre de vie",),
        own=True,
    )
    assert first.summary.startswith("Rappel des pièces à joindre, du rôle de l’intercommunalité")


def test_rss_1_is_read() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="x"><title>Veille</title></channel>'
        '<item rdf:about="y"><title>Un titre</title><link>https://example.org/1</'
        "link><dc:date>2026-11-20T07:30:00+01:00</dc:date></item></rdf:RDF>"
    )
    assert (parse_one(body).title, parse_one(body).published) == (
        "Un titre",
        datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
    )


def test_json_feed_is_read() -> None:
    said = {
        "id": 7,
        "url": "/a",
        "title": "Un titre",
        "content_html": "<p>Un <b>texte</b></p>",
        "tags": ["Santé"],
    }
    found = parse_feed(
        json_feed(
            said | {"date_published": "2026-11-20T07:30:00+01:00"}, home_page_url="https://example.org/"
        )
    )
    (entry,) = found.entries
    assert (found.title, entry.guid, entry.link, entry.summary) == (
        "Veille",
        "7",
        "https://example.org/a",
        "Un texte",
    )
    assert (entry.published, entry.theme, entry.own) == (
        datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
        "sante",
        True,
    )


# Text.


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<![CDATA[Un <b>titre</b> &amp; un autre]]>", "Un titre & un autre"),
        ("Un &lt;script&gt;alert(1)&lt;/script&gt;titre", "Un titre"),
        ("Un &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;titre", "Un titre"),
        ("L&amp;#8217;&amp;eacute;t&amp;eacute;", "L’été"),
        ("&lt;img src=x onerror=alert(1)&gt;Un titre", "Un titre"),
        ("&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;titre&lt;/p&gt;", "Un titre"),
        ("Moins de 5 &lt; 10 &amp; plus", "Moins de 5 < 10 & plus"),
        ("\n  Un \t titre\n", "Un titre"),
        ("Un\u202e titre\u0007 🎉", "Un titre"),
        ("x" * 1_000, "x" * 299 + "…"),
    ],
)
def test_a_title_is_plain_text(title: str, shown: str) -> None:
    assert titled_entry(title).title == shown


@pytest.mark.parametrize(
    "empty", ["", "  ", "&lt;b&gt;&lt;/b&gt;", "<![CDATA[ <img src='x'/> ]]>", "&#8203;"]
)
def test_an_empty_title_is_made_from_the_summary(empty: str) -> None:
    assert titled_entry(empty, description="&lt;p&gt;Une phrase. Une autre.&lt;/p&gt;").title == "Une phrase"
    long = titled_entry(empty, description="mot " * 60).title
    assert (len(long) <= 100, long.endswith("mot…")) == (True, True)
    assert titled_entry(empty).title == "example.org/a:b"


def test_a_summary_is_the_description_or_else_the_text() -> None:
    assert titled_entry("t", description="Bref.").summary == "Bref."
    body = ATOM.format(
        "<entry><id>1</id><title>t</title><content type='xhtml'><div "
        "xmlns='http://www.w3.org/1999/xhtml'><p>Un</p><p>deux</p></div></content></entry>"
    )
    assert parse_one(body).summary == "Un deux"
    assert len(titled_entry("t", description="mot " * 5_000).summary) == 2_000


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Territoires et cohésion – veille juridique et financière", "Territoires et cohésion"),
        ("Actualités | Ville de Marquemont", "Ville de Marquemont"),
        ("Flux RSS - Centre-Ville", "Centre-Ville"),
        ("Politique de la ville : le fil", "Politique de la ville"),
        ("Actualités", "Actualités"),
        (" – ", "–"),
    ],
)
def test_a_source_has_a_short_name(said: str, name: str) -> None:
    assert source_name(said).replace("\u00a0", " ") == name


def test_a_source_without_a_name_is_named_by_its_site() -> None:
    assert parse_feed(rss(item("t"), title="")).title == "example.org"


@pytest.mark.parametrize(
    ("more", "paid"),
    [
        ({"category": "Abonnés"}, True),
        ({"category": "Contenu réservé aux abonnés"}, True),
        ({"description": "La suite est réservée à nos abonnés."}, True),
        ({"title": "Le budget [abonnés]"}, True),
        ({"title": "Trois abonnés au gaz sur dix"}, False),
        ({"description": "Un atelier réservé aux habitants"}, False),
    ],
)
def test_what_is_for_subscribers_says_so(more: dict[str, str], paid: bool) -> None:
    assert titled_entry(**{"title": "t", **more}).paid is paid


# Encodings.


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (rss(item("été")).split(b"?>")[1], None),
        (rss(item("L’été à Évreux")).decode().encode("cp1252"), "utf-8"),
        (rss(item("L’été à Évreux")).decode().encode("cp1252"), None),
        (rss(item("L’été à Évreux")), "iso-8859-1"),
        (b"\xef\xbb\xbf" + rss(item("L’été à Évreux")), None),
        (rss(item("L’été à Évreux")).decode().encode("utf-16"), "utf-8"),
        (rss(item("L’été à Évreux")).decode().replace("’", "'").encode("iso-8859-15"), "iso-8859-15"),
        (rss(item("L’été à Évreux")), "punycode"),
    ],
)
def test_accents_survive_what_is_declared(body: bytes, charset: str | None) -> None:
    title = parse_one(body, charset).title
    assert title.replace("'", "’") in ("L’été à Évreux", "été")


# Dates.


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("Fri, 20 Nov 2026 07:30:00 +0100", "2026-11-20 06:30"),
        ("Fri, 20 Nov 2026 07:30:00 CET", "2026-11-20 06:30"),
        ("Mon, 20 Jul 2026 07:30:00 CEST", "2026-07-20 05:30"),
        ("Fri, 20 Nov 2026 07:30:00 GMT", "2026-11-20 07:30"),
        ("2026-11-20T07:30:00+01:00", "2026-11-20 06:30"),
        ("2026-11-20", "2026-11-19 23:00"),  # midnight here
        ("", None),
        ("demain", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 99 Nov 2026 07:30:00 CET", None),
        ("1" * 5_000, None),
    ],
)
def test_a_date_is_an_instant_or_nothing(said: str, read_as: str | None) -> None:
    published = titled_entry("t", pubDate=said).published
    assert (published and f"{published.astimezone(UTC):%Y-%m-%d %H:%M}") == read_as


def test_an_atom_entry_is_dated_by_its_publication_or_else_by_its_update() -> None:
    entry = "<entry><title>t</title><id>1</id>{}<updated>2026-11-21T10:00:00Z</updated></entry>"
    assert parse_one(
        ATOM.format(entry.format("<published>2026-11-20T10:00:00Z</published>"))
    ).published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert parse_one(ATOM.format(entry.format(""))).published == datetime(2026, 11, 21, 10, tzinfo=UTC)


# Links and ids.


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("https://example.org/a?utm_source=x&id=2#xtor=RSS-3", "https://example.org/a?id=2"),
        (
            "https://www.google.com/url?rct=j&amp;url=https%3A%2F%2Fexample.org%2Fa&amp;ct=ga",
            "https://example.org/a",
        ),
        ("https://youtu.be/a1?si=x", "https://www.youtube.com/watch?v=a1"),
        ("../articles/1", "https://example.org/articles/1"),
        ("/articles/1", "https://example.org/articles/1"),
        ("//ailleurs.example.org/1", "https://ailleurs.example.org/1"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@example.org", ""),
        ("https://camille:secret@example.org/", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_a_link_is_a_whole_web_address_or_nothing(link: str, whole: str) -> None:
    body = rss(f"<item><title>t</title><guid isPermaLink='false'>1</guid><link>{link}</link></item>")
    assert parse_one(body).link == whole


def test_stories_without_a_page_of_their_own_are_not_taken_for_one() -> None:
    home = "<link>https://example.org/accueil</link>"
    links = (
        "https://example.org/",
        "https://example.org/accueil",
        "javascript:x",
        "https://example.org?utm_source=rss",
        "/accueil/",
    )
    items = [f"<item><title>Titre {n}</title><link>{link}</link></item>" for n, link in enumerate(links)]
    keys = [entry.clean_link for entry in parse_feed(rss(home, *items)).entries]
    assert len(set(keys)) == 5


def test_an_id_is_bounded_and_stays_itself() -> None:
    guids = [
        parse_one(rss(f"<item><title>t</title><guid>{'x' * 5_000}{end}</guid></item>")).guid for end in "aba"
    ]
    assert (guids[0] == guids[2], guids[0] == guids[1], len(guids[0]) <= 300) == (True, False, True)


def test_the_site_of_a_source_tells_its_own_pages_from_others() -> None:
    body = rss(
        "<link>https://www.ici.example.org/</link>",
        item("t", "https://ici.example.org/1"),
        item("u", "https://autre.example.org/1"),
    )
    assert [entry.own for entry in parse_feed(body).entries] == [True, False]


# The page of a site.


def test_a_page_announces_its_feeds_comments_last() -> None:
    page = """<html><head>
      <LINK REL='alternate' TYPE='application/rss+xml' title="Commentaires" href="/comments/feed/">
      <link href=/feed/?a=1&amp;b=2 rel="alternate nofollow" type=application/rss+xml>
      <link rel="stylesheet" href="/x.css">
      <link rel="alternate" type="application/atom+xml" href="javascript:x">
      <link rel="alternate" type="text/html" href="/en">
      <link rel="alternate" type="application/feed+json" href="https://ailleurs.example.org/feed.json">"""
    assert announced(page.encode(), "https://example.org/blog/") == [
        "https://example.org/feed/?a=1&b=2",
        "https://ailleurs.example.org/feed.json",
        "https://example.org/comments/feed/",
    ]
