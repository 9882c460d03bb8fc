"""State of ours in a room, where we have the power: a topic where there was none, the commands that can be
used there (MSC4391), and our pins.
"""

import base64
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.command import Caller, Command, Registry, Role, Scope
from bot.face.pins import Pins, merged
from bot.matrix import parse
from bot.matrix.errors import PermanentError
from bot.matrix.http import path
from bot.services import Services
from bot.state_events import may_set_state
from bot.text import Say
from storage import rooms, settings

log = logging.getLogger(__name__)

TOPIC, PINNED = "m.room.topic", "m.room.pinned_events"
COMMAND = "org.matrix.msc4391.command_description"  # the unstable name of m.bot.command_description
AT_ONCE = 5  # descriptions of commands in one round: answers to people share our pace
SELDOM = 60  # the rank from which a command is found by its name only

_TOPICS = {
    "network": Say("Le salon du réseau. Questions à l’Animatrice : !aide. À qui parler : !contact"),
    "local": Say("Le salon local du réseau. Questions à l’Animatrice : !aide. À qui parler : !contact"),
    "help": Say("Posez vos questions, aidez les autres. À qui parler : !contact"),
    "open": Say("Le salon ouvert aux personnes extérieures. Prochaine rencontre : !rencontre"),
    "team": Say("Le salon de l’équipe d’animation. Ce que je sais faire : !aide"),
}


@dataclass(frozen=True, slots=True)
class StateKey:
    """A state event of a room: its type and its state key."""

    room: str
    type: str
    key: str = ""

    @property
    def path(self) -> str:
        return path("rooms", self.room, "state", self.type, self.key)


class RoomState:
    def __init__(self, services: Services, commands: Registry, pins: Sequence[Pins]) -> None:
        self._services = services
        self._commands = commands
        self._pins = pins
        self._left = AT_ONCE

    def begin(self) -> None:
        """A new round: some more commands may be described."""
        self._left = AT_ONCE

    async def publish(self, room: str, now: datetime) -> None:
        """Raises TransientError; what the server refuses stays as it is."""
        for event_type, publish in (
            (TOPIC, self._publish_topic),
            (COMMAND, self._publish_commands),
            (PINNED, self._publish_pins),
        ):
            if not await self._may(room, event_type):
                continue
            try:
                await publish(room, now)
            except PermanentError as refusal:
                log.info("room %s: %s was refused: %s", room, event_type, refusal.errcode)

    async def _may(self, room: str, event_type: str) -> bool:
        async with self._services.db.read() as db:
            row = await rooms.room(db, room)
        return (
            row is not None
            and row.membership == "join"
            and may_set_state(row, self._services.network.me, event_type)
        )

    async def _publish_topic(self, room: str, now: datetime) -> None:
        """Once: a topic that people took away stays away."""
        where = StateKey(room, TOPIC)
        if await self._known(where) is not None:
            return
        if not parse.string(await self._get(where), "topic").strip():
            network = self._services.network
            say = _TOPICS[network.kind(room) or "network"]
            await self._put(where, {"topic": say.text(network.language(room))})
        await self._remember(where, "seen")

    async def _publish_commands(self, room: str, now: datetime) -> None:
        """One state event a command; those that changed only, and {} for those that are gone."""
        where = StateKey(room, COMMAND)
        wanted = self._descriptions(room)
        known: dict[str, str] = json.loads(await self._known(where) or "{}")
        for key in [*wanted, *(key for key in known if key not in wanted)]:
            content = wanted.get(key, {})
            digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
            if known.get(key) != digest and self._left:
                self._left -= 1
                await self._put(StateKey(room, COMMAND, key), content)
                known[key] = digest
                await self._remember(where, json.dumps(known))

    def _descriptions(self, room: str) -> dict[str, dict[str, Any]]:
        """What a member, or the team in its own room, is shown first, by state key."""
        network = self._services.network
        team = network.kind(room) == "team"
        place = Scope.IN_TEAM_ROOM if team else Scope.ROOM
        role = {"team": Role.TEAM, "open": Role.GUEST}.get(network.kind(room) or "", Role.MEMBER)
        caller, language = Caller(role, place), network.language(room)
        usable = [each for each in self._commands.commands if each.open_to(caller) and each.rank < SELDOM]
        return {state_key(each.name, network.me): description(each, language) for each in usable}

    async def _publish_pins(self, room: str, now: datetime) -> None:
        where = StateKey(room, PINNED)
        async with self._services.db.read() as db:
            wanted = [event for each in self._pins for event in await each.wanted(db, room, now)]
        ours: list[str] = json.loads(await self._known(where) or "[]")
        if wanted == ours:
            return
        listed = (await self._get(where)).get("pinned")
        current = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        pinned = merged(current, ours, wanted)
        if pinned != current:
            await self._put(where, {"pinned": pinned})
        await self._remember(where, json.dumps(wanted))

    async def _get(self, where: StateKey) -> dict[str, Any]:
        """{} when there is none."""
        try:
            return await self._services.matrix.call("GET", where.path)
        except PermanentError as refusal:
            if refusal.status == 404:
                return {}
            raise

    async def _put(self, where: StateKey, content: dict[str, Any]) -> None:
        await self._services.matrix.call("PUT", where.path, content)

    async def _known(self, where: StateKey) -> str | None:
        async with self._services.db.read() as db:
            return await settings.value(db, f"state:{where.room}:{where.type}")

    async def _remember(self, where: StateKey, value: str) -> None:
        async with self._services.db.write() as db:
            await settings.set_value(db, f"state:{where.room}:{where.type}", value)


def state_key(command: str, sender: str) -> str:
    """Padded base64 of the SHA-256 of the command and its sender: nobody else's event can take its place
    (MSC4391).
    """
    return base64.b64encode(hashlib.sha256(f"{command}{sender}".encode()).digest()).decode()


def description(command: Command, language: str) -> dict[str, Any]:
    """The content of a command description (MSC4391): what follows the name is one free text."""
    about = {"m.text": [{"body": command.help.text(language)}]}
    text = {
        "key": "text",
        "schema": {"schema_type": "primitive", "type": "string"},
        "description": {"m.text": [{"body": command.usage.text(language).replace("`", "")}]},
        "optional": True,
    }
    parameters = [text] if command.parameters else []
    return {"command": command.name, "description": about, "parameters": parameters}
