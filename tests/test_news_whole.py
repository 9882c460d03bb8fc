"""From the sources to the rooms:
the sample week, read from a real server at the first start, whenever that is, makes the panorama it should.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from storage.tables import Story
from tests.support.feed_server import SAMPLE
from tests.support.http_server import Site, reply
from tests.support.news_fixture import FOLDER, MONDAY
from tests.support.world import World, in_memory

DAY = timedelta(days=1)


@pytest.fixture
async def papers() -> AsyncIterator[dict[str, Any]]:
    """The configuration that has the three sources."""
    async with Site() as site:
        for number, path in enumerate(SAMPLE):
            site.says(f"/{number}", reply(200, path.read_bytes()))
        yield {
            "feeds": [{"url": site.url(f"/{number}")} for number in range(len(SAMPLE))],
            "web": {"allow_private": True},
        }


async def news(world: World) -> int:
    """How many stories wait for a panorama."""
    async with world.db.read() as db:
        return len(
            (
                await db.exec(select(Story).where(col(Story.old).is_(False), col(Story.edition).is_(None)))
            ).all()
        )


FIRST_STARTS = {
    "Friday": MONDAY - 3 * DAY,
    "Sunday": MONDAY - DAY / 2,
    "a minute before": MONDAY - timedelta(minutes=1),
}


@pytest.mark.parametrize("start", FIRST_STARTS.values(), ids=FIRST_STARTS)
async def test_the_sample_week_reads_as_it_should_whenever_its_sources_were_first_read(
    tmp_path: Path, papers: dict[str, Any], start: datetime
) -> None:
    async with in_memory(tmp_path, at=start, **papers) as world:
        assert await news(world) == 15
        assert await world.wait_until_instant(MONDAY) == [
            (FOLDER / "panorama-fr.txt").read_text("utf-8").rstrip("\n")
        ]
        assert await world.wait_until_instant(MONDAY + 7 * DAY) == []


@pytest.mark.parametrize(
    "start", [MONDAY + DAY / 24, MONDAY + DAY, MONDAY + 4 * DAY], ids=["an hour after", "Tuesday", "Friday"]
)
async def test_what_the_week_before_told_is_no_news_once_its_hour_has_passed(
    tmp_path: Path, papers: dict[str, Any], start: datetime
) -> None:
    async with in_memory(tmp_path, at=start, **papers) as world:
        assert await news(world) == 0
        assert await world.wait_until_instant(MONDAY + 7 * DAY) == []
