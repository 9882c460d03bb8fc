"""`!meslectures`, `!mesthemes`: what somebody put aside, and the themes they follow; in private."""

from typing import Literal

from bot.command import Context, Role, Where, command
from bot.words import Count, Say
from schedules.news.entries import Themes, entries
from schedules.themes import Theme, all_themes, known, theme
from storage.news import readers

MOST = 20  # in one answer


@command(
    "meslectures",
    aliases=("lectures",),
    english=("saved",),
    usage=Say("`meslectures` ou `meslectures vider`"),
    example="!meslectures",
    help=Say("retrouver ce que j’ai mis de côté"),
    allow=Role.MEMBER,
    where=Where.DIRECT,
    rank=23,
)
async def meslectures(ctx: Context, what: Literal["vider", "clear"] | None) -> Say:
    if what:
        await readers.empty(ctx.db, ctx.person.id)
        return Say("C’est fait : votre liste est vide.")
    kept = await readers.kept(ctx.db, ctx.person.id)
    if not kept:
        return Say("Votre liste est vide. Pour mettre de côté un titre du panorama : `garder` suivi de son numéro.")
    found = await entries(ctx.db, kept[:MOST], ctx.now.astimezone(ctx.config.zone).date(), ctx.config.zone)
    title = Say("**Vos lectures** ({count})", count=Count(len(kept), "un titre", "{n} titres"))
    lines = [each.line(n) for n, each in enumerate(found, 1)]
    more = Say("… et {count} plus anciens.", count=len(kept) - MOST) if len(kept) > MOST else None
    return Say.lines(title, *lines, more, Say("Pour tout effacer : `meslectures vider`"))


@command(
    "mesthemes",
    aliases=("themes", "preferences"),
    english=("interests",),
    usage=Say("`mesthemes` suivi de vos thèmes"),
    example="!mesthemes participation emploi",
    help=Say("suivre des thèmes : le panorama en tient compte"),
    allow=Role.MEMBER,
    where=Where.DIRECT,
    rank=24,
)
async def mesthemes(ctx: Context, *themes: Theme, rest: str = "") -> Say:
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
    return Say(
        "Vous suivez : {themes}. Le panorama leur fait de la place. Ne plus rien suivre : `mesthemes aucun`", themes=Themes(tuple(themes))
    )


def _possible() -> Say:
    names = ", ".join(each.id for each in all_themes())
    return Say.lines(Say("Les thèmes : {names}.", names=names), Say("Pour choisir : `mesthemes participation emploi`"))
