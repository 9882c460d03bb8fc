"""Introductions: each of a pair is told in private whom they were drawn with, and how to begin."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules import members
from schedules.pairs import wording
from storage.pairs import pairs
from storage.tables import PairSeat

TO_MEET = timedelta(days=21)  # from the draw


async def drawn(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    """Some pairs at a time: a large network is not told in one transaction."""
    last = await pairs.last_round(db)
    if last is None or last.closed or last.drawn_at > upto:
        return []
    return [
        Occurrence(f"{last.month} {chunk}", last.drawn_at)
        for chunk in await pairs.chunks(db, last.month, pairs.DRAWN)
    ]


@due("pairs introductions", rows=drawn, missed="catch up")
async def introduce(run: Run) -> None:
    month, _, chunk = run.name.partition(" ")
    for seats in (await pairs.seats(run.db, month, int(chunk))).values():
        for seat in seats:
            if seat.state == pairs.DRAWN:
                await _introduce(run, seat, [each.person for each in seats if each is not seat])


async def _introduce(run: Run, seat: PairSeat, others: Sequence[str]) -> None:
    """Who is left alone, because the other is no longer there, is told so."""
    people, day = (
        await members.first_names(run, others),
        (run.planned + TO_MEET).astimezone(run.config.zone).date(),
    )
    today = run.planned.astimezone(run.config.zone).date()
    say = wording.introduction(seat.month, people, day, today) if people else wording.nobody(seat.month)
    await run.post(Post(person=seat.person, say=say, until=run.planned + TO_MEET))
    seat.state = pairs.TOLD
    run.db.add(seat)
