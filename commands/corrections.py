"""Editing and redacting our messages, `!corriger`, `!retirer`:
the team mends or removes anything the bot posted, by replying to it.

What changed shows by itself: the command gets a tick rather than one more message in everybody's room.
"""

from bot.command import Context, Role, command
from bot.text import Long, Say, UserError
from storage import outbox
from storage.tables import OutboxEntry


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
    entry = await _mine(ctx)
    await ctx.amend(entry, Say("{text}", text=Long(text)))
    await ctx.acknowledge(ctx.room.id, ctx.event_id)


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
    await ctx.remove(await _mine(ctx))
    await ctx.acknowledge(ctx.room.id, ctx.event_id)


async def _mine(ctx: Context) -> OutboxEntry:
    """The message of ours that is replied to, in this room."""
    entry = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    if entry is not None and entry.relation == "edit" and entry.target_act:
        entry = await ctx.db.get(OutboxEntry, entry.target_act)
    if entry is None or entry.room_id != ctx.room.id or entry.type != "m.room.message":
        raise UserError(
            "Répondez d’abord à l’un de mes messages (touchez-le longuement, puis « Répondre »), et "
            "écrivez-y cette commande."
        )
    if entry.status == outbox.REMOVED:
        raise UserError("Ce message est déjà retiré.")
    return entry
