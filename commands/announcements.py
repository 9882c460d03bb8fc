"""Announcements, `!annonce`: the team has something said in the network's rooms, at a good hour; `!prevu`:
what will go out, cancelled by a tap.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply, numbered
from bot.text import Count, Long, Say, UserError
from bot.time import Moment
from commands import publish
from commands.publish import HOUR, MOST_SHOWN, NOW
from schedules.announcements import beginning
from storage import announcements, outbox
from storage.tables import Announcement, OutboxEntry

LONGEST = 4_000  # characters


@command(
    "annonce",
    aliases=("programmer",),
    english=("announce", "schedule"),
    usage=Say("`!annonce [quand] texte`"),
    example="!annonce mardi 9 h La salle change : rendez-vous au 3e étage.",
    help=Say("envoyer une annonce au réseau, à une bonne heure"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=10,
)
async def annonce(ctx: Context, when: Moment | None, *, text: str) -> Ask:
    if len(text) > LONGEST:
        raise UserError(
            "Cette annonce est trop longue : {size} signes, pour {most} au plus. Raccourcissez-la, ou "
            "donnez un lien.",
            size=len(text),
            most=LONGEST,
        )
    targets = ctx.network.of_kind("network", "local")
    if not targets:
        raise UserError(
            "Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter."
        )
    row = Announcement(
        event_id=ctx.event_id, text=text, rooms=list(targets), author=ctx.person.id, at=ctx.now
    )
    ctx.db.add(row)
    await ctx.db.flush()
    return await _preview(ctx, row, when.instant(HOUR) if when else None)


async def _preview(ctx: Context, row: Announcement, wanted: datetime | None) -> Ask:
    """What will be said, where and when; nothing counts before « oui »."""
    proposal = await publish.propose(ctx, row.rooms, wanted)
    title = Say("**Aperçu de l’annonce n° {number}**\n« {text} »", number=row.id, text=Long(row.text))
    ask = publish.question(ctx, proposal, await publish.names(ctx, row.rooms))
    single = None
    if len(row.rooms) > 1:
        single = Say(
            "Pour un seul salon, répondez par son numéro : {list}.",
            list=await publish.numbers(ctx, row.rooms),
        )
    numbers = [Choice(each.value, "", each.words) for each in numbered(len(row.rooms))] if single else []
    data = {"announcement": row.id, "at": proposal.at.isoformat(), "now": proposal.now}
    return Ask(
        Say.lines(title, ask, single),
        then="announcement.confirm",
        choices=(YES, NO, NOW, *numbers),
        data=data,
        accepts="moment",
    )


@on_answer("announcement.confirm")
async def confirm(ctx: Context, reply: Reply) -> Say | Ask:
    row = await announcements.announcement(ctx.db, int(reply.data["announcement"]))
    if row is None or row.status != "draft":
        raise UserError("Cette annonce n’attend plus de réponse. Pour une autre : `!annonce` suivi du texte.")
    if reply.choice == "no":
        row.status = "cancelled"
        ctx.db.add(row)
        return Say("C’est abandonné, rien ne partira.")
    if reply.choice == "now":
        return await _plan(ctx, row, ctx.now, urgent=True)
    if reply.moment is not None:
        return await _preview(ctx, row, reply.moment.instant(HOUR))
    if reply.choice != "yes":
        row.rooms = [row.rooms[int(reply.choice or 1) - 1]]
        ctx.db.add(row)
        return await _preview(
            ctx, row, None if reply.data["now"] else datetime.fromisoformat(reply.data["at"])
        )
    at = datetime.fromisoformat(reply.data["at"])
    if at <= ctx.now and not ctx.hours.open(ctx.now):
        return await _preview(ctx, row, None)
    return await _plan(ctx, row, max(at, ctx.now), urgent=bool(reply.data["now"]))


async def _plan(ctx: Context, row: Announcement, at: datetime, *, urgent: bool) -> Say:
    row.status, row.at, row.urgent = "planned", at, urgent
    ctx.db.add(row)
    return publish.planned(ctx, at, await publish.names(ctx, row.rooms))


@command(
    "prevu",
    aliases=("planning", "file-envoi"),
    english=("scheduled", "queue"),
    usage=Say("`!prevu`"),
    example="!prevu",
    help=Say("voir ce qui est prévu, et l’annuler"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=11,
)
async def prevu(ctx: Context) -> Say | Ask:
    coming = await _coming(ctx)
    if not coming:
        return Say("Rien n’est prévu pour l’instant. Pour programmer : `!annonce` suivi du texte.")
    lines = [
        Say(
            "{n}. {when}, dans {places} : « {text} »",
            n=n,
            when=publish.instant(ctx, each.at),
            places=each.places,
            text=each.text,
        )
        for n, each in enumerate(coming[:MOST_SHOWN], 1)
    ]
    left = len(coming) - len(lines)
    more = (
        Say("Et ensuite {count}.", count=Count(left, "{n} autre envoi", "{n} autres envois"))
        if left
        else None
    )
    say = Say.lines(
        Say("**Prévu**"), *lines, more, Say("Pour annuler un envoi, touchez son numéro sous ce message.")
    )
    return Ask(
        say,
        then="announcement.cancel",
        choices=numbered(len(lines)),
        data={"what": [each.key for each in coming[:MOST_SHOWN]]},
    )


@dataclass(frozen=True)
class Coming:
    key: list[str | int]
    at: datetime
    places: Say
    text: str


async def _coming(ctx: Context) -> list[Coming]:
    """What will go out, soonest first."""
    found = []
    for row in await announcements.planned(ctx.db):
        found.append(
            Coming(["announcement", row.id], row.at, await publish.names(ctx, row.rooms), beginning(row.text))
        )
    for entry in await outbox.announcements_waiting(ctx.db):
        text = entry.title.strip("« »") or beginning(str(entry.content.get("body", "")))
        found.append(
            Coming(["act", entry.id], entry.not_before, await publish.names(ctx, [entry.room_id or ""]), text)
        )
    return sorted(found, key=lambda each: each.at)


@on_answer("announcement.cancel")
async def cancel(ctx: Context, reply: Reply) -> Say:
    kind, number = reply.data["what"][int(reply.choice or 1) - 1]
    row = await announcements.announcement(ctx.db, number) if kind == "announcement" else None
    entry = await ctx.db.get(OutboxEntry, number) if kind == "act" else None
    if row is not None and row.status == "planned":
        row.status = "cancelled"
        ctx.db.add(row)
        return Say("Annulé, rien ne partira : « {text} »", text=beginning(row.text))
    if entry is not None and entry.status == outbox.WAITING:
        entry.status = outbox.WITHDRAWN
        ctx.db.add(entry)
        return Say(
            "Annulé, rien ne partira : « {text} »",
            text=entry.title.strip("« »") or beginning(str(entry.content.get("body", ""))),
        )
    raise UserError(
        "C’est déjà parti, ou déjà annulé. Pour retirer un message publié, répondez-lui `!retirer`."
    )
