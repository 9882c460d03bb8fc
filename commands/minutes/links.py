"""Links said in a room of a meeting on its day are noted; the team puts them in the library with a tap."""

import re
from datetime import datetime, time, timedelta

from bot.command import Context, Role
from bot.command.handlers import Reaction, on_message, on_reaction
from bot.outbox.question import KEYCAPS
from bot.text import Say
from bot.time.recurrence import instant
from schedules.minutes.propose_links import KEY
from schedules.resources.recommend import Recommendation, recommend
from storage.meetings import meetings
from storage.minutes import links
from storage.minutes.links import KEPT
from storage.tables import DayLink, Meeting

LONGEST = 4_000  # characters
NEXT_MORNING = time(9)
_LINK = re.compile(r"https?://\S", re.IGNORECASE)


def has_link(text: str) -> bool:
    return len(text) <= LONGEST and _LINK.search(text) is not None


@on_message(has_link, undo_command="compterendu")
async def on_link(ctx: Context) -> None:
    """Only which message it was: it is read the next morning, if it still stands."""
    row = await _todays_meeting(ctx)
    if row is None or await links.message(ctx.db, ctx.event_id) is not None:
        return
    tomorrow = ctx.now.astimezone(ctx.config.zone).date() + timedelta(days=1)
    ctx.db.add(
        DayLink(
            event_id=ctx.event_id,
            meeting_id=row.id,
            room_id=ctx.room.id,
            at=ctx.now,
            due_at=instant(tomorrow, NEXT_MORNING, ctx.config.zone),
        )
    )


async def _todays_meeting(ctx: Context) -> Meeting | None:
    """Of this room."""
    today = ctx.now.astimezone(ctx.config.zone).date()
    since: datetime = instant(today, time(), ctx.config.zone)
    upto = instant(today + timedelta(days=1), time(), ctx.config.zone)
    rows = await meetings.starting_between(ctx.db, since, upto)
    return next((row for row in rows if ctx.room.id in row.rooms), None)


@on_reaction(KEY)
async def on_tap(ctx: Context, reaction: Reaction) -> Say | None:
    number = reaction.message_key.removeprefix(KEY)
    if reaction.key is None or ctx.person.role < Role.TEAM or not number.isdigit():
        return None
    place = next((n for n, tap in enumerate(KEYCAPS, 1) if tap == reaction.key), 0)
    row = await links.proposed(ctx.db, int(number), place)
    if row is None or row.status == KEPT:
        return None
    row.status = KEPT
    ctx.db.add(row)
    network = next(iter(ctx.network.of_kind("network")), "")
    given = Recommendation(
        cause=ctx.event_id,
        room=ctx.room.id,
        direct=False,
        person=ctx.person.id,
        full_name=ctx.person.full_name,
        at=ctx.now,
        today=ctx.now.astimezone(ctx.config.zone).date(),
        offered=network,
        why="",
        theme="",
        shown_at=ctx.target.event_id,
    )
    await recommend(ctx, given, row.link)
    return None
