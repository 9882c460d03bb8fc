"""The panorama: what an edition holds, how it reads, and when it appears by itself.

It goes out at the hour of the configuration (`digest.at`), in each network and local room. Late after an
outage, or on a public holiday, it appears at the next open hour until the evening two days after; later than
that, like one that was suspended or left out in school holidays, it is merged into the next: what no edition
has considered simply waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, every
from bot.text import Count, Say
from bot.time import Instant
from bot.time.recurrence import Occurrence, first_day
from schedules.news import calendar
from schedules.news.entries import Entry, entries
from schedules.resources.summary import monthly_summary
from schedules.themes import Theme, all_themes, theme
from storage import pause
from storage.news import editions, feeds, ranking, readers
from storage.tables import Edition, Story

KEY, DRAFT_KEY = "panorama:", "panorama-draft:"
LIKED, LESS = "👍", "👎"
REMEMBERED = timedelta(days=60)  # what was liked longer ago says nothing any more
WORDS_A_MINUTE, SECONDS_AN_ITEM = 200, 10  # an ordinary reader, who decides at each title


@dataclass(frozen=True)
class Contents:
    """An edition as it reads: its entries in the order of their numbers, out of `total` stories."""

    name: str
    first_day: date
    entries: Sequence[Entry]
    total: int

    @property
    def title(self) -> Say:
        return Say("Panorama d’actualités – {span}", span=calendar.span(self.first_day, self.name))

    @property
    def minutes(self) -> int:
        return reading_minutes(sum(each.words for each in self.entries), len(self.entries))

    def body(self, only: Theme | None = None) -> Say:
        """Title, count and items; those of one theme only, under the numbers they have."""
        numbered = list(enumerate(self.entries, 1))
        shown = [(n, each) for n, each in numbered if only is None or only in each.themes]
        parts = [Say.lines(Say("**{title}**", title=self.title), self._count())]
        for heading, group in groupby(shown, key=lambda pair: pair[1].heading):
            parts.append(Say.lines(Say(""), _heading(heading), *(each.item(n) for n, each in group)))
        return Say.lines(*parts)

    def _count(self) -> Say:
        kept = Count(len(self.entries), "1 titre retenu", "{n} titres retenus")
        return Say(
            "{kept} sur {total} – lecture : {time}",
            kept=kept,
            total=self.total,
            time=Count(self.minutes, "1 minute", "{n} minutes"),
        )


def _heading(group: str | None) -> Say:
    if group is None:
        return Say("**À l’agenda**")
    found = theme(group)
    return Say("**{theme}**", theme=found) if found else Say("**Et aussi**")


def reading_minutes(words: int, items: int) -> int:
    """What reading a list of so many items takes, at least 1."""
    return max(1, round(words / WORDS_A_MINUTE + items * SECONDS_AN_ITEM / 60))


async def gather(uow: UnitOfWork, name: str) -> Contents | None:
    """What the edition of this name would hold if it appeared now; None: nothing to say."""
    waiting = await editions.waiting(uow.db, calendar.before(name, uow.config))
    known = await entries(
        uow.db, [story for story in waiting if not story.skipped], first_day(name), uow.config.zone
    )
    candidates = {each.story.id: each for each in known}
    ranked = [
        ranking.Candidate(each.story, len(each.sources), each.event, each.when.day if each.when else None)
        for each in known
    ]
    chosen = ranking.retained(ranked, await _taste(uow, name), uow.config.digest.items)
    if not chosen:
        return None
    return Contents(
        name,
        await _first_day(uow, waiting, name),
        [candidates[each.story.id] for each in chosen],
        len(waiting),
    )


async def _taste(uow: UnitOfWork, name: str) -> ranking.Taste:
    since = calendar.before(name, uow.config) - REMEMBERED
    themes = {
        each.name: {story.theme for story in await editions.stories(uow.db, each.stories)}
        for each in await editions.published_since(uow.db, since)
    }
    liked = ranking.liked(await readers.opinions(uow.db, since), themes, await readers.followers(uow.db))
    return ranking.Taste(
        first_day(name), uow.config.zone, [each.id for each in all_themes() if each.priority], liked
    )


async def _first_day(uow: UnitOfWork, waiting: Sequence[Story], name: str) -> date:
    """The Monday of the first week it tells:
    one that a suspension or an outage left out is told with its own.
    """
    own = first_day(name) - timedelta(days=7)
    last = await editions.last(uow.db)
    oldest = waiting[0].published.astimezone(uow.config.zone).date()
    oldest -= timedelta(days=oldest.weekday())
    return min(own, max(oldest, first_day(last.name)) if last else oldest)


async def publish(uow: UnitOfWork, contents: Contents, *, urgent: bool = False) -> bool:
    """Posts it, once: all that was considered is news no more. False: there is no room to publish it in."""
    rooms = uow.network.of_kind("network", "local")
    if not rooms:
        return False
    row = await record(uow.db, contents, uow.now)
    row.status = editions.PUBLISHED
    await editions.close(uow.db, contents.name, calendar.before(contents.name, uow.config))
    body = await full_text(uow, contents, uow.now)
    say = Say.lines(
        body, Say(""), footer(contents), Say("{liked} utile – {less} moins de ça", liked=LIKED, less=LESS)
    )
    title = f"« {contents.title.text()} »"
    for room in rooms:
        await uow.post(
            Post(
                room=room,
                say=say,
                key=f"{KEY}{contents.name}",
                title=title,
                reactions=(LIKED, LESS),
                urgent=urgent,
            )
        )
    return True


async def full_text(uow: UnitOfWork, contents: Contents, at: datetime) -> Say:
    """All that appears at this moment: its items, and once a month what to keep."""
    return Say.lines(contents.body(), await monthly_summary(uow.db, uow.config, contents.name, at))


def footer(contents: Contents) -> Say:
    return Say(
        "En savoir plus : `!plus {n}` – Mettre de côté : `!garder {n}`", n=min(2, len(contents.entries))
    )


async def record(db: AsyncSession, contents: Contents, planned: datetime) -> Edition:
    """The row of this edition, with these numbers."""
    found = await editions.edition(db, contents.name)
    row = found or Edition(name=contents.name, first_day=contents.first_day, planned=planned)
    row.stories, row.total = [each.story.id for each in contents.entries], contents.total
    row.first_day, row.planned = contents.first_day, planned
    db.add(row)
    return row


async def say_merged(run: Run) -> None:
    """An edition came too late to appear: its stories wait for the next one.
    Without a source there was nothing to appear.

    Nothing is said of one that had appeared by hand, or was not to appear.
    """
    if not run.network.team or not await feeds.listed(run.db) or await _settled(run):
        return
    late = calendar.span(first_day(run.merged[0] if run.merged else run.name) - timedelta(days=7), run.name)
    say = Say(
        "Le panorama ({span}) n’a pas pu paraître à temps : "
        "ses titres seront dans le prochain. Rien à faire.",
        span=late,
    )
    await run.tell_team(say)


@every(
    lambda config: config.digest.at,
    name=editions.JOB,
    missed="drop",
    grace=calendar.last_moment,
    dropped=say_merged,
)
async def panorama(run: Run) -> None:
    if await _settled(run):
        return
    contents = await gather(run, run.name)
    if contents:
        await publish(run, contents)


async def _settled(run: Run) -> bool:
    """Whether nothing is to appear under this name: it did, by hand, or it is left out."""
    found = await editions.edition(run.db, run.name)
    published = found is not None and found.status == editions.PUBLISHED
    return published or await calendar.is_left_out(run, Occurrence(run.name, run.planned))


async def save_draft(uow: UnitOfWork, occurrence: Occurrence) -> tuple[Edition, Contents | None]:
    """The draft of this edition as it stands: its numbers are those of the row."""
    contents = await gather(uow, occurrence.name)
    empty = Contents(occurrence.name, first_day(occurrence.name) - timedelta(days=7), (), 0)
    return await record(uow.db, contents or empty, occurrence.planned), contents


async def draft_text(uow: UnitOfWork, contents: Contents | None, occurrence: Occurrence) -> Say:
    """The draft with what can be done about it."""
    if contents is None:
        return Say(
            "Il n’y a plus rien dans ce brouillon : sans autre titre d’ici là, le panorama ne paraîtra pas."
        )
    when = Instant(occurrence.planned, occurrence.planned, uow.config.zone)
    if await calendar.is_left_out(uow, occurrence):
        fate = Say(
            "**Brouillon** – rien ne paraîtra tout seul le {when} : "
            "ces titres seront dans le panorama suivant.",
            when=when,
        )
    else:
        fate = Say("**Brouillon** – il paraîtra le {when}, avec ce qui arrivera d’ici là.", when=when)
    return Say.lines(
        fate,
        await full_text(uow, contents, occurrence.planned),
        Say(""),
        Say(
            "Écarter un titre : `!ecarter {n}` – Le mettre en tête : "
            "`!epingler {n}` – Ne pas attendre : `!publier`",
            n=len(contents.entries),
        ),
    )


async def too_late(run: Run) -> None:
    """A draft is of no use after its hour; the edition itself tells what became of it."""


@every(calendar.draft_rule, name="panorama draft", missed="drop", grace=timedelta(hours=12), dropped=too_late)
async def post_draft(run: Run) -> None:
    """The evening before, unless nothing is to appear in the days after,
    or the team has suspended what is sent by itself.
    """
    occurrence = await calendar.upcoming(run)
    if not run.network.team or occurrence is None or occurrence.planned - run.planned > timedelta(days=6):
        return
    if await pause.held(run.db, run.planned) or await calendar.is_left_out(run, occurrence):
        return
    row, contents = await save_draft(run, occurrence)
    if contents is None:
        return
    row.draft = f"{DRAFT_KEY}{occurrence.name}"
    say = await draft_text(run, contents, occurrence)
    await run.post(Post(room=run.network.team, say=say, key=row.draft))
