"""Who has left every room where a meeting is announced, and still has a seat there: the team is told, and decides.

Nobody loses a seat by themselves: people leave by mistake and come back, and a room may move without everybody following at once.
"""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.network import Network
from bot.outbox import Post, Rank
from bot.schedule.jobs import Run, every
from bot.text import Long, Say
from schedules.meetings import private_messages, wording
from schedules.meetings.attendance import invited
from storage import outbox, rooms
from storage.meetings import answers, meetings, seats
from storage.meetings.answers import Answer
from storage.tables import Meeting

GONE = "meeting-gone:"


def hour(config: Config) -> str:
    return f"daily {config.meetings.reminders_at:%H:%M}"


# Whatever was missed is looked at as it is now.
@every(hour, name="meeting departures", missed="merge")
async def look(run: Run) -> Sequence[Post]:
    found = [await _told(run, row) for row in await meetings.ahead(run.db, run.planned) if row.starts_at > run.planned]
    return [post for post in found if post is not None]


async def gone(db: AsyncSession, network: Network, row: Meeting) -> list[Answer]:
    """Those who have a seat, or wait for one, and are in none of its rooms, in their order. Of a room that we are not in we know nothing."""
    known = [await rooms.room(db, room) for room in row.rooms]
    if not all(room is not None and room.membership == "join" and not room.successor for room in known):
        return []
    there, said = await invited(db, network, row), await answers.answers(db, row.id)
    places = await seats.places(db, row.id)
    return [said[place.person] for place in places if place.person not in there and place.person in said]


async def _told(run: Run, row: Meeting) -> Post | None:
    """One message a meeting, as it is now."""
    team, key = run.network.team, f"{GONE}{row.id}"
    found = await gone(run.db, run.network, row)
    before = await outbox.versions(run.db, key, team) if team else []
    if team is None or not (found or before):
        return None
    say = _text(run, row, found)
    if before and await private_messages.reads(run.db, run.network, before[0], say):
        return None
    return Post(room=team, say=say, key=key, rank=Rank.BOOKKEEPING)


def _text(run: Run, row: Meeting, found: Sequence[Answer]) -> Say:
    day = wording.day(row, run.config, run.planned)
    if not found:
        return Say("**Rencontre du {day}** : plus personne n’a de place sans être dans ses salons.", day=day)
    names = ", ".join(each.name or each.person for each in found)
    return Say.lines(
        Say("**Rencontre du {day}** : ne sont plus dans ses salons, mais y ont encore une place : {names}.", day=day, names=Long(names)),
        Say("Pour libérer une place : `{line}`", line=f"!presence non {row.name} pour {found[0].name or found[0].person}"),
    )
