"""What people tap: the answer to a question, a vote, or what a subject listens to under its own messages; and what they take back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import handlers
from bot.command.handlers import Ballot, End, Reaction
from bot.inbox.context import ReplyTarget, build_context, relation
from bot.inbox.messages import Messages
from bot.matrix import parse
from bot.matrix.events import Event
from bot.matrix.parse import string
from bot.outbox import Outbox
from bot.outbox import question as questions
from bot.power_levels import may_redact
from storage import outbox as entries
from storage import questions as asked
from storage import rooms
from storage.tables import ProcessedEvent

TAPPED, VOTED = "tap ", "ballot "  # then the handler's prefix: the outcome of a reaction, or of a vote, that a subject took
UNSTABLE = "org.matrix.msc3381.poll.response"  # the form that clients send (MSC3381); the other is the specification's
BALLOTS = (UNSTABLE, "m.poll.response")
ENDS = ("org.matrix.msc3381.poll.end", "m.poll.end")
MOST_ANSWERS = 20  # of a poll: more is no ballot of a client


class Reactions:
    def __init__(self, outbox: Outbox, messages: Messages) -> None:
        self._outbox = outbox
        self._messages = messages

    async def reaction(self, db: AsyncSession, event: Event) -> str:
        """A question is answered by its person alone; a subject is told of everybody's taps under its messages."""
        target, key = string(relation(event), "event_id"), string(relation(event), "key")
        spot = ReplyTarget(target, f"answer:{event.id}")
        for question in await asked.asked_in(db, target):
            reply = questions.tapped(question, key)
            if question.person == event.sender and question.room_id == event.room and reply is not None:
                return await self._messages.answered(await build_context(self._outbox, db, event, spot), question, reply, spot)
        message_key = await self._living(db, event, target)
        prefix = handlers.prefix_of(message_key, handlers.reactions)
        if prefix is None:
            return "ignored"
        await self._tell(db, event, handlers.reactions[prefix], Reaction(event.id, message_key, key))
        return TAPPED + prefix

    async def ballot(self, db: AsyncSession, event: Event) -> str:
        """A vote in a native poll of ours: everybody's who is in its room."""
        message_key = await self._living(db, event, string(relation(event), "event_id"))
        prefix = handlers.prefix_of(message_key, handlers.ballots) if string(relation(event), "rel_type") == "m.reference" else None
        if prefix is None:
            return "ignored"
        await self._tell(db, event, handlers.ballots[prefix], Ballot(event.id, message_key, answers(event)))
        return VOTED + prefix

    async def ended(self, db: AsyncSession, event: Event) -> str:
        """A native poll of ours was ended: as clients see it, by who may redact what others wrote (MSC3381), or it goes on."""
        message_key = await self._living(db, event, string(relation(event), "event_id"))
        prefix = handlers.prefix_of(message_key, handlers.endings) if string(relation(event), "rel_type") == "m.reference" else None
        room = await rooms.room(db, event.room)
        if prefix is None or room is None or not may_redact(room, event.sender):
            return "ignored"
        await self._tell(db, event, handlers.endings[prefix], End(event.id, message_key))
        return "done"

    async def taken_back(self, db: AsyncSession, event: Event, row: ProcessedEvent) -> None:
        """A reaction or a vote was removed, by whoever may: told in the name of whose it was."""
        event = replace(event, sender=row.sender)
        if tapped := _handler(handlers.reactions, row.outcome, TAPPED):
            await self._tell(db, event, tapped, Reaction(row.event_id, "", None))
        if voted := _handler(handlers.ballots, row.outcome, VOTED):
            await self._tell(db, event, voted, Ballot(row.event_id, "", (), taken_back=True))

    async def _living(self, db: AsyncSession, event: Event, target: str) -> str:
        """The key of the living message of ours, in this room, that something was done to; "" if it is none."""
        entry = await entries.by_event(db, target) if target else None
        return entry.message_key or "" if entry and entry.room_id == event.room else ""

    async def _tell(self, db: AsyncSession, event: Event, handler: Callable[[Any, Any], Awaitable[Any]], what: Reaction | Ballot | End) -> None:
        target = ReplyTarget(string(relation(event), "event_id") or event.id, f"answer:{event.id}")
        ctx = await build_context(self._outbox, db, event, target)

        async def call() -> Any:
            return await handler(ctx, what)

        await self._messages.result(ctx, call, target)


def answers(event: Event) -> tuple[str, ...] | None:
    """The ids that a vote chose, as sent; () when there are none, be the key missing; None for what is no list of ids."""
    unstable = event.content.get(UNSTABLE)
    if event.type == UNSTABLE and unstable is not None and not isinstance(unstable, dict):
        return None
    chosen = parse.mapping(unstable).get("answers", []) if event.type == UNSTABLE else event.content.get("m.selections", [])
    if not isinstance(chosen, list) or len(chosen) > MOST_ANSWERS or not all(isinstance(each, str) for each in chosen):
        return None
    return tuple(chosen)


def _handler(known: Mapping[str, Any], outcome: str, kind: str) -> Any:
    return known.get(outcome.removeprefix(kind)) if outcome.startswith(kind) else None
