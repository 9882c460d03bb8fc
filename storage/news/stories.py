"""Deduplication: what the sources told, each story once, whoever tells it and however often.

It is the same story when a source gives it the same id, when it is the same page, or when it has the same
title within a month. Sources are careless: an id, a page or a title that stands for several stories of one
source stands for none there, and nothing that it publishes is lost.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urldefrag

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import occurrences
from storage.news.editions import JOB, PUBLISHED
from storage.tables import Edition, Feed, Story, Telling

SAME_TITLE = timedelta(days=30)  # between two stories of one title: more, and they are two
SAME_TIME = timedelta(hours=1)  # what has this date under another id and address has only changed both
ABOUT_THEN = timedelta(days=1)  # two dates given to one story may differ by this
LATE = timedelta(days=7)  # what appears with an older date has been there before
WRONG_CLOCK = timedelta(days=1)  # what is dated later than this from now is dated by something else
ZONES = timedelta(hours=12)  # which Monday it is depends on where one is; the edition knows, this need not
# « Agenda », « Revue de presse » : such a title is used again, by this source or another, for another story
FEW_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one story, cleaned: plain, bounded text.
    `clean_link`, `folded_title`: to compare by.
    """

    guid: str = ""
    link: str = ""  # http(s), or nothing
    clean_link: str
    title: str
    folded_title: str
    summary: str = ""
    published: datetime | None = None
    theme: str = ""  # an id of themes.yaml
    tags: tuple[str, ...] = ()
    paid: bool = False
    own: bool = False  # the page is the source's, not one that it found elsewhere


async def record(db: AsyncSession, feed: Feed, entries: Sequence[Entry], now: datetime) -> list[Story]:
    """Writes down what a reading found; returns the stories that nobody had told.
    Taking the same again changes nothing.

    To be called before the reading itself is written down: on a first one, what is older than the next
    edition's week is no news.
    """
    reading = await _reading(db, feed, entries, now)
    for entry in entries:
        reading.take(entry)
    db.add_all(reading.new)
    await db.flush()
    reading.tell()
    await db.flush()
    return reading.new


@dataclass
class _Merge:
    """What is known already of the entries of one feed, and what they add to it.
    `since`: what is dated before is old.
    """

    db: AsyncSession
    feed: Feed
    now: datetime
    since: datetime
    repeated: set[str]  # ids that stand for several pages
    shared: set[str]  # pages that stand for several stories
    ids: dict[str, Story] = field(default_factory=dict)
    links: dict[str, Story] = field(default_factory=dict)
    titles: dict[str, list[Story]] = field(default_factory=dict)
    tellings: dict[int, Telling] = field(default_factory=dict)  # of this feed, by story
    new: list[Story] = field(default_factory=list)
    told: dict[int, tuple[Story, Entry]] = field(default_factory=dict)  # by object: a new story has no id yet

    def take(self, entry: Entry) -> None:
        """The first entry about a story is the one that counts."""
        story = self._find(entry)
        if story is None:
            story = self._new(entry)
        elif id(story) not in self.told and story.edition is None and self._speaks_for(story, entry):
            self._correct(story, entry)
        self.links.setdefault(_key(entry, self.shared), story)
        self.told.setdefault(id(story), (story, entry))

    def tell(self) -> None:
        """Writes down that this feed tells these stories, under which ids now."""
        for story, entry in self.told.values():
            guid = self._guid(entry)
            telling = self.tellings.get(story.id)
            if telling is None:
                self.db.add(Telling(story_id=story.id, feed_id=self.feed.id, guid=guid))
            elif guid and telling.guid != guid:
                telling.guid = guid
                self.db.add(telling)

    def _guid(self, entry: Entry) -> str:
        return "" if entry.guid in self.repeated else entry.guid

    def _date(self, entry: Entry) -> datetime | None:
        """When it was published; an hour that is still to come is now, a day that is to come says nothing."""
        if entry.published is None or entry.published > self.now + WRONG_CLOCK:
            return None
        return min(entry.published, self.now)

    def _find(self, entry: Entry) -> Story | None:
        named = self.ids.get(self._guid(entry))
        if named and self._still(named, entry):
            return named
        found = self.links.get(_key(entry, self.shared))
        if found and not self._other_there(found, entry):
            return found
        alike = self.titles.get(entry.folded_title, ())
        return next((each for each in alike if self._repeats(each, entry)), None)

    def _still(self, story: Story, entry: Entry) -> bool:
        """An id means nothing when page, title and date are all others:
        some sources number what they show, not what they tell.
        """
        date = self._date(entry)
        return (
            date is None
            or abs(date - story.published) <= ABOUT_THEN
            or (story.clean_link == entry.clean_link and entry.clean_link not in self.shared)
            or story.folded_title == entry.folded_title
        )

    def _other_there(self, story: Story, entry: Entry) -> bool:
        """Whether this source tells another story on the same page:
        under another id or at another place of it.
        """
        if id(story) in self.told:
            return self._other_now(story, entry)
        another, date = self._another_id(story, entry), self._date(entry)
        if story.folded_title != entry.folded_title:
            moved = date is None or abs(date - story.published) > SAME_TIME
            return (another and moved) or (story.id in self.tellings and _elsewhere(story.link, entry.link))
        return another and bool(self.ids) and date is not None and abs(date - story.published) > ABOUT_THEN

    def _other_now(self, story: Story, entry: Entry) -> bool:
        """Whether two entries of this reading are two stories: unless they say the same of the same page."""
        before = self.told[id(story)][1]
        if self._guid(entry) and self._guid(before) and entry.guid != before.guid:
            return (before.folded_title, before.clean_link, before.published) != (
                entry.folded_title,
                entry.clean_link,
                entry.published,
            )
        if entry.clean_link in self.shared:
            return before.folded_title != entry.folded_title
        return before.clean_link != entry.clean_link

    def _another_id(self, story: Story, entry: Entry) -> bool:
        """Whether this source told it under an id that is not this one."""
        telling = self.tellings.get(story.id or 0)
        return bool(telling and telling.guid and self._guid(entry) and telling.guid != entry.guid)

    def _repeats(self, story: Story, entry: Entry) -> bool:
        """Whether the same title means the same story:
        in one source only that of the same day, under one id.
        """
        if id(story) in self.told:
            return not self._other_now(story, entry)
        date, ours = self._date(entry), story.id in self.tellings
        if date is None:
            return not self._another_id(story, entry) if ours else self.now - story.seen_at <= SAME_TITLE
        if ours:
            apart = SAME_TIME if self._another_id(story, entry) else ABOUT_THEN
            return abs(date - story.published) <= apart
        few = len(entry.folded_title.split()) < FEW_WORDS
        return abs(date - story.published) <= (ABOUT_THEN if few else SAME_TITLE)

    def _speaks_for(self, story: Story, entry: Entry) -> bool:
        """Whose words count: those of the source that told it first,
        or of the one whose page it is when that comes to tell it.
        """
        theirs = entry.own and entry.clean_link == story.clean_link and story.id not in self.tellings
        return theirs or story.feed_id == self.feed.id

    def _new(self, entry: Entry) -> Story:
        date = self._date(entry)
        old = date < self.since if date else self.feed.first_read is None
        story = Story(
            clean_link=self._free(entry),
            feed_id=self.feed.id,
            published=date or self.now,
            seen_at=self.now,
            old=old,
            link=entry.link,
            title=entry.title,
            folded_title=entry.folded_title,
        )
        _describe(story, entry, self.feed)
        self.titles.setdefault(entry.folded_title, []).append(story)
        self.new.append(story)
        return story

    def _free(self, entry: Entry) -> str:
        """The page it is known by, unless another story is."""
        key = _key(entry, self.shared)
        if key not in self.links:
            return key
        return f"{key} {self.feed.id} {self._guid(entry)} {len(self.links)} {self.now.isoformat()}"

    def _correct(self, story: Story, entry: Entry) -> None:
        """Its source may word it otherwise, move it or date it anew until it is in an edition;
        not later than when it was there already.
        """
        _describe(story, entry, self.feed)
        story.feed_id = self.feed.id
        story.published = min(self._date(entry) or story.published, story.seen_at)
        key = _key(entry, self.shared)
        if self.links.get(key, story) is story:
            story.clean_link = key
        self.db.add(story)


def _key(entry: Entry, shared: set[str]) -> str:
    """Its page; of one that several stories of the source share, its place there."""
    if entry.clean_link not in shared:
        return entry.clean_link
    return f"{entry.clean_link}#{urldefrag(entry.link).fragment} {entry.guid} {entry.folded_title}"


def _elsewhere(one: str, other: str) -> bool:
    """Whether these are two places of a page."""
    places = {urldefrag(link).fragment for link in (one, other)}
    return len(places) == 2 and "" not in places


def _describe(story: Story, entry: Entry, feed: Feed) -> None:
    story.link, story.summary = entry.link, entry.summary
    story.title, story.folded_title = entry.title, entry.folded_title
    story.theme, story.paid = entry.theme or feed.theme, entry.paid
    if story.tags != list(entry.tags):
        story.tags = list(entry.tags)


async def _reading(db: AsyncSession, feed: Feed, entries: Sequence[Entry], now: datetime) -> _Merge:
    ids = {(entry.guid, entry.clean_link, entry.folded_title) for entry in entries}
    repeated = {guid for guid, count in Counter(guid for guid, _, _ in ids).items() if count > 1} | {""}
    pages = {(entry.clean_link, entry.guid, entry.folded_title) for entry in entries}
    shared = {page for page, count in Counter(page for page, _, _ in pages).items() if count > 1}
    reading = _Merge(db, feed, now, await _since(db, feed, now), repeated, shared)
    reading.ids = await _named(db, feed, {entry.guid for entry in entries} - repeated)
    known = {story.id: story for story in (*reading.ids.values(), *await _alike(db, entries, shared))}
    for story in known.values():
        reading.links[story.clean_link] = story
        reading.titles.setdefault(story.folded_title, []).append(story)
    query = select(Telling).where(Telling.feed_id == feed.id, col(Telling.story_id).in_(known))
    reading.tellings = {row.story_id: row for row in (await db.exec(query)).all()}
    return reading


async def _named(db: AsyncSession, feed: Feed, guids: set[str]) -> dict[str, Story]:
    """Those that this feed told under these ids."""
    query = select(Telling.guid, Story).join(Story, col(Story.id) == col(Telling.story_id))
    return dict((await db.exec(query.where(Telling.feed_id == feed.id, col(Telling.guid).in_(guids)))).all())


async def _alike(db: AsyncSession, entries: Iterable[Entry], shared: set[str]) -> Sequence[Story]:
    """Those of the same page or title."""
    links, titles = {_key(entry, shared) for entry in entries}, {entry.folded_title for entry in entries}
    query = select(Story).where(col(Story.clean_link).in_(links) | col(Story.folded_title).in_(titles))
    return (await db.exec(query.order_by(col(Story.id).desc()))).all()


async def _since(db: AsyncSession, feed: Feed, now: datetime) -> datetime:
    """What is dated before is old: on a first reading, what is not of the week that the next edition tells;
    then, what must have been there.
    """
    if feed.first_read is not None:
        return (feed.last_read or feed.first_read) - LATE
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return monday - ZONES if await _behind_us(db, now) else monday - timedelta(days=7) - ZONES


async def _behind_us(db: AsyncSession, now: datetime) -> bool:
    """Whether this week's edition has appeared, or its hour had passed before anything was planned here."""
    year, week, _ = now.isocalendar()
    name = f"{year}-W{week:02}"
    edition = await db.get(Edition, name)
    if edition is not None and edition.status == PUBLISHED:
        return True
    last = (await occurrences.recorded(db, [JOB]))[JOB].last
    return last is not None and last.name >= name
