"""Closing: a poll closes at the announced time,
with all that was said before and nothing that was said after.

The job runs once the sync has passed that moment. A secret poll is counted there and then, and its key
destroyed. The votes of the others are first held against what the server has of them, by a task: what the
sync never brought is added, what the server no longer has goes. Then the count, the result, the end of the
native polls and the erasure of the ballots are one transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.events import Event
from bot.matrix.polls import BALLOTS
from bot.outbox import UnitOfWork
from bot.schedule.jobs import Run, due
from bot.schedule.tasks import task
from bot.text import Say
from bot.time.recurrence import Occurrence
from bot.web import Web
from schedules.polls import box, result
from storage import outbox, rooms
from storage.polls import ballots, counting, polls, secrets
from storage.tables import Poll
from storage.transaction import truncate_log

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=30)
MOST_TRIES = 20  # ten minutes for keys to arrive
MOST_WAITS = 120  # an hour for a server that does not answer


async def over(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """A poll whose card was tried waits until one knows whether people have seen it."""
    found = await polls.to_close(db, upto)
    return [
        Occurrence(row.event_id, row.closes_at)
        for row in found
        if await polls.appeared(db, row) or not await polls.may_have_appeared(db, row)
    ]


# However late, at whatever hour: the time was announced. What it then says to the room waits for open hours
# in the outbox.
@due("poll closing", rows=over, missed="catch up", at_any_hour=True)
async def close(run: Run) -> None:
    row = await polls.by_event(run.db, run.name)
    if row is None or row.status != polls.PUBLISHED:
        return
    if not await polls.appeared(run.db, row):
        _never_seen(run, row)
        return
    await _tell_if_gone(run, row)
    if row.mode == polls.SECRET:
        await _close_secret(run, row)
        return
    row.status = polls.CLOSING
    if row.members_only:
        row.result = {**row.result, "rooms": list(run.network.of_kind("network", "local", "help", "team"))}
    run.db.add(row)


def _never_seen(run: Run, row: Poll) -> None:
    """Cancelled while it waited, or held back until it was too late: the team knows from the outbox."""
    row.status = polls.CANCELLED
    run.db.add(row)
    secrets.destroy_key(run.config.data_dir, row.id)


async def _close_secret(run: Run, row: Poll) -> None:
    """Without the key, destroyed first, nobody can tell whose the ballots were:
    not even a crash before the end leaves a way.
    """
    secrets.destroy_key(run.config.data_dir, row.id)
    outcome = counting.secret_outcome(row, await ballots.of_secret(run.db, row.id))
    truncate_log(run.db)
    await result.close(run, row, result.stored_counts(row, outcome))


async def _tell_if_gone(run: Run, row: Poll) -> None:
    if await result.still_shown(run.db, row):
        return
    say = Say(
        "Le sondage n° {number} a été retiré de son salon : je n’y publie pas le résultat. Pour le lire : "
        "`!resultats {number}`.",
        number=row.id,
    )
    await run.tell_team(say)


@dataclass(frozen=True)
class DueCount:
    """A poll whose votes are to be read on the server.
    `boxes`: part, room and event id of each native poll.
    """

    cause: str
    number: int
    boxes: tuple[tuple[int, str, str], ...]
    now: datetime


@dataclass(frozen=True)
class ServerVotes:
    """What the server has, by part; a part that it refused to show is not there.
    `waits`: it did not answer.
    """

    events: Mapping[int, Sequence[Event]] = field(default_factory=dict)
    waits: bool = False


async def to_read(db: AsyncSession, now: datetime) -> list[DueCount]:
    found = []
    for row in await polls.to_count(db, now):
        seen = [(part, entry) for part, entry in await polls.boxes(db, row) if entry.status == outbox.SENT]
        boxes = [
            (part, entry.room_id, entry.event_id) for part, entry in seen if entry.room_id and entry.event_id
        ]
        found.append(DueCount(row.event_id, row.id, tuple(boxes), now))
    return found


async def fetch(row: DueCount, web: Web) -> ServerVotes:
    events: dict[int, list[Event]] = {}
    unread: set[int] = set()
    waits = False
    for part, room, event in row.boxes:
        try:
            events.setdefault(part, []).extend(await web.rooms.relations(room, event))
        except PermanentError as refusal:
            unread.add(part)
            log.warning(
                "poll %s: the server does not show its votes (%s %s); ours are counted",
                row.number,
                refusal.status,
                refusal.errcode,
            )
        except TransientError as later:
            unread.add(part)
            waits = True
            log.warning("poll %s: its votes cannot be read (%s)", row.number, later)
    return ServerVotes({part: found for part, found in events.items() if part not in unread}, waits)


async def count(uow: UnitOfWork, asked: DueCount, reading: ServerVotes) -> None:
    """The result, once every vote can be read; or later."""
    db = uow.db
    row = await polls.poll(db, asked.number)
    if row is None or row.status != polls.CLOSING:
        return
    unread = sum([await _compare(db, row, part, events) for part, events in reading.events.items()])
    if row.tries < (MOST_WAITS if reading.waits else MOST_TRIES if unread else 0):
        row.tries, row.next_try = row.tries + 1, asked.now + AGAIN
        db.add(row)
        return
    if reading.waits:
        log.warning("poll %s: its votes could not be read on the server; ours are counted", row.id)
    outcome = counting.outcome(row, await ballots.of_poll(db, asked.number))
    await box.close(uow, row, reading.events, outcome)
    await result.close(uow, row, result.stored_counts(row, outcome, unread))


async def _compare(db: AsyncSession, row: Poll, part: int, events: Sequence[Event]) -> int:
    """Makes our native votes those of the server;
    how many of its votes are unreadable and would have been somebody's last.
    """
    ours = {
        each.event_id: each
        for each in await ballots.of_poll(db, row.id)
        if each.part == part and each.way == ballots.NATIVE
    }
    there = {event.id for event in events}
    for event_id in ours.keys() - there:
        await db.delete(ours[event_id])
    in_time = [event for event in events if event.at <= row.closes_at and event.id not in ours]
    votes = [
        event
        for event in in_time
        if event.type in BALLOTS and not event.unreadable and await _may_vote(db, row, event.sender)
    ]
    await ballots.record(db, *(box.ballot(row, part, event) for event in votes))
    latest: dict[str, datetime] = {}
    for each in await ballots.of_poll(db, row.id):
        if each.part == part and each.way != ballots.TAP:
            latest[each.person] = each.at
    unread = [event for event in in_time if event.unreadable]
    return sum(event.sender not in latest or event.at >= latest[event.sender] for event in unread)


async def _may_vote(db: AsyncSession, row: Poll, person: str) -> bool:
    """Of a poll for members only: those of the rooms that it was closed with."""
    return not row.members_only or bool(await rooms.rooms_of(db, person) & set(row.result.get("rooms", ())))


POLL_COUNT = task("poll count", to_read, fetch, count)
