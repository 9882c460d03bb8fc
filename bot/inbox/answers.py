"""Answers to questions: which one the words or the reaction of a person may answer, and what becomes of it;
once, in time, where it was asked.
"""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context, Result
from bot.command.handlers import AnswerHandler
from bot.handlers import Handlers
from bot.inbox.fallbacks import is_command_instead
from bot.inbox.result import COMMAND, DONE, After, Outcome, refuse, run_handler
from bot.outbox import chips
from bot.outbox.question import STOPPED, Reply, Typed, awaits_text, read_answer
from bot.text import Say, UserError
from bot.text.assent import only_polite, says_stop
from storage import questions
from storage.outbox import ANSWER, FAILED, SILENCE
from storage.tables import OutboxEntry, Question


async def awaiting(ctx: Context, *, replies_to_bot: bool) -> Question | None:
    """The question that this person's words may answer:
    the one they reply to, or the one that is open here.
    """
    if replies_to_bot and ctx.reply_to:
        return await question_under(ctx.db, ctx.person.id, ctx.room.id, ctx.reply_to)
    question = await questions.open_for(ctx.db, ctx.person.id, ctx.room.id)
    if question is None or not awaits_text(question, ctx.now, direct=ctx.room.direct):
        return None
    entry = await questions.message(ctx.db, question)
    return None if entry is not None and entry.error == SILENCE else question


async def answer_in_text(handlers: Handlers, ctx: Context, question: Question, text: str) -> Outcome | None:
    """The outcome if the words answer the question, or end it;
    else, in a room, the next message is no longer taken for its answer.
    """
    polite = only_polite(text)
    if polite and ctx.reply_to is None and not await _was_just_asked(ctx, question):
        return None
    try:
        words = Typed(text, bool(ctx.text), ctx.person.full_name, ctx.now)
        reply = read_answer(question, words, ctx.config.zone)
    except UserError as error:
        return await refuse(ctx, error)
    if reply is None or reply.choice is None:
        if says_stop(text):
            return await _stop(ctx, question)
        if reply is not None and (
            polite
            or (ctx.text and handlers.understands(text))
            or await is_command_instead(text, question, ctx)
        ):
            return None
    if reply is not None:
        return await answer(handlers, replace(ctx, text=text), question, reply)
    question.passed = not ctx.room.direct
    ctx.db.add(question)
    return None


async def _was_just_asked(ctx: Context, question: Question) -> bool:
    """Whether nothing was said in the room since the question; after a restart, that is not known."""
    entry = await questions.message(ctx.db, question)
    asked = entry.event_id if entry is not None else None
    if asked is None:
        return False
    here = ctx.event_id
    return bool(ctx.outbox.history.is_latest(ctx.room.id, asked, besides=here, until=here))


async def _nothing_to_tap(ctx: Context, question: Question) -> None:
    message = await questions.message(ctx.db, question)
    if message is not None:
        await chips.clear(ctx, message.id)


async def _stop(ctx: Context, question: Question) -> Outcome:
    question.status = STOPPED
    ctx.db.add(question)
    await _nothing_to_tap(ctx, question)
    await ctx.reply(Say("C’est arrêté : je n’attends plus de réponse à cette question."))
    return DONE


async def question_under(db: AsyncSession, person: str, room: str, event_id: str) -> Question | None:
    """The question that this event of ours put to this person."""
    found = await questions.asked_in(db, event_id) if event_id else ()
    return next((each for each in found if (each.person, each.room_id) == (person, room)), None)


async def answer(handlers: Handlers, ctx: Context, question: Question, reply: Reply) -> Outcome:
    """An answer counts once, in time; a later one is told so. A refused one leaves the question open."""
    if question.status not in (questions.OPEN, questions.EXPIRED):
        reason = UserError("C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée.")
        return await refuse(ctx, reason)
    if ctx.now > question.expires_at or (await _is_private(question, ctx) and not ctx.room.direct):
        return await refuse(
            ctx, UserError("Cette question n’attend plus de réponse. Redemandez-la si besoin.")
        )
    # a refusal rolls back, and the row is not to be read after that
    handler = handlers.answers[question.then]
    target = replace(ctx.target, guided=True, confirms=None if reply.text else await _editable(ctx, question))

    async def call() -> Result:
        question.status = "answered"
        ctx.db.add(question)
        await _nothing_to_tap(ctx, question)
        return await handler.handler(ctx, reply)

    return await run_handler(ctx, call, _undone_by(handler), after=After(target))


async def _editable(ctx: Context, question: Question) -> int | None:
    """The message of the question, to be edited into what became of it:
    not one that its subject edits itself, nor one that was removed.
    """
    entry = await questions.message(ctx.db, question)
    if entry is None or entry.status in FAILED or not (entry.message_key or ANSWER).startswith(ANSWER):
        return None
    return entry.id


def _undone_by(handler: AnswerHandler) -> str:
    return f"{COMMAND} {handler.undo_command}" if handler.undo_command else ""


async def _is_private(question: Question, ctx: Context) -> bool:
    """Somebody may have come since: what follows is not for them."""
    entry = await ctx.db.get(OutboxEntry, question.act_id)
    return entry is not None and entry.person is not None
