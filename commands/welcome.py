"""Who joins a room of the network is to be greeted, once, unless they were in it already."""

from bot.command import Context
from bot.command.handlers import on_join
from schedules.welcome import ROOMS, queue
from storage import rooms, welcome


@on_join
async def joined(ctx: Context) -> None:
    if ctx.room.kind not in ROOMS or await welcome.status(ctx.db, ctx.person.id) is not None:
        return
    elsewhere = set(ctx.network.of_kind(*ROOMS)) - {ctx.room.id}
    was_here = await rooms.rooms_of(ctx.db, ctx.person.id) & elsewhere
    if was_here:
        await welcome.record(ctx.db, ctx.person.id, welcome.KNOWN, ctx.now)
    else:
        await queue(ctx, [ctx.person.id])
