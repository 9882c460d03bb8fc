"""The result of a handler: its answer is posted, its refusal leaves no trace but a sentence;
the outcome is what the inbox records.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.command import Context, Found, ReplyTarget, Result, Role, RunCommand, Scope, Suggestion, arguments
from bot.command.rights import refusal
from bot.inbox.fallbacks import OPEN_TEAM, forward_question, suggestion
from bot.outbox.question import Ask
from bot.text import Say, UserError
from storage import questions
from storage.changes import tracked_writes
from storage.tables import Listing, ProcessedEvent
from storage.transaction import savepoint

# the kind of handler whose effect its subject can take back, or that had none: « command vote »
COMMAND = "command"
RAN = "ran"  # a command that had an effect which nothing takes back: « ran rencontre »


@dataclass(frozen=True)
class After:
    """What follows a handler that does not refuse. `target`: where what it returns goes; `complete`: what is
    added to that.
    """

    target: ReplyTarget | None = None
    complete: Callable[[Result], Awaitable[Result]] | None = None


AT_ONCE = After()


@dataclass(frozen=True)
class Outcome:
    """What became of an event:
    done | talk | refused | unknown | failed | ignored | late | unreadable | removed.

    `handler`: the kind and the name of the handler that can take its effect back, or had none; RAN and the
    name of another command; else "".
    `in_reply_to`: the event that gave the words their meaning, when they were read as an answer to it.
    """

    status: str
    handler: str = ""
    in_reply_to: str = ""

    def write(self, row: ProcessedEvent) -> None:
        row.outcome, row.handler, row.in_reply_to = self.status, self.handler, self.in_reply_to


DONE, TALK, REFUSED, UNKNOWN, IGNORED, LATE = (
    Outcome(status) for status in ("done", "talk", "refused", "unknown", "ignored", "late")
)


async def refuse(ctx: Context, reason: UserError | Say) -> Outcome:
    await ctx.reply(reason.say if isinstance(reason, UserError) else reason)
    return REFUSED


async def run_handler(
    ctx: Context,
    call: Callable[[], Awaitable[Result]],
    handler: str = "",
    *,
    shows: str = "",
    after: After = AT_ONCE,
) -> Outcome:
    """Runs a handler in a savepoint. `handler`: what can take it back, if it took effect; `shows`: what may
    run again when its message is edited, if it changed nothing but what « suite » remembers.
    """
    await ctx.db.flush()  # what was written before is not the handler's
    try:
        with tracked_writes(ctx.db) as written:
            result = await _in_savepoint(ctx, call)
    except UserError as error:
        return await refuse(ctx, error)
    ctx = replace(ctx, target=after.target or ctx.target)
    if isinstance(result, Suggestion):
        result = suggestion(result, ctx)
    elif isinstance(result, RunCommand):
        return await run_command(replace(ctx, text=result.line), result.found)
    elif after.complete is not None:
        result = await after.complete(result)
    if isinstance(result, Ask | Say):
        await ctx.reply(result)
    elif result is not None:
        raise TypeError(f"a handler returned {type(result).__name__}")
    ran = shows if written <= {Listing.__tablename__} else shows.replace(COMMAND, RAN, 1)
    return Outcome("done", handler or ran)


async def _in_savepoint(ctx: Context, call: Callable[[], Awaitable[Result]]) -> Result:
    async with savepoint(ctx.db):
        result = await call()
        await ctx.db.flush()
        return result


async def run_command(ctx: Context, found: Found, after: After = AT_ONCE) -> Outcome:
    """A command by somebody: may they, do the words fit, what does it say.
    Their next words are no answer to what was asked before.
    """
    command = found.command
    await questions.pass_over(ctx.db, ctx.person.id, ctx.room.id)
    if command.allow == Role.TEAM and ctx.person.role == Role.MEMBER and ctx.room.kind == "team":
        return await refuse(ctx, OPEN_TEAM)
    opened = command.opened(ctx)
    if command.where == Scope.TEAM and ctx.person.role == Role.MEMBER and ctx.network.team and not opened:
        await ctx.reply(forward_question(found, ctx))
        return REFUSED
    reason = None if opened else refusal(command, ctx.caller)
    if reason is not None:
        return await refuse(ctx, reason)

    async def call() -> Result:
        args, kwargs = arguments(command, found.rest, ctx)
        return await command.handler(ctx, *args, **kwargs)

    name = f"{COMMAND} {command.name}"
    return await run_handler(ctx, call, name if command.undo else "", shows=name, after=after)
