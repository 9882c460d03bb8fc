"""What a handler's result becomes: a message in reply, a question that waits, a refusal; edited in place when a correction brings another."""

from bot.command import Context
from bot.inbox.context import Spot
from bot.outbox import Post, Posting, Rank
from bot.outbox.question import Ask
from bot.text import Say, UserError
from storage.tables import Act


async def post_in(ctx: Context, say: Say | Ask, spot: Spot) -> Act:
    """A question's row waits for that person's answer."""
    post = Post(
        room=ctx.room.id,
        person=ctx.person.id if ctx.room.direct else None,
        say=say if isinstance(say, Say) else None,
        ask=say if isinstance(say, Ask) else None,
        asked=ctx.person.id,
        rank=Rank.ANSWER,
        key=spot.key,
        reply_to=spot.reply_to,
        thread=spot.thread,
    )
    posting: Posting = ctx.outbox
    return await posting.post(post)


async def refuse(ctx: Context, reason: UserError | Say, spot: Spot) -> str:
    """Returns the outcome to record."""
    await post_in(ctx, reason.say if isinstance(reason, UserError) else reason, spot)
    return "refused"
