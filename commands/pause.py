"""Pausing, `!suspendre`, `!reprendre`:
what is sent by itself stops until a date, but the reminders of the eve.
"""

from bot.command import Context, Role, Scope, command
from bot.text import Say, UserError
from bot.time import Instant, Moment
from storage import pause


@command(
    "suspendre",
    english=("hold", "pause"),
    usage=Say("`!suspendre jusqu’à quand`"),
    example="!suspendre jusqu’au 4 janvier",
    help=Say("suspendre mes envois automatiques, sauf les rappels de la veille"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=16,
)
async def suspendre(ctx: Context, until: Moment) -> Say:
    end = until.instant(ctx.config.office_hours.start)
    if end <= ctx.now:
        raise UserError("Jusqu’à quand ? Par exemple `!suspendre jusqu’à vendredi`.")
    await pause.hold(ctx.db, end)
    when = Instant(end, ctx.now, ctx.config.zone)
    return Say(
        "C’est suspendu : plus aucun envoi automatique, sauf les rappels de la veille. Les annonces que "
        "vous avez programmées partent quand même : `!prevu`. Les envois reprennent le {when}, ou plus "
        "tôt avec `!reprendre`.",
        when=when,
    )


@command(
    "reprendre",
    english=("unpause",),
    usage=Say("`!reprendre`"),
    example="!reprendre",
    help=Say("mettre fin à la suspension"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=17,
)
async def reprendre(ctx: Context) -> Say:
    if not await pause.held(ctx.db, ctx.now):
        return Say("Rien n’est suspendu.")
    await pause.release(ctx.db, ctx.now)
    return Say("C’est repris. Ce qui a attendu sera dans le prochain panorama.")
