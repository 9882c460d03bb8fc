"""What people say and tap: a correction, the answer to a question, a command, or nothing for us."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import question as questions
from bot.command import Addressed, Context, Found, Me, Near, Role, address, arguments, registry
from bot.command.handlers import arrivals
from bot.command.rights import refusal
from bot.inbox import people
from bot.inbox.second_tries import OPEN_TEAM, Rerun, for_the_team, late_line, near
from bot.inbox.state import text
from bot.matrix.events import Batch, Event
from bot.outbox import Cause, Outbox, Post, Posting, Rank
from bot.question import Ask, Reply
from bot.words import Say, UserError
from storage import inbox as heard
from storage import outbox as acts
from storage import questions as asked
from storage import rooms
from storage.tables import Act, Question, Room

CORRECTION = timedelta(minutes=5)
LATE = timedelta(hours=1)
CORRECTABLE = ("refused", "unknown")


@dataclass(frozen=True)
class Spot:
    """Where an answer goes: the event it answers, the thread, the living key that lets a correction edit it."""

    reply_to: str
    key: str
    thread: str | None = None


class Messages:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._network = outbox.network

    async def message(self, db: AsyncSession, event: Event, batch: Batch) -> str:
        """A message: an edit corrects what was refused; the rest is read as said."""
        related = relation(event)
        if related.get("rel_type") != "m.replace":
            thread = text(related, "event_id") if related.get("rel_type") == "m.thread" else None
            return await self._said(db, event, batch, Spot(event.id, f"answer:{event.id}", thread))
        original = await heard.heard(db, text(related, "event_id"))
        fresh = event.content.get("m.new_content")
        if original is None or original.sender != event.sender or original.outcome not in CORRECTABLE or not isinstance(fresh, dict):
            return "ignored"
        if event.at - original.at > CORRECTION:
            return "ignored"
        spot = Spot(original.event_id, f"answer:{original.event_id}")
        original.outcome = await self._said(db, replace(event, content=fresh), batch, spot)
        db.add(original)
        return "done"

    async def concerns_us(self, db: AsyncSession, event: Event) -> bool:
        """False for what is neither said to us, nor near a question of ours, nor in a room where everything is."""
        if text(event.content, "msgtype") != "m.text":
            return False
        if event.room not in self._network.configured or relation(event):
            return True
        me = Me(self._network.me, await self._names(db, event.room))
        if address(event.content, me=me, direct=False, reply_to_me=False) is not None:
            return True
        return await asked.open_for(db, event.sender, event.room) is not None

    async def arrived(self, db: AsyncSession, event: Event, who: str) -> None:
        """Somebody has joined a configured room: the subjects that care are told, in their name."""
        spot = Spot(event.id, f"answer:{event.id}")
        for handler in arrivals:
            await handler(await self.context(db, replace(event, sender=who), spot))

    async def apologise(self, db: AsyncSession, event: Event) -> None:
        """A handler failed: the person is told once, without detail."""
        if event.type not in ("m.room.message", "m.reaction"):
            return
        say = Say("Une erreur s’est produite de mon côté et rien n’a été enregistré. Le service numérique en a la trace ; réessayez dans un moment.")
        spot = Spot(event.id, f"answer:{event.id}")
        ctx = await self.context(db, event, spot)
        me = Me(self._network.me, await self._names(db, event.room))
        if event.type == "m.reaction" or address(event.content, me=me, direct=ctx.room.direct, reply_to_me=ctx.reply_to is not None):
            await self._post(ctx, say, spot)

    async def _said(self, db: AsyncSession, event: Event, batch: Batch, spot: Spot) -> str:
        ctx = await self.context(db, event, spot)
        replied = await acts.by_event(db, ctx.reply_to) if ctx.reply_to else None
        me = Me(self._network.me, await self._names(db, event.room))
        said = address(event.content, me=me, direct=ctx.room.direct, reply_to_me=replied is not None)
        if text(event.content, "msgtype") != "m.text":
            return "ignored"
        question = await self._asked(ctx, replied is not None)
        if question and (said is None or said.how != "prefix"):
            words = said.text if said else text(event.content, "body")
            outcome = await self._words(ctx, question, words, spot)
            if outcome:
                return outcome
        if said is None:
            return "ignored"
        ctx = replace(ctx, text=said.text)
        return await self._run(ctx, said, batch, spot)

    async def _asked(self, ctx: Context, replied: bool) -> Question | None:
        """The question these words may answer."""
        if replied and ctx.reply_to:
            return next((each for each in await asked.asked_in(ctx.db, ctx.reply_to) if each.person == ctx.person.id), None)
        question = await asked.open_for(ctx.db, ctx.person.id, ctx.room.id)
        return question if question and questions.waits_for_words(question, ctx.now, direct=ctx.room.direct) else None

    async def _words(self, ctx: Context, question: Question, words: str, spot: Spot) -> str | None:
        """The outcome if the words answer the question; else the next message is no longer taken for its answer."""
        try:
            reply = questions.read(question, words, ctx.now, self._outbox.hours.zone)
        except UserError as error:
            return await self._refuse(ctx, error, spot)
        if reply is not None:
            return await self.answered(replace(ctx, text=words), question, reply, spot)
        question.passed = True
        ctx.db.add(question)
        return None

    async def answered(self, ctx: Context, question: Question, reply: Reply, spot: Spot) -> str:
        """An answer counts once, in time; a later one is told so. A refused one leaves the question open."""
        if question.status != "open":
            return await self._refuse(ctx, UserError("C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."), spot)
        if ctx.now > question.expires_at:
            return await self._refuse(ctx, UserError("Cette question n’attend plus de réponse. Redemandez-la si besoin."), spot)

        async def take() -> Any:
            question.status = "answered"
            ctx.db.add(question)
            return await questions.continuations[question.then](ctx, reply)

        return await self.result(ctx, take, spot)

    async def _run(self, ctx: Context, said: Addressed, batch: Batch, spot: Spot) -> str:
        found = registry.find(said.text, ctx.asker)
        if found is None:
            return await self._unknown(ctx, said, spot)
        if isinstance(found, Found) and batch.began - ctx.now > LATE and not found.command.late:
            if batch.since:  # before our very first sync nobody was waiting for us
                await ctx.outbox.post(late_line(ctx, said.text, batch.began))
            return "late"
        if isinstance(found, Near):
            await self._ask(ctx, near(found, ctx), spot)
            return "unknown"
        return await self.run(ctx, found, spot)

    async def run(self, ctx: Context, found: Found, spot: Spot) -> str:
        """A command by somebody: may they, do the words fit, what does it say."""
        if found.command.allow == Role.TEAM and ctx.person.role == Role.MEMBER and self._network.team:
            if ctx.room.kind == "team":
                return await self._refuse(ctx, OPEN_TEAM, spot)
            await self._ask(ctx, for_the_team(found, ctx), spot)
            return "refused"
        reason = refusal(found.command, ctx.asker)
        if reason is not None:
            return await self._refuse(ctx, reason, spot)

        async def call() -> Any:
            args, kwargs = arguments(found.command, found.rest, ctx)
            return await found.command.handler(ctx, *args, **kwargs)

        return await self.result(ctx, call, spot)

    async def result(self, ctx: Context, call: Callable[[], Awaitable[Any]], spot: Spot) -> str:
        """Runs a handler; what it refuses leaves no trace but its sentence."""
        try:
            async with ctx.db.begin_nested():
                result = await call()
        except UserError as error:
            return await self._refuse(ctx, error, spot)
        if isinstance(result, Near):
            result = near(result, ctx)
        if isinstance(result, Rerun):
            return await self.run(replace(ctx, text=result.line), result.found, spot)
        if isinstance(result, Ask):
            await self._ask(ctx, result, spot)
        elif isinstance(result, Say):
            await self._post(ctx, result, spot)
        elif result is not None:
            raise TypeError(f"a handler returned {type(result).__name__}")
        return "done"

    async def _unknown(self, ctx: Context, said: Addressed, spot: Spot) -> str:
        """Far from our vocabulary: silence in a room (it may be for another bot), one line in private."""
        if not ctx.room.direct:
            return "unknown" if said.how == "prefix" else "ignored"
        await self._post(ctx, Say("Je n’ai pas compris. Écrivez `aide` pour voir ce que je sais faire."), spot)
        return "unknown"

    async def _refuse(self, ctx: Context, reason: UserError | Say, spot: Spot) -> str:
        await self._post(ctx, reason.say if isinstance(reason, UserError) else reason, spot)
        return "refused"

    async def _ask(self, ctx: Context, ask: Ask, spot: Spot) -> None:
        """Asks: the row waits, the choices are seeded under the message."""
        await asked.replace_open(ctx.db, ctx.person.id, ctx.room.id)
        seeds = tuple(choice.tap for choice in ask.choices if choice.tap) if ask.seeds else ()
        act = await self._post(ctx, ask.say, spot, seeds)
        row = ask.row(ctx.person.id, ctx.room.id, ctx.now)
        row.act_id = act.id or 0
        ctx.db.add(row)

    async def _post(self, ctx: Context, say: Say, spot: Spot, seeds: tuple[str, ...] = ()) -> Act:
        post = Post(
            room=ctx.room.id,
            person=ctx.person.id if ctx.room.direct else None,
            say=say,
            rank=Rank.ANSWER,
            key=spot.key,
            reply_to=spot.reply_to,
            thread=spot.thread,
            seeds=seeds,
        )
        posting: Posting = ctx.outbox
        return await posting.post(post)

    async def context(self, db: AsyncSession, event: Event, spot: Spot) -> Context:
        room = await rooms.room(db, event.room) or Room(room_id=event.room)
        reply = relation(event).get("m.in_reply_to")
        cause = Cause(id=spot.reply_to if spot.key == f"answer:{spot.reply_to}" else event.id, at=event.at)
        return Context(
            db=db,
            config=self._network.config,
            now=event.at,
            event_id=event.id,
            room=await people.view(db, self._network, room),
            person=await people.person(db, self._network, event.sender, event.room),
            text="",
            outbox=Posting(self._outbox, db, cause),
            reply_to=text(reply, "event_id") if isinstance(reply, dict) else None,
        )

    async def _names(self, db: AsyncSession, room: str) -> tuple[str, ...]:
        me = await rooms.member(db, room, self._network.me)
        return ("Animatrice", "l’Animatrice", *((me.name,) if me and me.name else ()))


def relation(event: Event) -> dict[str, Any]:
    found = event.content.get("m.relates_to")
    return found if isinstance(found, dict) else {}
