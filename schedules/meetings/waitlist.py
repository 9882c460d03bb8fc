"""Seats that come free are offered to those who wait, one after the other, and taken back when nobody answers.

The job looks in office hours, after everything said until then was heard: so who accepted in time has the seat, whenever the bot hears of it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.inbox.context import first_name
from bot.outbox import Post, Rank
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.time.recurrence import Occurrence
from schedules.meetings import card, private_messages, receipts
from schedules.meetings.attendance import invited, within_reach
from schedules.meetings.receipts import Audience
from storage import outbox, pause
from storage.meetings import answers, meetings, seats, waitlist
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, WAITING, Notice, Place, Rules, Tick
from storage.tables import Meeting

OPEN_HOURS = timedelta(hours=24)
UNREACHED = "meeting-unreached:"


async def to_look_at(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """Meetings where time or a freed seat changes something. Each state of its seats is looked at once an hour: somebody may be in reach by then."""
    turns = []
    for row in await seats.to_look_at(db, upto):
        places = await seats.places(db, row.id)
        if _moves(row, places, upto):
            turns.append(Occurrence(f"{row.event_id} {_digest(row, places)} {upto:%Y-%m-%dT%H}", upto))
    return turns


def _moves(row: Meeting, places: tuple[Place, ...], now: datetime) -> bool:
    if any(each.state == OFFERED and each.expires_at and each.expires_at < now for each in places):
        return True
    room = waitlist.free(places, row.capacity)
    if room is None:
        return True
    fits = any(each.state == WAITING and each.party <= room and each.offers < waitlist.MOST_OFFERS for each in places)
    return fits or (now >= row.starts_at - LAST_DAY and room > 0)


def _digest(row: Meeting, places: tuple[Place, ...]) -> str:
    return hashlib.sha256(repr((row.capacity, row.starts_at, places)).encode()).hexdigest()[:12]


# Whatever was missed is looked at as it is now. An offer that runs out and the last day have no turn of their own: time brings them.
@due("meeting offers", rows=to_look_at, missed="catch up", stale_after=timedelta(seconds=10))
async def look(run: Run) -> None:
    row = await meetings.entered_by(run.db, run.name.split()[0])
    if row is None or row.status != meetings.ANNOUNCED:
        return
    there = await invited(run, row)  # who left could not accept
    reachable = await within_reach(run) & there
    known = await _terms(run, row, reachable)
    after = await seats.apply(run.db, row.id, Tick(), known)
    for news in after.news:
        await _tell(run, row, news, after.of(news.person))
    await _tell_unreached(run, row, [person for person in after.skipped if person in there])
    if after.news or known.last_day:
        await card.refresh_counts(run, row)


async def _terms(run: Run, row: Meeting, reachable: frozenset[str]) -> Rules:
    """While what goes out by itself is suspended, no seat is offered."""
    until = None if await pause.held(run.db, run.planned) else run.network.hours.after_open(run.planned, OPEN_HOURS)
    return seats.terms(row, run.planned, until, reachable)


async def _tell(run: Run, row: Meeting, news: Notice, place: Place | None) -> None:
    """What one person is told. Who cannot be reached sees it with `!presence`."""
    if news.what == OFFERED and place is not None:
        return await private_messages.offer_seat(run, row, place)
    told = await private_messages.close_offers(run, row, news.person, place)
    if news.what != SEATED or told or not await run.private_room(news.person):
        return None
    stands = await receipts.standing(run, row, news.person)
    name = first_name(stands.answer.name) if stands.answer else ""
    say = receipts.answer_reminder(row, stands, Audience(name, run.planned, private=True, reachable=True), run.config)
    return await private_messages.send_receipt(run, row, news.person, say)


async def _tell_unreached(run: Run, row: Meeting, skipped: Sequence[str]) -> None:
    """The team sees who would have a seat and cannot be told: one message a meeting, as it is now."""
    team, key = run.network.team, f"{UNREACHED}{row.id}"
    if team is None or not (skipped or await outbox.versions(run.db, key, team)):
        return
    day = receipts.day(row, run.planned, run.config)
    say = Say("**Liste d’attente du {day}** : personne n’est plus à prévenir.", day=day)
    if skipped:
        known = await answers.answers(run.db, row.id)
        names = ", ".join(known[person].name if person in known else person for person in skipped)
        say = Say.lines(
            Say("**Liste d’attente du {day}** : une place est libre, mais je ne peux pas écrire en privé à : {names}.", day=day, names=Long(names)),
            Say("Pour que je puisse la leur proposer, un mot de leur part en message privé suffit ; en attendant, elle va à la personne suivante."),
        )
    await run.post(Post(room=team, say=say, key=key, rank=Rank.BOOKKEEPING))
