"""Pins: the messages of ours that a subject wants pinned in a room, as it declares them.

@pinned
async def cards(db, room, now): …
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.declare import declare

Wanted = Callable[[AsyncSession, str, datetime], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Pins:
    """`wanted(db, room, now)`: event ids of ours, to be pinned there while they are wanted."""

    wanted: Wanted


def pinned(wanted: Wanted) -> Wanted:
    """Declares what a subject wants pinned."""
    return declare(wanted, Pins(wanted))


def merged(current: Sequence[str], ours: Collection[str], wanted: Sequence[str]) -> list[str]:
    """The content of m.room.pinned_events: what others pinned stays, in its order; ours that is wanted no
    more goes; what we pinned once and somebody took off (in `ours`, not in `current`) does not come back.
    """
    kept = [event for event in current if event not in ours or event in wanted]
    return kept + [event for event in wanted if event not in current and event not in ours]
