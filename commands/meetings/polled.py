"""The date that a poll kept, proposed for the meeting that it was about."""

from dataclasses import replace

from bot.command import Context
from bot.time.recurrence import instant
from commands.meetings.draft import Clock, Draft
from schedules.polls.wording import Slot
from storage.meetings import from_polls
from storage.tables import Poll


async def proposed(ctx: Context, draft: Draft, clock: Clock) -> Draft:
    """With the day that was kept last and is no meeting yet, if there is one to come."""
    for poll in await from_polls.kept(ctx.db):
        slot = _slot(poll)
        if slot.day > ctx.now.astimezone(clock.hours.zone).date():
            return _at(replace(draft, poll_id=poll.id), slot, clock)
    return draft


async def still(ctx: Context, draft: Draft, clock: Clock) -> Poll | None:
    """The poll, if the date that it kept is still that of the meeting."""
    found = next((poll for poll in await from_polls.kept(ctx.db) if poll.id == draft.poll_id), None)
    if found is None or draft.starts_at is None:
        return None
    return found if _slot(found).day == draft.starts_at.astimezone(clock.hours.zone).date() else None


def _slot(poll: Poll) -> Slot:
    return Slot.read(poll.days[poll.kept_day or 0])


def _at(draft: Draft, slot: Slot, clock: Clock) -> Draft:
    """A part of a day is no hour yet."""
    if slot.start is None or slot.end is None:
        return replace(draft, day=slot.day)
    zone = clock.hours.zone
    return replace(draft, starts_at=instant(slot.day, slot.start, zone), ends_at=instant(slot.day, slot.end, zone))
