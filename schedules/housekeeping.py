"""Retention: what is forgotten, every night, and the seeds that nobody is to tap any more:
bodies of messages, event ids, reactions, questions that expired, announcements that are over, old wishes, old
opinions, what was looked for, polls that nobody confirmed, who could come when, who came to a meeting a year
ago and what they needed there, the town of who has left, questions asked a year ago, experiences that nobody
finished, surveys that nobody confirmed and what was written in the others.
"""

from datetime import timedelta

from bot.outbox import chips
from bot.schedule.jobs import Run, every
from schedules.meetings import summary
from storage import announcements, inbox, members, outbox, questions, silence, taps, unreadable, welcome
from storage.experiences import experiences
from storage.meetings import counts, meetings, messages
from storage.minutes import actions, links
from storage.news import readers
from storage.news import requests as feed_requests
from storage.pairs import pairs
from storage.polls import polls
from storage.quarter import retention
from storage.resources import requests as import_requests
from storage.resources import search
from storage.rollcall import papers, rollcalls
from storage.surveys import requests as survey_requests
from storage.surveys import surveys, texts
from storage.tickets import absences, tickets
from storage.transaction import truncate_log

BODIES = timedelta(days=7)
EVENT_IDS = timedelta(days=30)
TAPS = timedelta(days=180)  # longer than anything waits for one
ANNOUNCEMENTS = timedelta(days=30)
QUESTIONS = timedelta(days=7)  # they hold what somebody typed
REQUESTS = timedelta(days=30)
LISTINGS = timedelta(days=1)  # they hold what somebody looked for
DRAFTS = timedelta(days=7)  # of polls and surveys
TEXTS = timedelta(days=180)  # of a survey, after its close
DATES = timedelta(days=30)  # who could come when, after the close
ATTENDANCES = timedelta(days=365)  # after the meeting: then only the counts
PAST = timedelta(days=7)  # meetings whose seeds are looked for, longer than a night is missed
ACTIONS = timedelta(days=180)  # once they are over
DAY_LINKS = timedelta(days=30)
TICKETS = timedelta(days=365)
EXPERIENCES = timedelta(days=30)  # drafts; what is published is in the library
OPINIONS = timedelta(days=90)  # longer than they weigh on the panorama
DEPARTED = timedelta(days=183)  # from every room


@every("daily 03:30", name="housekeeping", missed="merge", at_any_hour=True)
async def housekeeping(run: Run) -> None:
    await _forget_events(run)
    await _forget_meetings(run)
    await _forget_subjects(run)
    await _forget_people(run)
    truncate_log(run.db)


async def _forget_events(run: Run) -> None:
    """What was heard and said."""
    await outbox.erase(run.db, run.planned - BODIES)
    await inbox.forget(run.db, run.planned - EVENT_IDS)
    await unreadable.forget(run.db, run.planned - EVENT_IDS)
    await taps.purge(run.db, run.planned - TAPS)
    await _clear_seeds(run)
    await questions.purge(run.db, run.planned - QUESTIONS)


async def _forget_meetings(run: Run) -> None:
    for row in await meetings.to_forget(run.db, run.planned - ATTENDANCES):
        await rollcalls.forget(run.db, row.id)  # while it is known who was expected
        await actions.forget(run.db, row.id)
        await counts.forget(run.db, row)
    await actions.purge(run.db, run.planned - ACTIONS)
    await links.purge(run.db, run.planned - DAY_LINKS)
    await papers.purge(run.db, run.planned - REQUESTS)
    await summary.forget_needs(run)
    await retention.purge(run.db, run.planned)


async def _forget_subjects(run: Run) -> None:
    await announcements.purge(run.db, run.planned - ANNOUNCEMENTS)
    await feed_requests.purge(run.db, run.planned - REQUESTS)
    await import_requests.purge_imports(run.db, run.planned - REQUESTS)
    await search.purge_listings(run.db, run.planned - LISTINGS)
    await polls.purge(run.db, run.planned - DRAFTS, run.planned - DATES)
    await surveys.purge(run.db, run.planned - DRAFTS)
    await survey_requests.purge(run.db, run.planned - REQUESTS)
    await texts.purge(run.db, run.planned - TEXTS)
    await tickets.forget(run.db, run.planned - TICKETS)
    await absences.forget(run.db, (run.planned - TICKETS).date())
    await experiences.forget(run.db, run.planned - EXPERIENCES)


async def _forget_people(run: Run) -> None:
    await readers.forget(run.db, run.planned - OPINIONS)
    await members.forget_departed(run.db)
    await silence.purge(run.db, run.planned)
    await pairs.forget_departed(run.db)
    await welcome.purge(run.db, run.planned, run.planned - DEPARTED)


async def _clear_seeds(run: Run) -> None:
    """Under a question whose time is over, or a meeting that is past, nothing is left to tap."""
    for message in await questions.expire(run.db, run.planned):
        await chips.clear(run, message.id)
    for row in await meetings.starting_between(run.db, run.planned - PAST, run.planned):
        if row.ends_at <= run.planned:
            for message in await messages.posted(run.db, row.id):
                await chips.clear(run, message.id)
