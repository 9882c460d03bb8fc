"""What people tap: the answer to a question, or what a subject listens to under its own messages; and what they take back."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import question as questions
from bot.command import handlers
from bot.command.handlers import OnTap, Tap
from bot.inbox.messages import Messages
from bot.inbox.spot import Spot, context, relation
from bot.inbox.state import text
from bot.matrix.events import Event
from bot.outbox import Outbox
from storage import outbox as acts
from storage import questions as asked
from storage.tables import Heard

TAPPED = "tap "  # then the handler's prefix: the outcome of a reaction that a subject took


class Taps:
    def __init__(self, outbox: Outbox, messages: Messages) -> None:
        self._outbox = outbox
        self._messages = messages

    async def reaction(self, db: AsyncSession, event: Event) -> str:
        """A question is answered by its person alone; a subject is told of everybody's taps under its messages."""
        target, key = text(relation(event), "event_id"), text(relation(event), "key")
        spot = Spot(target, f"answer:{event.id}")
        for question in await asked.asked_in(db, target):
            reply = questions.tapped(question, key)
            if question.person == event.sender and question.room_id == event.room and reply is not None:
                return await self._messages.answered(await context(self._outbox, db, event, spot), question, reply, spot)
        act = await acts.by_event(db, target)
        prefix = handlers.prefix_of(act.living) if act and act.living and act.room_id == event.room else None
        if act is None or prefix is None:
            return "ignored"
        await self._tell(db, event, handlers.reactions[prefix], Tap(event.id, str(act.living), key))
        return TAPPED + prefix

    async def taken_back(self, db: AsyncSession, event: Event, row: Heard) -> None:
        """A reaction was removed, by whoever may."""
        handler = handlers.reactions.get(row.outcome.removeprefix(TAPPED)) if row.outcome.startswith(TAPPED) else None
        if handler is not None:
            await self._tell(db, event, handler, Tap(row.event_id, "", None))

    async def _tell(self, db: AsyncSession, event: Event, handler: OnTap, tap: Tap) -> None:
        spot = Spot(text(relation(event), "event_id") or event.id, f"answer:{event.id}")
        ctx = await context(self._outbox, db, event, spot)

        async def call() -> Any:
            return await handler(ctx, tap)

        await self._messages.result(ctx, call, spot)
