"""Polls on dates that become meetings: the date that was kept, and who said yes to it.

Their yes is an act of answering that is to be confirmed, and that has no seat until then.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.meetings.answers import TEXT, UNCONFIRMED, YES
from storage.polls import ballots, polls
from storage.polls.counting import choices_of_person
from storage.tables import Attendance, Ballot, Meeting, Poll


async def with_chosen_date(db: AsyncSession) -> Sequence[Poll]:
    """Polls on dates whose date is kept and is no meeting's yet, latest first."""
    used = select(Meeting.poll_id).where(col(Meeting.poll_id).is_not(None))
    query = select(Poll).where(
        Poll.kind == polls.DATES, col(Poll.kept_day).is_not(None), Poll.status != polls.CANCELLED
    )
    return (await db.exec(query.where(col(Poll.id).not_in(used)).order_by(col(Poll.id).desc()))).all()


def said_yes(poll: Poll, entries: Sequence[Ballot]) -> list[Ballot]:
    """Of everybody whose answer to the kept date is yes, the act that says so; in the order of these."""
    people = {entry.person for entry in entries}
    ballots = []
    for person in people:
        own = [entry for entry in entries if entry.person == person]
        if choices_of_person(poll, own).get(poll.kept_day or 0) == (polls.YES,):
            ballots.append(
                max(
                    (entry for entry in own if entry.part == poll.kept_day),
                    key=lambda entry: (entry.at, entry.event_id),
                )
            )
    return sorted(ballots, key=lambda entry: (entry.at, entry.event_id))


async def carry_over(db: AsyncSession, row: Meeting, poll: Poll, names: Mapping[str, str]) -> int:
    """Makes of each yes an answer to be confirmed,
    and forgets who said what of the dates once the poll is closed; how many.

    `names`: of people, as displayed. A poll that is still open keeps its ballots until its own end.
    """
    yes_ballots = said_yes(poll, await ballots.of_poll(db, poll.id))
    for entry in yes_ballots:
        name = names.get(entry.person, "")
        db.add(
            Attendance(
                event_id=entry.event_id,
                meeting_id=row.id,
                person=entry.person,
                name=name,
                at=entry.at,
                way=TEXT,
                answer=YES,
                revision=UNCONFIRMED,
            )
        )
    if poll.status == polls.CLOSED:
        await ballots.erase(db, poll.id)
    await db.flush()
    return len(yes_ballots)
