"""`!panorama`, `!plus`: the last edition, one of its stories. Numbers are those of the last edition."""

from bot.command import NOTHING, Answer, Context, Role, Scope, command, shown
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank
from bot.text import Say
from bot.time import Instant
from commands.news.lookup import contents, entry
from schedules.news import calendar
from schedules.news.edition import KEY, LESS, LIKED, full_text
from schedules.news.entries import Themes
from schedules.themes import Theme, all_themes, require_theme, theme
from storage import outbox
from storage.news import editions, readers
from storage.tables import Opinion

MISSED = "panorama-missed"  # the editable message that tells the team that somebody wanted it


@command(
    "panorama",
    aliases=("actus", "actualites", "presse", "revue"),
    english=("news", "digest"),
    usage=Say("`!panorama` ou `!panorama thème`"),
    example="!panorama participation",
    help=Say("le dernier panorama d’actualités, ou un de ses thèmes"),
    rank=20,
)
async def panorama(ctx: Context, *, about: Answer = NOTHING) -> Say:
    only = require_theme(about) if about else None
    edition = await editions.last(ctx.db)
    if edition is None:
        return await _none_yet(ctx)
    found = await contents(ctx, edition)
    if only and not any(only in each.themes for each in found.entries):
        return Say(
            "Rien sur ce thème dans le dernier panorama ({theme}). L’avoir en entier : `{line}`",
            theme=only,
            line=shown("panorama", ctx.caller),
        )
    more = Say("En savoir plus : `{plus}`", plus=shown("plus 1", ctx.caller))
    body = found.body(only) if only else await full_text(ctx, found, edition.planned)
    return Say.lines(body, Say(""), more if only is None else None)


@command(
    "plus",
    aliases=("detail", "+"),
    english=("more",),
    usage=Say("`!plus numéro`"),
    example="!plus 2",
    help=Say("en savoir plus sur un titre du panorama"),
    rank=21,
)
async def plus(ctx: Context, number: int) -> Say:
    return (await entry(ctx, number)).detail(number)


async def _none_yet(ctx: Context) -> Say:
    """The team is told once that somebody wanted it."""
    team = ctx.network.team
    if team and not await outbox.versions(ctx.db, MISSED, team):
        say = Say(
            "Une personne a demandé le panorama, mais aucun n’est encore paru. Pour le préparer : "
            "`!panorama preparer`"
        )
        await ctx.post(Post(room=team, say=say, key=MISSED, rank=Rank.BOOKKEEPING))
    occurrence = await calendar.upcoming(ctx)
    gone = Say("Le panorama n’est pas disponible pour le moment ; l’équipe d’animation est prévenue.")
    if occurrence is None or await calendar.is_left_out(ctx, occurrence):
        return gone
    return Say.lines(
        gone,
        Say(
            "Premier numéro : {when}, s’il y a des titres.",
            when=Instant(occurrence.planned, ctx.now, ctx.config.zone),
        ),
    )


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
        require_theme(rest.split()[0])
    if themes or none:
        await readers.follow(ctx.db, ctx.person.id, list(dict.fromkeys(each.id for each in themes)))
    followed = [found for each in await readers.interests(ctx.db, ctx.person.id) if (found := theme(each))]
    return Say.lines(_followed(followed), None if themes else _possible())


def _followed(themes: list[Theme]) -> Say:
    if not themes:
        return Say("Vous ne suivez aucun thème en particulier.")
    return Say(
        "Vous suivez : {themes}. Le panorama en tient compte. Pour ne plus rien suivre : `mesthemes aucun`",
        themes=Themes(tuple(themes)),
    )


def _possible() -> Say:
    names = ", ".join(each.id for each in all_themes())
    return Say.lines(
        Say("Les thèmes : {names}.", names=names), Say("Pour choisir : `mesthemes participation emploi`")
    )


VALUES = {LIKED: 1, LESS: -1}


@on_reaction(KEY)
async def tapped(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await readers.withdraw_opinion(ctx.db, tap.event_id)
    value = VALUES.get(tap.key[:1])  # without what gives the hand a colour
    if value is not None:
        edition = tap.message_key.removeprefix(KEY)
        await readers.record_opinion(
            ctx.db,
            Opinion(event_id=tap.event_id, person=ctx.person.id, edition=edition, value=value, at=ctx.now),
        )
    return None
