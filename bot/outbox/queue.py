"""Outbox queue: the entries that are still to be sent, in memory, kept by the commits that write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import inspect
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.db import Database
from storage.tables import OutboxEntry


@dataclass(slots=True)
class Queued:
    """One entry. `order`: -1 the next part of a begun post, then its rank.
    `row`: an answer as it was committed, when that is at hand.
    """

    id: int
    room: str | None
    order: int
    target: int | None
    target_opens_room: bool
    follows: int | None
    not_before: datetime
    next_try: datetime
    row: OutboxEntry | None = None

    @property
    def place(self) -> str:
        """Its room; one that is still to be opened is a queue of its own."""
        return self.room or f"act:{self.id}"


class Queue:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._entries: dict[int, Queued] = {}
        self._stale = self._loading = True
        db.commits.follow(OutboxEntry, self._committed)

    async def load(self) -> None:
        """Reads it from the database, unless what is in memory is all there is.
        Raises DatabaseUnavailable.
        """
        while self._stale:
            self._stale, self._loading = False, True
            try:
                async with self._db.read() as db:
                    found = await outbox.open_entries(db)
            except BaseException:
                self._stale = True
                raise
            finally:
                self._loading = False
            self._entries = {each.id: Queued(*each) for each in found}

    def heads(self, now: datetime) -> tuple[list[Queued], datetime | None]:
        """The first entry that is due of each room, in their order (parts of a begun post, answers,
        announcements, the rest), and when more of it comes due.
        """
        heads: dict[str, Queued] = {}
        until: datetime | None = None
        for each in self._entries.values():
            moment = max(each.not_before, each.next_try)
            if moment > now:
                until = min(until or moment, moment)
            if each.not_before > now or each.target in self._entries or each.follows in self._entries:
                continue
            first = heads.setdefault(each.place, each)
            if (each.order, each.id) < (first.order, first.id):
                heads[each.place] = each
        return sorted(heads.values(), key=lambda each: (each.order, each.id)), until

    def is_settled(self, number: int) -> bool:
        """Whether what became of it is recorded."""
        return not (self._stale or self._loading) and number not in self._entries

    async def row(self, db: AsyncSession, number: int) -> OutboxEntry | None:
        """The entry, in this transaction."""
        queued = self._entries.get(number)
        if queued is None or queued.row is None or self._stale or self._loading:
            return await db.get(OutboxEntry, number)
        return await db.merge(queued.row, load=False)

    def _committed(self, rows: Sequence[OutboxEntry] | None) -> None:
        if rows is None or self._loading:
            self._stale = True
            return
        for row in rows:
            if row.status in outbox.OPEN:
                self._entries[row.id] = _queued(row)
            else:
                self._entries.pop(row.id, None)
                self._opened(row)

    def _opened(self, row: OutboxEntry) -> None:
        """The room that was opened for somebody is that of what was written before."""
        if row.kind == "create" and row.event_id:
            for each in self._entries.values():
                if each.target == row.id and each.target_opens_room:
                    each.room = each.room or row.event_id


def _queued(row: OutboxEntry) -> Queued:
    at_hand = row.rank == 0 and row.data is None and not inspect(row).unloaded
    return Queued(
        id=row.id,
        room=row.room_id,
        order=row.rank if row.follows is None else -1,
        target=row.target_act,
        target_opens_room=row.relation == "room",
        follows=row.follows,
        not_before=row.not_before,
        next_try=row.next_try,
        row=row if at_hand else None,
    )
