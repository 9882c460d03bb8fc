"""Leavers: who has left every room where a meeting is announced, and still has a seat;
the team is told, and decides.

Nobody loses a seat by themselves: people leave by mistake and come back, and a room may move without
everybody following at once.
"""

from collections.abc import Sequence

from bot.config import Config
from bot.outbox import Post, Rank, UnitOfWork
from bot.schedule.jobs import Run, every
from bot.text import Long, Say
from schedules.meetings import wording
from schedules.meetings.attendance import invited
from storage import outbox, rooms
from storage.meetings import answers, meetings, seats
from storage.meetings.answers import Answer
from storage.tables import Meeting

DEPARTED = "meeting-gone:"


def hour(config: Config) -> str:
    return f"daily {config.meetings.reminders_at:%H:%M}"


# Whatever was missed is looked at as it is now.
@every(hour, name="meeting departures", missed="merge")
async def look(run: Run) -> None:
    for row in await meetings.upcoming(run.db, run.planned):
        if row.starts_at > run.planned:
            await _tell_team(run, row)


async def departed(uow: UnitOfWork, row: Meeting) -> list[Answer]:
    """Those who have a seat, or wait for one, and are in none of its rooms, in their order.
    Of a room that we are not in we know nothing.
    """
    joined = [await rooms.room(uow.db, room) for room in row.rooms]
    if not all(room is not None and room.membership == "join" and not room.successor for room in joined):
        return []
    present, current = await invited(uow, row), await answers.of_everybody(uow.db, row.id)
    all_seats = await seats.of_meeting(uow.db, row.id)
    return [
        current[seat.person] for seat in all_seats if seat.person not in present and seat.person in current
    ]


async def _tell_team(run: Run, row: Meeting) -> None:
    """One message a meeting, as it is now."""
    team, key = run.network.team, f"{DEPARTED}{row.id}"
    people = await departed(run, row)
    if team and (people or await outbox.versions(run.db, key, team)):
        await run.post(Post(room=team, say=_text(run, row, people), key=key, rank=Rank.BOOKKEEPING))


def _text(run: Run, row: Meeting, people: Sequence[Answer]) -> Say:
    day = wording.day(row, run.config, run.planned)
    if not people:
        return Say(
            "**Rencontre du {day}** : toutes les personnes qui ont une place sont dans ses salons.", day=day
        )
    names = ", ".join(each.name or each.person for each in people)
    return Say.lines(
        Say(
            "**Rencontre du {day}** : places de personnes qui ont quitté ses salons : {names}.",
            day=day,
            names=Long(names),
        ),
        Say(
            "Pour libérer une place : `{line}`",
            line=f"!presence non {row.name} pour {people[0].name or people[0].person}",
        ),
    )
