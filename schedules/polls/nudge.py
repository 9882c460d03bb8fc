"""Nudge: one line for who has not voted yet: halfway, or a day before the close if that is later;
never twice, and only if fewer than half have voted.
"""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run, due
from bot.text import Count, Say
from bot.time.recurrence import Occurrence, instant
from schedules.announcements import beginning
from schedules.polls.card import closing
from storage import outbox, pause, rooms
from storage.polls import ballots, polls
from storage.tables import Poll

A_DAY = timedelta(days=1)  # a poll that is open for less is not nudged


async def halfway(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [
        Occurrence(row.event_id, _moment(row))
        for row in await polls.running(db)
        if row.closes_at - row.opens_at >= A_DAY and _moment(row) <= upto
    ]


def _moment(row: Poll) -> datetime:
    return max(row.opens_at + (row.closes_at - row.opens_at) / 2, row.closes_at - A_DAY)


def end_of_day(occurrence: Occurrence, config: Config) -> datetime:
    """Later than the same day's office hours it is of no use."""
    return instant(occurrence.planned.astimezone(config.zone).date(), config.office_hours.end, config.zone)


async def too_late(run: Run) -> None:
    """Nobody misses it."""


@due("poll nudge", rows=halfway, missed="drop", grace=end_of_day, dropped=too_late)
async def nudge(run: Run) -> None:
    row = await polls.by_event(run.db, run.name)
    if row is None or row.status != polls.PUBLISHED or run.planned >= row.closes_at or await _quiet(run):
        return
    card = await polls.card(run.db, row)
    voters = await ballots.voters(run.db, row.id)
    people = [
        each
        for each in await rooms.members(run.db, row.room_id)
        if each.membership == "join" and each.user_id != run.network.me
    ]
    if (
        card is None
        or card.status != outbox.SENT
        or voters * 2 >= len(people)
        or await _full(run, row.room_id)
    ):
        return
    until = min(row.closes_at, end_of_day(Occurrence(run.name, run.planned), run.config))
    title = f"« {beginning(row.question)} »"
    say = text(row, voters, run.config)
    await run.post(Post(room=row.room_id, say=say, reply_to=card.event_id, until=until, title=title))


def text(row: Poll, voters: int, config: Config) -> Say:
    how = (
        Say("écrivez `!vote`") if row.mode == polls.SECRET else Say("votez sous le message auquel je réponds")
    )
    return Say(
        "Sondage « {question} » : {votes} pour l’instant, clôture {when}. Dix secondes suffisent : {how}.",
        question=row.question,
        votes=Count(voters, "1 vote", "{n} votes", zero="aucun vote"),
        when=closing(row, config),
        how=how,
    )


async def _quiet(run: Run) -> bool:
    """While the team has suspended what goes out by itself,
    and in school holidays, nobody is called back to vote.
    """
    hours = run.config.hours()
    return await pause.held(run.db, run.planned) or not hours.good(hours.next_open(run.planned))


async def _full(run: Run, room: str) -> bool:
    """Whether the room has its day's announcements:
    a nudge is not worth a place that was meant for another.
    """
    today = instant(run.planned.astimezone(run.config.zone).date(), datetime.min.time(), run.config.zone)
    return (
        await outbox.planned_announcements(run.db, room, today, today + A_DAY)
        >= run.config.budget.announcements
    )
