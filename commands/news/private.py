"""`!mesthemes`: the themes that somebody follows; in private."""

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.text import Say
from schedules.news.entries import Themes
from schedules.themes import Theme, all_themes, known, theme
from storage.news import readers


@command(
    "mesthemes",
    aliases=("themes", "preferences"),
    english=("interests",),
    usage=Say("`mesthemes` suivi de vos thèmes"),
    example="!mesthemes participation emploi",
    help=Say("suivre des thèmes : le panorama en tient compte"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=24,
)
async def mesthemes(ctx: Context, *themes: Theme, rest: Answer = NOTHING) -> Say:
    none = rest.strip(" .!").lower() in ("aucun", "rien", "none")
    if rest and not none:
        known(rest.split()[0])
    if themes or none:
        await readers.follow(ctx.db, ctx.person.id, list(dict.fromkeys(each.id for each in themes)))
    followed = [found for each in await readers.interests(ctx.db, ctx.person.id) if (found := theme(each))]
    return Say.lines(_followed(followed), None if themes else _possible())


def _followed(themes: list[Theme]) -> Say:
    if not themes:
        return Say("Vous ne suivez aucun thème en particulier.")
    return Say("Vous suivez : {themes}. Le panorama leur fait de la place. Ne plus rien suivre : `mesthemes aucun`", themes=Themes(tuple(themes)))


def _possible() -> Say:
    names = ", ".join(each.id for each in all_themes())
    return Say.lines(Say("Les thèmes : {names}.", names=names), Say("Pour choisir : `mesthemes participation emploi`"))
