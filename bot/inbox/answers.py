"""Answers to questions: which one the words or the reaction of a person may answer, and what becomes of it;
once, in time, where it was asked.
"""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context, Result
from bot.command.handlers import AnswerHandler
from bot.handlers import Handlers
from bot.inbox.fallbacks import is_command_instead
from bot.inbox.result import COMMAND, Outcome, refuse, run_handler
from bot.outbox.question import Reply, Typed, awaits_text, read_answer
from bot.text import UserError
from storage import questions
from storage.tables import OutboxEntry, Question


async def awaiting(ctx: Context, *, replies_to_bot: bool) -> Question | None:
    """The question that this person's words may answer:
    the one they reply to, or the one that is open here.
    """
    if replies_to_bot and ctx.reply_to:
        return await question_under(ctx.db, ctx.person.id, ctx.room.id, ctx.reply_to)
    question = await questions.open_for(ctx.db, ctx.person.id, ctx.room.id)
    return question if question and awaits_text(question, ctx.now, direct=ctx.room.direct) else None


async def answer_in_text(handlers: Handlers, ctx: Context, question: Question, text: str) -> Outcome | None:
    """The outcome if the words answer the question;
    else the next message is no longer taken for its answer.
    """
    try:
        words = Typed(text, bool(ctx.text), ctx.person.full_name, ctx.now)
        reply = read_answer(question, words, ctx.config.zone)
    except UserError as error:
        return await refuse(ctx, error)
    if reply is not None and reply.choice is None and await is_command_instead(text, question, ctx):
        return None
    if reply is not None:
        return await answer(handlers, replace(ctx, text=text), question, reply)
    question.passed = True
    ctx.db.add(question)
    return None


async def question_under(db: AsyncSession, person: str, room: str, event_id: str) -> Question | None:
    """The question that this event of ours put to this person."""
    found = await questions.asked_in(db, event_id) if event_id else ()
    return next((each for each in found if (each.person, each.room_id) == (person, room)), None)


async def answer(handlers: Handlers, ctx: Context, question: Question, reply: Reply) -> Outcome:
    """An answer counts once, in time; a later one is told so. A refused one leaves the question open."""
    if question.status != "open":
        reason = UserError("C’est déjà fait : cette question a eu sa réponse, ou une autre l’a remplacée.")
        return await refuse(ctx, reason)
    if ctx.now > question.expires_at or (await _is_private(question, ctx) and not ctx.room.direct):
        return await refuse(
            ctx, UserError("Cette question n’attend plus de réponse. Redemandez-la si besoin.")
        )
    # a refusal rolls back, and the row is not to be read after that
    handler = handlers.answers[question.then]

    async def call() -> Result:
        question.status = "answered"
        ctx.db.add(question)
        return await handler.handler(ctx, reply)

    return await run_handler(ctx, call, _undone_by(handler))


def _undone_by(handler: AnswerHandler) -> str:
    return f"{COMMAND} {handler.undo_command}" if handler.undo_command else ""


async def _is_private(question: Question, ctx: Context) -> bool:
    """Somebody may have come since: what follows is not for them."""
    entry = await ctx.db.get(OutboxEntry, question.act_id)
    return entry is not None and entry.person is not None
