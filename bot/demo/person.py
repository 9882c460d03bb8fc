"""Someone in the chat, who types and reads as members do: the cast of the demo and of the tests."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Self, TypedDict, TypeVar, Unpack
from urllib.parse import quote

from bot.demo.chat import File, Line, Manner, ballot, message
from bot.demo.client import Access, Denied, Keys, unlock
from bot.demo.homeserver import Account, Homeserver
from bot.demo.sync_state import SyncState

PATIENCE = 20.0
POLL = 5.0  # seconds of one long poll
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}

T = TypeVar("T")


class RoomOptions(TypedDict, total=False):
    """alias: local part; invite: user ids; preset: as in createRoom, "private_chat" unless told; power:
    user id → level.
    """

    alias: str
    encrypted: bool
    invite: Sequence[str]
    preset: str
    power: dict[str, int]


class Person:
    """One account on one device. Only what was asked for is read: no task runs in the background.

    Listening starts with the first `sees` or `wait_for` and never skips anything, so an answer
    cannot be missed, however fast it came.
    """

    def __init__(self, url: str, account: Account, name: str) -> None:
        self.user_id = account.user_id
        self.name = name
        self.account = account
        self.access = Access(url, account.access_token)
        self._keys = Keys(self.access, account)
        self._ears = SyncState(self.access, self._keys, self.user_id)

    @classmethod
    async def join_server(cls, homeserver: Homeserver, localpart: str, name: str = "") -> Self:
        """Register and open a first device."""
        account = await homeserver.register(localpart, secrets.token_hex(8), name)
        person = cls(homeserver.url, account, name or localpart)
        await person._ears.listen()
        return person

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._keys.close()
        await self.access.close()

    # --- rooms

    async def create_room(self, name: str, **options: Unpack[RoomOptions]) -> str:
        """The new room's id. An encrypted one is so from its first event."""
        body: dict[str, Any] = {
            "name": name,
            "preset": options.get("preset", "private_chat"),
            "invite": list(options.get("invite", ())),
        }
        if alias := options.get("alias"):
            body["room_alias_name"] = alias
        if options.get("encrypted"):
            body["initial_state"] = [ENCRYPTION]
        if power := options.get("power"):
            body["power_level_content_override"] = {"users": power}
        return await self._create(body)

    async def dm(self, user: str, *, encrypted: bool = False) -> str:
        """Open a direct room and invite them."""
        body = {"is_direct": True, "preset": "trusted_private_chat", "invite": [user]}
        room = await self._create(body | {"initial_state": [ENCRYPTION] if encrypted else []})
        await self._files_under_people(room, user)
        return room

    async def _create(self, body: dict[str, Any]) -> str:
        return str((await self.access.call("POST", "/createRoom", body))["room_id"])

    async def join(self, room: str) -> str:
        """By id or alias; the room's id."""
        return str((await self.access.call("POST", f"/join/{quote(room)}", {}))["room_id"])

    async def accept(self, inviter: str, within: float = PATIENCE) -> str:
        """Join the room that this person invites to, once they do; its id."""
        room, direct = await self.until(lambda: self._ears.invitation(inviter), within)
        await self.join(room)
        if direct:
            await self._files_under_people(room, inviter)
        return room

    async def _files_under_people(self, room: str, user: str) -> None:
        """Without m.direct, a client lists a room of two among the others
        (client-server API, "Direct Messaging").
        """
        path = f"/user/{quote(self.user_id)}/account_data/m.direct"
        try:
            known = await self.access.call("GET", path)
        except Denied:  # none yet
            known = {}
        await self.access.call("PUT", path, known | {user: [*known.get(user, []), room]})

    async def leave(self, room: str) -> None:
        await self.access.call("POST", f"/rooms/{quote(room)}/leave", {})

    async def invite(self, room: str, user: str) -> None:
        await self.access.call("POST", f"/rooms/{quote(room)}/invite", {"user_id": user})

    async def kick(self, room: str, user: str) -> None:
        await self.access.call("POST", f"/rooms/{quote(room)}/kick", {"user_id": user})

    async def set_state(self, room: str, type: str, content: dict[str, Any]) -> str:
        return str(
            (await self.access.call("PUT", f"/rooms/{quote(room)}/state/{type}/", content))["event_id"]
        )

    # --- speaking

    async def says(self, room: str, text: str, **manner: Unpack[Manner]) -> str:
        """The event id. A reply mentions its author, as clients do."""
        known = await self._ears.known(room)
        if answered := known.events.get(manner.get("reply_to", "")):
            manner["mentions"] = [*manner.get("mentions", ()), *({answered["sender"]} - {self.user_id})]
        return await self.send(room, "m.room.message", message(text, known.names, manner))

    async def react(self, room: str, event: str, key: str) -> str:
        """The reaction's own event id: redact it to take it back."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def votes(self, room: str, poll: str, *answers: str) -> str:
        """In a native poll, by the ids of its answers; without any, the vote is withdrawn."""
        return await self.send(room, *ballot(poll, answers))

    async def redact(self, room: str, event: str) -> None:
        await self.access.call(
            "PUT", f"/rooms/{quote(room)}/redact/{quote(event)}/{secrets.token_hex(8)}", {}
        )

    async def send(self, room: str, type: str, content: dict[str, Any]) -> str:
        """Any event, encrypted when the room is; as it stands otherwise, however malformed."""
        # whether it is encrypted, who is here, on which devices: a client that is open knows
        await self._ears.listen()
        if (await self._ears.known(room)).encrypted and type != "m.reaction":
            type, content = await self._keys.seal(room, type, content)
        return await self.send_raw(room, type, content)

    async def send_raw(self, room: str, type: str, content: object) -> str:
        """Past encryption and every check of ours."""
        path = f"/rooms/{quote(room)}/send/{quote(type)}/{secrets.token_hex(8)}"
        return str((await self.access.call("PUT", path, content))["event_id"])

    async def send_to_device(self, type: str, messages: dict[str, dict[str, Any]]) -> None:
        """`messages`: user id → device id or "*" → content."""
        await self.access.call(
            "PUT", f"/sendToDevice/{quote(type)}/{secrets.token_hex(8)}", {"messages": messages}
        )

    # --- reading

    async def sees(self, room: str) -> list[Line]:
        """The room as a client shows it at this moment."""
        await self._ears.listen()
        return self._ears.room(room).lines()

    async def catches_up(self, room: str) -> None:
        """Reads to the end, and says so: the read marker and the receipt, as a client
        in which the room is open (client-server API, "Fully read markers").
        """
        await self._ears.listen()
        if events := self._ears.room(room).events:
            last = next(reversed(events))
            body = {"m.fully_read": last, "m.read": last}
            await self.access.call("POST", f"/rooms/{quote(room)}/read_markers", body)

    async def events(self, room: str) -> list[dict[str, Any]]:
        """What happened there and was not taken back, as it came."""
        await self._ears.listen()
        return self._ears.room(room).standing()

    async def members(self, room: str) -> set[str]:
        """Who is joined."""
        await self._ears.listen()
        return self._ears.room(room).joined()

    async def wait_for(
        self, room: str, predicate: Callable[[list[Line]], Any], within: float = PATIENCE
    ) -> list[Line]:
        """The room once `predicate` holds of it; TimeoutError tells how it read instead."""
        try:
            await self.until(lambda: predicate(self._ears.room(room).lines()), within)
        except TimeoutError:
            shown = "\n".join(f"  {line.sender}: {line.text}" for line in self._ears.room(room).lines()[-30:])
            raise TimeoutError(
                f"{self.name} waited {within:g} s in vain; the room ends with:\n{shown}"
            ) from None
        return self._ears.room(room).lines()

    async def answer(self, room: str, event: str, within: float = PATIENCE) -> Line:
        """The first answer to this event by somebody else."""

        def replies(lines: list[Line]) -> list[Line]:
            return [line for line in lines if line.answers == event and line.sender_id != self.user_id]

        return replies(await self.wait_for(room, replies, within))[0]

    async def asks(self, room: str, text: str, within: float = PATIENCE) -> Line:
        """Say it and wait for the answer."""
        return await self.answer(room, await self.says(room, text), within)

    async def until(self, condition: Callable[[], T | None], within: float = PATIENCE) -> T:
        """Listen until `condition` gives something; TimeoutError after `within` seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        await self._ears.listen()
        while not (found := condition()):
            left = deadline - loop.time()
            if left <= 0:
                raise TimeoutError(f"{self.name} waited {within:g} s in vain")
            await self._ears.listen(min(left, POLL))
        return found

    async def download(self, file: File) -> bytes:
        data = await self.access.download(file.url)
        return unlock(data, file.key) if file.key else data
