"""Closing a roll call, at the end of its day: its card says so, and the team has the counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank, UnitOfWork, chips
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time.recurrence import Occurrence
from schedules.meetings import card
from schedules.meetings.wording import day
from schedules.rollcall import wording
from schedules.rollcall.attendance import card_key
from storage.rollcall import presence, rollcalls
from storage.tables import Meeting, RollCall


async def closing(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    return [_occurrence(roll, row) for roll, row in await rollcalls.untold(db, upto)]


def _occurrence(roll: RollCall, row: Meeting) -> Occurrence:
    return Occurrence(f"{row.name} {roll.closes_at.isoformat()}", roll.closes_at)


@due("roll call closing", rows=closing)
async def close(run: Run) -> None:
    for roll, row in await rollcalls.untold(run.db, run.planned):
        if _occurrence(roll, row).name == run.name:
            await tell_closed(run, roll, row)


async def tell_closed(uow: UnitOfWork, roll: RollCall, row: Meeting) -> None:
    held = presence.was_held(roll, row, uow.config.zone)
    tally = await rollcalls.tally(uow.db, roll) if held else None
    roll.told = True
    uow.db.add(roll)
    await rollcalls.forget_tries(uow.db, row.id)
    say = wording.closed_card(row, tally, uow.now, uow.config)
    for entry in await card.posted(uow.db, row, card_key(roll)):
        await chips.clear(uow, entry.id)
        await uow.post(Post(room=entry.room_id, say=say, key=card_key(roll), rank=Rank.BOOKKEEPING))
    if tally is not None:
        await uow.tell_team(
            Say.lines(
                Say("**Pointage clos : rencontre du {day}**", day=day(row, uow.config, uow.now)),
                wording.counts(tally),
                wording.against_answers(tally),
                wording.how_to_change(row.name),
            )
        )
