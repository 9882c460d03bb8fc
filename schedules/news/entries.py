"""Rendering of a story: one item of an edition, its detail, its line in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.text import Capital, Link, Long, Say
from bot.text.clean import shortened
from bot.time import Moment
from bot.time.format import DayMonth
from schedules.news.extract import event_day, is_event, one_sentence, split_kind
from schedules.themes import Theme, theme
from storage.news import editions
from storage.tables import Feed, Story

LONGEST_SOURCE, LONGEST_TITLE, LONGEST_DETAIL = 60, 160, 1_500  # characters
MOST_SOURCES = 4


@dataclass(frozen=True)
class Entry:
    """A story with those who tell it, as seen on the day `today`."""

    story: Story
    sources: tuple[str, ...]
    today: date
    zone: ZoneInfo

    @property
    def event(self) -> bool:
        return is_event(self.story)

    @cached_property
    def when(self) -> Moment | None:
        found = event_day(self.story, self.zone) if self.event else None
        return found and Moment(found.day, found.start, found.end, found.zone, self.today)

    @property
    def heading(self) -> str | None:
        return None if self.event else self.story.theme

    def item(self, number: int) -> Say:
        """Two lines: the title that opens it, its source and its date; what it says in one sentence."""
        when, notes = self.when, self._notes()
        summary = one_sentence(self.story, when)
        if when is not None:
            first = Say(
                "{n}. {when} – {title} – {source}{notes}",
                n=number,
                when=Capital(when),
                title=self.link,
                source=self.source,
                notes=notes,
            )
        else:
            day = DayMonth(self._published, self.today)
            first = Say(
                "{n}. {title} – {source}, {day}{notes}",
                n=number,
                title=self.link,
                source=self.source,
                day=day,
                notes=notes,
            )
        return Say.lines(first, Say(" {summary}", summary=summary) if summary else None)

    def line(self, number: int) -> Say:
        """One line of somebody's list."""
        return Say(
            "{n}. {title} – {source}, {day}",
            n=number,
            title=self.link,
            source=self.source,
            day=DayMonth(self._published, self.today),
        )

    def detail(self, number: int) -> Say:
        """All that is known of it."""
        story = self.story
        source = Say(
            "Source : {source}, {day}{notes}",
            source=self.source,
            day=DayMonth(self._published),
            notes=self._notes(),
        )
        if story.link:
            source = Say("{source} – {link}", source=source, link=Link(Say("lire l’article"), story.link))
        return Say.lines(
            Say("**{number}. {title}**", number=number, title=story.title or self.source),
            Say("{summary}", summary=Long(shortened(story.summary, LONGEST_DETAIL)))
            if story.summary
            else None,
            source,
            Say("Thèmes : {themes}", themes=Themes(tuple(self.themes))) if self.themes else None,
        )

    @property
    def title(self) -> str:
        """For lists and answers."""
        return shortened(split_kind(self.story).title or self.source, LONGEST_TITLE)

    @property
    def link(self) -> Link:
        about = split_kind(self.story)
        if about.kind.startswith("webin"):
            return Link(Say("{kind} « {title} »", kind=about.kind, title=self.title), self.story.link)
        return Link(self.title, self.story.link)

    @property
    def source(self) -> str:
        return self.sources[0] if self.sources else urlsplit(self.story.link).hostname or ""

    @property
    def words(self) -> int:
        """How many there are to read."""
        return len(f"{self.story.title} {one_sentence(self.story, self.when)}".split())

    @property
    def _published(self) -> date:
        return self.story.published.astimezone(self.zone).date()

    @property
    def themes(self) -> list[Theme]:
        named = (theme(name) for name in (self.story.theme, *self.story.tags) if name)
        return list(dict.fromkeys(each for each in named if each))

    def _notes(self) -> Say:
        """« , retour d’expérience, aussi chez …, réservé aux abonnés » : what there is of it."""
        kind = "" if self.event else split_kind(self.story).kind
        others = ", ".join(self.sources[1:MOST_SOURCES])
        notes = Say("")
        for note in (
            Say("{kind}", kind=kind) if kind else None,
            Say("aussi chez {sources}", sources=others) if others else None,
            Say("réservé aux abonnés") if self.story.paid else None,
        ):
            notes = Say("{before}, {note}", before=notes, note=note) if note else notes
        return notes


@dataclass(frozen=True)
class Themes:
    """« participation des habitants, santé »."""

    themes: tuple[Theme, ...]

    def localized(self, language: str) -> str:
        return ", ".join(each.localized(language).lower() for each in self.themes)


async def entries(db: AsyncSession, stories: Sequence[Story], today: date, zone: ZoneInfo) -> list[Entry]:
    """These stories as they read on the day `today`, in the same order.
    Several feeds of one name are one source.
    """
    found = await editions.feeds_of(db, [story.id for story in stories])
    return [
        Entry(story, tuple(dict.fromkeys(map(_source, found.get(story.id, [])))), today, zone)
        for story in stories
    ]


def _source(feed: Feed) -> str:
    """Its name, without the motto that follows a dash."""
    name = feed.title.split(" – ")[0].split(" — ")[0].strip() or urlsplit(feed.url).hostname or ""
    return shortened(name, LONGEST_SOURCE)
