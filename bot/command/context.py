"""What a handler is given: the message, who wrote it and where, the open session, and nothing that waits.

A handler asks no clock and no network: the same event handled again after a crash must have the same effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command.access import Caller, Role, Scope
from bot.config import Config


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as a handler sees it. `kind` is that of config.yaml, None for a room that is not in it."""

    id: str
    kind: str | None
    name: str
    encrypted: bool
    language: str
    direct: bool

    @property
    def place(self) -> Scope:
        if self.direct:
            return Scope.DIRECT
        return Scope.IN_TEAM_ROOM if self.kind == "team" else Scope.ROOM


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote. `name` is for the open ("Camille"), `full_name` as displayed ("Camille [Marquemont]")."""

    id: str
    name: str
    role: Role
    full_name: str


@dataclass(frozen=True, slots=True)
class Context:
    """`now`: server time of the event, aware UTC. `text`: what was said to the bot, without prefix or name. `reply_to`: the event answered.

    `attached`: the event itself when it is a file, and what was said its caption.
    """

    db: AsyncSession
    config: Config
    now: datetime
    event_id: str
    room: RoomView
    person: Person
    text: str
    outbox: Any
    reply_to: str | None = None
    attached: str | None = None

    @property
    def file(self) -> str | None:
        """The event whose file is meant: its own, or the one that it answers."""
        return self.attached or self.reply_to

    @property
    def asker(self) -> Caller:
        return Caller(self.person.role, self.room.place)
