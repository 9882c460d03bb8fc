"""Tips: after an answer, a line that would have helped; each once a person."""

from datetime import datetime

from bot.command import Context
from bot.command.handlers import Tip
from bot.handlers import Handlers
from bot.outbox import Post, Rank
from storage import settings

_SAID = "said"


async def offer_tips(handlers: Handlers, ctx: Context, command: str) -> None:
    """Counts this use of a command by this person, and says the tip that it is time for."""
    for tip in handlers.tips:
        if command not in tip.commands:
            continue
        key = f"tip:{tip.name}:{ctx.person.id}"
        before = await settings.value(ctx.db, key)
        if before == _SAID:
            continue
        uses = _uses(tip, before, ctx.now)
        say = await tip.handler(ctx) if len(uses) >= tip.times else None
        await settings.set_value(ctx.db, key, _SAID if say else " ".join(uses[-tip.times :]))
        if say is not None:
            person = ctx.person.id if ctx.room.direct else None
            await ctx.post(Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER))


def _uses(tip: Tip, before: str | None, now: datetime) -> list[str]:
    """The moments of the uses that count, this one last."""
    since = now - tip.within
    kept = [each for each in (before or "").split() if datetime.fromisoformat(each) > since]
    return [*kept, now.isoformat()]
