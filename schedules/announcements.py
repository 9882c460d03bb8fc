"""Announcements: what the team asked to have said goes out at its hour;
the sentences that its command and its hour share.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.time.recurrence import Occurrence
from storage import announcements, rooms
from storage.tables import Announcement


def text(row: Announcement) -> Say:
    """The announcement as the rooms read it: the team's own words."""
    return Say("{text}", text=Long(row.text))


def beginning(text: str) -> str:
    """Enough of a text to know which one it is."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


async def planned(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [Occurrence(row.event_id, row.at) for row in await announcements.due(db, upto)]


# Its hour was chosen by the team, and the outbox still holds it back outside office hours unless it is
# urgent.
@due("announcements", rows=planned, missed="catch up", at_any_hour=True)
async def publish(run: Run) -> None:
    row = await announcements.by_event(run.db, run.name)
    if row is None or row.status != "planned":
        return
    row.status = "published"
    run.db.add(row)
    title = f"« {beginning(row.text)} »"
    for room in row.rooms:
        await run.post(
            Post(room=await _current_room(run, room), say=text(row), urgent=row.urgent, title=title)
        )


async def _current_room(run: Run, room_id: str) -> str:
    """The room, or the one that took its place since it was chosen."""
    row = await rooms.room(run.db, room_id)
    moved = (
        row is not None and room_id not in run.network.configured and row.successor in run.network.configured
    )
    return row.successor if row and moved else room_id
