"""The contact's queue: what waits for an answer, who takes it, what is closed."""

from datetime import date

from bot.command import Context, Role, Scope, command, shown
from bot.text import Count, Say, UserError
from bot.text.names import first_name
from bot.time.format import Day
from commands.tickets.lookup import acts_as_asker, beginning, find
from schedules.tickets import card, changes
from storage.tables import Ticket
from storage.tickets import tickets

MOST = 8  # in one list


@command(
    "file",
    aliases=("demandes",),
    english=("inbox",),
    usage=Say("`!file`"),
    example="!file",
    help=Say("les demandes qui attendent une réponse de l’équipe"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=18,
)
async def file(ctx: Context) -> Say:
    """The promise that lapses first comes first."""
    rows = [row for row in await tickets.standing(ctx.db, tickets.CONTACT) if row.status == tickets.OPEN]
    passed_on = [
        row
        for row in await tickets.standing(ctx.db, tickets.HELP)
        if row.status == tickets.OPEN and row.step >= card.TO_CONTACT
    ]
    rows = sorted((*rows, *passed_on), key=lambda row: (row.promised_at, row.id))
    if not rows:
        return Say("Aucune demande n’attend de réponse.")
    more = len(rows) - MOST
    return Say.lines(
        Say("**Demandes en attente** ({count})", count=Count(len(rows), "une demande", "{n} demandes")),
        *(_line(ctx, row) for row in rows[:MOST]),
        Say("… et {count}.", count=Count(more, "une autre", "{n} autres")) if more > 0 else None,
        Say("Pour répondre : `{line}` et votre réponse.", line=shown(f"repondre {rows[0].id}", ctx.caller)),
    )


def _line(ctx: Context, row: Ticket) -> Say:
    today = ctx.now.astimezone(ctx.config.zone).date()
    return Say(
        "{n}. {who} : « {text} » – {state}",
        n=row.id,
        who=card.author(row),
        text=beginning(row.text),
        state=_state(ctx, row, today),
    )


def _state(ctx: Context, row: Ticket, today: date) -> Say:
    day = Day(row.promised_at.astimezone(ctx.config.zone).date(), today)
    if row.promised_at < ctx.now:
        late = Say("en retard depuis le {day}", day=day)
        return Say("{late}, suivie par {name}", late=late, name=row.assignee_name) if row.assignee else late
    if row.assignee:
        return Say("suivie par {name}, promise pour le {day}", name=row.assignee_name, day=day)
    return Say("promise pour le {day}", day=day)


@command(
    "prendre",
    aliases=("suivre",),
    english=("take", "assign"),
    usage=Say("`!prendre numéro`"),
    example="!prendre 7",
    help=Say("suivre une demande ; la personne est prévenue"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=19,
)
async def prendre(ctx: Context, *, which: str) -> Say:
    row, _ = await find(ctx, which, "prendre 7")
    if row.status == tickets.CLOSED:
        raise UserError("La demande n° {n} est déjà close.", n=row.id)
    if row.assignee == ctx.person.id:
        return Say("Vous suivez déjà la demande n° {n}.", n=row.id)
    if row.assignee:
        raise UserError("La demande n° {n} est déjà suivie par {name}.", n=row.id, name=row.assignee_name)
    await changes.take(ctx, row)
    return Say(
        "C’est noté, {name} : vous suivez la demande n° {n}. La personne est prévenue.",
        name=first_name(ctx.person.full_name),
        n=row.id,
    )


@command(
    "clore",
    aliases=("resolu",),
    english=("close", "done"),
    usage=Say("`!clore numéro`"),
    example="!clore 7",
    help=Say("clore une question qui a sa réponse"),
    allow=Role.GUEST,
    rank=27,
)
async def clore(ctx: Context, *, which: str) -> Say | None:
    row, _ = await find(ctx, which, "clore 7")
    own = acts_as_asker(ctx, row)
    if not own and ctx.person.role < Role.TEAM:
        raise UserError("La personne qui a posé cette question peut la clore, ou l’équipe.")
    if row.status == tickets.CLOSED:
        return Say("Cette question est déjà close.")
    await changes.close(ctx, row, tell=not own)
    say = Say("C’est fait : la question n° {n} est close.", n=row.id)
    if not own:
        return say
    await ctx.reply(say, sealed=True)
    return None
