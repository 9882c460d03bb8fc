"""The calendar of one person, `!agenda abonnement`: a file of the coming meetings with their own answers,
in private.
"""

from bot.command import Context, Role, command
from bot.outbox import File, Post, Rank
from bot.text import Say
from commands.meetings import lookup
from commands.meetings.view import short_status
from schedules.meetings import calendar, receipts
from storage.meetings import meetings

NAME = Say("rencontres.ics")


@command(
    "agenda abonnement",
    aliases=("abonnement",),
    english=("calendar subscription",),
    usage=Say("`!agenda abonnement`"),
    example="!agenda abonnement",
    help=Say("un fichier des prochaines rencontres, avec vos réponses, pour votre agenda"),
    allow=Role.GUEST,
    rank=61,
)
async def subscribe(ctx: Context) -> Say | None:
    await lookup.find(ctx, None)  # refuses when there is none
    file = await _file(ctx)
    say = Say.lines(
        Say("**Vos prochaines rencontres, pour votre agenda, avec vos réponses.**"),
        Say("Ouvrez le fichier joint. Après un changement, redemandez-le : `agenda abonnement`"),
    )
    if ctx.room.direct:
        await ctx.reply(say, files=(file,))
        return None
    if await ctx.private_room(ctx.person.id) is None:
        return Say("Je le donne en message privé seulement : écrivez-moi `agenda abonnement`.")
    await ctx.post(Post(person=ctx.person.id, say=say, rank=Rank.ANSWER, files=(file,)))
    return Say("Votre fichier d’agenda est dans notre conversation privée.")


async def _file(ctx: Context) -> File:
    rows = [row for row in await meetings.upcoming(ctx.db, ctx.now) if await lookup.visible(ctx, row)]
    told = []
    for row in rows:
        status = await receipts.status_of(ctx, row, ctx.person.id)
        answer = Say("Votre réponse : {answer}", answer=short_status(status, row))
        told.append((row, answer.text(ctx.config.language)))
    return calendar.file_of_several(told, ctx.config, ctx.now, NAME.text(ctx.config.language))
