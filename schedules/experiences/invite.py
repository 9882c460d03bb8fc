"""Invitations to tell an experience, which the team asks for: in private, in open hours."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules.experiences import wording
from schedules.tickets.mail import held_until
from storage.experiences import experiences


async def waiting(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    found = await experiences.with_status(db, experiences.ASKED)
    return [Occurrence(f"{row.id} {row.at.isoformat()}", row.at) for row in found if row.at <= upto]


@due("experience invitations", rows=waiting)
async def invite(run: Run) -> None:
    row = await experiences.experience(run.db, int(run.name.partition(" ")[0]))
    room = await run.private_room(row.person) if row else None
    if row is None or row.status != experiences.ASKED:
        return
    if room is None:
        await run.db.delete(row)
        return
    if (later := await held_until(run, row.person)) is not None:
        row.at = later
        run.db.add(row)
        return
    row.status, row.room_id = experiences.INVITED, room
    run.db.add(row)
    ask = wording.invitation(row)
    key = f"experience-invitation:{row.id}"
    await run.post(Post(room=room, person=row.person, ask=ask, asked_to=row.person, key=key, urgent=True))
