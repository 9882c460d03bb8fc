"""`!recap`: who comes and how, for the team: numbers, and a file of names that stays in its room."""

from bot.command import Context, Role, Scope, command
from bot.outbox import File, Post, Rank
from bot.readers.spreadsheet import MIMETYPE, as_csv
from bot.text import Say
from commands.meetings import naming
from commands.meetings.naming import Called
from schedules.meetings import needs, recap
from schedules.meetings.people import invited
from schedules.meetings.recap import Known
from storage import rooms
from storage.meetings import answers, counts, meetings, seats
from storage.meetings import needs as needed
from storage.tables import Meeting


@command(
    "recap",
    aliases=("liste",),
    english=("rsvp list",),
    usage=Say("`!recap [T4]`"),
    example="!recap T4",
    help=Say("qui vient : le compte et la liste"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=18,
)
async def recapitulate(ctx: Context, called: Called | None) -> Say | None:
    row = await _one(ctx, called)
    known = await _known(ctx, row)
    say = recap.text(row, known, ctx.now, ctx.config)
    if not known.named:
        return Say.lines(say, Say("Liste nominative : effacée, un an après la rencontre.") if row.counts else None)
    file = File(name=f"recap-{row.name}.csv", data=as_csv(recap.rows(row, known, ctx.config), ctx.config.language), mimetype=MIMETYPE)
    listed = Say("Liste nominative : fichier joint {file}, visible dans ce salon seulement.", file=file.name)
    say = Say.lines(say, listed, _forgotten(ctx, row, known))
    cause = ctx.cause.id
    key = needs.recap_key(row, cause) if known.needs else f"answer:{cause}"
    await ctx.post(Post(room=ctx.room.id, say=say, rank=Rank.ANSWER, key=key, reply_to=ctx.event_id, files=(file,)))
    return None


async def _one(ctx: Context, called: Called | None) -> Meeting:
    """The one that is named; else the next one, or the last when none is ahead."""
    if called is not None:
        return await naming.one(ctx, called, meetings.ANNOUNCED, meetings.CANCELLED)
    last = await meetings.before(ctx.db, ctx.now)
    if last is not None and last.status == meetings.ANNOUNCED and not await meetings.ahead(ctx.db, ctx.now):
        return last
    return await naming.one(ctx, called)


async def _known(ctx: Context, row: Meeting) -> Known:
    number, network = row.id, ctx.network
    return Known(
        counts=await counts.counts(ctx.db, row),
        invited=0 if row.counts else len(await invited(ctx.db, network, row)),
        guests=bool(set(row.rooms) & set(network.of_kind("open"))),
        answers=await answers.answers(ctx.db, number),
        places=await seats.places(ctx.db, number),
        needs=await needed.of_meeting(ctx.db, number),
        near=await rooms.within_reach(ctx.db, network.me, network.configured),
    )


def _forgotten(ctx: Context, row: Meeting, known: Known) -> Say | None:
    """A file that somebody keeps elsewhere is theirs to delete."""
    if not known.needs:
        return None
    return Say("J’efface les besoins le {day}, ce message et son fichier avec eux.", day=needs.erased_on(row, ctx.now, ctx.config))
