"""What people tap: the answer to a question, a vote, or what a subject listens to under its own messages; and what they take back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import question as questions
from bot.command import handlers
from bot.command.handlers import Ballot, End, Tap
from bot.inbox.messages import Messages
from bot.inbox.power import may_redact
from bot.inbox.spot import Spot, context, relation
from bot.inbox.state import text
from bot.matrix import raw
from bot.matrix.events import Event
from bot.outbox import Outbox
from storage import outbox as acts
from storage import questions as asked
from storage import rooms
from storage.tables import Heard

TAPPED, VOTED = "tap ", "ballot "  # then the handler's prefix: the outcome of a reaction, or of a vote, that a subject took
UNSTABLE = "org.matrix.msc3381.poll.response"  # the form that clients send (MSC3381); the other is the specification's
BALLOTS = (UNSTABLE, "m.poll.response")
ENDS = ("org.matrix.msc3381.poll.end", "m.poll.end")
MOST_ANSWERS = 20  # of a poll: more is no ballot of a client


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
        living = await self._living(db, event, target)
        prefix = handlers.prefix_of(living, handlers.reactions)
        if prefix is None:
            return "ignored"
        await self._tell(db, event, handlers.reactions[prefix], Tap(event.id, living, key))
        return TAPPED + prefix

    async def ballot(self, db: AsyncSession, event: Event) -> str:
        """A vote in a native poll of ours: everybody's who is in its room."""
        living = await self._living(db, event, text(relation(event), "event_id"))
        prefix = handlers.prefix_of(living, handlers.ballots) if text(relation(event), "rel_type") == "m.reference" else None
        if prefix is None:
            return "ignored"
        await self._tell(db, event, handlers.ballots[prefix], Ballot(event.id, living, answers(event)))
        return VOTED + prefix

    async def ended(self, db: AsyncSession, event: Event) -> str:
        """A native poll of ours was ended: as clients see it, by who may redact what others wrote (MSC3381), or it goes on."""
        living = await self._living(db, event, text(relation(event), "event_id"))
        prefix = handlers.prefix_of(living, handlers.endings) if text(relation(event), "rel_type") == "m.reference" else None
        room = await rooms.room(db, event.room)
        if prefix is None or room is None or not may_redact(room, event.sender):
            return "ignored"
        await self._tell(db, event, handlers.endings[prefix], End(event.id, living))
        return "done"

    async def taken_back(self, db: AsyncSession, event: Event, row: Heard) -> None:
        """A reaction or a vote was removed, by whoever may: told in the name of whose it was."""
        event = replace(event, sender=row.sender)
        if tapped := _handler(handlers.reactions, row.outcome, TAPPED):
            await self._tell(db, event, tapped, Tap(row.event_id, "", None))
        if voted := _handler(handlers.ballots, row.outcome, VOTED):
            await self._tell(db, event, voted, Ballot(row.event_id, "", (), taken_back=True))

    async def _living(self, db: AsyncSession, event: Event, target: str) -> str:
        """The key of the living message of ours, in this room, that something was done to; "" if it is none."""
        act = await acts.by_event(db, target) if target else None
        return act.living or "" if act and act.room_id == event.room else ""

    async def _tell(self, db: AsyncSession, event: Event, handler: Callable[[Any, Any], Awaitable[Any]], what: Tap | Ballot | End) -> None:
        spot = Spot(text(relation(event), "event_id") or event.id, f"answer:{event.id}")
        ctx = await context(self._outbox, db, event, spot)

        async def call() -> Any:
            return await handler(ctx, what)

        await self._messages.result(ctx, call, spot)


def answers(event: Event) -> tuple[str, ...] | None:
    """The ids that a vote chose, as sent; () when there are none, be the key missing; None for what is no list of ids."""
    unstable = event.content.get(UNSTABLE)
    if event.type == UNSTABLE and unstable is not None and not isinstance(unstable, dict):
        return None
    chosen = raw.mapping(unstable).get("answers", []) if event.type == UNSTABLE else event.content.get("m.selections", [])
    if not isinstance(chosen, list) or len(chosen) > MOST_ANSWERS or not all(isinstance(each, str) for each in chosen):
        return None
    return tuple(chosen)


def _handler(known: Mapping[str, Any], outcome: str, kind: str) -> Any:
    return known.get(outcome.removeprefix(kind)) if outcome.startswith(kind) else None
