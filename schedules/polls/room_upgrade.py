"""Room upgrade: a poll whose room is replaced while it is open goes on in the new one:
shown there, nudged there, its result said there; its votes stay.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules.polls import card
from schedules.polls.card import card_post
from storage import outbox, rooms
from storage.polls import ballots, polls


async def replaced(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """From the moment when we came into the new room."""
    found = []
    for row in await polls.running(db):
        new = await rooms.successor(db, row.room_id)
        if new is not None and new.joined_at is not None and new.joined_at <= upto:
            found.append(Occurrence(f"{row.event_id} {new.room_id}", new.joined_at))
    return found


# The new card waits for open hours in the outbox, as the first one did.
@due("poll moving", rows=replaced, missed="catch up", at_any_hour=True)
async def move(run: Run) -> None:
    """Only to a room of the configuration: who may close the old one does not choose where the bot speaks."""
    event_id, _, room_id = run.name.partition(" ")
    row = await polls.by_event(run.db, event_id)
    if row is None or room_id not in run.network.configured:
        return
    before = await polls.card(run.db, row)
    row.room_id = room_id
    run.db.add(row)
    if before is None or row.status != polls.PUBLISHED or run.planned >= row.closes_at:
        return
    if before.status == outbox.WAITING:
        before.status = outbox.WITHDRAWN
        run.db.add(before)
    text = card.text(row, await ballots.voters(run.db, row.id), run.config)
    await run.post(card_post(row, text, run.network.language(room_id), urgent=before.urgent))
