"""A fake homeserver, small enough to read: rooms are lists of events, a sync is what came since.

The scenarios that run on it also run on Synapse (tests/support/world.py), so that it cannot drift.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Unpack
from urllib.parse import unquote

from bot.demo.chat import Line, Manner, Room, ballot, message
from bot.matrix import DeviceTrust, parse
from bot.matrix.errors import FileUnavailable, PermanentError
from bot.matrix.events import Batch, Event, Request, RoomUpdate
from bot.time.clock import Clock

STATE_OF_A_ROOM: tuple[tuple[str, dict[str, Any]], ...] = (
    ("m.room.create", {"room_version": "12"}),
    ("m.room.power_levels", {}),
    ("m.room.join_rules", {"join_rule": "invite"}),
)


@dataclass
class FakeHomeserver:
    """Everything that happened, in order; members by room."""

    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)  # transaction id → event id
    files: dict[str, bytes] = field(default_factory=dict)  # address → what was uploaded
    profile: dict[str, Any] = field(default_factory=dict)  # the bot's
    refuse: dict[str, Exception] = field(default_factory=dict)  # room → what it answers to a send
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def create(self, creator: str, name: str, alias: str = "") -> str:
        room = f"!room{next(self._ids)}"
        self.put(room, creator, *STATE_OF_A_ROOM[0], state_key="")
        self.put(room, creator, "m.room.member", {"membership": "join"}, state_key=creator)
        for type_, content in STATE_OF_A_ROOM[1:]:
            self.put(room, creator, type_, content, state_key="")
        self.put(room, creator, "m.room.name", {"name": name}, state_key="")
        if alias:
            self.aliases[alias] = room
        return room

    def put(self, room: str, sender: str, type: str, content: dict[str, Any], **more: Any) -> str:
        position = next(self._ids)
        event = {
            "event_id": f"$e{position}",
            "sender": sender,
            "type": type,
            "content": content,
            "origin_server_ts": int(time.time() * 1000),
        }
        self.events.append((position, room, event | more))
        return f"$e{position}"

    def upload(self, data: bytes) -> str:
        self.files[url := f"mxc://fake/file{next(self._ids)}"] = data
        return url

    def member(self, room: str, user: str, membership: str, name: str = "", by: str = "") -> None:
        self.put(
            room,
            by or user,
            "m.room.member",
            {"membership": membership, "displayname": name or user},
            state_key=user,
        )

    def membership(self, room: str, user: str) -> str:
        found = [
            e["content"]["membership"]
            for _, where, e in self.events
            if where == room and e["type"] == "m.room.member" and e["state_key"] == user
        ]
        return str(found[-1]) if found else "leave"

    def rooms_of(self, user: str, membership: str) -> list[str]:
        rooms = dict.fromkeys(room for _, room, _ in self.events)
        return [room for room in rooms if self.membership(room, user) == membership]


class FakeMatrix:
    """What bot.services.Homeserver asks, on a FakeHomeserver."""

    def __init__(self, server: FakeHomeserver, user_id: str, clock: Clock) -> None:
        self.user_id = user_id
        self.requests = 0
        self.trust = DeviceTrust("signed")
        self._server = server
        self._clock = clock

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def interrupt(self) -> None: ...

    async def resolve(self, alias: str) -> str:
        if alias not in self._server.aliases:
            raise PermanentError(404, "M_NOT_FOUND", "no such alias")
        return self._server.aliases[alias]

    async def sync(self, since: str | None, seconds: float) -> Batch:
        self.requests += 1
        await asyncio.sleep(0)
        began, after = self._clock.now(), int(since or 0)
        new = [(position, room, event) for position, room, event in self._server.events if position > after]
        updates, events = [], []
        for room in dict.fromkeys(room for _, room, _ in new):
            membership = self._server.membership(room, self.user_id)
            came = any(
                e["type"] == "m.room.member" and e["state_key"] == self.user_id
                for _, where, e in new
                if where == room
            )
            earlier = [e for position, where, e in self._server.events if where == room and position <= after]
            if membership == "join":
                state = [e for e in earlier if "state_key" in e] if came else []
                updates.append(RoomUpdate(room=room, membership="join", state=self._read(room, state)))
                events += [
                    (position, event)
                    for position, where, e in new
                    if where == room
                    for event in self._read(room, [e])
                ]
            elif came:
                shown = self._read(
                    room, [e for _, where, e in self._server.events if where == room and "state_key" in e]
                )
                updates.append(
                    RoomUpdate(
                        room=room, membership="invite" if membership == "invite" else "leave", state=shown
                    )
                )
        events.sort(key=lambda timed: timed[0])
        token = str(max((position for position, _, _ in new), default=after))
        return Batch(
            since=since,
            token=token,
            began=began,
            rooms=tuple(updates),
            events=tuple(event for _, event in events),
        )

    async def send(self, request: Request) -> str | None:
        self.requests += 1
        server, room = self._server, request.room or ""
        if request.kind == "join":
            room = server.aliases.get(room, room)
            server.member(room, self.user_id, "join", "Animatrice")
            return room
        if request.txn in server.done:
            return server.done[request.txn]
        if room in server.refuse:
            raise server.refuse[room]
        server.done[request.txn] = self._act(request, room)
        return server.done[request.txn]

    async def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Profiles and the state of rooms."""
        server, parts = self._server, [unquote(part) for part in path.split("/")[4:]]
        put = body if method == "PUT" and isinstance(body, dict) else None
        match parts:
            case ["profile", *_]:
                server.profile |= put or {}
                return dict(server.profile)
            case ["rooms", room, "state", type_, key]:
                if put is not None:
                    server.put(room, self.user_id, type_, put, state_key=key)
                state = [e for _, where, e in server.events if (where, e.get("state_key")) == (room, key)]
                found = [e["content"] for e in state if e["type"] == type_]
                if not found:
                    raise PermanentError(404, "M_NOT_FOUND", "no such state")
                return dict(found[-1])
        return {"capabilities": {"m.profile_fields": {"enabled": True}}}

    async def upload(self, data: bytes, content_type: str) -> str:
        return self._server.upload(data)

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        server = self._server
        here = [event for _, where, event in server.events if where == room]
        found = next((event["content"] for event in here if event["event_id"] == event_id), None)
        if found is None or any(event["content"].get("redacts") == event_id for event in here):
            raise FileUnavailable("gone")
        if "url" not in found:
            raise FileUnavailable("no file")
        if found["url"] not in server.files:
            raise FileUnavailable("gone")
        data = server.files[found["url"]]
        if len(data) > limit:
            raise FileUnavailable("too big")
        return data

    async def event(self, room: str, event_id: str) -> Event | None:
        standing = self._standing(room)
        found = next((event for event in standing if event.id == event_id), None)
        for edit in standing if found else ():
            if edit.content.get("m.relates_to") == {"rel_type": "m.replace", "event_id": event_id}:
                found = replace(edit, id=event_id, content=edit.content["m.new_content"])
        return found

    async def relations(self, room: str, event_id: str) -> Sequence[Event]:
        self.requests += 1
        return [
            event
            for event in self._standing(room)
            if event.content.get("m.relates_to") == {"rel_type": "m.reference", "event_id": event_id}
        ]

    def _standing(self, room: str) -> tuple[Event, ...]:
        shown = Room(room)
        shown.hear(event for _, where, event in self._server.events if where == room)
        return self._read(room, shown.standing())

    def _act(self, request: Request, room: str) -> str:
        server, unsigned = self._server, {"unsigned": {"transaction_id": request.txn}}
        match request.kind:
            case "leave":
                server.member(room, self.user_id, "leave")
                return room
            case "create":
                room = server.create(self.user_id, "")
                for state in request.content.get("initial_state", []):
                    server.put(room, self.user_id, state["type"], state["content"], state_key="")
                for user in request.content.get("invite", []):
                    server.member(room, user, "invite", by=self.user_id)
                return room
            case "redact":
                return server.put(
                    room, self.user_id, "m.room.redaction", {"redacts": request.target}, **unsigned
                )
            case _:
                content = request.content | (
                    {"url": server.upload(request.data or b"")} if request.kind == "file" else {}
                )
                return server.put(room, self.user_id, request.type, content, **unsigned)

    def _read(self, room: str, events: list[dict[str, Any]]) -> tuple[Event, ...]:
        found = (parse.event(one, room, self._clock) for one in events)
        return tuple(_opened(event) for event in found if event)


def _opened(event: Event) -> Event:
    """What `FakePerson.encrypts` sent, as the bot reads it."""
    if event.type != "m.room.encrypted":
        return event
    if "clear" in event.content:
        return replace(event, encrypted=True, type="m.room.message", content=event.content["clear"])
    withheld = str(event.content.get("withheld", ""))
    return replace(event, encrypted=True, unreadable=True, content={}, withheld=withheld)


class FakePerson:
    """A member on a FakeHomeserver, with the gestures of bot.demo.person.Person."""

    def __init__(self, server: FakeHomeserver, user_id: str, name: str) -> None:
        self.user_id = user_id
        self.name = name
        self._server = server

    async def create_room(self, name: str, alias: str = "") -> str:
        return self._server.create(
            self.user_id, name, f"#{alias}:{self.user_id.partition(':')[2]}" if alias else ""
        )

    async def dm(self, user: str) -> str:
        room = self._server.create(self.user_id, "")
        self._server.member(room, user, "invite", by=self.user_id)
        return room

    async def join(self, room: str) -> str:
        room = self._server.aliases.get(room, room)
        self._server.member(room, self.user_id, "join", self.name)
        return room

    async def invite(self, room: str, user: str) -> None:
        self._server.member(room, user, "invite", by=self.user_id)

    async def leave(self, room: str) -> None:
        self._server.member(room, self.user_id, "leave")

    async def says(self, room: str, text: str, **manner: Unpack[Manner]) -> str:
        names = {"@animatrice:reseau.example.org": "Animatrice"}
        return self._server.put(room, self.user_id, "m.room.message", message(text, names, manner))

    async def encrypts(self, room: str, text: str = "", withheld: str = "") -> str:
        """An encrypted message: one that the bot can read, or, without text, one whose key never comes."""
        content = {"clear": message(text, {}, {})} if text else {"withheld": withheld}
        return self._server.put(room, self.user_id, "m.room.encrypted", content)

    async def react(self, room: str, event: str, key: str) -> str:
        return self._server.put(
            room,
            self.user_id,
            "m.reaction",
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}},
        )

    async def votes(self, room: str, poll: str, *answers: str) -> str:
        return await self.send(room, *ballot(poll, answers))

    async def redact(self, room: str, event: str) -> None:
        self._server.put(room, self.user_id, "m.room.redaction", {"redacts": event})

    async def send(self, room: str, type: str, content: dict[str, Any]) -> str:
        return self._server.put(room, self.user_id, type, content)

    async def set_state(self, room: str, type: str, content: dict[str, Any]) -> str:
        return self._server.put(room, self.user_id, type, content, state_key="")

    async def sees(self, room: str) -> list[Line]:
        return self._room(room).lines()

    async def events(self, room: str) -> list[dict[str, Any]]:
        return self._room(room).standing()

    def _room(self, room: str) -> Room:
        shown = Room(room)
        shown.hear(event for _, where, event in self._server.events if where == room)
        return shown

    async def close(self) -> None: ...
