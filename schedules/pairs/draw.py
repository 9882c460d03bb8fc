"""The monthly draw: the round before is closed and counted, then the pairs of the month are drawn."""

from bot.outbox import Post
from bot.schedule.jobs import Run, every
from bot.text.names import town_of
from schedules import members
from schedules.pairs import calendar, wording
from storage import pause, silence
from storage.pairs import matching, pairs
from storage.tables import PairRound
from storage.text import fold

MOST_SILENT = 3  # rounds in a row


# Looked at every week: a draw that was missed, or would fall into holidays, is made the next time.
@every(calendar.WEEKLY, name="pairs draw", missed="merge")
async def draw(run: Run) -> None:
    last = await pairs.last_round(run.db)
    if last is not None and not last.closed and calendar.is_over(last, run.planned):
        await _close(run, last)
    if calendar.may_draw(last, run.planned, run.hours) and not await pause.held(run.db, run.planned):
        await _draw(run)


async def _draw(run: Run) -> None:
    """Among those who are there: not who left, nor who wants nothing in private now."""
    displayed = await members.names(run)
    there = await pairs.members(run.db) & displayed.keys() - await silence.silent(run.db, run.planned)
    if not there:
        return
    in_names = {who: town for who in there if (town := town_of(displayed[who]))}
    known = {who: fold(town) for who, town in {**in_names, **await members.towns(run.db, run.config)}.items()}
    month = calendar.month_of(run.planned, run.hours)
    groups = matching.draw(there, known, await pairs.history(run.db), month)
    await pairs.record(run.db, month, run.planned, groups)
    if not groups:
        for person in there:
            await run.post(Post(person=person, say=wording.nobody(month), until=run.planned + calendar.ROUND))


async def _close(run: Run, last: PairRound) -> None:
    await pairs.close(run.db, last)
    await run.tell_team(wording.summary(last))
    silent = await pairs.silent_for(run.db, MOST_SILENT)
    await pairs.forget(run.db, silent)
    for person in silent:
        await run.post(Post(person=person, say=wording.removed()))
