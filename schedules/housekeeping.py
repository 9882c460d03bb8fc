"""What is forgotten, every night: bodies of messages a week after sending, event ids after 30 days, questions that expired, old wishes."""

from collections.abc import Sequence
from datetime import timedelta

from bot.outbox import Post
from bot.schedule.jobs import Run, every
from storage import inbox, outbox, questions
from storage.news import wishes

BODIES = timedelta(days=7)
EVENT_IDS = timedelta(days=30)
QUESTIONS = timedelta(days=30)


@every("daily 03:30", name="housekeeping", missed="merge", at_any_hour=True)
async def housekeeping(run: Run) -> Sequence[Post]:
    await outbox.erase(run.db, run.planned - BODIES)
    await inbox.forget(run.db, run.planned - EVENT_IDS)
    await questions.purge(run.db, run.planned - QUESTIONS)
    await wishes.purge(run.db, run.planned - QUESTIONS)
    return ()
