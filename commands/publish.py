"""Confirmation before something goes out to a room:
the good moment, the rooms as people know them, and the question asked about both.

Announcements, polls and meetings are all shown first; nothing counts before « oui ».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce

from bot.command import Context
from bot.outbox.question import Choice
from bot.text import Say
from bot.time import Instant
from storage import announcements, outbox, rooms

HOUR = time(9)  # of a day that was named without one
MOST_SHOWN = 9  # as many as can be tapped
NOW = Choice("now", "", ("maintenant", "tout de suite", "now"))


@dataclass(frozen=True)
class Proposal:
    """A good moment, and why it is not the one that was asked for. `now`: at once, as the person meant."""

    at: datetime
    reason: Say | None = None
    now: bool = False


async def propose(ctx: Context, targets: Sequence[str], wanted: datetime | None) -> Proposal:
    """The moment wanted (None: now) if it is an open hour of a day
    with room left in each of these rooms, else the next good one.
    """
    # « aujourd’hui », said after its hour
    hours, wanted = ctx.hours, wanted if wanted and wanted > ctx.now else None
    at = wanted or ctx.now
    reason = hours.why_closed(at, ctx.now)
    if reason is not None:
        at = hours.next_good(at)
    while await _full(ctx, targets, at):
        reason = reason or Say("Le salon a déjà ses annonces ce jour-là.")
        tomorrow = at.astimezone(hours.zone).date() + timedelta(days=1)
        at = hours.next_good(datetime.combine(tomorrow, HOUR, hours.zone))
    return Proposal(at, reason, now=wanted is None and reason is None)


async def _full(ctx: Context, targets: Sequence[str], at: datetime) -> bool:
    """Whether one of these rooms has its day's budget already."""
    start = at.astimezone(ctx.hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=1)
    planned = [each for each in await announcements.planned(ctx.db) if start <= each.at < end]
    for room in targets:
        count = await outbox.planned_announcements(ctx.db, room, start, end)
        if count + sum(room in each.rooms for each in planned) >= ctx.network.config.budget.announcements:
            return True
    return False


def question(ctx: Context, proposal: Proposal, places: Say) -> Say:
    """« Publier maintenant dans … ? », or another moment and why;
    YES, NO, NOW and a date are answers to it.
    """
    if proposal.now:
        return Say(
            "Publier maintenant dans {places} ? Répondez oui, non, ou indiquez une heure.", places=places
        )
    when = instant(ctx, proposal.at)
    if proposal.reason is None:
        return Say(
            "Publier le {when} dans {places} ? Répondez oui, non, ou indiquez une autre date.",
            when=when,
            places=places,
        )
    return Say(
        "{reason} Je propose le {when}, dans {places}. "
        "Répondez oui, indiquez une autre date, ou écrivez « maintenant » si c’est urgent.",
        reason=proposal.reason,
        when=when,
        places=places,
    )


def planned(ctx: Context, at: datetime, places: Say) -> Say:
    """What became of it, once it is agreed."""
    if at <= ctx.now:
        return Say("Je publie maintenant dans {places}.", places=places)
    return Say(
        "Programmé le {when}, dans {places}. Pour annuler : `!prevu`.", when=instant(ctx, at), places=places
    )


def instant(ctx: Context, at: datetime) -> Instant:
    return Instant(at, ctx.now, ctx.hours.zone)


async def names(ctx: Context, targets: Sequence[str]) -> Say:
    """« A », « B » et « C » : the rooms as people know them, all of them: it is where the message goes."""
    *first, last = [Say("« {name} »", name=name) for name in await _room_names(ctx, targets)]
    if not first:
        return last
    names = reduce(lambda before, each: Say("{first}, {then}", first=before, then=each), first)
    return Say("{names} et {last}", names=names, last=last)


async def numbers(ctx: Context, targets: Sequence[str]) -> Say:
    """« 1. A ; 2. B » : as many as can be tapped."""
    called = await _room_names(ctx, targets[:MOST_SHOWN])
    listed = [Say("{n}. {name}", n=n, name=name) for n, name in enumerate(called, 1)]
    return reduce(lambda before, each: Say("{first} ; {then}", first=before, then=each), listed)


async def _room_names(ctx: Context, targets: Sequence[str]) -> list[str]:
    rows = [await rooms.room(ctx.db, room) for room in targets]
    return [(row.name if row else "")[:80] or "salon sans nom" for row in rows]
