"""Room upgrade (tombstone): what was announced in a room is announced in its successor,
where nobody sees the old messages.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules.meetings import card
from schedules.meetings.card import Announcement
from storage import rooms
from storage.meetings import meetings
from storage.tables import Meeting


async def upgraded(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """At once, since nobody knows when it happened;
    once more every day, for a room that was not settled yet.
    """
    successors = [
        (row, new)
        for row in await meetings.upcoming(db, upto)
        for new in (await _successors(db, row)).values()
    ]
    return [Occurrence(f"{row.name} {new} {upto:%Y-%m-%d}", upto) for row, new in successors]


async def _successors(db: AsyncSession, row: Meeting) -> dict[str, str]:
    """Of its rooms, those that were replaced by one that we are in."""
    successors = {}
    for room in row.rooms:
        old = await rooms.room(db, room)
        new = await rooms.room(db, old.successor) if old and old.successor else None
        if new is not None and new.membership == "join":
            successors[room] = new.room_id
    return successors


@due("meeting rooms", rows=upgraded, missed="catch up", at_once=True)
async def follow(run: Run) -> None:
    name, _, rest = run.name.partition(" ")
    row = next((row for row in await meetings.upcoming(run.db, run.planned) if row.name == name), None)
    successors = await _successors(run.db, row) if row else {}
    ours = {
        old: new
        for old, new in successors.items()
        if new in run.network.configured and new == rest.rpartition(" ")[0]
    }
    if row is None or not ours:
        return
    row.rooms = list(dict.fromkeys(ours.get(room, room) for room in row.rooms))
    run.db.add(row)
    await card.post_cards(run, row, Announcement(list(ours.values()), run.planned))
