"""Create a meeting: `!rencontre nouvelle`, question after question or all at once; `!rencontre dupliquer`."""

from dataclasses import replace

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.outbox.question import Ask, Reply
from bot.text import Say
from bot.time import Hours
from commands.meetings import lookup, parse_lines
from commands.meetings.enter import THEN, accept, ask
from commands.meetings.form import Draft, Progress, with_poll_date
from commands.meetings.lookup import MeetingName
from commands.meetings.wizard import GUIDED, clock
from schedules.meetings import wording
from storage import questions
from storage.meetings import meetings

LINE = "!rencontre nouvelle"
NEEDED = ("title", "place", "access")  # what every announcement tells


@command(
    "rencontre nouvelle",
    aliases=("nouvelle rencontre",),
    english=("meeting new",),
    usage=Say("`!rencontre nouvelle`"),
    example="!rencontre nouvelle",
    help=Say("entrer une rencontre, question après question"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=12,
)
async def nouvelle(ctx: Context, *, text: str = "") -> Say | Ask:
    begun = await questions.unanswered(ctx.db, ctx.person.id, ctx.room.id, THEN)
    if not text and begun is not None and begun.expires_at > ctx.now:
        return await ask(
            ctx,
            Progress.read(begun.data),
            Say("Je reprends la rencontre commencée. Pour repartir de zéro : « stop »."),
        )
    draft = await with_poll_date(ctx, Draft(contact=usual_contact(ctx)), clock(ctx))
    if parse_lines.has_lines(text):
        return await _at_once(ctx, text, draft)
    first = Progress(draft, GUIDED[0], GUIDED[1:], guided=True)
    if text:
        return await accept(ctx, first, Reply({}, text=text))
    return await ask(ctx, first, None)


async def _at_once(ctx: Context, text: str, draft: Draft) -> Ask:
    """Only what is never forgotten is still asked for."""
    parsed = parse_lines.parse(text, replace(draft, day=None), clock(ctx), LINE)
    return await ask(ctx, Progress(parsed, "", NEEDED).onward(), None)


@command(
    "rencontre dupliquer",
    english=("meeting copy",),
    usage=Say("`!rencontre dupliquer T4 date`"),
    example="!rencontre dupliquer T4 mardi 16 mars, 9 h 30 - 12 h 30",
    help=Say("entrer une rencontre à partir d’une autre"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=17,
)
async def dupliquer(ctx: Context, called: MeetingName, *, date: Answer = NOTHING) -> Say | Ask:
    row = await lookup.find(ctx, called, meetings.PLANNED, meetings.ANNOUNCED, meetings.CANCELLED)
    start, end = (at.astimezone(ctx.config.zone).time() for at in (row.starts_at, row.ends_at))
    draft = replace(
        Draft.of(row),
        starts_at=None,
        ends_at=None,
        answer_by=None,
        poll_id=None,
        hours=f"{start:%H:%M} {end:%H:%M}",
    )
    first = Progress(draft, "when", (*NEEDED, "deadline"))
    if date:
        return await accept(ctx, first, Reply({}, text=date))
    hours = Hours(start, end)
    return await ask(
        ctx,
        first,
        Say(
            "Je reprends tout de la rencontre {name}, sauf la date. Si vous ne donnez pas d’autre horaire "
            ": {hours}.",
            name=row.name,
            hours=hours,
        ),
    )


def usual_contact(ctx: Context) -> str:
    card = ctx.config.network.contact
    return wording.contact_name(card) if card else ""
