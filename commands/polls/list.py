"""Listing polls and results. `!sondages`: what can be voted in; `!resultats`:
the counts, for the team, with a file of them.
"""

from bot.command import NOTHING, Answer, Context, Role, Scope, command, shown
from bot.outbox import File
from bot.text import Count, Say, UserError
from commands import publish
from commands.polls.lookup import one, vote_instead
from schedules.polls import result
from schedules.polls.card import closing
from storage import rooms
from storage.polls import ballots, counting, polls
from storage.tables import Poll

MOST_SHOWN = 8


@command(
    "sondages",
    aliases=("votes",),
    english=("polls",),
    usage=Say("`!sondages`"),
    example="!sondages",
    help=Say("voir les sondages en cours"),
    rank=24,
)
async def sondages(ctx: Context, *, rest: Answer = NOTHING) -> Say:
    if rest:  # « votes 2 » is a vote, and not to be repeated
        raise vote_instead(ctx)
    team = ctx.room.kind == "team"
    here = None if team else await rooms.rooms_of(ctx.db, ctx.person.id) if ctx.room.direct else {ctx.room.id}
    found = [
        row
        for row in await polls.running(ctx.db, here)
        if row.closes_at > ctx.now and await _there(ctx, row, team=team)
    ]
    if not found:
        return (
            Say("Il n’y a pas de sondage en cours. Pour en poser un : `!sondage` suivi de la question.")
            if team
            else _none(ctx)
        )
    lines = [await _line(ctx, row) for row in found[:MOST_SHOWN]]
    left = len(found) - len(lines)
    more = (
        Say("Et ensuite {count}.", count=Count(left, "1 autre sondage", "{n} autres sondages"))
        if left
        else None
    )
    number = found[0].id
    way = (
        Say("Pour en clore un : `!sondage clore {number}`", number=number)
        if team
        else Say("Pour voter : `{line}`", line=shown("vote", ctx.caller))
    )
    return Say.lines(Say("**Sondages en cours**"), *lines, more, way)


async def _there(ctx: Context, row: Poll, *, team: bool) -> bool:
    return await polls.appeared(ctx.db, row) or (team and await polls.coming(ctx.db, row))


def _none(ctx: Context) -> Say:
    if ctx.room.direct:
        return Say("Il n’y a pas de sondage en cours dans vos salons.")
    return Say("Il n’y a pas de sondage en cours dans ce salon.")


async def _line(ctx: Context, row: Poll) -> Say:
    number, config = row.id, ctx.config
    where = (
        Say("")
        if ctx.room.id == row.room_id
        else Say(", {place}", place=await publish.names(ctx, [row.room_id]))
    )
    if not await polls.appeared(ctx.db, row):
        when = publish.instant(ctx, row.opens_at)
        return Say(
            "- n° {number} : {question}{where} – prévu, pas encore publié ({when})",
            number=number,
            question=row.question,
            where=where,
            when=when,
        )
    votes = Count(await ballots.voters(ctx.db, number), "1 vote", "{n} votes", zero="aucun vote")
    return Say(
        "- n° {number} : {question}{where} – {votes}, clôture {when}",
        number=number,
        question=row.question,
        where=where,
        votes=votes,
        when=closing(row, config),
    )


@command(
    "resultats",
    aliases=("resultat",),
    english=("results",),
    usage=Say("`!resultats numéro`"),
    example="!resultats 4",
    help=Say("voir les effectifs d’un sondage"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=25,
)
async def resultats(ctx: Context, number: int | None) -> Say | None:
    row = await _last(ctx) if number is None else await one(ctx, number, "!resultats {n}")
    if row.status == polls.CLOSED:
        title, counts = None, dict(row.result)
    else:
        title, counts = await _so_far(ctx, row)
    say = Say.lines(title, result.counts(row, counts)) if title else result.text(row)
    if not counts.get("counts"):
        return say
    file = File(
        name=Say("resultats-{number}.csv", number=row.id).text(ctx.room.language),
        data=result.csv_of(row, counts, ctx.room.language),
        mimetype="text/csv",
    )
    await ctx.reply(say, files=(file,))
    return None


async def _last(ctx: Context) -> Poll:
    """The latest that has a result; else the only one there is."""
    found = await polls.with_status(ctx.db, (polls.CLOSED,))
    return (
        max(found, key=lambda row: row.closes_at)
        if found
        else await one(ctx, None, "!resultats {n}", polls.PUBLISHED, polls.CLOSING)
    )


async def _so_far(ctx: Context, row: Poll) -> tuple[Say, dict[str, object]]:
    number = row.id
    if row.status == polls.CANCELLED:
        raise UserError(
            "Le sondage n° {number} est annulé : il n’a pas de résultat. "
            "Ceux qui sont en cours : `!sondages`.",
            number=number,
        )
    if row.mode != polls.VISIBLE:
        raise UserError(
            "Les résultats du sondage n° {number} ne sont connus qu’à la clôture, le {when}. Pour le clore "
            "maintenant : `!sondage clore {number}`.",
            number=number,
            when=closing(row, ctx.config),
        )
    counts = result.stored_counts(row, counting.outcome(row, await ballots.of_poll(ctx.db, number)))
    votes = Count(int(counts["voters"]), "1 vote", "{n} votes", zero="aucun vote")
    say = Say(
        "**Résultats provisoires du sondage n° {number} – {question}** ({votes}, clôture {when})",
        number=number,
        question=row.question,
        votes=votes,
        when=closing(row, ctx.config),
    )
    return say, counts
