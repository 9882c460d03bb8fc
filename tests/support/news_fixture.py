"""A fixture of news, the sample week as rows:
three sources, the fifteen stories they told from 16 to 20 November 2026, and what is told in a test besides.
"""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from schedules.themes import theme
from storage.tables import Feed, Story, Telling
from tests.support.world import PARIS, World

FOLDER = Path(__file__).parents[1] / "data"
MONDAY = datetime(2026, 11, 23, 9, 15, tzinfo=PARIS)
WEEK = datetime(2026, 11, 16, tzinfo=PARIS)
ATOM = "{http://www.w3.org/2005/Atom}"
SHARED_PREFIX = "À lire"  # how the third source begins to tell what the first one told


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


async def add_sample_week(world: World) -> None:
    """The week as the reading leaves it."""
    async with world.db.write() as db:
        ids: dict[str, int] = {}
        for path in sorted(FOLDER.glob("flux-*.xml")):
            root = ElementTree.parse(path).getroot()
            feed = Feed(
                url=f"https://{path.stem}.example.org/", title=_title(root), added_at=WEEK, next_at=MONDAY
            )
            db.add(feed)
            await db.flush()
            for each in _entries(root):
                if each["title"].startswith(SHARED_PREFIX):
                    db.add(Telling(story_id=ids["fonds-initiatives-habitants"], feed_id=feed.id))
                elif each["published"] >= WEEK:
                    story = _story(feed, each)
                    db.add(story)
                    await db.flush()
                    db.add(Telling(story_id=story.id, feed_id=feed.id))
                    ids[story.link.rpartition("/")[2]] = story.id


async def add_story(world: World, title: str, **more: Any) -> int:
    """One more story; `source` names who tells it, `also` who tells it too."""
    common: dict[str, Any] = {
        "published": datetime(2026, 11, 19, 12, tzinfo=PARIS),
        "summary": "",
        "tags": [],
        "source": "Journal",
        "also": (),
    }
    more = common | more
    names: list[str] = [more.pop("source"), *more.pop("also")]
    async with world.db.write() as db:
        feeds = [
            Feed(url=f"https://{title}/{name}", title=name, added_at=WEEK, next_at=MONDAY) for name in names
        ]
        db.add_all(feeds)
        await db.flush()
        told = {"title": title, "link": f"https://exemple.example.org/{abs(hash(title))}"} | more
        story = _story(feeds[0], told)
        db.add(story)
        await db.flush()
        db.add_all(Telling(story_id=story.id, feed_id=feed.id) for feed in feeds)
        return story.id


def _story(feed: Feed, told: dict[str, Any]) -> Story:
    themes = [found.id for tag in told["tags"] if (found := theme(tag))]
    fields = {
        "clean_link": told["link"],
        "folded_title": told["title"],
        "theme": (themes or [""])[0],
        "feed_id": feed.id,
        "seen_at": told["published"],
    }
    return Story(**fields | told)


def _title(root: ElementTree.Element) -> str:
    return root.findtext(f"{ATOM}title") or root.findtext("channel/title") or ""


def _entries(root: ElementTree.Element) -> Iterator[dict[str, Any]]:
    for item in root.iter("item"):
        yield {
            "title": item.findtext("title"),
            "link": item.findtext("link"),
            "summary": _plain(item.findtext("description") or ""),
            "tags": [each.text for each in item.iter("category")],
            "published": parsedate_to_datetime(item.findtext("pubDate") or ""),
        }
    for entry in root.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        yield {
            "title": entry.findtext(f"{ATOM}title"),
            "link": link.get("href") if link is not None else "",
            "summary": _plain(entry.findtext(f"{ATOM}summary") or ""),
            "tags": [each.get("term") for each in entry.iter(f"{ATOM}category")],
            "published": datetime.fromisoformat(entry.findtext(f"{ATOM}published") or ""),
        }


def _plain(markup: str) -> str:
    reader = _Text()
    reader.feed(markup)
    return reader.text
