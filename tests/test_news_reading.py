"""Sources are read politely, whatever they answer:
when, how often, what is remembered over a restart, and what the team is told.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.outbox import Cause, UnitOfWork
from schedules.news import poll_feeds, preview_feed
from schedules.news.preview_feed import FeedPreview, preview
from storage.news import feeds
from tests.support.feed_server import SAMPLE, FeedServer, item, rss
from tests.support.http_server import Site, drips, floods, gzip_bomb, redirect, reply, stalls
from tests.support.job_recorder import recording_outbox

NEWS = rss(item("Une nouvelle de la semaine"))
FEED = reply(200, NEWS, ETag='"1"', Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT")


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FeedServer]:
    async with Site() as site, FeedServer(tmp_path, site).open() as opened:
        yield opened


# The sample week.


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.long)])
async def test_the_sample_week_is_fifteen_stories_however_often_it_is_read_and_whatever_is_restarted(
    tmp_path: Path, times: int
) -> None:
    async with Site() as site:
        stand = FeedServer(tmp_path, site)
        for again in range(10):
            async with stand.open():
                if not again:
                    for number, path in enumerate(SAMPLE):
                        await stand.add(f"/{number}", reply(200, path.read_bytes()))
                for once_more in range(times):
                    for number, path in enumerate(SAMPLE):  # never quite the same bytes: all is read anew
                        site.says(
                            f"/{number}",
                            reply(200, path.read_bytes() + f"<!-- {again}.{once_more} -->".encode()),
                        )
                    assert sorted(await stand.reads_after(1)) == ["/0", "/1", "/2"]
                assert len(await stand.stories()) == 15
                assert len(await stand.stories(old=True)) == 14


async def test_a_page_is_told_by_the_source_whose_page_it_is_whoever_came_first(stand: FeedServer) -> None:
    for number in (2, 0):
        await stand.add(f"/{number}", reply(200, SAMPLE[number].read_bytes()))
        await stand.reads()
    (story,) = [
        story
        for story in await stand.stories()
        if story.link.startswith("https://echo-quartiers.example.org/articles/fonds")
    ]
    assert story.title.startswith("Fonds d’initiatives des habitants")
    async with stand.db.read() as db:
        assert [row.title for row in await feeds.listed(db) if row.id == story.feed_id] == [
            "L’Écho des quartiers"
        ]


# When it is read, and what for.


async def test_a_source_is_read_every_hour_and_asked_only_for_what_is_new(stand: FeedServer) -> None:
    row = await stand.add("/rss", FEED, reply(304))
    assert await stand.reads_after(0) == ["/rss"]
    assert await stand.reads_after(0.9) == []
    assert await stand.reads_after(0.2) == ["/rss"]
    assert stand.site.headers[1]["If-None-Match"] == '"1"'
    assert stand.site.headers[1]["If-Modified-Since"] == "Fri, 20 Nov 2026 08:00:00 GMT"
    assert await stand.due_in(row) == 1
    assert await stand.titles() == ["Une nouvelle de la semaine"]


async def test_what_is_known_of_a_source_outlives_a_restart(tmp_path: Path) -> None:
    async with Site() as site:
        stand = FeedServer(tmp_path, site)
        async with stand.open():
            await stand.add("/rss", FEED, reply(304))
            await stand.reads()
        async with stand.open():
            assert await stand.reads_after(0.5) == []
            await stand.reads_after(0.6)
            assert site.headers[-1]["If-None-Match"] == '"1"'


@pytest.mark.parametrize(
    ("said", "hours"), [("max-age=10800", 3), ("max-age=60", 1), ("max-age=999999", 24), ("no-cache", 1)]
)
async def test_a_source_may_say_how_long_it_stays_as_it_is(
    stand: FeedServer, said: str, hours: float
) -> None:
    row = await stand.add("/rss", reply(200, NEWS, Cache_Control=said))
    await stand.reads()
    assert await stand.due_in(row) == hours


async def test_another_etag_for_the_same_body_is_nothing_new(
    stand: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await stand.add("/rss", FEED, reply(200, NEWS, ETag='"2"'))
    await stand.reads()
    monkeypatch.setattr("schedules.news.parse_feed.parse", None)  # it is not even read
    await stand.reads_after(1)
    assert ((await stand.feed(row)).etag, (await stand.feed(row)).failures) == ('"2"', 0)


async def test_a_permanent_redirect_is_followed_and_kept_a_passing_one_is_followed(stand: FeedServer) -> None:
    row = await stand.add("/old", redirect("/passing", 301))
    stand.site.says("/passing", redirect("/rss", 302))
    stand.site.says("/rss", FEED)
    assert await stand.reads_after(0) == ["/old", "/passing", "/rss"]
    assert (await stand.feed(row)).url.endswith("/old")
    stand.site.says("/old", redirect("/rss", 308))
    assert await stand.reads_after(1) == ["/old", "/rss"]
    assert await stand.reads_after(1) == ["/rss"]
    assert (await stand.feed(row)).failures == 0


async def test_a_redirect_to_another_source_of_ours_is_not_kept(stand: FeedServer) -> None:
    await stand.add("/rss", FEED)
    row = await stand.add("/old", redirect("/rss", 301))
    await stand.reads()
    assert (await stand.feed(row)).url.endswith("/old")
    assert await stand.titles() == ["Une nouvelle de la semaine"]


async def test_a_permanent_redirect_to_what_is_no_source_is_not_kept(stand: FeedServer) -> None:
    row = await stand.add("/rss", redirect("/home", 301))
    stand.site.says("/home", reply(200, b"<html><title>Bienvenue</title></html>"))
    await stand.reads()
    assert ((await stand.feed(row)).url.endswith("/rss"), (await stand.feed(row)).error) == (
        True,
        "unreadable",
    )


async def test_what_is_gone_for_ever_is_not_asked_again(stand: FeedServer) -> None:
    row = await stand.add("/rss", FEED, reply(410))
    await stand.reads()
    assert await stand.reads_after(1) == ["/rss"]
    assert await stand.reads_after(100) == []
    assert (await stand.feed(row)).status == feeds.GONE


# What fails.


async def test_a_failing_source_is_tried_less_and_less_then_as_before(stand: FeedServer) -> None:
    row = await stand.add("/rss", *[reply(503)] * 7, FEED)
    waits = []
    for _ in range(7):
        await stand.reads()
        waits.append(await stand.due_in(row))
        stand.clock.offset += timedelta(hours=waits[-1] + 0.1)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    await stand.reads()
    assert await stand.due_in(row) == 1
    assert ((await stand.feed(row)).failures, (await stand.feed(row)).failing_since) == (0, None)
    assert len(stand.site.asked) == 8


async def test_a_host_that_asks_for_peace_gets_it_and_its_other_sources_wait_without_blame(
    stand: FeedServer,
) -> None:
    row = await stand.add("/a", reply(429, Retry_After="10800"), FEED)
    await stand.reads()
    other = await stand.add("/b", FEED)
    assert await stand.reads_after(0) == []
    assert (await stand.due_in(row), await stand.due_in(other)) == (3, 3)
    assert ((await stand.feed(row)).failures, (await stand.feed(other)).failures) == (1, 0)
    assert await stand.reads_after(2.9) == []
    assert sorted(await stand.reads_after(0.2)) == ["/a", "/b"]


async def test_retry_after_may_be_a_date(stand: FeedServer) -> None:
    row = await stand.add(
        "/rss", reply(503, Retry_After=format_datetime(stand.clock.now() + timedelta(hours=5)))
    )
    await stand.reads()
    assert await stand.due_in(row) == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(200), "empty"),
        (reply(200, b" \n\t"), "empty"),
        (
            reply(
                200,
                b"<!DOCTYPE html><html><body>Maintenance</body></html>",
                Content_Type="application/rss+xml",
            ),
            "unreadable",
        ),
        (reply(200, b'{"error": "no"}', Content_Type="application/feed+json"), "unreadable"),
        (reply(200, NEWS, Content_Length="99999"), "unreachable"),
        (reply(404), "refused"),
        (floods, "too_big"),
        (gzip_bomb, "too_big"),
        (stalls, "slow"),
        (drips, "slow"),
        (redirect("/rss"), "astray"),
        (redirect("javascript:alert(1)"), "bad_address"),
    ],
)
async def test_an_answer_that_is_no_feed_is_a_failure_that_loses_nothing(
    stand: FeedServer, answer: bytes, error: str
) -> None:
    row = await stand.add("/rss", FEED, answer, FEED)
    await stand.reads()
    asked = await stand.reads_after(1)
    found = await stand.feed(row)
    assert (found.error, found.failures, found.etag, asked) == (error, 1, '"1"', ["/rss"])
    assert await stand.due_in(row) == 1
    await stand.reads_after(1)
    assert (await stand.feed(row)).error == ""
    assert await stand.titles() == ["Une nouvelle de la semaine"]


async def test_an_empty_list_is_no_failure(stand: FeedServer) -> None:
    row = await stand.add("/rss", reply(200, rss()))
    await stand.reads()
    assert ((await stand.feed(row)).failures, (await stand.feed(row)).title) == (0, "Le Fil")


async def test_what_the_team_suspends_while_it_is_read_stays_as_they_left_it(stand: FeedServer) -> None:
    row = await stand.add("/rss", FEED)
    async with stand.db.read() as db:
        (turn,) = await poll_feeds.due(db, stand.clock.now())
    found = await poll_feeds.fetch(turn, stand.web)
    async with stand.db.write() as db:
        kept = await db.get_one(type(row), row.id)
        feeds.suspend(kept)
        db.add(kept)
    async with stand.db.write() as db:
        now = stand.clock.now()
        uow = UnitOfWork(db=db, outbox=recording_outbox(), cause=Cause(id="feeds", at=now), now=now)
        await poll_feeds.record(uow, turn, found)
    assert await stand.titles() == []


# The address of a page, instead of a source's.


async def test_a_page_leads_to_the_source_it_announces(stand: FeedServer) -> None:
    head = (
        b'<link rel=alternate type="application/rss+xml" href="/broken"><link type="application/atom+xml" '
        b'rel="alternate" href="rss">'
    )
    stand.site.says("/", reply(200, b"<html><head>" + head))
    stand.site.says("/rss", reply(200, rss(*[item(f"Titre {n}") for n in range(5)])))
    found = await preview(stand.web, stand.site.url("/"))
    assert (found.url, found.title, found.titles) == (
        stand.site.url("/rss"),
        "Le Fil",
        ("Titre 0", "Titre 1", "Titre 2"),
    )
    assert found.feeds == (stand.site.url("/broken"), stand.site.url("/rss"))


async def test_a_look_says_why_there_is_nothing_to_see(stand: FeedServer) -> None:
    stand.site.says("/page", reply(200, b"<html>"))
    stand.site.says("/gone", reply(403))
    found = [await preview(stand.web, stand.site.url(path)) for path in ("/page", "/gone")]
    assert [(each.title, each.outcome, each.status) for each in found] == [
        ("", "ok", None),
        ("", "refused", 403),
    ]


async def test_who_asks_for_a_look_has_an_answer_in_time(
    stand: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page and what it announces, each as slow as may be, take longer together than a task has."""
    monkeypatch.setattr(preview_feed, "PATIENCE", 0.0)
    stand.site.says("/lent.xml", SAMPLE[0].read_bytes())
    assert await preview(stand.web, stand.site.url("/lent.xml")) == FeedPreview(
        url=stand.site.url("/lent.xml"), outcome="slow"
    )
