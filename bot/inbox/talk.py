"""Everyday words said to the bot: whoever speaks to it gets an answer, within bounds;
what is understood before it is looked up as a command, the rest after that.
"""

from datetime import timedelta

from bot.command import Addressed, Context, Result
from bot.handlers import Handlers
from bot.inbox.result import IGNORED, TALK, UNKNOWN, Outcome, run_handler
from bot.text import Say
from storage import inbox, questions

WINDOW = timedelta(hours=1)
MOST = 10  # answers to one person in a window: two programs that answer each other stop there
MOST_UNKNOWN = 2  # of them in rooms, to what was not understood: people also talk under our messages


async def understood(handlers: Handlers, ctx: Context) -> Outcome | None:
    """The outcome, if the words are surely one of those that are known."""
    if not handlers.understands(ctx.text):
        return None
    before = await _answered(ctx)
    if before >= MOST:
        await _stop_talking(ctx, before)
        return TALK
    return await _say(handlers, ctx, TALK)


async def not_understood(handlers: Handlers, ctx: Context, addressed: Addressed) -> Outcome:
    """In a room, nothing to an unknown command (it may be for another bot) nor to what may be said of us."""
    direct = ctx.room.direct
    if not direct and (addressed.how == "prefix" or not addressed.surely):
        return UNKNOWN if addressed.how == "prefix" else IGNORED
    if ctx.reply_to and await _asks_somebody_else(ctx, ctx.reply_to):
        return IGNORED
    before = await _answered(ctx)
    if before == MOST and direct:
        await _stop_talking(ctx, before)
        return UNKNOWN
    if before >= MOST or (not direct and await _answered(ctx, UNKNOWN.status) >= MOST_UNKNOWN):
        return IGNORED
    return await _say(handlers, ctx, UNKNOWN)


async def _stop_talking(ctx: Context, before: int) -> None:
    """Said once: a person then knows what still works."""
    if before == MOST and ctx.room.direct:
        await ctx.reply(
            Say(
                "Je réponds à dix messages de ce genre par heure, pas plus. "
                "Les commandes marchent toujours : `aide`."
            )
        )


async def _asks_somebody_else(ctx: Context, event_id: str) -> bool:
    """Whether this message of ours is a question, to others alone."""
    asked = {each.person for each in await questions.asked_in(ctx.db, event_id)}
    return bool(asked) and ctx.person.id not in asked


async def _answered(ctx: Context, *status: str) -> int:
    """How often this person was answered lately."""
    kinds = status or (TALK.status, UNKNOWN.status)
    return await inbox.count(ctx.db, ctx.person.id, kinds, ctx.now - WINDOW)


async def _say(handlers: Handlers, ctx: Context, outcome: Outcome) -> Outcome:
    async def call() -> Result:
        return await handlers.conversation.handler(ctx) if handlers.conversation else None

    await run_handler(ctx, call)
    return outcome
