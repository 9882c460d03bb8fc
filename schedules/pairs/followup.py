"""The follow-up: a fortnight later, each of a pair is asked whether they talked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.outbox.question import Ask, Choice
from bot.schedule.jobs import Run, due
from bot.time.recurrence import Occurrence
from schedules import members
from schedules.pairs import calendar, wording
from storage import questions, silence
from storage.pairs import pairs
from storage.tables import PairSeat

A_FORTNIGHT = timedelta(days=14)
CHOICES = (
    Choice(pairs.MET, "✅", ("oui", "o", "yes", "y", "✅")),
    Choice(pairs.MISSED, "❌", ("non", "n", "no", "pas cette fois", "pas encore", "not this time", "❌")),
)


async def to_ask(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    last = await pairs.last_round(db)
    if last is None or last.closed or last.drawn_at + A_FORTNIGHT > upto:
        return []
    return [
        Occurrence(f"{last.month} {chunk}", last.drawn_at + A_FORTNIGHT)
        for chunk in await pairs.chunks(db, last.month, pairs.TOLD)
    ]


@due("pairs follow-up", rows=to_ask, missed="catch up")
async def ask(run: Run) -> None:
    month, _, chunk = run.name.partition(" ")
    silent = await silence.silent(run.db, run.planned)
    for seats in (await pairs.seats(run.db, month, int(chunk))).values():
        for seat in seats:
            if seat.state == pairs.TOLD and seat.person not in silent:
                await _ask(run, seat, [each.person for each in seats if each is not seat])


async def _ask(run: Run, seat: PairSeat, others: Sequence[str]) -> None:
    """Nothing comes between somebody and another question, nobody is asked of who is no longer there: they
    are not asked, and not counted as silent.
    """
    people, private = await members.first_names(run, others), await run.private_room(seat.person)
    if not people:
        return
    if private is None or await questions.open_for(run.db, seat.person, private) is not None:
        return
    say = wording.question(seat.month, people)
    ask = Ask(
        say,
        then="pairs.talked",
        choices=CHOICES,
        data={"month": seat.month},
        within=calendar.ROUND - A_FORTNIGHT,
    )
    until = run.planned + calendar.ROUND / 4
    await run.post(Post(room=private, person=seat.person, ask=ask, asked_to=seat.person, until=until))
    seat.state = pairs.ASKED
    run.db.add(seat)
