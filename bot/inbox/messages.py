"""What people say and tap: a correction, the answer to a question, a command, or nothing for us."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Addressed, Context, Found, Role, Scope, Suggestion, address, arguments, registry
from bot.command.handlers import arrivals, matching_listener
from bot.command.rights import refusal
from bot.inbox.answers import post_in, refuse
from bot.inbox.context import ReplyTarget, build_context, own_names, relation, spoken
from bot.inbox.fallbacks import (
    OPEN_TEAM,
    RunCommand,
    for_the_team,
    is_command_instead,
    late_line,
    suggestion,
    without_private_words,
)
from bot.inbox.in_reply import IN_REPLY, command_meant, in_its_place, noted
from bot.matrix import parse
from bot.matrix.events import Batch, Event
from bot.matrix.parse import string
from bot.outbox import Outbox
from bot.outbox import question as questions
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from storage import inbox
from storage import outbox as entries
from storage import questions as asked
from storage.tables import OutboxEntry, ProcessedEvent, Question

CORRECTION = timedelta(minutes=5)
LATE = timedelta(hours=1)
CORRECTABLE = ("refused", "unknown")
SAID = "said "  # then the command's name: the outcome of a message that its subject can take back


class Messages:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._network = outbox.network

    async def message(self, db: AsyncSession, event: Event, batch: Batch) -> str:
        """A message: an edit corrects what was refused; the rest is read as said."""
        event = spoken(event)
        related = relation(event)
        if related.get("rel_type") != "m.replace":
            thread = parse.name(related.get("event_id")) if related.get("rel_type") == "m.thread" else None
            return await self._said(db, event, batch, ReplyTarget(event.id, f"answer:{event.id}", thread))
        original = await inbox.processed(db, string(related, "event_id"))
        fresh = event.content.get("m.new_content")
        if original is None or not isinstance(fresh, dict) or not _may_change(original, event):
            return "ignored"
        again = spoken(replace(event, id=original.event_id, content=in_its_place(fresh, original)))
        await self.taken_back(db, again, original)
        original.outcome = await self._said(db, again, batch, ReplyTarget(original.event_id, f"answer:{original.event_id}"))
        db.add(original)
        return "done"

    async def taken_back(self, db: AsyncSession, event: Event, row: ProcessedEvent) -> None:
        """What somebody said is deleted, or said otherwise (as `ctx.text` has it then): undone where the subject knows how."""
        known = registry.named(row.outcome.removeprefix(SAID).partition(IN_REPLY)[0]) if row.outcome.startswith(SAID) else None
        if known is None or known.taken_back is None:
            return
        ctx = await build_context(self._outbox, db, replace(event, sender=row.sender), ReplyTarget(event.id, f"answer:{event.id}"))
        fresh = string(event.content, "body")
        await known.taken_back(replace(ctx, text=fresh), row.event_id)
        row.outcome = "removed"
        db.add(row)

    async def is_relevant(self, db: AsyncSession, event: Event) -> bool:
        """False for what is neither said to us, nor near a question of ours, nor in a room where everything is."""
        if string((event := spoken(event)).content, "msgtype") != "m.text":
            return False
        if event.room not in self._network.configured or relation(event):
            return True
        me = await own_names(db, self._network, event.room)
        if address(event.content, me=me, direct=False, reply_to_me=False) is not None or matching_listener(string(event.content, "body")):
            return True
        return await asked.open_for(db, event.sender, event.room) is not None

    async def arrived(self, db: AsyncSession, event: Event, who: str) -> None:
        """Somebody has joined a configured room: the subjects that care are told, in their name."""
        target = ReplyTarget(event.id, f"answer:{event.id}")
        for handler in arrivals:
            await handler(await build_context(self._outbox, db, replace(event, sender=who), target))

    async def apologise(self, db: AsyncSession, event: Event) -> None:
        """A handler failed: the person is told once, without detail."""
        if event.type not in ("m.room.message", "m.reaction"):
            return
        say = Say("Une erreur s’est produite de mon côté et rien n’a été enregistré. Le service numérique en a la trace ; réessayez dans un moment.")
        tapped = string(relation(event), "event_id") if event.type == "m.reaction" else ""
        target = ReplyTarget(tapped or event.id, f"answer:{event.id}")  # nobody can reply to a tap
        ctx = await build_context(self._outbox, db, event, target)
        me = await own_names(db, self._network, event.room)
        if event.type == "m.reaction" or address(event.content, me=me, direct=ctx.room.direct, reply_to_me=ctx.reply_to is not None):
            await post_in(ctx, say, target)

    async def _said(self, db: AsyncSession, event: Event, batch: Batch, target: ReplyTarget) -> str:
        ctx = await build_context(self._outbox, db, event, target)
        replied = await entries.by_event(db, ctx.reply_to) if ctx.reply_to else None
        me = await own_names(db, self._network, event.room)
        said = address(event.content, me=me, direct=ctx.room.direct, reply_to_me=replied is not None)
        if string(event.content, "msgtype") != "m.text":
            return "ignored"
        ctx = replace(ctx, text=said.text if said else "")
        question = await self._asked(ctx, replied is not None)
        if question and (said is None or said.how != "prefix"):
            outcome = await self._words(ctx, question, said.text if said else string(event.content, "body"), target)
            if outcome:
                return outcome
        if said is None:
            late = batch.began - ctx.now > LATE
            return await self._overheard(replace(ctx, text=string(event.content, "body")), target, heard=not late) or "ignored"
        return await self._run(ctx, said, batch, target)

    async def _asked(self, ctx: Context, replied: bool) -> Question | None:
        """The question these words may answer."""
        if replied and ctx.reply_to:
            found = await asked.asked_in(ctx.db, ctx.reply_to)
            return next((each for each in found if (each.person, each.room_id) == (ctx.person.id, ctx.room.id)), None)
        question = await asked.open_for(ctx.db, ctx.person.id, ctx.room.id)
        return question if question and questions.awaits_words(question, ctx.now, direct=ctx.room.direct) else None

    async def _words(self, ctx: Context, question: Question, words: str, target: ReplyTarget) -> str | None:
        """The outcome if the words answer the question; else the next message is no longer taken for its answer."""
        try:
            reply = questions.read_answer(question, words, ctx)
        except UserError as error:
            return await refuse(ctx, error, target)
        if reply is not None and reply.choice is None and await is_command_instead(words, question, ctx):
            return None
        if reply is not None:
            return await self.answered(replace(ctx, text=words), question, reply, target)
        question.passed = True
        ctx.db.add(question)
        return None

    async def answered(self, ctx: Context, question: Question, reply: Reply, target: ReplyTarget) -> str:
        """An answer counts once, in time; a later one is told so. A refused one leaves the question open."""
        if question.status != "open":
            return await refuse(ctx, UserError("C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée."), target)
        if ctx.now > question.expires_at or (await _asked_in_private(question, ctx) and not ctx.room.direct):
            return await refuse(ctx, UserError("Cette question n’attend plus de réponse. Redemandez-la si besoin."), target)

        then = question.then  # a refusal rolls back, and the row is not to be read after that

        async def take() -> Any:
            question.status = "answered"
            ctx.db.add(question)
            return await questions.continuations[then](ctx, reply)

        outcome = await self.result(ctx, take, target)
        command = questions.undone_by.get(then)
        return SAID + command if outcome == "done" and command else outcome

    async def _overheard(self, ctx: Context, target: ReplyTarget, *, heard: bool = True) -> str | None:
        """The outcome, if a subject takes these words for its own. `heard`: soon enough for a question."""
        listener = matching_listener(ctx.text) if inbox else None
        if listener is None:
            return None

        async def call() -> Any:
            return await listener.handler(ctx)

        outcome = await self.result(ctx, call, target)
        return SAID + listener.undone_by if outcome == "done" and listener.undone_by else outcome

    async def _run(self, ctx: Context, said: Addressed, batch: Batch, target: ReplyTarget) -> str:
        found = registry.find(said.text, ctx.asker)
        if not isinstance(found, Found) and (meant := await command_meant(ctx)):
            return noted(await self.run(ctx, meant, target), ctx)
        if not isinstance(found, Found) and (heard_it := await self._overheard(ctx, target)):
            return heard_it
        found = await without_private_words(found, ctx)
        if found is None or (said.how == "reply" and not ctx.room.direct and not _fits(found, ctx)):
            return await self._unknown(ctx, said, target)
        if batch.began - ctx.now > LATE and not (isinstance(found, Found) and found.command.late):
            if batch.since:  # before our very first sync nobody was waiting for us
                await ctx.outbox.post(late_line(ctx, found.line if isinstance(found, Suggestion) else said.text, batch.began))
            return "late"
        if isinstance(found, Suggestion):
            await post_in(ctx, suggestion(found, ctx), target)
            return "unknown"
        return await self.run(ctx, found, target)

    async def run(self, ctx: Context, found: Found, target: ReplyTarget) -> str:
        """A command by somebody: may they, do the words fit, what does it say."""
        if found.command.allow == Role.TEAM and ctx.person.role == Role.MEMBER and ctx.room.kind == "team":
            return await refuse(ctx, OPEN_TEAM, target)
        opened = found.command.opened(ctx)
        if found.command.where == Scope.TEAM and ctx.person.role == Role.MEMBER and self._network.team and not opened:
            await post_in(ctx, for_the_team(found, ctx), target)
            return "refused"
        reason = None if opened else refusal(found.command, ctx.asker)
        if reason is not None:
            return await refuse(ctx, reason, target)

        async def call() -> Any:
            args, kwargs = arguments(found.command, found.rest, ctx)
            return await found.command.handler(ctx, *args, **kwargs)

        outcome = await self.result(ctx, call, target)
        return SAID + found.command.name if outcome == "done" and found.command.taken_back else outcome

    async def result(self, ctx: Context, call: Callable[[], Awaitable[Any]], target: ReplyTarget) -> str:
        """Runs a handler; what it refuses leaves no trace but its sentence."""
        try:
            async with ctx.db.begin_nested():
                result = await call()
        except UserError as error:
            return await refuse(ctx, error, target)
        if isinstance(result, Suggestion):
            result = suggestion(result, ctx)
        if isinstance(result, RunCommand):
            return await self.run(replace(ctx, text=result.line), result.found, target)
        if isinstance(result, Ask | Say):
            await post_in(ctx, result, target)
        elif result is not None:
            raise TypeError(f"a handler returned {type(result).__name__}")
        return "done"

    async def _unknown(self, ctx: Context, said: Addressed, target: ReplyTarget) -> str:
        """Far from our vocabulary: silence in a room (it may be for another bot), one line in private."""
        if not ctx.room.direct:
            return "unknown" if said.how == "prefix" else "ignored"
        await post_in(ctx, Say("Je n’ai pas compris. Écrivez `aide` pour voir ce que je sais faire."), target)
        return "unknown"


def _may_change(original: ProcessedEvent, edit: Event) -> bool:
    """What was not understood, for a few minutes; what can be taken back, at any time."""
    if (original.sender, original.room_id) != (edit.sender, edit.room):
        return False
    return original.outcome.startswith(SAID) or (original.outcome.partition(IN_REPLY)[0] in CORRECTABLE and edit.at - original.at <= CORRECTION)


async def _asked_in_private(question: Question, ctx: Context) -> bool:
    """Somebody may have come since: what follows is not for them."""
    entry = await ctx.db.get(OutboxEntry, question.act_id)
    return entry is not None and entry.person is not None


def _fits(found: Found | Suggestion, ctx: Context) -> bool:
    """Whether a reply to one of our messages is surely a command: everyday words come near one, or begin like one (« Plus besoin, merci »)."""
    if isinstance(found, Suggestion):
        return False
    try:
        arguments(found.command, found.rest, ctx)
    except UserError:
        return False
    return True
