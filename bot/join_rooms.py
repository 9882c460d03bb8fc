"""Finds and joins the configured rooms: an alias is resolved once, and the room it meant is kept.

An alias that later points elsewhere without an upgrade could be somebody's trap: the old room stays ours and
the team is told.
"""

import logging
from collections.abc import Collection
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.events import Request
from bot.outbox import Cause, Outbox, UnitOfWork, transaction_id
from bot.services import Services
from bot.text import Say
from storage import outbox as entries
from storage import rooms, settings

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)


class RoomJoiner:
    def __init__(self, services: Services, outbox: Outbox) -> None:
        self._services = services
        self._outbox = outbox
        self._pending = [room.room for room in services.network.config.rooms]
        self._unchecked = {address for address in self._pending if address.startswith("#")}
        self._check_at = services.clock.now()

    @property
    def done(self) -> bool:
        return not self._pending

    async def restore(self) -> None:
        """Settles what earlier runs found, without the network."""
        async with self._services.db.read() as db:
            known = await self._known(db)
        for address in self._pending:
            if address in known:
                self._services.network.bind(address, known[address])

    async def join_configured(self) -> None:
        """Resolves and joins what is left; what the server refuses stays for the next time.
        Raises TransientError and UnknownToken.

        A room whose own server fails does not keep us out of the others.
        """
        failure: TransientError | None = None
        async with self._services.db.read() as db:
            known, joined = await self._known(db), await rooms.joined(db)
        for address in list(self._pending):
            try:
                await self._join(address, known.get(address), joined)
                self._pending.remove(address)
            except PermanentError as refusal:
                log.warning(
                    "room %s: %s %s (invite the bot there; `animatrice check` says more)",
                    address,
                    refusal.status,
                    refusal.errcode,
                )
            except TransientError as transient:
                log.warning("room %s: %s", address, transient)
                if transient.scope != "room":
                    raise
                failure = transient
        if failure:
            raise failure

    async def check_aliases(self) -> None:
        """Asks once a run where the known aliases point now; one whose server is away again later:
        people wait meanwhile.
        """
        now = self._services.clock.now()
        if not self._unchecked or now < self._check_at:
            return
        self._check_at = now + AGAIN
        for address in list(self._unchecked):
            try:
                found = await self._services.matrix.resolve(address)
            except TransientError as transient:
                log.info("alias %s: %s", address, transient)
                continue
            except PermanentError as refusal:
                log.warning("alias %s leads nowhere now: %s", address, refusal)
            else:
                await self._compare(address, found)
            self._unchecked.discard(address)

    async def _compare(self, address: str, found: str) -> None:
        """Tells the team, once for each place, that an alias leads elsewhere;
        not when it still leads to a room that was upgraded.
        """
        cause = Cause(id=f"alias:{address}:{found}", at=self._services.clock.now())
        async with self._services.db.write() as db:
            known = await settings.value(db, f"alias:{address}")
            row = await rooms.room(db, found)
            if known in (None, found) or (row and row.successor == known):
                return
            log.warning("alias %s points to %s now; %s is kept", address, found, known)
            if not await entries.caused_by(db, cause.id):
                moved = Say(
                    "L’adresse {alias} mène maintenant à un autre salon. Je reste dans celui que je "
                    "connais ; prévenez le service numérique.",
                    alias=address,
                )
                await UnitOfWork(outbox=self._outbox, db=db, cause=cause, now=cause.at).tell_team(moved)

    async def _known(self, db: AsyncSession) -> dict[str, str]:
        """The rooms that pending addresses are known to be."""
        aliases = await settings.values(db, [f"alias:{address}" for address in self._pending])
        known = {
            address: address if address.startswith("!") else aliases.get(f"alias:{address}")
            for address in self._pending
        }
        return {address: room for address, room in known.items() if room}

    async def _join(self, address: str, known: str | None, joined: Collection[str]) -> None:
        """`known`: the room it is, if we know; `joined`: the rooms that we are in."""
        matrix, network = self._services.matrix, self._services.network
        room_id = known or await matrix.resolve(address)
        if known not in joined:
            way = address if address.startswith("#") and known is None else room_id
            await matrix.send(Request(kind="join", txn=transaction_id("join", room_id), room=way))
        if known is None:
            async with self._services.db.write() as db:
                await settings.set_value(db, f"alias:{address}", room_id)
        network.bind(address, room_id)
