"""What a link leads to, which page it means, and how its site is named."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.clean import web_address
from bot.web import absolute, canonical_url, site

ARTICLE = "https://echo.example.org/articles/fonds"


@pytest.mark.parametrize(
    "same",
    [
        "https://echo.example.org/articles/fonds?utm_source=lettre&utm_medium=rss",
        "http://echo.example.org/articles/fonds/",
        "HTTPS://Echo.Example.ORG:443/articles/fonds#commentaires",
        "http://echo.example.org:80/articles/fonds?fbclid=x&gclid=y&mc_cid=z&mc_eid=t&xtor=RSS-3208&at_medium=rss",
        "https://www.echo.example.org/articles/fonds?",
        "https://echo.example.org./articles/f%6Fnds",
        "  https://echo.example.org/articles/\nfonds ",
        "https://echo.example.org/articles/fonds?UTM_Source=x&&",
    ],
)
def test_one_page_has_one_address(same: str) -> None:
    assert canonical_url(same) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.fr/p?id=1", "https://a.fr/p?id=2"),
        ("https://a.fr/p?ID=1", "https://a.fr/p?ID="),
        ("https://a.fr/P", "https://a.fr/p"),
        ("https://a.fr:8443/p", "https://a.fr/p"),
        ("https://a.fr/#/fiche/1", "https://a.fr/#/fiche/2"),
        ("https://a.fr/p?x=1&x=2", "https://a.fr/p?x=2&x=1"),
        ("https://a.fr/a%2Fb", "https://a.fr/a/b"),
        ("https://b.a.fr/", "https://a.fr/"),
        ("https://www.fr/", "https://fr/"),
    ],
)
def test_two_pages_keep_two_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_makes_no_other_page() -> None:
    assert canonical_url("https://a.fr/p?b=2&utm_id=3&a=1") == canonical_url("https://a.fr/p?a=1&b=2")


def test_accents_are_the_same_however_they_are_written() -> None:
    assert canonical_url("https://Été.fr/à?q=é") == canonical_url("https://xn--t-9fab.fr/%c3%a0?q=%C3%A9") == "https://xn--t-9fab.fr/%C3%A0?q=%C3%A9"


def test_what_is_no_web_address_comes_back_bare() -> None:
    assert [canonical_url(text) for text in (" mailto:a@b.fr ", "", "javascript:alert(1)")] == ["mailto:a@b.fr", "", "javascript:alert(1)"]


@pytest.mark.parametrize(
    ("base", "link", "whole"),
    [
        ("https://a.fr/flux/rss.xml", "../articles/1", "https://a.fr/articles/1"),
        ("https://a.fr/flux", "//b.fr/x", "https://b.fr/x"),
        ("https://a.fr/flux", "?p=2", "https://a.fr/flux?p=2"),
        ("https://a.fr/flux", "http://b.fr", "http://b.fr"),
        ("", "https://b.fr:443/à b?q=<é>|#f", "https://b.fr/%C3%A0%20b?q=%3C%C3%A9%3E%7C#f"),
        ("", "https://b.fr/100%/%zz%41", "https://b.fr/100%25/%25zz%41"),
        ("", "http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("javascript:x", "https://b.fr/", "https://b.fr/"),
        ("https://a.fr/", "ht\ntps://b.fr/", "https://b.fr/"),
    ],
)
def test_a_link_leads_where_it_would_from_its_page(base: str, link: str, whole: str) -> None:
    assert absolute(base, link) == whole


NO_PAGE = [
    *("", " ", "javascript:alert(1)", "java\nscript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "mailto:a@b.fr", "ftp://a.fr/x"),
    *(
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "https://a b.fr",
        "https://a..fr/",
        "https://\x00.fr/",
    ),
    *("https://user:secret@a.fr/", "https://good.fr\\@evil.fr/", "https://a.fr:99999/", "https://a.fr:0/", "https://%31%32%37.0.0.1/"),
    *("https://a.fr/\ud800", "https://a.fr/" + "é" * 400, "https://a.fr/" + "x" * 2000),
]


@pytest.mark.parametrize("link", NO_PAGE)
def test_a_link_to_anything_but_a_page_leads_nowhere(link: str) -> None:
    assert absolute("https://a.fr/flux.xml", link) is None


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://www.Echo-Quartiers.example.org:8443/x", "echo-quartiers.example.org"),
        ("https://xn--t-9fab.fr/", "été.fr"),
        ("https://été.fr/", "été.fr"),
        ("https://xn--pple-43d.com/", "xn--pple-43d.com"),  # a Cyrillic а
        ("http://[::1]/", "[::1]"),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_site_is_named_as_people_read_it(url: str, read: str) -> None:
    assert site(url) == read


ODD = [" ", "\t", "\x00", "\u200d", "。", "ﬀ", "İ", "\udcff", "\ud800", "\xa0"]
PIECES = [
    *(
        "http://",
        "HTTPS://",
        "javascript:",
        "www.",
        "www.",
        "a",
        ".",
        "..",
        "é",
        "ß",
        "xn--",
        ":",
        "443",
        "80",
        "/",
        "//",
        "@",
        "[",
        "::1",
        "]",
        "\\",
    ),
    *("?", "&", "=", "#", "!", ";", "%", "%41", "%2f", "utm_x=1", *ODD),
]
MIXED = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
LINKS = st.one_of(st.text(), MIXED, MIXED.map("https://a.fr".__add__))


@given(LINKS)
@example("https://www.www.a.fr")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert canonical_url(canonical_url(text)) == canonical_url(text)


@given(LINKS, LINKS)
def test_a_link_that_leads_somewhere_is_a_web_address_that_words_show(base: str, link: str) -> None:
    found = absolute(base, link)
    site(link)
    if found is not None:
        assert re.match(r"https?://[^/?#@\s]+([/?#][!-~]*)?\Z", found)
        assert absolute("", found) == found
        assert web_address(found) == found or "[" in found
