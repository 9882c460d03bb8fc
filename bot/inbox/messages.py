"""Messages: context once, then who is addressed, then the route (the
answer to a question, a command, a listener), then the result.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Addressed, Context, Found, ReplyTarget, Result, Suggestion, address, arguments
from bot.handlers import Handlers
from bot.inbox.answers import answer_in_text, awaiting
from bot.inbox.context import Contexts, Message, is_edit, own_names, relation, with_caption
from bot.inbox.fallbacks import stale_notice, suggestion, without_confidential_text
from bot.inbox.result import (
    COMMAND,
    DONE,
    IGNORED,
    LATE,
    REFUSED,
    TALK,
    UNKNOWN,
    After,
    Outcome,
    refuse,
    run_command,
    run_handler,
)
from bot.inbox.talk import not_understood, understood
from bot.inbox.tips import add_tip
from bot.matrix.events import Batch, Event
from bot.matrix.parse import string
from bot.outbox import answer_key
from bot.text import Say, UserError
from bot.text.assent import only_polite, says_stop
from storage import inbox, outbox, questions, rooms
from storage.changes import tracked_writes
from storage.tables import ProcessedEvent

CORRECTION = timedelta(minutes=5)
STALE = timedelta(hours=1)
IN_CLEAR = Say(
    "Ce salon est chiffré, mais votre message ne l’est pas : je ne peux pas savoir s’il vient de vous. "
    "Écrivez-le depuis une messagerie qui chiffre, par exemple Element ou Tchap à jour."
)
CORRECTABLE = (REFUSED.status, UNKNOWN.status, TALK.status)


class Messages:
    def __init__(self, contexts: Contexts, handlers: Handlers) -> None:
        self._contexts = contexts
        self._handlers = handlers
        self._network = contexts.outbox.network

    async def is_relevant(self, db: AsyncSession, event: Event) -> bool:
        """False for what is neither addressed to the bot, nor near
        a question of ours, nor in a room where everything is.
        """
        if string((event := with_caption(event)).content, "msgtype") != "m.text":
            return False
        if event.room not in self._network.configured or relation(event):
            return True
        me = await own_names(db, self._network, event.room)
        if address(event.content, me=me, direct=False, reply_to_me=False) is not None:
            return True
        if self._handlers.listener(string(event.content, "body")):
            return True
        return await questions.open_for(db, event.sender, event.room) is not None

    async def message(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        """A message: an edit corrects what was refused; the rest is read as it was said."""
        if is_edit(event):
            return await self._edited(db, with_caption(event), batch)
        return await self._route(await self._contexts.message(db, event), batch)

    async def undo(self, db: AsyncSession, event: Event, row: ProcessedEvent) -> None:
        """What somebody said is deleted, or said otherwise (as `ctx.text` has it then):
        undone where the subject knows how.
        """
        kind, _, name = row.handler.partition(" ")
        command = self._handlers.commands.named(name) if kind == COMMAND else None
        if command is None or command.undo is None:
            return
        target = ReplyTarget(event.id, answer_key(event.id))
        ctx = await self._contexts.build(db, replace(event, sender=row.sender), target)
        await command.undo(replace(ctx, text=string(event.content, "body")), row.event_id)
        row.outcome, row.handler = "removed", ""
        db.add(row)

    async def joined(self, db: AsyncSession, event: Event, who: str) -> None:
        """Somebody has joined a configured room: the subjects that care are told, in their name."""
        target = ReplyTarget(event.id, answer_key(event.id))
        for each in self._handlers.joins:
            await each.handler(await self._contexts.build(db, replace(event, sender=who), target))

    async def apologise(self, db: AsyncSession, event: Event) -> None:
        """A handler failed: the person is told once, without detail."""
        if event.type not in ("m.room.message", "m.reaction"):
            return
        say = Say(
            "Une erreur s’est produite de mon côté et rien n’a été enregistré. "
            "Le service numérique en a la trace ; réessayez dans un moment."
        )
        tapped = string(relation(event), "event_id") if event.type == "m.reaction" else ""
        target = ReplyTarget(tapped or event.id, answer_key(event.id))  # nobody can reply to a reaction
        ctx = await self._contexts.build(db, event, target)
        me = await own_names(db, self._network, event.room)
        direct, replied = ctx.room.direct, ctx.reply_to is not None
        if event.type == "m.reaction" or address(event.content, me=me, direct=direct, reply_to_me=replied):
            await ctx.reply(say)

    async def _edited(self, db: AsyncSession, event: Event, batch: Batch) -> Outcome:
        if (await rooms.facts(db, event.room)).encrypted and not event.encrypted:
            return IGNORED
        original = await inbox.processed(db, string(relation(event), "event_id"))
        fresh = event.content.get("m.new_content")
        if original is None or not isinstance(fresh, dict) or not _may_change(original, event):
            return IGNORED
        again = replace(event, id=original.event_id, content=in_same_reply(fresh, original))
        await self.undo(db, with_caption(again), original)
        target = ReplyTarget(original.event_id, answer_key(original.event_id))
        (await self._route(await self._contexts.message(db, again, target), batch)).write(original)
        db.add(original)
        return DONE

    async def _route(self, message: Message, batch: Batch) -> Outcome:
        """The answer to a question that waits, a command, or a subject that listens."""
        if not message.is_text:
            return IGNORED
        ctx, addressed = message.ctx, message.addressed
        if ctx.room.encrypted and not message.encrypted:
            return await refuse(ctx, IN_CLEAR) if addressed else IGNORED
        question = await awaiting(ctx, replies_to_bot=message.replies_to_bot)
        if question and (addressed is None or addressed.how != "prefix" or says_stop(addressed.text)):
            text = ctx.text if addressed else message.body
            if not await self._is_claimed(replace(ctx, text=text)) and (
                answered := await answer_in_text(self._handlers, ctx, question, text)
            ):
                return answered
        if addressed is not None:
            return await self._command(ctx, addressed, batch)
        ctx, stale = replace(ctx, text=message.body), batch.began - ctx.now > STALE
        if outcome := await self._in_thread(ctx):
            return outcome
        return IGNORED if stale else await self._listener(ctx) or IGNORED

    async def _is_claimed(self, ctx: Context) -> bool:
        """Whether a subject waits for these very words, more than any question does."""
        listener = self._handlers.listener(ctx.text) if ctx.reply_to is None else None
        return listener is not None and listener.claims is not None and await listener.claims(ctx)

    async def _in_thread(self, ctx: Context) -> Outcome | None:
        """The outcome, if our message that the thread is under takes what is said there."""
        root = ctx.target.thread
        if root is None or ctx.reply_to is not None:
            return None
        under = replace(ctx, reply_to=root)
        found = await command_in_reply(self._handlers, under, thread=True)
        return replace(await run_command(under, found), in_reply_to=root) if found else None

    async def _command(self, ctx: Context, addressed: Addressed, batch: Batch) -> Outcome:
        found = self._found(ctx, addressed)
        if not isinstance(found, Found) and (suggested := await command_in_reply(self._handlers, ctx)):
            return replace(await run_command(ctx, suggested), in_reply_to=ctx.reply_to or "")
        if ctx.reply_to is None and found is None and (outcome := await self._in_thread(ctx)):
            return outcome
        stale = batch.began - ctx.now > STALE
        if outcome := await self._in_words(ctx, addressed, found, stale=stale):
            return outcome
        if found is None:
            return LATE if stale else await not_understood(self._handlers, ctx, addressed)
        if isinstance(found, Suggestion):
            found = await without_confidential_text(found, ctx)
        if stale and not (isinstance(found, Found) and found.command.run_when_stale):
            if batch.since:  # before our very first sync nobody was waiting for us
                line = found.line if isinstance(found, Suggestion) else addressed.text
                await ctx.post(stale_notice(ctx, line, batch.began))
            return LATE
        if isinstance(found, Suggestion):
            await ctx.reply(suggestion(found, ctx))
            return UNKNOWN
        tip = partial(add_tip, self._handlers, ctx, found.command.name)
        return await run_command(ctx, found, After(complete=tip))

    async def _in_words(
        self, ctx: Context, addressed: Addressed, found: Found | Suggestion | None, *, stale: bool
    ) -> Outcome | None:
        """What a subject or the conversation understands, though it may begin like a command.
        Under a message of ours, or alone with us, « ok » is first of all for its subject.
        """
        known = isinstance(found, Found)
        if isinstance(found, Found) and (addressed.how == "prefix" or not found.rest):
            return None
        replies = addressed.how == "reply" and not ctx.room.direct
        for_its_subject = replies or (ctx.room.direct and only_polite(ctx.text))
        if not known and for_its_subject and (outcome := await self._listener(ctx)):
            return outcome
        if addressed.how != "prefix" and not stale and (outcome := await understood(self._handlers, ctx)):
            return outcome
        return None if known or replies else await self._listener(ctx)

    async def _listener(self, ctx: Context) -> Outcome | None:
        """The outcome, if a subject takes these words for its own: it says something, or remembers it."""
        listener = self._handlers.listener(ctx.text)
        if listener is None:
            return None

        said: list[Result] = []

        async def call() -> Result:
            said.append(await listener.handler(ctx))
            return said[-1]

        undone_by = f"{COMMAND} {listener.undo_command}" if listener.undo_command else ""
        with tracked_writes(ctx.db) as written:
            outcome = await run_handler(ctx, call, undone_by)
        return None if said == [None] and not written else outcome

    def _found(self, ctx: Context, addressed: Addressed) -> Found | Suggestion | None:
        """The command that these words surely are; or, where it may be offered, the one they nearly are."""
        if addressed.how == "named":
            return None
        found = self._handlers.commands.find(addressed.text, ctx.caller)
        among_people = addressed.how == "reply" and not ctx.room.direct
        return found if found is None or not among_people or _fits(found, ctx) else None


def _may_change(original: ProcessedEvent, edit: Event) -> bool:
    """What was not understood, for a few minutes; what can be taken back, or only showed something,
    at any time.
    """
    if (original.sender, original.room_id) != (edit.sender, edit.room):
        return False
    repeatable = original.handler.startswith(f"{COMMAND} ")
    return repeatable or (original.outcome in CORRECTABLE and edit.at - original.at <= CORRECTION)


def _fits(found: Found | Suggestion, ctx: Context) -> bool:
    """Whether a reply to one of our messages is surely a command:
    everyday words come near one, or begin like one (« Plus besoin, merci »).
    """
    if isinstance(found, Suggestion):
        return False
    try:
        arguments(found.command, found.rest, ctx)
    except UserError:
        return False
    return True


async def command_in_reply(handlers: Handlers, ctx: Context, *, thread: bool = False) -> Found | None:
    """The command that words are under a message of ours; `thread`: in its thread."""
    entry = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    key = entry.message_key or "" if entry and entry.room_id == ctx.room.id else ""
    reader = handlers.reply_handler(key, thread=thread)
    line = await reader(ctx, key) if reader else None
    found = handlers.commands.find(line, ctx.caller) if line else None
    return found if isinstance(found, Found) else None


def in_same_reply(content: dict[str, Any], original: ProcessedEvent) -> dict[str, Any]:
    """What an edit says, in reply to what the message replied to."""
    if not original.in_reply_to:
        return content
    return {**content, "m.relates_to": {"m.in_reply_to": {"event_id": original.in_reply_to}}}
