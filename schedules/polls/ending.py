"""What a closing leaves: the counts, no ballot, the card edited to the result, the result posted once, and for dates a question to who asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from bot.outbox.question import YES, Ask
from bot.text import Count, Say
from schedules.announcements import beginning
from schedules.polls import result
from schedules.polls.wording import labels
from storage import outbox, pause, rooms
from storage.polls import ballots, polls
from storage.tables import Poll

TO_ANSWER = timedelta(days=14)


async def closed(db: AsyncSession, row: Poll, kept: Mapping[str, Any], now: datetime) -> list[Post]:
    """Closes it with these counts (`result.kept`), in one transaction with what is then said of it."""
    urgent = bool(row.result.get("asked"))
    row.status, row.result, row.next_try = polls.CLOSED, dict(kept), None
    db.add(row)
    if row.kind != polls.DATES:
        await ballots.erase(db, row.id)
    # The result first: whatever the card's edit becomes, it has the same transaction id when all of this is done again after a restore.
    announced = [await _announced(db, row, now, urgent=urgent)] if await stands(db, row) else []
    return [*announced, *await _edits(db, row, polls.card_key(row.id)), *await which_date(db, row)]


async def stands(db: AsyncSession, row: Poll) -> bool:
    """Whether the card or a native poll is still to be seen."""
    shown = [*await polls.cards(db, row), *(box for _, box in await polls.boxes(db, row))]
    return any(entry.status != outbox.REMOVED for entry in shown)


async def _announced(db: AsyncSession, row: Poll, now: datetime, *, urgent: bool) -> Post:
    """The result notifies; while the team has suspended what goes out by itself, it waits, unless they asked for it."""
    held = await pause.held_until(db) if not urgent and await pause.held(db, now) else None
    title = f"« Résultat – {beginning(row.question)} »"
    return Post(room=row.room_id, say=result.text(row), key=polls.result_key(row.id), at=held, urgent=urgent, title=title)


async def which_date(db: AsyncSession, row: Poll) -> list[Post]:
    """Who asked for dates is offered the best one, where they asked."""
    found = result.best_day(row)
    if found is None:
        return []
    yes, maybe, no = row.result["days"][found]
    lost = Count(no, "1 personne ne pourrait pas venir", "{n} personnes ne pourraient pas venir", zero="personne n’a répondu non")
    say = Say(
        "**Sondage de dates n° {number}** – {day} : {yes} oui, {maybe} si besoin ; {lost}. "
        "Pour retenir cette date, touchez ✅ sous ce message, ou écrivez `!dates retenir {number} {n}`.",
        number=row.id,
        day=labels(row)[found],
        n=found + 1,
        yes=yes,
        maybe=maybe,
        lost=lost,
    )
    ask = Ask(say, then="poll.keep", choices=(YES,), data={"poll": row.id, "day": found}, within=TO_ANSWER)
    moved = await rooms.successor(db, row.asked_in)
    return [Post(room=moved.room_id if moved else row.asked_in, ask=ask, asked_to=row.author, rank=Rank.BOOKKEEPING)]


async def again(db: AsyncSession, row: Poll) -> list[Post]:
    """The result said anew, on the card and in its own message."""
    return await _edits(db, row, polls.card_key(row.id), polls.result_key(row.id))


async def _edits(db: AsyncSession, row: Poll, *keys: str) -> list[Post]:
    """The messages that show it say the result from now on; one that is not there is not posted for that."""
    there = [key for key in keys if await outbox.versions(db, key, row.room_id)]
    return [Post(room=row.room_id, say=result.text(row), key=key, rank=Rank.BOOKKEEPING) for key in there]
