"""`!corriger` and `!retirer`: the team mends or removes anything the bot posted, by replying to it.

What changed shows by itself: the command gets a tick rather than one more message in everybody's room.
"""

from bot.command import Context, Role, command
from bot.text import Long, Say, UserError
from storage import outbox as acts
from storage.tables import Act


@command(
    "corriger",
    english=("amend",),
    usage=Say("`!corriger nouveau texte`, en réponse à un de mes messages"),
    example="!corriger La salle est au 3e étage.",
    help=Say("corriger un de mes messages, en lui répondant"),
    allow=Role.TEAM,
    rank=30,
)
async def corriger(ctx: Context, *, text: str) -> None:
    act = await _mine(ctx)
    await ctx.outbox.amend(act, Say("{text}", text=Long(text)))
    await ctx.outbox.tick(ctx.room.id, ctx.event_id)


@command(
    "retirer",
    english=("remove",),
    usage=Say("`!retirer`, en réponse à un de mes messages"),
    example="!retirer",
    help=Say("retirer un de mes messages, en lui répondant"),
    allow=Role.TEAM,
    rank=31,
)
async def retirer(ctx: Context) -> None:
    await ctx.outbox.remove(await _mine(ctx))
    await ctx.outbox.tick(ctx.room.id, ctx.event_id)


async def _mine(ctx: Context) -> Act:
    """The message of ours that is replied to, in this room."""
    act = await acts.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    if act is not None and act.relation == "edit" and act.target_act:
        act = await ctx.db.get(Act, act.target_act)
    if act is None or act.room_id != ctx.room.id or act.type != "m.room.message":
        raise UserError("Répondez d’abord à l’un de mes messages (touchez-le longuement, puis « Répondre »), et écrivez-y cette commande.")
    if act.status == acts.REMOVED:
        raise UserError("Ce message est déjà retiré.")
    return act
