"""What a handler's result becomes: a message in reply, a question that waits, a refusal; edited in place when a correction brings another."""

from bot.command import Context
from bot.inbox.spot import Spot
from bot.outbox import Post, Posting, Rank
from bot.question import Ask
from bot.words import Say, UserError
from storage import questions as asked
from storage.tables import Act


async def post_in(ctx: Context, say: Say, spot: Spot, seeds: tuple[str, ...] = ()) -> Act:
    """`seeds`: reactions to tap under it."""
    post = Post(
        room=ctx.room.id,
        person=ctx.person.id if ctx.room.direct else None,
        say=say,
        rank=Rank.ANSWER,
        key=spot.key,
        reply_to=spot.reply_to,
        thread=spot.thread,
        seeds=seeds,
    )
    posting: Posting = ctx.outbox
    return await posting.post(post)


async def refuse(ctx: Context, reason: UserError | Say, spot: Spot) -> str:
    """Returns the outcome to record."""
    await post_in(ctx, reason.say if isinstance(reason, UserError) else reason, spot)
    return "refused"


async def ask_in(ctx: Context, ask: Ask, spot: Spot) -> None:
    """The row waits, the choices are seeded under the message."""
    await asked.replace_open(ctx.db, ctx.person.id, ctx.room.id)
    seeds = tuple(choice.tap for choice in ask.choices if choice.tap) if ask.seeds else ()
    act = await post_in(ctx, ask.say, spot, seeds)
    row = ask.row(ctx.person.id, ctx.room.id, ctx.now)
    row.act_id = act.id or 0
    ctx.db.add(row)
