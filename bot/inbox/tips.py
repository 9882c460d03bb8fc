"""Tips: at the end of an answer, a line that would have helped; each once a person."""

from dataclasses import replace
from datetime import datetime

from bot.command import Context, Result
from bot.command.handlers import Tip
from bot.handlers import Handlers
from bot.outbox import Post, Rank
from bot.outbox.question import Ask, awaits_text
from bot.text import Say
from storage import questions, settings

_SAID = "said"


async def add_tip(handlers: Handlers, ctx: Context, command: str, result: Result) -> Result:
    """Counts this use of a command by this person; the result with the tip that it is time for, as its last
    line: nothing comes between a question and its answer.

    A command that posted its answer itself has it below, unless a question waits there for the person's
    words: then another time.
    """
    question = await questions.open_for(ctx.db, ctx.person.id, ctx.room.id) if result is None else None
    if question is not None and awaits_text(question, ctx.now, direct=ctx.room.direct):
        return result
    for tip in handlers.tips:
        if command not in tip.commands:
            continue
        say = await _due(tip, ctx)
        if isinstance(result, Say) and say:
            result = Say.lines(result, say)
        elif isinstance(result, Ask) and say:
            result = replace(result, say=Say.lines(result.say, say))
        elif say:
            person = ctx.person.id if ctx.room.direct else None
            await ctx.post(Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER))
    return result


async def _due(tip: Tip, ctx: Context) -> Say | None:
    """What it says, the first time that the uses are enough."""
    key = f"tip:{tip.name}:{ctx.person.id}"
    before = await settings.value(ctx.db, key)
    if before == _SAID:
        return None
    uses = _uses(tip, before, ctx.now)
    say = await tip.handler(ctx) if len(uses) >= tip.times else None
    await settings.set_value(ctx.db, key, _SAID if say else " ".join(uses[-tip.times :]))
    return say


def _uses(tip: Tip, before: str | None, now: datetime) -> list[str]:
    """The moments of the uses that count, this one last."""
    since = now - tip.within
    kept = [each for each in (before or "").split() if datetime.fromisoformat(each) > since]
    return [*kept, now.isoformat()]
