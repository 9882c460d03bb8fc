"""What a link leads to, which page it means, and how its site is named."""

import re
from base64 import urlsafe_b64encode
from datetime import date
from importlib.resources import files
from urllib.parse import quote

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.clean import web_address
from bot.web import absolute, canonical_url, meant, site

ARTICLE = "https://echo.example.org/articles/fonds"


@pytest.mark.parametrize(
    "same",
    [
        "https://echo.example.org/articles/fonds?utm_source=lettre&utm_medium=rss",
        "http://echo.example.org/articles/fonds/",
        "HTTPS://Echo.Example.ORG:443/articles/fonds#commentaires",
        (
            "http://echo.example.org:80/articles/fonds?fbclid=x&gclid=y&mc_cid=z&mc_eid=t&xtor=RSS-3208&"
            "at_medium=rss"
        ),
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


MEANT = "https://methodes.example.org/a?id=3"
HELD = quote(MEANT, safe="")
CODED = urlsafe_b64encode(MEANT.encode()).decode().rstrip("=")
TOKEN = urlsafe_b64encode(f'{{"url":"{MEANT}"}}'.encode()).decode()
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url={}&data=05%7C02%7Ccamille%40ville.example.org%7C1&"
    "reserved=0"
)
WRAPPED = [
    # filters of mail and chat
    *(SAFE.format(HELD), f"https://nam02.safelinks.protection.outlook.com/ap/w-5/?url={HELD}&amp;data=x"),
    f"https://slack-redir.net/link?url={HELD}",
    f"https://eur01.safelinks.protection.outlook.com/?amp;data=x&amp;url={HELD}",
    (
        f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={HELD}&"
        "locale=fr"
    ),
    f"https://urldefense.proofpoint.com/v1/url?u={HELD}&k=x",
    (
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__methodes.example.org_a-3Fid-3D3&d=DwMFaQ&c=x&"
        "r=camille"
    ),
    "https://urldefense.com/v3/__https://methodes.example.org/a?id=3__;!!x!y$",
    "https://urldefense.com/v3/__https:/methodes.example.org/a*id=3__;Pw!!x!y$",
    *(f"https://secure-web.cisco.com/1x/{HELD}", f"https://fr.linkprotect.cudasvc.com/url?a={HELD}&c=E"),
    f"https://eu.protection.sophos.com/?u={CODED}&i=x",
    f"https://deref-gmx.example/mail/client/x/dereferrer/?redirectUrl={HELD}",
    f"https://outlook.office.com/mail/safelink.html?url={HELD}&corid=x",
    # search engines
    *(
        f"https://scholar.google.com/scholar_url?url={HELD}&hl=fr",
        "https://methodes.example.org/a?id=3&amp=1",
    ),
    *(f"https://www.google.com/url?q={HELD}&sa=D", f"https://www.google.fr/url?sa=t&url={HELD}"),
    f"https://duckduckgo.com/l/?uddg={HELD}&rut=x",
    f"https://www.bing.com/ck/a?!&&p=1&u=a1{CODED}&ntb=1",
    f"https://r.search.yahoo.com/_ylt=x/RV=2/RE=1/RO=10/RU={HELD}/RK=2/RS=x",
    "https://www.google.com/amp/s/methodes.example.org/a?id=3",
    "https://methodes-example-org.cdn.ampproject.org/c/s/methodes.example.org/a?id=3",
    # networks
    f"https://l.facebook.com/l.php?u={quote(MEANT + '&fbclid=x', safe='')}&h=AT0",
    f"https://l.instagram.com/?u={HELD}&e=x",
    f"https://www.linkedin.com/redir/redirect?url={HELD}&urlhash=x",
    f"https://fr.linkedin.com/safety/go?url={HELD}",
    f"https://www.youtube.com/redirect?event=x&q={HELD}",
    *(f"https://www.facebook.com/sharer/sharer.php?u={HELD}", f"https://out.reddit.com/t3_x?url={HELD}"),
    # consent and login
    f"https://www.linkedin.com/authwall?trk=x&sessionRedirect={HELD}",
    f"https://consent.google.com/ml?continue={HELD}&gl=FR",
    f"https://sso.example.com/cas/login?service={HELD}",
    f"https://www.example.com/share?title=x&url={HELD}",
    # newsletters
    *(f"https://xyz.mjt.lu/lnk/AAAA/1/x/{CODED}", f"https://r.lettre.example.com/tr/cl/x?url={HELD}"),
    f"https://ville.example.com/newsletter/redirect.php?u={HELD}",
    f"https://lnks.gd/l/eyJhbGciOiJIUzI1NiJ9.{TOKEN}.x",
    # one in the other
    SAFE.format(
        quote(
            f"https://l.facebook.com/l.php?u={quote('https://www.google.com/url?q=' + HELD, safe='')}&h=1",
            safe="",
        )
    ),
    SAFE.format(quote(HELD, safe="")),
]


@pytest.mark.parametrize("link", WRAPPED)
def test_a_link_that_only_leads_to_a_page_is_that_page(link: str) -> None:
    assert (meant("", link), canonical_url(link)) == (MEANT, MEANT)


@pytest.mark.parametrize(
    "link",
    [
        *(f"https://validator.example.org/nu?doc={HELD}", f"https://web.archive.org/web/2020/{MEANT}"),
        f"https://example.org/article?url={HELD}",
        "https://example.org/link?url=%2Fa",
        "https://example.org/redirect?url=https%3A%2F%2Fexample.org%2Fa",
        "https://www.google.com/search?q=ville",
        "https://www.google.com/url?q=javascript%3Aalert(1)",
        "https://l.facebook.com/l.php?u=ftp%3A%2F%2Fa.fr",
    ],
)
def test_what_only_speaks_of_another_address_is_a_page_itself(link: str) -> None:
    assert meant("", link) == link


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (
            "https://a.fr/p?id=1&utm_source=x&lang=fr&mtm_campaign=y&at_medium=z",
            "https://a.fr/p?id=1&lang=fr",
        ),
        (
            "https://a.fr/p?fbclid=1&gclid=2&mc_eid=3&mc_cid=4&xtor=5&_hsenc=6&igsh=7&msclkid=8",
            "https://a.fr/p",
        ),
        ("https://a.fr/p?UTM_Source=x&%75tm_medium=y&amp;utm_term=z&page=2", "https://a.fr/p?page=2"),
        ("https://a.fr/p#xtor=RSS-3208", "https://a.fr/p"),
        ("https://a.fr/p?b=2&a=%C3%A9+1&a=0#partie-2", "https://a.fr/p?b=2&a=%C3%A9+1&a=0#partie-2"),
        ("https://a.fr/p;jsessionid=1A2B?x=1", "https://a.fr/p?x=1"),
        (
            "https://a.fr/p?ref=main&source=insee&campaign=2026&s=ville&t=1&si=2",
            "https://a.fr/p?ref=main&source=insee&campaign=2026&s=ville&t=1&si=2",
        ),
        ("https://open.spotify.com/episode/1?si=2", "https://open.spotify.com/episode/1"),
        ("https://a.fr/p?id=1&email=camille%40ville.example.org", "https://a.fr/p?id=1"),
        ("https://a.fr/p?e=Y2FtaWxsZUB2aWxsZS5leGFtcGxlLm9yZw%3D%3D&id=1", "https://a.fr/p?id=1"),
        ("https://a.fr/2026/11/p/amp/?id=1", "https://a.fr/2026/11/p"),
        ("https://www.google.com/amp/s/a.fr/p/amp/", "https://a.fr/p"),
        ("https://a.fr/p?outputType=amp&page=2", "https://a.fr/p?page=2"),
        ("https://a.fr/wiki/AMP", "https://a.fr/wiki/AMP"),
        ("https://a.fr/amp", "https://a.fr/amp"),
        (
            "https://a.fr/p?outputType=pdf&cle=QUJDREVGR0hJSktM",
            "https://a.fr/p?outputType=pdf&cle=QUJDREVGR0hJSktM",
        ),
        (
            "https://a.fr/p?x=a%257Ccamille%2540ville.example.org&id=1#u=camille@ville.fr",
            "https://a.fr/p?id=1",
        ),
        (
            SAFE.format("mailto%3Ax"),
            "https://eur01.safelinks.protection.outlook.com/?url=mailto%3Ax&reserved=0",
        ),
        *[
            (f"https://calendar.google.com/calendar/embed?src=c%40group.calendar.google.com&mode={mode}",) * 2
            for mode in ("week", "month")
        ],
    ],
)
def test_what_follows_people_or_names_them_is_neither_shown_nor_opened(link: str, shown: str) -> None:
    assert meant("", link) == shown


@pytest.mark.parametrize(
    ("shown", "links"),
    [
        (
            "https://www.youtube.com/watch?v=x-1",
            "youtu.be/x-1 youtu.be/x-1?si=y www.youtube.com/watch?v=x-1&si=y&feature=share"
            " m.youtube.com/watch?app=desktop&v=x-1 youtube.com/shorts/x-1"
            " www.youtube.com/embed/x-1?rel=0 www.youtube-nocookie.com/embed/x-1 "
            "music.youtube.com/watch?v=x-1&list=RD www.youtube.com/live/x-1"
            " www.youtube.com/watch?v=x-1&list=PL1&index=3 consent.youtube.com/m?continue="
            "https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dx-1"
            " www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3Dx-1%26feature%3Dshare",
        ),
        (
            "https://www.dailymotion.com/video/x8abc",
            (
                "dai.ly/x8abc www.dailymotion.com/video/x8abc_un-titre dailymotion.com/embed/video/x8abc "
                "geo.dailymotion.com/player/x1.html?video=x8abc"
            ),
        ),
        (
            "https://vimeo.com/123456",
            "player.vimeo.com/video/123456 vimeo.com/channels/staff/123456 vimeo.com/123456?share=copy",
        ),
        (
            "https://vimeo.com/123456/abcdef0123",
            "player.vimeo.com/video/123456?h=abcdef0123 vimeo.com/123456/abcdef0123",
        ),
        (
            "https://tube.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
            (
                "tube.example.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d "
                "tube.example.org/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv"
            ),
        ),
    ],
)
def test_one_video_is_one_page(shown: str, links: str) -> None:
    assert {meant("", f"https://{link}") for link in links.split()} == {shown}


def test_a_video_opens_where_somebody_meant_it_to_begin_and_is_the_same_one() -> None:
    begun = [
        "youtu.be/x?t=90",
        "www.youtube.com/watch?v=x&t=1m30s",
        "www.youtube.com/embed/x?start=90",
        "youtube.com/watch?v=x#t=90s",
    ]
    assert {meant("", f"https://{link}") for link in begun} == {"https://www.youtube.com/watch?v=x&t=90s"}
    assert {canonical_url(f"https://{link}") for link in [*begun, "youtu.be/x"]} == {
        "https://youtube.com/watch?v=x"
    }


@pytest.mark.parametrize(
    "link",
    [
        "https://www.youtube.com/playlist?list=PL1",
        "https://www.youtube.com/embed/videoseries?list=PL1",
        "https://www.youtube.com/@a",
    ],
)
def test_what_is_no_single_video_stays_what_it_is(link: str) -> None:
    assert meant("", link) == link


def test_wrapping_without_end_comes_to_one() -> None:
    link = MEANT
    for _ in range(12):
        link = f"https://www.google.com/url?q={link}"
    assert meant("", link) is not None
    # longer than an address may be, around one that is not
    assert meant("", SAFE.format(HELD) + "&sdata=" + "x" * 5000) == MEANT
    assert meant("", SAFE.format(HELD) + "x" * 50_000) is None


@pytest.mark.parametrize("name", ["wrappers", "trackers", "videos"])
def test_the_lists_say_when_they_were_looked_over(name: str) -> None:
    assert isinstance(
        yaml.safe_load(files("bot.web").joinpath(f"{name}.yaml").read_text("utf-8"))["date"], date
    )


def test_accents_are_the_same_however_they_are_written() -> None:
    assert (
        canonical_url("https://Été.fr/à?q=é")
        == canonical_url("https://xn--t-9fab.fr/%c3%a0?q=%C3%A9")
        == "https://xn--t-9fab.fr/%C3%A0?q=%C3%A9"
    )


def test_what_is_no_web_address_comes_back_bare() -> None:
    assert [canonical_url(text) for text in (" mailto:a@b.fr ", "", "javascript:alert(1)")] == [
        "mailto:a@b.fr",
        "",
        "javascript:alert(1)",
    ]


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
    *("", " ", "javascript:alert(1)", "java\nscript:alert(1)", " JavaScript:alert(1)"),
    *("data:text/html,x", "mailto:a@b.fr", "ftp://a.fr/x"),
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
    *("https://user:secret@a.fr/", "https://good.fr\\@evil.fr/", "https://a.fr:99999/"),
    *("https://a.fr:0/", "https://%31%32%37.0.0.1/"),
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
    page = meant(base, link)
    if page is not None:
        assert absolute("", page) == page
        assert meant("", page) == page
