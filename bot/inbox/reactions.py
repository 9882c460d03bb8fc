"""What people tap: the answer to a question, a vote, or what a subject listens to under its own messages;
and what they take back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context, ReplyTarget, Result
from bot.command.handlers import Ballot, Gesture, Kind, PollEnd, Reaction
from bot.handlers import Handlers
from bot.inbox.answers import answer, question_under
from bot.inbox.context import Contexts, relation
from bot.inbox.result import IGNORED, Outcome, run_handler
from bot.matrix.events import Event
from bot.matrix.parse import string
from bot.matrix.polls import answers
from bot.outbox import answer_key, chips
from bot.outbox.question import tapped
from bot.state_events import may_redact
from storage import outbox as entries
from storage import rooms
from storage.tables import OutboxEntry, ProcessedEvent


class Reactions:
    def __init__(self, contexts: Contexts, handlers: Handlers) -> None:
        self._contexts = contexts
        self._handlers = handlers

    async def reaction(self, db: AsyncSession, event: Event) -> Outcome:
        """A question is answered by its person alone;
        a subject is told of everybody's reactions under its messages.
        """
        key = string(relation(event), "key")
        question = await question_under(db, event.sender, event.room, string(relation(event), "event_id"))
        if question and (reply := tapped(question, key)):
            return await answer(self._handlers, await self._context(db, event), question, reply)
        message = await self._message(db, event)
        message_key = message.message_key or "" if message else ""
        if message is not None and self._handlers.prefix_of("reaction", message_key) is not None:
            await chips.tapped(self._contexts.unit(db, event), message, event.id, key)
        return await self._dispatch(db, event, "reaction", Reaction(event.id, message_key, key))

    async def ballot(self, db: AsyncSession, event: Event) -> Outcome:
        """A vote in a native poll of ours: everybody's who is in its room."""
        if string(relation(event), "rel_type") != "m.reference":
            return IGNORED
        return await self._dispatch(
            db, event, "ballot", Ballot(event.id, await self._message_key(db, event), answers(event))
        )

    async def ended(self, db: AsyncSession, event: Event) -> Outcome:
        """A native poll of ours was ended:
        as clients see it, by who may redact what others wrote (MSC3381), or it goes on.
        """
        room = await rooms.room(db, event.room)
        if (
            string(relation(event), "rel_type") != "m.reference"
            or room is None
            or not may_redact(room, event.sender)
        ):
            return IGNORED
        outcome = await self._dispatch(
            db, event, "poll end", PollEnd(event.id, await self._message_key(db, event))
        )
        return replace(outcome, handler="")

    async def undo(self, db: AsyncSession, event: Event, row: ProcessedEvent) -> None:
        """A reaction or a vote was removed, by whoever may: told in the name of whose it was."""
        kind, _, prefix = row.handler.partition(" ")
        back: dict[Kind, Gesture] = {
            "reaction": Reaction(row.event_id, "", None),
            "ballot": Ballot(row.event_id, "", (), withdrawn=True),
        }
        for each, gesture in back.items():
            handler = self._handlers.gestures.get(each, {}).get(prefix) if each == kind else None
            if handler is not None:
                await self._call(await self._context(db, replace(event, sender=row.sender)), handler, gesture)

    async def _context(self, db: AsyncSession, event: Event) -> Context:
        target = ReplyTarget(string(relation(event), "event_id") or event.id, answer_key(event.id))
        return await self._contexts.build(db, event, target)

    async def _message(self, db: AsyncSession, event: Event) -> OutboxEntry | None:
        """The message of ours, in this room, that something was done to."""
        target = string(relation(event), "event_id")
        entry = await entries.by_event(db, target) if target else None
        return entry if entry and entry.room_id == event.room else None

    async def _message_key(self, db: AsyncSession, event: Event) -> str:
        """Its key; "" if there is none."""
        message = await self._message(db, event)
        return message.message_key or "" if message else ""

    async def _dispatch(self, db: AsyncSession, event: Event, kind: Kind, what: Gesture) -> Outcome:
        """Tells the subject whose message it is; nobody's business costs no context."""
        prefix = self._handlers.prefix_of(kind, what.message_key)
        if prefix is None:
            return IGNORED
        await self._call(await self._context(db, event), self._handlers.gestures[kind][prefix], what)
        return Outcome("done", f"{kind} {prefix}")

    async def _call(self, ctx: Context, handler: Callable[..., Awaitable[Result]], what: Gesture) -> None:
        async def call() -> Result:
            return await handler(ctx, what)

        await run_handler(ctx, call)
