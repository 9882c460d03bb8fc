"""Seats that come free are offered to those who wait, one after the other,
and taken back when nobody answers.

The job looks in office hours, after everything said until then was heard: so who accepted in time has the
seat, whenever the bot hears of it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.text.names import first_name
from bot.time.recurrence import Occurrence
from schedules.meetings import card, private_messages, receipts, wording
from schedules.meetings.attendance import invited, reachable
from schedules.meetings.receipts import Audience
from storage import outbox, pause, silence
from storage.meetings import answers, meetings, seats, waitlist
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, WAITING, Notice, Rules, Seat, Tick
from storage.tables import Meeting

OFFER_HOURS = timedelta(hours=24)
JUST_AFTER = timedelta(microseconds=1)  # who answers at the moment itself still has the seat
UNREACHED = "meeting-unreached:"


async def pending(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """Meetings where time or a freed seat changes something.
    Each state of its seats is looked at once an hour: somebody may be in reach by then.
    """
    occurrences = []
    for row in await seats.with_waitlist(db, upto):
        all_seats = await seats.of_meeting(db, row.id)
        if _may_change(row, all_seats, upto):
            occurrences.append(
                Occurrence(f"{row.event_id} {_digest(row, all_seats)} {upto:%Y-%m-%dT%H}", upto)
            )
    return occurrences


def _may_change(row: Meeting, all_seats: tuple[Seat, ...], now: datetime) -> bool:
    if any(each.state == OFFERED and each.expires_at and each.expires_at < now for each in all_seats):
        return True
    free = waitlist.free_seats(all_seats, row.capacity)
    if free is None:
        return True
    fits = any(
        each.state == WAITING and each.party <= free and each.offers < waitlist.MOST_OFFERS
        for each in all_seats
    )
    return fits or (now >= row.starts_at - LAST_DAY and free > 0)


def _digest(row: Meeting, all_seats: tuple[Seat, ...]) -> str:
    return hashlib.sha256(repr((row.capacity, row.starts_at, all_seats)).encode()).hexdigest()[:12]


async def moments(db: AsyncSession, now: datetime) -> list[datetime]:
    """When an offer expires, or the last day begins;
    and, while a seat is free for somebody, now and at each full hour.
    """
    found = []
    for row in await seats.with_waitlist(db, now):
        all_seats = await seats.of_meeting(db, row.id)
        found += [
            each.expires_at + JUST_AFTER for each in all_seats if each.state == OFFERED and each.expires_at
        ]
        if waitlist.free_seats(all_seats, row.capacity):
            found.append(row.starts_at - LAST_DAY)
        if _may_change(row, all_seats, now):
            found += [now, now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)]
    return found


# Whatever was missed is looked at as it is now: so the rows are planned then, and do not tell when an offer
# expires.
@due("meeting offers", rows=pending, missed="catch up", at_once=True, changes_at=moments)
async def offer_seats(run: Run) -> None:
    row = await meetings.entered_by(run.db, run.name.split()[0])
    if row is None or row.status != meetings.ANNOUNCED:
        return
    present = await invited(run, row)  # who left could not accept
    silent = await silence.silent(run.db, run.planned)  # an offer would lapse before they read it
    rules = await _rules(run, row, await reachable(run) & present - silent)
    outcome = await seats.apply(run.db, row.id, Tick(), rules)
    for notice in outcome.notices:
        await _tell(run, row, notice, outcome.of(notice.person))
    await _tell_unreached(run, row, [each for each in outcome.unreachable if each in present - silent])
    if outcome.notices or rules.last_day:
        await card.refresh_counts(run, row)


async def _rules(run: Run, row: Meeting, reachable: frozenset[str]) -> Rules:
    """While what goes out by itself is suspended, no seat is offered."""
    until = (
        None
        if await pause.held(run.db, run.planned)
        else run.network.hours.after_open(run.planned, OFFER_HOURS)
    )
    return seats.rules(row, run.planned, until, reachable)


async def _tell(run: Run, row: Meeting, notice: Notice, seat: Seat | None) -> None:
    """What one person is told. Who cannot be reached sees it with `!presence`."""
    if notice.kind == OFFERED and seat is not None:
        return await private_messages.offer_seat(run, row, seat)
    was_open = await private_messages.close_offers(run, row, notice.person, seat)
    if notice.kind != SEATED or was_open or not await run.private_room(notice.person):
        return None
    status = await receipts.status_of(run, row, notice.person)
    name = first_name(status.answer.name) if status.answer else ""
    say = receipts.answer_reminder(
        row, status, Audience(name, run.planned, private=True, reachable=True), run.config
    )
    return await private_messages.send_receipt(run, row, notice.person, say)


async def _tell_unreached(run: Run, row: Meeting, skipped: Sequence[str]) -> None:
    """The team sees who would have a seat and cannot be told: one message a meeting, as it is now."""
    team, key = run.network.team, f"{UNREACHED}{row.id}"
    if team is None or not (skipped or await outbox.versions(run.db, key, team)):
        return
    day = wording.day(row, run.config, run.planned)
    say = Say("**Liste d’attente du {day}** : il n’y a plus personne à prévenir.", day=day)
    if skipped:
        current = await answers.of_everybody(run.db, row.id)
        names = ", ".join(current[person].name if person in current else person for person in skipped)
        say = Say.lines(
            Say(
                "**Liste d’attente du {day}** : une place est libre, "
                "mais je ne peux pas écrire en privé à : {names}.",
                day=day,
                names=Long(names),
            ),
            Say(
                "Pour que je puisse la leur proposer, il suffit que ces personnes m’écrivent en message "
                "privé. En attendant, la place va à la personne suivante."
            ),
        )
    await run.post(Post(room=team, say=say, key=key, rank=Rank.BOOKKEEPING))
