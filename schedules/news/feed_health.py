"""Feed health: what the team is told of its sources, which have been failing for a day, which are gone,
which are back. Once, in one message.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from bot.schedule.jobs import Run, due
from bot.text import Count, Say
from bot.time.format import RelativeInstant
from bot.time.recurrence import Occurrence
from bot.web import site
from schedules.news.poll_feeds import EMPTY, UNREADABLE
from storage import pause
from storage.news import feeds
from storage.tables import Feed

MOST = 10  # named one by one


def name(row: Feed) -> str:
    """How people know a source; by its site, until it was read."""
    return row.title or site(row.url) or row.url


async def unreported(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """What a suspension held back is due at its end:
    a moment that has passed would be waited for without a pause.
    """
    found = [_occurrence(row) for row in await feeds.unreported(db, upto)]
    until = await pause.held_until(db) if found else None
    if until is None:
        return found
    return (
        []
        if upto < until
        else [replace(occurrence, planned=max(occurrence.planned, until)) for occurrence in found]
    )


def _occurrence(row: Feed) -> Occurrence:
    """Named by what happened and when: it is told once."""
    since = row.failing_since or row.added_at
    if row.status == feeds.GONE:
        return Occurrence(f"{row.id} gone {since.isoformat()}", since)
    if row.failures:
        return Occurrence(f"{row.id} failing {since.isoformat()}", since + feeds.TOLD_AFTER)
    return Occurrence(f"{row.id} back {since.isoformat()}", row.last_read or since)


@due("feeds", rows=unreported, missed="merge")
async def report(run: Run) -> None:
    rows = await feeds.unreported(run.db, run.planned)
    if run.network.team is None or not rows:
        return
    say = await _said(run, rows)
    for row in rows:
        feeds.record_reported(row)
        run.db.add(row)
    await run.post(Post(room=run.network.team, say=say, rank=Rank.BOOKKEEPING, title="sources"))


async def _said(run: Run, rows: Sequence[Feed]) -> Say:
    gone = [row for row in rows if row.status == feeds.GONE]
    failing = [row for row in rows if row.failures and row not in gone]
    back = [row for row in rows if not row.failures and row not in gone]
    return Say.lines(await _failing(run, failing), *map(_gone, gone[:MOST]), _more(gone), _back(back))


async def _failing(run: Run, rows: Sequence[Feed]) -> Say | None:
    if len(rows) == 1:
        return await _one(run, rows[0])
    if not rows:
        return None
    first = Say(
        "{count} sources ne répondent plus. Rien à faire pour l’instant : je réessaie.", count=len(rows)
    )
    lines = [_line(run, row) for row in rows[:MOST]]
    return Say.lines(first, *lines, _more(rows))


def _line(run: Run, row: Feed) -> Say:
    since = _when(run, row.failing_since)
    return Say(
        "- « {name} », depuis {since} ; pour l’écarter : `!flux suspendre {n}`",
        name=name(row),
        since=since,
        n=row.id,
    )


async def _one(run: Run, row: Feed) -> Say:
    calm = Say("Les autres sources fonctionnent. Rien à faire pour l’instant")
    return Say(
        "La source « {name} » {trouble} depuis {since} ({tries}). {calm} : nouvel essai {next}. Pour "
        "l’écarter : `!flux suspendre {n}`.",
        name=name(row),
        trouble=Say("n’envoie plus rien de lisible")
        if row.error in (EMPTY, UNREADABLE)
        else Say("ne répond plus"),
        since=_when(run, row.failing_since),
        tries=Count(row.failures, "un essai", "{n} essais"),
        calm=calm if await feeds.others_work(run.db, [row]) else Say("Rien à faire pour l’instant"),
        next=_when(run, row.next_at),
        n=row.id,
    )


def _gone(row: Feed) -> Say:
    return Say(
        "La source « {name} » a été supprimée par son site : je ne la lis plus. Pour la retirer de la "
        "liste : `!flux retirer {n}`.",
        name=name(row),
        n=row.id,
    )


def _back(rows: Sequence[Feed]) -> Say | None:
    if not rows:
        return None
    names = " ; ".join(f"« {name(row)} »" for row in rows[:MOST])
    one = len(rows) == 1
    return (
        Say("La source {names} fonctionne de nouveau.", names=names)
        if one
        else Say("Ces sources fonctionnent de nouveau : {names}.", names=names)
    )


def _more(rows: Sequence[Feed]) -> Say | None:
    more = len(rows) - MOST
    return (
        Say("… et {count}. Toutes : `!flux`.", count=Count(more, "une autre source", "{n} autres sources"))
        if more > 0
        else None
    )


def _when(run: Run, instant: datetime | None) -> RelativeInstant:
    return RelativeInstant(instant or run.planned, run.planned, run.network.config.zone)
