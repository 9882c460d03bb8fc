"""`rappels`: which reminders of meetings somebody accepts in private."""

from typing import Literal

from bot.command import Context, Role, Scope, command
from bot.text import Count, Say
from schedules.meetings.words import listed
from storage.meetings import wishes

Wanted = Literal["oui", "yes", "la veille", "veille", "la veille seulement", "eve", "the day before", "non", "no", "aucun", "stop"]
MEANT = {"oui": wishes.YES, "yes": wishes.YES, **dict.fromkeys(("non", "no", "aucun", "stop"), wishes.NO)}


@command(
    "rappels",
    aliases=("rappel",),
    english=("reminders",),
    usage=Say("`rappels oui`, `rappels la veille` ou `rappels non`"),
    example="!rappels la veille",
    help=Say("choisir les rappels que je vous envoie en privé"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=62,
)
async def rappels(ctx: Context, wanted: Wanted | None) -> Say:
    if wanted is None:
        known = await wishes.wish(ctx.db, ctx.person.id)
        return Say.lines(_said(ctx, known), Say("Pour changer : `rappels oui`, `rappels la veille` ou `rappels non`"))
    wish = MEANT.get(wanted, wishes.EVE)
    await wishes.say_wish(ctx.db, ctx.person.id, wish, ctx.now)
    return Say.lines(Say("C’est noté, {name}.", name=ctx.person.name), _said(ctx, wish))


def _said(ctx: Context, wish: str | None) -> Say:
    """Reminders in the rooms are for everybody: this is about private ones."""
    if wish is None:
        return Say("Vous n’avez encore rien choisi : je ne vous envoie pas de rappel en privé.")
    if wish == wishes.NO:
        return Say("Je ne vous envoie ni rappel ni relance en privé.")
    days = sorted(set(ctx.config.meetings.reminders), reverse=True)
    if wish == wishes.EVE:
        days = [day for day in days if day == 1]
    if not days:
        return Say("Aucun rappel n’est prévu dans ce réseau pour l’instant.")
    when = listed([Say("{when}", when=Count(day, "la veille", "{n} jours avant")) for day in days])
    return Say("Je vous rappelle en privé les rencontres où vous venez : {when}.", when=when)
