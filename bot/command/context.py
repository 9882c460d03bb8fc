"""What a handler is given: the message, who wrote it and where, the open session, and nothing that waits.

A handler asks no clock and no network: the same event handled again after a crash must have the same effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.command.access import Caller, Role, Scope
from bot.outbox import Asker, File, UnitOfWork, answer_key
from bot.outbox.question import Ask
from bot.text import Say
from storage import outbox
from storage.tables import OutboxEntry

if TYPE_CHECKING:
    from bot.command.registry import Registry, Result


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


@dataclass(frozen=True)
class ReplyTarget:
    """Where an answer goes: the event it answers, the message key that lets a correction edit it, the
    thread.

    `confirms`: the outbox entry of our question that a tap answered, which what confirms it takes the place
    of. `guided`: a question was answered, in whatever way: the next one quotes nothing.
    """

    event_id: str
    key: str
    thread: str | None = None
    confirms: int | None = None
    guided: bool = False


@dataclass(frozen=True, kw_only=True)
class Context(UnitOfWork):
    """What a handler is told of an event. `now`: its server time.

    `text`: what was said to the bot, without prefix or name. `reply_to`: the event answered. `attached`: the
    file that the message itself shows. `commands`: every command there is.
    """

    event_id: str
    room: RoomView
    person: Person
    target: ReplyTarget
    commands: Registry
    text: str = ""
    reply_to: str | None = None
    attached: str | None = None

    @property
    def caller(self) -> Caller:
        return Caller(self.person.role, self.room.place)

    @property
    def file(self) -> str | None:
        """The event whose file is meant: its own, or the one that it answers."""
        return self.attached or self.reply_to

    async def reply(
        self, answer: Say | Ask, *, files: tuple[File, ...] = (), sealed: bool = False
    ) -> OutboxEntry:
        """Answers where the message was, in place of the answer before when a correction brings another.
        What confirms a tapped answer takes the place of the question. A question waits for its person.
        `sealed`: what is said is kept encrypted until it is sent.
        """
        target, asks = self.target, isinstance(answer, Ask)
        if target.confirms is not None and not asks and not files:
            await outbox.rename(self.db, target.confirms, target.key)
        unquoted = target.guided and asks and target.thread is None
        asker = replace(
            self._asker, reply_to=target.event_id, unquoted=unquoted, thread=target.thread, sealed=sealed
        )
        return await self.post_answer(asker, answer, target.key, files=files)

    async def correct_reply(self, event_id: str, answer: Say | Ask) -> OutboxEntry:
        """What was answered to this other event of the person, here, is no longer true: it says this."""
        return await self.post_answer(self._asker, answer, answer_key(event_id))

    @property
    def _asker(self) -> Asker:
        return Asker(person=self.person.id, room=self.room.id, direct=self.room.direct)

    async def run(self, name: str, **arguments: object) -> Result:
        """Hands over to the command of this name, called with these values: what it answers is the answer."""
        command = self.commands.named(name)
        if command is None:
            raise LookupError(f"no command is named {name}")
        return await command.handler(self, **arguments)
