"""Our rows, as bot/matrix asks for them."""

from collections.abc import Sequence
from datetime import timedelta

from bot.time.clock import Clock
from storage import inbox, rooms
from storage.db import Database

STILL_WORTH = timedelta(days=7)  # how long an unreadable event is looked at again


class SqlMatrixStore:
    """Implements bot.matrix.connection.MatrixStore."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def known(self, ids: Sequence[str]) -> set[str]:
        async with self._db.read() as db:
            return set(await inbox.outcomes(db, ids))

    async def unreadable(self, rooms: set[str] | None) -> list[tuple[str, str]]:
        async with self._db.read() as db:
            return await inbox.unreadable(db, rooms, self._clock.now() - STILL_WORTH)

    async def has_room(self, room: str) -> bool:
        async with self._db.read() as db:
            row = await rooms.room(db, room)
        return row is not None and row.membership == "join"

    async def encrypted(self, room: str) -> bool | None:
        async with self._db.read() as db:
            row = await rooms.room(db, room)
        return row.encrypted if row else None

    async def members(self, room: str) -> list[str]:
        async with self._db.read() as db:
            return [member.user_id for member in await rooms.members(db, room)]
