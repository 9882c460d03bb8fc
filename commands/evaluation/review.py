"""The report of a meeting, `!bilan`, for the team."""

from bot.command import Context, Role, Scope, command
from bot.text import Say, UserError
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from schedules.evaluation import report
from schedules.meetings.wording import day
from storage.meetings.meetings import ANNOUNCED, CANCELLED
from storage.rollcall import papers, rollcalls
from storage.tables import Meeting, PaperRequest


@command(
    "bilan",
    aliases=("retours",),
    english=("review",),
    usage=Say("`!bilan [T4]`"),
    example="!bilan T4",
    help=Say("ce qu’a donné une rencontre : présence, évaluation, tendance"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=20,
)
async def bilan(ctx: Context, called: MeetingName | None) -> Say | None:
    row = await _meeting(ctx, called)
    points = await report.trend(ctx.db, row)
    if len(points) < 2:
        return await report.text(ctx, row)
    ctx.db.add(
        PaperRequest(
            event_id=ctx.event_id,
            kind=papers.REPORT,
            meeting_id=row.id,
            person=ctx.person.id,
            room_id=ctx.room.id,
            direct=ctx.room.direct,
            content=report.chart(points, ctx.config),
            at=ctx.now,
        )
    )
    return None


async def _meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """The one that is named, else the last one; begun in any case."""
    row = (
        await lookup.find(ctx, called, ANNOUNCED, CANCELLED)
        if called
        else await rollcalls.last_begun(ctx.db, ctx.now)
    )
    if row is None:
        raise UserError("Aucune rencontre n’a encore eu lieu.")
    if row.status == CANCELLED:
        raise UserError("La rencontre {name} est annulée.", name=row.name)
    if ctx.now < row.starts_at:
        raise UserError("Cette rencontre n’a pas encore eu lieu : {day}.", day=day(row, ctx.config, ctx.now))
    return row
