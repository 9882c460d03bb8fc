"""The bot's one connection to its homeserver: hears, does, asks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.matrix import http, parse, session
from bot.matrix.connection import Connection, MatrixStore
from bot.matrix.cross_signing import RECOVERY_FILE, CrossSigning, DeviceTrust, Recovery
from bot.matrix.encrypt import Encryption, Encryptor
from bot.matrix.errors import TransientError
from bot.matrix.events import Batch, Event, Request
from bot.matrix.key_backup import KeyBackup
from bot.matrix.key_upkeep import KeyUpkeep
from bot.matrix.keys import Keys
from bot.matrix.lookup import Files, Lookup
from bot.matrix.send import Requests
from bot.matrix.sync import LongPoll, Sync
from bot.time.clock import Clock


class Matrix:
    """One account on one device. `sync` is called by one task only; everything else by anybody, once open.

    Every call may raise TransientError (try again), PermanentError (never will) or UnknownToken.
    """

    def __init__(
        self,
        account: session.Account,
        data_dir: Path,
        clock: Clock,
        store: MatrixStore,
        encryption: Encryption | None = None,
    ) -> None:
        """`data_dir`: exists; it gets session.json, keys/ and recovery-key, readable by us alone."""
        self.user_id = account.user_id
        self.device_id = ""
        self._account = account
        self._file = data_dir / "session.json"
        self._keys_dir = data_dir / "keys"
        self._encryption = encryption or Encryption()
        self._recovery = Recovery(data_dir / RECOVERY_FILE, self._encryption.recovery_key)
        self._http = http.Http(account.homeserver, clock.heard)
        self._connection = Connection(self._http, clock, store, account.user_id)
        self._poll = LongPoll(self._connection)
        self._keys: Keys | None = None

    async def open(self) -> None:
        """Takes up the session kept in data_dir, or logs in; the device's keys are on the server afterwards.

        May be called again after it failed. RuntimeError: the keys in data_dir cannot be read.
        """
        entered = await session.enter(self._http, self._account, self._file)
        self.device_id = entered.device_id
        if self._keys:
            self._keys.close()
        only_signed = self._encryption.devices == "signed"
        self._keys = Keys(entered, self._keys_dir, self._connection.clock, only_signed=only_signed)
        self._cross_signing = CrossSigning(self._http, self._keys, self._account.password, self._recovery)
        backup = KeyBackup(self._http, self._keys, self._recovery)
        self._upkeep = KeyUpkeep(self._connection, self._keys, self._cross_signing, backup, self._poll.cut)
        self._listener = Sync(self._connection, self._keys, self._poll)
        self._lookup = Lookup(self._connection, self._keys)
        self._files = Files(self._connection, self._lookup)
        self._requests = Requests(self._connection, Encryptor(self._connection, self._keys, self._upkeep))
        await self._upkeep.upload()
        if entered.fresh:
            session.settled(self._file, entered)
        await self._upkeep.sign()

    @property
    def trust(self) -> DeviceTrust:
        """Whether our device is signed by its account, as far as it is known."""
        return self._cross_signing.trust if self._keys else DeviceTrust("unknown")

    async def sync(self, since: str | None, seconds: float) -> Batch:
        """One sync: what happened after the token `since` (None:
        the first time ever), waiting up to `seconds`.

        Asking again from the same token is harmless and brings the same again.
        """
        batch = await self._listener.sync(since, seconds)
        self._upkeep.start()
        return batch

    def interrupt(self) -> None:
        """Makes the current `sync` ask anew and return at once; if there is none, the next one."""
        self._poll.cut()

    async def send(self, request: Request) -> str | None:
        """Returns the event's id, the room's for "join" and "create", None for "leave"."""
        return await self._requests.send(request)

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        """The file that this event of the room shows, opened if it is sealed; at most `limit` bytes.
        Raises FileUnavailable when it cannot be had.
        """
        return await self._files.download(room, event_id, limit)

    async def event(self, room: str, event_id: str) -> Event | None:
        """One event as it reads now, unreadable perhaps; None when there is none, or nothing left of it."""
        return await self._lookup.event(room, event_id)

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        """All events that refer to this one (m.reference) and were not redacted, oldest first."""
        return await self._lookup.relations(room, event_id)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        timeout: float = http.REQUEST_SECONDS,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        """Anything else of the client-server API. `timeout`: seconds of silence."""
        return await self._http.ask(http.HttpRequest(method=method, path=path, body=body, timeout=timeout))

    async def upload(self, data: bytes, content_type: str) -> str:
        """The mxc:// address of a file that everybody may see (an avatar)."""
        return await self._requests.upload(data, content_type)

    async def resolve(self, alias: str) -> str:
        """The id of the room that an alias points to now."""
        # the alias may be another server's
        request = http.HttpRequest(method="GET", path=http.path("directory", "room", alias), scope="room")
        found = parse.name((await self._http.ask(request)).get("room_id"))
        if found is None:
            raise TransientError(None, "room", "the alias was answered without a room")
        return found

    async def close(self) -> None:
        if self._keys:
            await self._upkeep.stop()
            self._keys.close()
        await self._http.close()
