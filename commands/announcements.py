"""`!annonce`: the team has something said in the network's rooms, at a good hour; `!prevu`: what will go out, cancelled by a tap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.command import Context, Role, Where, command
from bot.dates import Instant, Moment
from bot.question import NO, YES, Ask, Choice, Reply, answers, numbered
from bot.words import Count, Long, Say, UserError
from schedules.announcements import beginning
from storage import announcements, rooms
from storage import outbox as acts
from storage.tables import Act, Announcement

HOUR = time(9)  # of a day that was named without one
LONGEST = 4_000  # characters
MOST_SHOWN = 9  # as many as can be tapped
NOW = Choice("now", "", ("maintenant", "tout de suite", "now"))


@command(
    "annonce",
    aliases=("programmer",),
    english=("announce", "schedule"),
    usage=Say("`!annonce [quand] texte`"),
    example="!annonce mardi 9 h La salle change : rendez-vous au 3e étage.",
    help=Say("faire passer une annonce au réseau, à la bonne heure"),
    allow=Role.TEAM,
    where=Where.TEAM,
    rank=10,
)
async def annonce(ctx: Context, when: Moment | None, *, text: str) -> Ask:
    if len(text) > LONGEST:
        raise UserError(
            "Cette annonce est trop longue : {size} signes, pour {most} au plus. Raccourcissez-la, ou donnez un lien.", size=len(text), most=LONGEST
        )
    targets = ctx.outbox.network.of_kind("network", "local")
    if not targets:
        raise UserError("Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter.")
    row = Announcement(event_id=ctx.event_id, text=text, rooms=list(targets), author=ctx.person.id, at=ctx.now)
    ctx.db.add(row)
    await ctx.db.flush()
    return await _preview(ctx, row, when.instant(HOUR) if when else None)


@dataclass(frozen=True)
class Proposal:
    """A good moment, and why it is not the one that was asked for."""

    at: datetime
    reason: Say | None = None


async def _propose(ctx: Context, row: Announcement, wanted: datetime | None) -> Proposal:
    """The moment wanted (None: now) if it is an open hour of a day with room left, else the next good one."""
    hours = ctx.outbox.hours
    at = wanted or ctx.now
    reason = hours.why_closed(at, ctx.now)
    if reason is not None:
        at = hours.next_good(at)
    while await _full(ctx, row, at):
        reason = reason or Say("Le salon a déjà ses annonces ce jour-là.")
        tomorrow = at.astimezone(hours.zone).date() + timedelta(days=1)
        at = hours.next_good(datetime.combine(tomorrow, HOUR, hours.zone))
    return Proposal(at, reason)


async def _full(ctx: Context, row: Announcement, at: datetime) -> bool:
    """Whether a room of this announcement has its day's budget already."""
    start = at.astimezone(ctx.outbox.hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=1)
    others = [each for each in await announcements.planned(ctx.db) if start <= each.at < end and each.id != row.id]
    for room in row.rooms:
        said = await acts.planned_announcements(ctx.db, room, start, end)
        if said + sum(room in each.rooms for each in others) >= ctx.outbox.network.config.budget.announcements:
            return True
    return False


async def _preview(ctx: Context, row: Announcement, wanted: datetime | None) -> Ask:
    """What will be said, where and when; nothing counts before « oui »."""
    proposal = await _propose(ctx, row, wanted)
    places = await _names(ctx, row.rooms)
    title = Say("**Aperçu de l’annonce n° {number}**\n« {text} »", number=row.id or 0, text=Long(row.text))
    if wanted is None and proposal.reason is None:
        ask = Say("Publier maintenant dans {places} ? Répondez oui, non, ou indiquez une heure.", places=places)
    elif proposal.reason is None:
        ask = Say("Publier le {when} dans {places} ? Répondez oui, non, ou indiquez une autre date.", when=_instant(ctx, proposal.at), places=places)
    else:
        ask = Say(
            "{reason} Je propose le {when}, dans {places}. Répondez oui, indiquez une autre date, ou écrivez « maintenant » si c’est urgent.",
            reason=proposal.reason,
            when=_instant(ctx, proposal.at),
            places=places,
        )
    single = Say("Pour un seul salon, répondez par son numéro : {list}.", list=await _list(ctx, row.rooms)) if len(row.rooms) > 1 else None
    numbers = [Choice(each.value, "", each.words) for each in numbered(len(row.rooms))] if single else []
    data = {"announcement": row.id, "at": proposal.at.isoformat(), "now": wanted is None and proposal.reason is None}
    return Ask(Say.lines(title, ask, single), then="announcement.confirm", choices=(YES, NO, NOW, *numbers), data=data, accepts="moment")


@answers("announcement.confirm")
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
        return await _preview(ctx, row, None if reply.data["now"] else datetime.fromisoformat(reply.data["at"]))
    at = datetime.fromisoformat(reply.data["at"])
    if at <= ctx.now and not ctx.outbox.hours.open(ctx.now):
        return await _preview(ctx, row, None)
    return await _plan(ctx, row, max(at, ctx.now), urgent=bool(reply.data["now"]))


async def _plan(ctx: Context, row: Announcement, at: datetime, *, urgent: bool) -> Say:
    row.status, row.at, row.urgent = "planned", at, urgent
    ctx.db.add(row)
    places = await _names(ctx, row.rooms)
    if at <= ctx.now:
        return Say("Je publie maintenant dans {places}.", places=places)
    return Say("Programmé le {when}, dans {places}. Pour annuler : `!prevu`.", when=_instant(ctx, at), places=places)


@command(
    "prevu",
    aliases=("planning", "file-envoi"),
    english=("scheduled", "queue"),
    usage=Say("`!prevu`"),
    example="!prevu",
    help=Say("voir ce qui partira, et l’annuler d’un geste"),
    allow=Role.TEAM,
    where=Where.TEAM,
    rank=11,
)
async def prevu(ctx: Context) -> Say | Ask:
    coming = await _coming(ctx)
    if not coming:
        return Say("Rien n’est prévu pour l’instant. Pour programmer : `!annonce` suivi du texte.")
    lines = [
        Say("{n}. {when}, dans {places} : « {text} »", n=n, when=_instant(ctx, each.at), places=each.places, text=each.text)
        for n, each in enumerate(coming[:MOST_SHOWN], 1)
    ]
    left = len(coming) - len(lines)
    more = Say("Et ensuite {count}.", count=Count(left, "{n} autre envoi", "{n} autres envois")) if left else None
    say = Say.lines(Say("**Prévu**"), *lines, more, Say("Pour annuler un envoi, touchez son numéro sous ce message."))
    return Ask(say, then="announcement.cancel", choices=numbered(len(lines)), data={"what": [each.key for each in coming[:MOST_SHOWN]]})


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
        found.append(Coming(["announcement", row.id or 0], row.at, await _names(ctx, row.rooms), beginning(row.text)))
    for act in await acts.announcements_waiting(ctx.db):
        text = act.title.strip("« »") or beginning(str(act.content.get("body", "")))
        found.append(Coming(["act", act.id or 0], act.not_before, await _names(ctx, [act.room_id or ""]), text))
    return sorted(found, key=lambda each: each.at)


@answers("announcement.cancel")
async def cancel(ctx: Context, reply: Reply) -> Say:
    kind, number = reply.data["what"][int(reply.choice or 1) - 1]
    row = await announcements.announcement(ctx.db, number) if kind == "announcement" else None
    act = await ctx.db.get(Act, number) if kind == "act" else None
    if row is not None and row.status == "planned":
        row.status = "cancelled"
        ctx.db.add(row)
        return Say("Annulé, rien ne partira : « {text} »", text=beginning(row.text))
    if act is not None and act.status == acts.WAITING:
        act.status = acts.WITHDRAWN
        ctx.db.add(act)
        return Say("Annulé, rien ne partira : « {text} »", text=act.title.strip("« »") or beginning(str(act.content.get("body", ""))))
    raise UserError("C’est déjà parti, ou déjà annulé. Pour retirer un message publié, répondez-lui `!retirer`.")


def _instant(ctx: Context, at: datetime) -> Instant:
    return Instant(at, ctx.now, ctx.outbox.hours.zone)


async def _names(ctx: Context, targets: Sequence[str]) -> Say:
    """« A », « B » et « C » : the rooms as people know them, all of them: it is where the message goes."""
    *names, last = [f"« {name} »" for name in await _called(ctx, targets)]
    return Say("{names} et {last}", names=Long(", ".join(names)), last=last) if names else Say("{name}", name=last)


async def _list(ctx: Context, targets: Sequence[str]) -> Say:
    names = await _called(ctx, targets[:MOST_SHOWN])
    return Say("{names}", names=Long(" ; ".join(f"{n}. {name}" for n, name in enumerate(names, 1))))


async def _called(ctx: Context, targets: Sequence[str]) -> list[str]:
    rows = [await rooms.room(ctx.db, room) for room in targets]
    return [(row.name if row else "")[:80] or "salon sans nom" for row in rows]
