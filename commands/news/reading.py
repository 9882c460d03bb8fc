"""`!panorama`, `!plus`: the last edition, one of its stories. Numbers are those of the last edition."""

from bot.command import NOTHING, Answer, Context, command, shown
from bot.outbox import Post, Rank
from bot.text import Say, UserError
from bot.time import Instant
from schedules.news import weeks
from schedules.news.digest import Issue, complete
from schedules.news.entries import Entry, entries
from schedules.themes import known
from storage import outbox
from storage.news import editions
from storage.tables import Edition

MISSED = "panorama-missed"  # the living message that tells the team that somebody wanted it


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
    only = known(about) if about else None
    edition = await editions.last(ctx.db)
    if edition is None:
        return await _none_yet(ctx)
    issue = await _issue(ctx, edition)
    if only and not any(only in each.themes for each in issue.entries):
        return Say(
            "Rien sur ce thème dans le dernier panorama ({theme}). L’avoir en entier : `{line}`", theme=only, line=shown("panorama", ctx.caller)
        )
    more = Say("En savoir plus : `{plus}`", plus=shown("plus 1", ctx.caller))
    body = issue.body(only) if only else await complete(ctx.db, ctx.config, issue, edition.planned)
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


async def _issue(ctx: Context, edition: Edition) -> Issue:
    today = weeks.before(edition.name, ctx.config).astimezone(ctx.config.zone).date()
    found = await entries(ctx.db, await editions.stories(ctx.db, edition.stories), today, ctx.config.zone)
    return Issue(edition.name, edition.first_day, found, edition.total)


async def entry(ctx: Context, number: int) -> Entry:
    """The one of this number in the last edition. Raises UserError."""
    edition = await editions.last(ctx.db)
    if edition is None:
        raise UserError("Il n’y a pas encore de panorama : les numéros sont ceux du dernier paru.")
    if not 1 <= number <= len(edition.stories):
        raise UserError(
            "Le dernier panorama va de 1 à {last} : il n’a pas de n° {number}. Le revoir : `{line}`.",
            last=len(edition.stories),
            number=number,
            line=shown("panorama", ctx.caller),
        )
    return (await _issue(ctx, edition)).entries[number - 1]


async def _none_yet(ctx: Context) -> Say:
    """The team is told once that somebody wanted it."""
    team = ctx.network.team
    if team and not await outbox.versions(ctx.db, MISSED, team):
        say = Say("On m’a demandé le panorama, et aucun n’a encore paru. Le préparer : `!panorama preparer`")
        await ctx.post(Post(room=team, say=say, key=MISSED, rank=Rank.BOOKKEEPING))
    turn = await weeks.upcoming(ctx.db, ctx.config, ctx.now)
    gone = Say("Le panorama n’est pas disponible pour le moment ; l’équipe d’animation est prévenue.")
    if turn is None or await weeks.left_out(ctx.db, ctx.config, turn):
        return gone
    return Say.lines(gone, Say("Premier numéro : {when}, s’il y a des titres.", when=Instant(turn.planned, ctx.now, ctx.config.zone)))
