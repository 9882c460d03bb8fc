"""What strangers' servers may do to us, and what we do to them:
every answer is a value, and nobody is asked too often.
"""

import asyncio
import gzip
import logging
import socket
import ssl
import subprocess
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.time.clock import Clock
from bot.web import FetchRequest, Limits, Page, Web, ssrf
from bot.web.fetch_state import FetchState
from tests.support import http_server
from tests.support.http_server import HEAD, Handler, Site, redirect, reply

QUICK = Limits(total=5, idle=5, pause=0)
SHORT = Limits(total=0.4, idle=0.2, patience=0.2, pause=0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as opened:
        yield opened


@pytest.fixture
async def web(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Web]:
    async with Web(Clock(), allow_private=True, limits=QUICK) as opened:
        yield opened
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], (
        "something was not foreseen"
    )


@pytest.fixture
async def hasty() -> AsyncIterator[Web]:
    """With little time for slow sites."""
    async with Web(Clock(), allow_private=True, limits=SHORT) as opened:
        yield opened


# The page and what is known about it.


async def test_a_page_comes_with_what_its_headers_say(web: Web, site: Site) -> None:
    kind, day = 'Text/HTML; Charset="ISO-8859-1"', "Mon, 23 Nov 2026 08:00:00 GMT"
    site.says(
        "/a",
        reply(
            200,
            b"<p>",
            Content_Type=kind,
            ETag='W/"1"',
            Last_Modified=day,
            Cache_Control="public, max-age=600",
        ),
    )
    page = await web.fetch(site.url("/a#b"))
    assert page == Page(
        outcome="ok",
        url=site.url("/a#b"),
        final_url=site.url("/a"),
        status=200,
        etag='W/"1"',
        modified=day,
        content_type="text/html",
        charset="iso-8859-1",
        body=b"<p>",
        max_age=timedelta(minutes=10),
        why="status 200",
    )


async def test_an_empty_page_is_a_page(web: Web, site: Site) -> None:
    site.says("/a", reply(200))
    page = await web.fetch(site.url("/a"))
    assert (page.outcome, page.body, page.content_type, page.charset) == ("ok", b"", None, None)


async def test_what_is_known_is_not_fetched_again(web: Web, site: Site) -> None:
    site.says("/a", reply(304, ETag='"2"'), reply(304))
    page = await web.fetch(site.url("/a"), FetchRequest(etag='"1"', modified="Mon, 23 Nov 2026 08:00:00 GMT"))
    assert (site.headers[0]["If-None-Match"], site.headers[0]["If-Modified-Since"]) == (
        '"1"',
        "Mon, 23 Nov 2026 08:00:00 GMT",
    )
    # What the answer does not repeat still holds.
    assert (page.outcome, page.etag, page.modified) == (
        "not_modified",
        '"2"',
        "Mon, 23 Nov 2026 08:00:00 GMT",
    )
    assert (await web.fetch(site.url("/a"), FetchRequest(etag='"1"'))).etag == '"1"'


async def test_not_modified_without_having_asked_is_no_answer(web: Web, site: Site) -> None:
    site.says("/a", reply(304))
    assert (await web.fetch(site.url("/a"))).outcome == "refused"


async def test_an_etag_that_could_break_a_header_is_neither_kept_nor_sent(web: Web, site: Site) -> None:
    site.says(
        "/a", HEAD + 'ETag: "é"\r\nLast-Modified: '.encode() + b"x" * 400 + b"\r\nContent-Length: 0\r\n\r\n"
    )
    page = await web.fetch(site.url("/a"), FetchRequest(etag='"1"\r\nX-Evil: 1'))
    assert (page.outcome, page.etag, page.modified) == ("ok", None, None)
    assert not {"If-None-Match", "X-Evil"} & site.headers[0].keys()


async def test_we_say_who_we_are_and_remember_nothing(
    web: Web, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.9:1")
    site.says("/a", reply(200, Set_Cookie="who=camille"))
    await web.fetch(site.url("/a"), FetchRequest(accept="application/rss+xml"))
    await web.fetch(site.url("/a"))
    first, second = site.headers
    assert first["User-Agent"].startswith("Animatrice/")
    assert (first["Accept"], first["Accept-Encoding"]) == ("application/rss+xml", "gzip, deflate")
    assert "Cookie" not in second


async def test_an_agent_with_accents_or_line_ends_harms_no_header(site: Site) -> None:
    site.says("/a", reply(200))
    async with Web(Clock(), allow_private=True, limits=Limits(agent="Réseau\r\nX-Evil: 1")) as web:
        assert (await web.fetch(site.url("/a"))).outcome == "ok"
    assert site.headers[0]["User-Agent"] == "RseauX-Evil: 1"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, "ok"),
        (206, "refused"),
        (300, "refused"),
        (404, "refused"),
        (410, "gone"),
        (451, "refused"),
        (500, "refused"),
    ],
)
async def test_a_status_is_an_outcome_and_an_error_s_page_is_not_kept(
    web: Web, site: Site, status: int, outcome: str
) -> None:
    site.says("/a", reply(status, b"" if status == 204 else b"secret words"))
    page = await web.fetch(site.url("/a"))
    assert (page.outcome, page.status, page.body) == (outcome, status, b"")


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("max-age=0", timedelta(0)),
        ("no-cache, max-age=60", timedelta(0)),
        ("s-maxage=60", None),
        ("max-age=x", None),
        ("max-age=" + "9" * 5000, timedelta(days=30)),
    ],
)
async def test_how_long_a_page_stays_the_same(web: Web, site: Site, said: str, age: timedelta | None) -> None:
    site.says("/a", reply(200, Cache_Control=said))
    assert (await web.fetch(site.url("/a"))).max_age == age


# Redirects.


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        ((301,), True),
        ((308, 301), True),
        ((302,), False),
        ((301, 302), False),
        ((307, 301), False),
        ((303,), False),
    ],
)
async def test_the_address_to_keep_is_that_of_lasting_redirects_only(
    web: Web, site: Site, statuses: tuple[int, ...], kept: bool
) -> None:
    for step, status in enumerate(statuses):
        site.says(f"/{step}", redirect(f"/{step + 1}", status))
    site.says(f"/{len(statuses)}", reply(200, b"here"))
    page = await web.fetch(site.url("/0"))
    last = site.url(f"/{len(statuses)}")
    assert (page.outcome, page.body, page.final_url, page.permanent_url) == (
        "ok",
        b"here",
        last,
        last if kept else None,
    )


def test_an_address_without_tls_is_never_kept_for_one_with() -> None:
    for first, second, kept in [("https", "http", False), ("http", "https", True)]:
        errand = FetchState("", FetchRequest(), seconds=1, patience=1)
        errand.go(f"{first}://a.fr/")
        errand.go(f"{second}://a.fr/feed", lasting=True)
        assert (errand.moved_to is not None) == kept


async def test_a_redirect_to_an_error_is_no_address_to_keep(web: Web, site: Site) -> None:
    site.says("/0", redirect("/lost", 301))
    page = await web.fetch(site.url("/0"))
    assert (page.status, page.permanent_url) == (404, None)


async def test_five_redirects_and_no_more(web: Web, site: Site) -> None:
    for step in range(6):
        site.says(f"/{step}", redirect(f"/{step + 1}"))
    site.says("/6", reply(200))
    assert (await web.fetch(site.url("/1"))).outcome == "ok"
    site.asked.clear()
    assert (await web.fetch(site.url("/0"))).outcome == "astray"
    assert site.asked == [f"/{step}" for step in range(6)]


async def test_circles_end_at_once(web: Web, site: Site) -> None:
    site.says("/a", redirect("/b"))
    site.says("/b", redirect("/a#again"))
    assert (await web.fetch(site.url("/a"))).outcome == "astray"
    assert site.asked == ["/a", "/b"]


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        ("file:///etc/passwd", "bad_address"),
        ("javascript:alert(1)", "bad_address"),
        ("http://user:secret@127.0.0.1/", "bad_address"),
        ("http://127.0.0.1:0/", "bad_address"),
        ("/" + "x" * 3000, "bad_address"),
        ("", "bad_address"),
    ],
)
async def test_a_redirect_leads_only_to_web_addresses(web: Web, site: Site, where: str, outcome: str) -> None:
    site.says("/a", redirect(where))
    assert (await web.fetch(site.url("/a"))).outcome == outcome


async def test_a_redirect_without_a_place_leads_astray(web: Web, site: Site) -> None:
    site.says("/a", reply(302))
    assert (await web.fetch(site.url("/a"))).outcome == "astray"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "exemple",
        "ftp://a.fr/",
        "http://",
        "http://a b/",
        "https://me:word@a.fr/",
        "http://a.fr/" + "x" * 2000,
        "http://\0/",
    ],
)
async def test_what_is_no_web_address_is_said_to_be_none(web: Web, url: str) -> None:
    page = await web.fetch(url)
    assert (page.outcome, page.url, page.status) == ("bad_address", url, None)


# The inside of our network.


INSIDE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.8 192.0.2.1
    192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 fe80::1 fe80::1%eth0 fec0::1
    fc00::1
    fd12:3456::1 ff02::1 100::1 2001:db8::1 3fff::1 5f00::1 2001:10::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
    2001::1
    2002:7f00:1:: 2002:808:808::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::169.254.169.254 64:ff9b:1::808:808
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_the_inside_is_not_public(address: str) -> None:
    assert not ssrf.public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a01:e0a::1", "64:ff9b::808:808"],
)
def test_the_internet_is_public(address: str) -> None:
    assert ssrf.public(address)


ODD_WAYS = (
    "127.0.0.1 localhost 127.1 2130706433 0x7f.1 0177.0.0.1 0 [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] "
    "[::] 127.0.0.1."
)


@pytest.mark.parametrize("host", ODD_WAYS.split())
async def test_no_way_of_writing_an_inside_address_gets_in(site: Site, host: str) -> None:
    site.says("/a", reply(200, b"inside"))
    async with Web(Clock(), limits=QUICK) as web:
        page = await web.fetch(site.url("/a", host))
    # aiohttp takes some of them for no address at all.
    assert (page.outcome in ("private", "bad_address"), site.asked) == (True, [])


def one_door_is_public(monkeypatch: pytest.MonkeyPatch, *doors: str) -> None:
    """127.0.0.2 stands for the internet, so that one can get from it to the inside."""
    judge = ssrf.public
    monkeypatch.setattr(ssrf, "public", lambda address: address in doors or judge(address))


async def test_a_redirect_does_not_get_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    one_door_is_public(monkeypatch, "127.0.0.2")
    async with Site("127.0.0.2") as outside, Web(Clock(), limits=QUICK) as web:
        outside.says("/a", redirect(site.url("/secret"), 301))
        page = await web.fetch(outside.url("/a"))
    assert (page.outcome, page.permanent_url, len(outside.asked), site.asked) == ("private", None, 1, [])


Names = Callable[[str, list[list[str]]], None]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A DNS: what a name gives the first time, the second…"""
    real: Any = socket.getaddrinfo
    known: dict[str, list[list[str]]] = {}

    def look(host: str, port: int, *rest: Any) -> Any:
        if host not in known:
            return real(host, port, *rest)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return known.__setitem__


async def test_a_name_that_changes_its_address_does_not_get_inside(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_door_is_public(monkeypatch, "127.0.0.2")
    names("rebinding.example", [["127.0.0.2"], ["127.0.0.1"]])
    async with Site("127.0.0.2") as outside, Web(Clock(), limits=QUICK) as web:
        outside.says("/a", redirect("/b"))
        outside.says("/b", reply(200, b"inside"))
        page = await web.fetch(outside.url("/a", "rebinding.example"))
    assert (page.outcome, outside.asked) == ("private", ["/a"])


async def test_a_name_with_addresses_inside_only_is_private(names: Names) -> None:
    names("inside.example", [["10.0.0.1", "::1", "192.168.0.1"]])
    async with Web(Clock(), limits=QUICK) as web:
        assert (await web.fetch("http://inside.example/")).outcome == "private"


async def test_of_several_addresses_only_a_public_one_is_knocked_at(
    site: Site, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_door_is_public(monkeypatch, "127.0.0.2")
    names("both.example", [["127.0.0.1", "127.0.0.2"]])
    async with Site("127.0.0.2") as outside, Web(Clock(), limits=QUICK) as web:
        outside.says("/a", reply(200, b"outside"))
        page = await web.fetch(outside.url("/a", "both.example"))
    assert (page.body, site.asked) == (b"outside", [])


@pytest.mark.parametrize(
    ("errno", "outcome"), [(socket.EAI_NONAME, "unknown_host"), (socket.EAI_AGAIN, "unreachable")]
)
async def test_a_name_unknown_is_told_from_a_dns_away(
    web: Web, monkeypatch: pytest.MonkeyPatch, errno: int, outcome: str
) -> None:
    def look(*_: object) -> None:
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    assert (await web.fetch("http://somewhere.example/")).outcome == outcome


async def test_a_name_no_dns_can_hold_is_unknown_or_no_address(web: Web) -> None:
    assert (await web.fetch(f"http://{'x' * 70}.example/")).outcome in ("unknown_host", "bad_address")


# What never ends, or is not what it says.


@pytest.mark.parametrize("act", [http_server.silence, http_server.stalls, http_server.drips])
async def test_what_never_ends_is_slow(hasty: Web, site: Site, act: Handler) -> None:
    site.says("/a", act)
    page = await hasty.fetch(site.url("/a"))
    assert (page.outcome, page.body, len(site.asked)) == ("slow", b"", 1)


async def test_a_body_that_stops_is_not_waited_for_to_the_end(site: Site) -> None:
    site.says("/a", http_server.stalls)
    async with Web(Clock(), allow_private=True, limits=Limits(total=3600, idle=0.2)) as web:
        assert (await web.fetch(site.url("/a"))).outcome == "slow"


async def test_redirects_share_one_time(hasty: Web, site: Site) -> None:
    async def dawdles(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(redirect(f"/{len(site.asked)}"))

    for step in range(6):
        site.says(f"/{step}", dawdles)
    assert (await hasty.fetch(site.url("/0"))).outcome == "slow"


def test_a_dns_that_never_answers_is_slow_and_delays_neither_others_nor_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, answered = threading.Event(), []
    real: Any = socket.getaddrinfo

    def look(host: str, *rest: Any) -> Any:
        if host == "silent.example":
            answers.wait(20)
            answered.append(host)
        return real("127.0.0.1", *rest)

    monkeypatch.setattr(socket, "getaddrinfo", look)

    async def run() -> list[str]:
        patient = Web(Clock(), allow_private=True, limits=QUICK)
        async with Site() as site, patient, Web(Clock(), allow_private=True, limits=SHORT) as hasty:
            site.says("/a", reply(200))
            return [
                (await hasty.fetch("http://silent.example/")).outcome,
                (await patient.fetch(site.url("/a", "localhost"))).outcome,
            ]

    assert asyncio.run(run()) == ["slow", "ok"]
    assert not answered
    answers.set()


@pytest.mark.parametrize("act", [http_server.floods, http_server.gzip_bomb])
async def test_what_is_too_big_is_cut_and_costs_little_memory(web: Web, site: Site, act: Handler) -> None:
    site.says("/a", act)
    tracemalloc.start()
    page = await web.fetch(site.url("/a"), FetchRequest(limit=1_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (page.outcome, len(page.body)) == ("too_big", 1_000_000)
    assert peak < 40_000_000  # the bomb's own first block is 16 MB


async def test_a_page_of_exactly_the_limit_is_whole(web: Web, site: Site) -> None:
    site.says("/a", reply(200, b"x" * 1000))
    assert (await web.fetch(site.url("/a"), FetchRequest(limit=1000))).outcome == "ok"
    assert (await web.fetch(site.url("/a"), FetchRequest(limit=999))).outcome == "too_big"


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
async def test_what_was_asked_compressed_comes_out_whole(
    web: Web, site: Site, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    site.says("/a", reply(200, pack(b"panorama" * 5000), Content_Encoding=encoding))
    assert (await web.fetch(site.url("/a"))).body == b"panorama" * 5000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "rot13"])
async def test_an_encoding_nobody_asked_for_is_no_page(web: Web, site: Site, encoding: str) -> None:
    site.says("/a", reply(200, b"xxxx", Content_Encoding=encoding))
    page = await web.fetch(site.url("/a"))
    assert (page.outcome in ("refused", "unreachable"), page.body) == (True, b"")


RUBBISH = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "old HTTP": b"<html>hello",
    "no status": b"HTTP/1.1\r\n\r\n",
    "an absurd status": b"HTTP/1.1 99999 OK\r\n\r\n",
    "a status in letters": b"HTTP/1.1 two OK\r\n\r\n",
    "half a status line": b"HTTP/1.1 20",
    "half the headers": HEAD,
    "half a body": HEAD + b"Content-Length: 100\r\n\r\nhalf",
    "a NUL in a header": HEAD + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    "a header without a name": HEAD + b": x\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": HEAD + b"nonsense\r\nContent-Length: 0\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\nx",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "length and chunks": HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz",
    "a chunk of no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nx",
    "no last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    "a chunk of 10^30": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\nx",
    "no gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx",
    "a header of a megabyte": HEAD + b"X-A: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "a reason of a megabyte": b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\n\r\n",
    "only interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    b"Connection: upgrade\r\n\r\n",
}


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH)
async def test_what_is_no_whole_answer_is_a_page_all_the_same(web: Web, site: Site, answer: bytes) -> None:
    site.says("/a", answer)
    page = await web.fetch(site.url("/a"))
    assert (page.outcome in ("unreachable", "refused"), page.body, len(site.asked)) == (True, b"", 1)


async def test_headers_without_end_are_no_answer(web: Web, site: Site) -> None:
    site.says("/a", http_server.endless_headers)
    assert (await web.fetch(site.url("/a"))).outcome == "unreachable"


async def test_a_long_policy_header_is_nothing_bad(web: Web, site: Site) -> None:
    site.says("/a", reply(200, b"x", Content_Security_Policy="x" * 20_000))
    assert (await web.fetch(site.url("/a"))).outcome == "ok"


async def test_a_port_where_nobody_listens_is_unreachable(web: Web) -> None:
    async with Site() as site:
        url = site.url("/a")
    assert (await web.fetch(url)).outcome == "unreachable"


async def test_a_certificate_of_nobody_is_insecure(web: Web, tmp_path: Path) -> None:
    made = tmp_path / "made.pem"
    line = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost"
    )
    subprocess.run(  # noqa: ASYNC221
        [*line.split(), "-keyout", made, "-out", tmp_path / "cert.pem"], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", made)
    async with Site(tls=context) as site:
        site.says("/a", reply(200))
        page = await web.fetch(site.url("/a", "localhost"))
        assert (page.outcome, site.asked) == ("insecure", [])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_at_all_are_a_page(data: st.DataObject) -> None:
    """Good answers with a few bytes changed, and whatever else."""
    good = reply(
        301,
        b"x" * 20,
        Location="/b",
        Content_Type="text/html; charset=utf-8",
        Retry_After="5",
        Cache_Control="max-age=5",
    )
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = data.draw(
        st.sampled_from([good, good.replace(b"301", b"200"), good.replace(b"301", b"429"), chunked])
    )
    start = data.draw(st.integers(0, len(answer)))
    answer = (
        answer[:start] + data.draw(st.binary(max_size=6)) + answer[start + data.draw(st.integers(0, 3)) :]
    )

    async def run() -> Page:
        async with Site() as site, Web(Clock(), allow_private=True, limits=SHORT) as web:
            site.says("/a", answer)
            return await web.fetch(site.url("/a"))

    page = asyncio.run(run())
    assert isinstance(page, Page)
    assert page.why != "an answer that was not foreseen"


# Politeness.


async def test_a_host_is_asked_one_thing_at_a_time(web: Web, site: Site) -> None:
    for page in range(10):
        site.says(f"/{page}", reply(200))
    pages = await asyncio.gather(*(web.fetch(site.url(f"/{page}")) for page in range(10)))
    assert ({page.outcome for page in pages}, site.most_at_once, len(site.asked)) == ({"ok"}, 1, 10)


async def test_hosts_are_asked_side_by_side_but_not_too_many(web: Web, site: Site) -> None:
    busy, most = 0, 0
    full, gate = asyncio.Event(), asyncio.Event()

    async def waits(writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if busy == 3:
            full.set()
        await gate.wait()
        busy -= 1
        writer.write(reply(200))

    async with AsyncExitStack() as stack:
        narrow = await stack.enter_async_context(
            Web(Clock(), allow_private=True, limits=Limits(pause=0, at_once=3))
        )
        hosts = [await stack.enter_async_context(Site(f"127.0.0.{10 + number}")) for number in range(9)]
        for host in hosts:
            host.says("/", waits)
        fetched = [asyncio.create_task(narrow.fetch(host.url("/"))) for host in hosts]
        await full.wait()
        for _ in range(5):  # time enough for a fourth to come
            await web.fetch(site.url("/"))
        gate.set()
        pages = await asyncio.gather(*fetched)
    assert ({page.outcome for page in pages}, most) == ({"ok"}, 3)


async def test_a_pause_is_made_between_two_requests_to_one_host(site: Site) -> None:
    site.says("/a", reply(200))
    async with (
        Site("127.0.0.2") as other,
        Web(Clock(), allow_private=True, limits=Limits(pause=3600, patience=0.5)) as web,
    ):
        other.says("/a", reply(200))
        outcomes = [
            (await web.fetch(url)).outcome for url in (site.url("/a"), site.url("/a"), other.url("/a"))
        ]
    assert (outcomes, len(site.asked)) == (["ok", "limited", "ok"], 1)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_peace_has_it_on_all_its_pages(site: Site, status: int) -> None:
    clock = Clock.starting_at(datetime(2026, 11, 23, 9, tzinfo=UTC))
    site.says("/a", reply(status, b"busy", Retry_After="3600"), reply(200, b"back"))
    site.says("/b", reply(200))
    async with Site("127.0.0.2") as other, Web(clock, allow_private=True, limits=QUICK) as web:
        other.says("/to", redirect(site.url("/b")))
        first = await web.fetch(site.url("/a"))
        assert (first.outcome, first.status, first.retry_after, first.body) == (
            "limited",
            status,
            timedelta(hours=1),
            b"",
        )
        for url in (site.url("/a"), site.url("/b"), other.url("/to")):
            page = await web.fetch(url)
            assert (page.outcome, page.status) == ("limited", None)
            assert page.retry_after is not None
            assert timedelta(minutes=59) < page.retry_after <= timedelta(hours=1)
        assert site.asked == ["/a"]
        clock.offset += timedelta(hours=1)
        assert (await web.fetch(site.url("/a"))).body == b"back"


async def test_those_who_wait_for_their_turn_hear_of_it_too(web: Web, site: Site) -> None:
    site.says("/a", reply(429, Retry_After="60"))
    pages = await asyncio.gather(*(web.fetch(site.url("/a")) for _ in range(5)))
    assert ({page.outcome for page in pages}, len(site.asked)) == ({"limited"}, 1)


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "said", "pause"),
    [
        (429, None, timedelta(minutes=1)),
        (429, "soon", timedelta(minutes=1)),
        (429, "0", timedelta(0)),
        (429, "-5", timedelta(minutes=1)),
        (429, "9" * 5000, timedelta(days=1)),
        (429, "Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
        (429, "Mon, 23 Nov 2020 08:00:00 GMT", timedelta(0)),
        (429, "Mon, 23 Nov 2020 08:00:00 -0000", timedelta(0)),
        (503, "0", timedelta(0)),
    ],
)
async def test_how_long_a_host_asks_for_is_bounded(
    web: Web, site: Site, status: int, said: str | None, pause: timedelta
) -> None:
    site.says("/a", reply(status, Retry_After=said) if said else reply(status))
    page = await web.fetch(site.url("/a"))
    assert (page.outcome, page.retry_after) == ("limited", pause)


async def test_a_date_to_come_back_is_judged_by_the_clock(site: Site) -> None:
    clock = Clock.starting_at(NOW)
    site.says("/a", reply(503, Retry_After=format_datetime(NOW + timedelta(hours=2), usegmt=True)))
    async with Web(clock, allow_private=True, limits=QUICK) as web:
        pause = (await web.fetch(site.url("/a"))).retry_after
    assert pause is not None
    assert timedelta(minutes=110) < pause <= timedelta(hours=2)


async def test_a_503_that_asks_for_nothing_is_an_error_like_another(web: Web, site: Site) -> None:
    site.says("/a", reply(503))
    assert [(await web.fetch(site.url("/a"))).outcome for _ in range(2)] == ["refused", "refused"]
    assert len(site.asked) == 2


async def test_a_fetch_given_up_leaves_its_host_free(web: Web, site: Site) -> None:
    asked = asyncio.Event()

    async def silence(_: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    site.says("/a", silence, reply(200))
    given_up = asyncio.create_task(web.fetch(site.url("/a")))
    await asked.wait()
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert (await web.fetch(site.url("/a"))).outcome == "ok"


async def test_a_thousand_hosts_are_not_remembered_for_ever(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    for number in range(1100):
        await web.fetch(f"http://h{number}.example/")
    assert len(web._throttle._hosts) < 1010
