"""The bot killed while it reads its sources and while the panorama goes out:
one in each room, no story missed, none in two.
"""

import asyncio
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.demo.chat import Line
from tests.support.fault_proxy import lost, nth
from tests.support.feed_server import SAMPLE
from tests.support.http_server import Handler as Answer
from tests.support.http_server import Site, reply, silence
from tests.support.news_fixture import ATOM, MONDAY, WEEK
from tests.support.process_stage import ROOMS, TIMEOUT, ProcessStage, process_stage, until
from tests.support.synapse_fixture import BOT

FRIDAY = MONDAY - timedelta(days=3)
A_READING = timedelta(hours=1, minutes=5)  # sources are read every hour
HOST = "https://echo-quartiers.example.org"
PATH = "/flux.xml"
PANORAMA = "Panorama d’actualités"
Condition = Callable[[], Awaitable[bool]]


class Papers:
    """The three sources of the sample week, each on a host of its own;
    what is told besides, some of it by two of them.
    """

    def __init__(self, sites: list[Site]) -> None:
        self.sites = sites
        self.texts = [path.read_text("utf-8") for path in SAMPLE]
        self.weeks: list[set[str]] = [of_the_sample_week()]
        for site in sites:
            site.says(PATH, silence)

    @property
    def feeds(self) -> list[dict[str, str]]:
        return [{"url": site.url(PATH)} for site in self.sites]

    def publish(self, moment: datetime, chance: random.Random) -> None:
        """One more story, by one of the two that are RSS or by both."""
        link = f"{HOST}/articles/{len(self.weeks)}-{len(self.weeks[-1])}"
        title = f"Une nouvelle du {moment:%d}, {len(self.weeks[-1])} {chance.choice(('a', 'b', 'c'))}"
        item = (
            f"<item><title>{title}</title><link>{link}</link><pubDate>{format_datetime(moment)}</pubDate></"
            "item>\n<item>"
        )
        for number in chance.choice(((0,), (2,), (0, 2))):
            self.texts[number] = self.texts[number].replace("<item>", item, 1)
        self.weeks[-1].add(link)
        self.open()

    def open(self) -> None:
        for number, site in enumerate(self.sites):
            site.says(PATH, self.answer(number))

    def answer(self, number: int) -> bytes:
        return reply(200, self.texts[number].encode())

    def strike(self, struck: asyncio.Event, chance: random.Random) -> None:
        """One of them stops at some point of its answer, which is then never heard of again."""
        number = chance.randrange(len(self.sites))
        self.sites[number].says(PATH, stopping(self.answer(number), struck, chance))


def stopping(whole: bytes, struck: asyncio.Event, chance: random.Random) -> Answer:
    shown = whole[: chance.choice((0, len(whole) // 2, len(whole)))]

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(shown)
        await writer.drain()
        struck.set()
        await silence(writer)

    return answer


@asynccontextmanager
async def papers() -> AsyncIterator[Papers]:
    async with AsyncExitStack() as stack:
        yield Papers([await stack.enter_async_context(Site(f"127.0.0.{number}")) for number in (1, 2, 3)])


def of_the_sample_week() -> set[str]:
    """Fifteen addresses: that of the story told twice once, without what serves to follow readers."""
    roots = [ElementTree.parse(path).getroot() for path in SAMPLE]
    dated = [
        (item.findtext("pubDate", ""), item.findtext("link", ""))
        for root in roots
        for item in root.iter("item")
    ]
    found = {
        link.partition("?")[0]
        for date, link in dated
        if datetime.strptime(date, "%a, %d %b %Y %H:%M:%S %z") >= WEEK
    }
    for entry in (entry for root in roots for entry in root.iter(f"{ATOM}entry")):
        if datetime.fromisoformat(entry.findtext(f"{ATOM}published", "")) >= WEEK:
            found |= {link.get("href", "") for link in entry.iter(f"{ATOM}link")}
    assert len(found) == 15
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    ("readings", "postings"),
    [
        pytest.param(1, 1, id="fifth"),
        pytest.param(5, 5, id="full"),
    ],
)
async def test_killed_while_it_reads_and_while_it_publishes_each_room_has_each_panorama_once(
    tmp_path: Path, readings: int, postings: int, chance: random.Random
) -> None:
    """Two weeks: each of them killed `readings` and then `postings` times."""
    options = ("--clock", f"{FRIDAY:%Y-%m-%dT10:00}")
    keys: dict[str, Any] = {"web": {"allow_private": True}, "digest": {"items": 20}}
    async with (
        papers() as told,
        process_stage(tmp_path, proxied=True, options=options, feeds=told.feeds, **keys) as stage,
    ):
        for week in range(2):
            await read_for_a_week(stage, told, chance, readings, FRIDAY + timedelta(weeks=week))
            await publish_on_monday(stage, chance, postings, MONDAY + timedelta(weeks=week))
            assert [links(await panoramas(stage, kind)) for kind in ROOMS] == [told.weeks] * len(ROOMS)
            told.weeks.append(set())
        await stage.wait_until_caught_up()
        assert {kind: len(await panoramas(stage, kind)) for kind in ROOMS} == dict.fromkeys(ROOMS, 2)


async def read_for_a_week(
    stage: ProcessStage, told: Papers, chance: random.Random, kills: int, friday: datetime
) -> None:
    """Killed in the middle of a reading, again and again; then left alone until all is read."""
    moment = friday.replace(hour=10)
    for _ in range(kills):
        moment += A_READING
        struck = asyncio.Event()
        told.publish(moment, chance)
        told.strike(struck, chance)
        await relive(stage, moment)
        async with asyncio.timeout(TIMEOUT):
            await struck.wait()
        # the whole answer may be there: killed while it is written down
        await asyncio.sleep(chance.uniform(0, 0.1))
    told.open()
    await relive(stage, friday + timedelta(days=2))
    await until(all_is_read(stage, set().union(*told.weeks)))


async def publish_on_monday(stage: ProcessStage, chance: random.Random, kills: int, monday: datetime) -> None:
    """Killed around its hour: at some request by which it posts, known to the server or not,
    or when all is said.
    """
    assert stage.proxy is not None
    count = await said(stage) + len(ROOMS)
    moment = monday - timedelta(seconds=2)
    for _ in range(kills):
        struck = asyncio.Event()
        stage.proxy.on("PUT", "*/send/*", lost(struck, chance.random() < 0.5), nth(chance.randint(1, 5)))
        await relive(stage, moment)
        await until(all_is_said(stage, count, struck))
        await stage.bot.kill()
        stage.proxy.heal()
        moment += timedelta(seconds=chance.randint(5, 600))
    await relive(stage, moment)
    await until(all_is_said(stage, count))


def all_is_read(stage: ProcessStage, links: set[str]) -> Condition:
    """Each once: the addresses of the stories that are news, as they stand in the database."""

    async def condition() -> bool:
        with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
            return sorted(
                link.partition("?")[0] for (link,) in database.execute("SELECT link FROM story WHERE NOT old")
            ) == sorted(links)

    return condition


def all_is_said(stage: ProcessStage, count: int, struck: asyncio.Event | None = None) -> Condition:
    """So many panoramas in all; or it was struck before."""

    async def condition() -> bool:
        return (struck is not None and struck.is_set()) or await said(stage) >= count

    return condition


async def relive(stage: ProcessStage, moment: datetime) -> None:
    await stage.bot.kill()
    stage.bot.start("--clock", f"{moment:%Y-%m-%dT%H:%M:%S}")


async def said(stage: ProcessStage) -> int:
    return sum([len(await panoramas(stage, kind)) for kind in ROOMS])


async def panoramas(stage: ProcessStage, kind: str) -> list[Line]:
    return [
        line for line in await stage.reads(kind) if line.sender_id == BOT and line.text.startswith(PANORAMA)
    ]


def links(lines: Iterable[Line]) -> list[set[str]]:
    """Of each panorama; none is there twice."""
    found = [re.findall(r"\((https://[^)]+)\)", line.text) for line in lines]
    assert all(len(set(each)) == len(each) for each in found)
    return [set(each) for each in found]
