"""What a handler's result becomes: a message in reply, a question that waits, a refusal; edited in place when a correction brings another."""

from bot.command import Context
from bot.inbox.context import ReplyTarget
from bot.outbox import Post, Posting, Rank
from bot.outbox.question import Ask
from bot.text import Say, UserError
from storage.tables import OutboxEntry


async def post_in(ctx: Context, say: Say | Ask, target: ReplyTarget) -> OutboxEntry:
    """A question's row waits for that person's answer."""
    post = Post(
        room=ctx.room.id,
        person=ctx.person.id if ctx.room.direct else None,
        say=say if isinstance(say, Say) else None,
        ask=say if isinstance(say, Ask) else None,
        asked_to=ctx.person.id,
        rank=Rank.ANSWER,
        key=target.key,
        reply_to=target.reply_to,
        thread=target.thread,
    )
    posting: Posting = ctx.outbox
    return await posting.post(post)


async def refuse(ctx: Context, reason: UserError | Say, target: ReplyTarget) -> str:
    """Returns the outcome to record."""
    await post_in(ctx, reason.say if isinstance(reason, UserError) else reason, target)
    return "refused"
