"""Dates as sites write them are instants: in French, with numbers, without zone;
what cannot be read is nobody's date.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.readers import dates
from bot.web.response import Locale
from schedules.news.parse_feed import parse_sync
from tests.support.feed_server import URL, item, parse_feed, rss
from tests.support.world import PARIS


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("Wed, 04 Mar 2026 09:05:00", "2026-03-04 08:05"),
        ("Jeu, 09 Juil 2026 18:30:00 +0200", "2026-07-09 16:30"),
        ("mer. 12 août 2026 à 9h05", "2026-08-12 07:05"),
        ("dim, 01/02/2026 - 23:59", "2026-02-01 22:59"),
        ("31.12.2026 08:00:00", "2026-12-31 07:00"),
        ("1er décembre 2026", "2026-11-30 23:00"),
        ("Dec 3, 2026 2:15 PM", "2026-12-03 13:15"),
        ("12/25/2026", "2026-12-24 23:00"),
        ("2026-07-05 00:10", "2026-07-04 22:10"),
        ("2026-07-05T00:10:00.250+02:00[Europe/Paris]", "2026-07-04 22:10"),
        ("20260705T001000Z", "2026-07-05 00:10"),
        ("Sun, 5 Jul 2026 00:10 EDT", "2026-07-05 04:10"),
        ("Sun, 5 Jul 2026 00:10:00 GMT+1", "2026-07-04 23:10"),
        ("Sun, 5 Jul 2026 00:10:00 +0200 (CEST)", "2026-07-04 22:10"),
        ("Sunday, 5 July 2026 24:00", "2026-07-05 22:00"),
        ("15 juill. 2026 à 9h", "2026-07-15 07:00"),
        ("Sam, 15 Aoû 2026 10:00:00 +0200", "2026-08-15 08:00"),
        ("1 er décembre 2026", "2026-11-30 23:00"),
        ("Tue Jun  2 14:05:00 CEST 2026", "2026-06-02 12:05"),
        ("Tue Feb 03 14:05:00 +0100 2026", "2026-02-03 13:05"),
        ("Thu, 26 Nov 2026 9:5:00 +0100", "2026-11-26 08:05"),
        ("1770123900", "2026-02-03 13:05"),
        ("1770123900000", "2026-02-03 13:05"),
        ("26 novembre, 10h", None),
        ("Wed, 30 Nov -0001 00:00:00 +0000", None),
        ("-0001-11-30T00:00:00+00:00", None),
        ("bientôt", None),
        ("30 février 2026", None),
        ("12 trucs 2026", None),
        ("2026", None),
        (" " * 90_000 + "1 1 1", None),
    ],
)
def test_a_date_is_read_as_it_is_meant(said: str, read_as: str | None) -> None:
    found = dates.parse_date(said, PARIS)
    assert (found and f"{found:%Y-%m-%d %H:%M}") == read_as


def test_what_says_no_zone_is_in_the_networks() -> None:
    body = rss(item("t", link="/a:b", date="Mon, 23 Nov 2026 01:00:00"))
    far = parse_sync(body, URL, None, Locale(ZoneInfo("America/Martinique"), "fr"))
    assert far is not None
    assert far.entries[0].published == datetime(2026, 11, 23, 5, tzinfo=UTC)


def test_an_old_item_whose_date_cannot_be_read_is_no_later_than_the_one_above() -> None:
    days = [
        "Mon, 23 Nov 2026 10:00:00",
        "Mon, 09 Nov 2026 10:00:00",
        "Mar, le deux Juin",
        "Mon, 01 Jun 2026 10:00:00",
    ]
    found = parse_feed(
        rss(*(item(f"Titre {n}", link=f"/a:{n}", date=day) for n, day in enumerate(days)))
    ).entries
    assert found[2].published == found[1].published
    other_way = parse_feed(
        rss(*(item(f"Titre {n}", link=f"/a:{n}", date=day) for n, day in enumerate(reversed(days))))
    ).entries
    assert other_way[1].published is None
