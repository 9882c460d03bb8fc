"""The cards of the meetings that are ahead stay pinned where they are announced."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.face import pinned
from storage import outbox
from storage.meetings import meetings, messages


@pinned
async def pinned_cards(db: AsyncSession, room: str, now: datetime) -> Sequence[str]:
    """Event ids of those that are out and stand."""
    wanted = []
    for row in await meetings.upcoming(db, now, rooms=(room,)):
        first = next(iter(await outbox.versions(db, messages.card_key(row.id), room)), None)
        if first is not None and first.status == outbox.SENT and first.event_id:
            wanted.append(first.event_id)
    return wanted
