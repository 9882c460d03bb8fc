"""`!rencontre annoncer`, `!rencontre ouvrir`: the card as the rooms will read it, where and when; it goes out after « oui »."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply, numbered
from bot.text import Count, Say, UserError
from bot.time import Moment
from commands import publish
from commands.meetings import lookup, parse_values
from commands.meetings.form import Draft
from commands.meetings.lookup import AHEAD, Called
from commands.publish import HOUR, NOW
from schedules.meetings import card, confirming
from storage import outbox
from storage.meetings import meetings
from storage.tables import Meeting


@dataclass(frozen=True)
class AnnouncementDraft:
    """What is asked. `actors`: to whom else it is open from then on."""

    rooms: Sequence[str]
    actors: str
    at: datetime | None = None


@command(
    "rencontre annoncer",
    english=("meeting announce",),
    usage=Say("`!rencontre annoncer T4 [quand]`"),
    example="!rencontre annoncer T4",
    help=Say("annoncer une rencontre au réseau"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=13,
)
async def annoncer(ctx: Context, called: Called | None, when: Moment | None) -> Ask:
    row = await _next(ctx, called)
    kinds = ctx.network.of_kind("network", "local", *(("open",) if row.actors else ()))
    if not kinds:
        raise UserError("Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter.")
    rooms = [room for room in kinds if not await _stands(ctx, row, room)]
    if not rooms:
        raise await _already(ctx, row, kinds)
    return await _preview(ctx, row, AnnouncementDraft(rooms, row.actors, when.instant(HOUR) if when else None))


async def _already(ctx: Context, row: Meeting, rooms: Sequence[str]) -> UserError:
    name, key = await lookup.short(ctx, row), meetings.card_key(row.id)
    if any([entry.status == outbox.WAITING for room in rooms for entry in (await outbox.versions(ctx.db, key, room))[:1]]):
        return UserError(
            "La rencontre {name} est déjà programmée. Pour l’annoncer à une autre heure, annulez d’abord ce qui est prévu : `!prevu`", name=name
        )
    return UserError("La rencontre {name} est déjà annoncée. Pour la changer : `!rencontre modifier {name} lieu = …`", name=name)


async def _next(ctx: Context, called: Called | None) -> Meeting:
    """With no name: the next one that is not announced, if there is one."""
    if called is None and await meetings.ahead(ctx.db, ctx.now, (meetings.PLANNED,)):
        return await lookup.one(ctx, called, meetings.PLANNED)
    return await lookup.one(ctx, called, *AHEAD)


@command(
    "rencontre ouvrir",
    english=("meeting open",),
    usage=Say("`!rencontre ouvrir T2 [à qui]`"),
    example="!rencontre ouvrir T2 bailleurs sociaux",
    help=Say("annoncer une rencontre aux personnes extérieures"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=16,
)
async def ouvrir(ctx: Context, called: Called | None, *, actors: str = "") -> Ask:
    row = await lookup.one(ctx, called, *AHEAD)
    rooms = ctx.network.of_kind("open")
    if not rooms:
        raise UserError("Je ne suis dans aucun salon ouvert aux personnes extérieures. Le service numérique peut en ajouter un.")
    left = [room for room in rooms if not await _stands(ctx, row, room)]
    if not left:
        name = await lookup.short(ctx, row)
        raise UserError(
            "La rencontre {name} est déjà annoncée dans le salon ouvert. Pour dire à qui : `!rencontre modifier {name} ouverte à = …`", name=name
        )
    return await _preview(ctx, row, AnnouncementDraft(left, parse_values.actors(actors) or row.actors))


async def _stands(ctx: Context, row: Meeting, room: str) -> bool:
    versions = await outbox.versions(ctx.db, meetings.card_key(row.id), room)
    return bool(versions) and versions[0].status not in outbox.FAILED


async def _preview(ctx: Context, row: Meeting, wish: AnnouncementDraft) -> Ask:
    if row.starts_at <= ctx.now:
        raise UserError("La rencontre {name} a déjà commencé. Pour une autre : `!rencontre nouvelle`", name=row.name)
    proposal = await publish.propose(ctx, wish.rooms, wish.at)
    late, single = proposal.at >= row.starts_at, None
    if late and wish.at is not None:
        raise UserError("La rencontre {name} aura déjà commencé. Indiquez une heure plus tôt.", name=row.name)
    if len(wish.rooms) > 1:
        single = Say("Pour un seul salon, répondez par son numéro : {list}.", list=await publish.numbers(ctx, wish.rooms))
    shown = Meeting(**row.model_dump() | {"actors": wish.actors})
    say = Say.lines(
        Say("**Aperçu de l’annonce – rencontre {name}**", name=row.name),
        Say(""),
        card.text(shown, ctx.config),
        Say(""),
        *_missing(row, await lookup.short(ctx, row)),
        await _question(ctx, wish, proposal, late=late),
        single,
    )
    places = [Choice(each.value, "", each.words) for each in numbered(len(wish.rooms))]
    data = {"meeting": row.id, "shown": Draft.of(row).data(), "rooms": list(wish.rooms), "actors": wish.actors}
    when = {"at": proposal.at.isoformat(), "now": proposal.now or late}
    return Ask(say, then="meeting.announce", choices=(*(() if late else (YES,)), NO, NOW, *places), data=data | when, accepts="moment")


async def _question(ctx: Context, wish: AnnouncementDraft, proposal: publish.Proposal, *, late: bool) -> Say:
    places = await publish.names(ctx, wish.rooms)
    if not late:
        return publish.question(ctx, proposal, places)
    return Say(
        "Le prochain bon moment, le {when}, vient après la rencontre. Écrivez « maintenant » pour publier aussitôt dans {places}, ou non.",
        when=publish.instant(ctx, proposal.at),
        places=places,
    )


def _missing(row: Meeting, name: str) -> list[Say]:
    """What people will ask."""
    found = []
    if not row.place:
        found.append(Say("Il manque le lieu : `!rencontre modifier {name} lieu = …`", name=name))
    if row.place and not row.access:
        found.append(Say("Il manque l’accès : `!rencontre modifier {name} accès = …`", name=name))
    if not row.title:
        found.append(Say("Il manque le titre : `!rencontre modifier {name} titre = …`", name=name))
    return found


@on_answer("meeting.announce")
async def confirm(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status not in AHEAD:
        raise UserError("Cette rencontre n’est plus prévue : il n’y a rien à annoncer. Pour une autre : `!rencontre nouvelle`")
    at = datetime.fromisoformat(reply.data["at"])
    wish = AnnouncementDraft(reply.data["rooms"], reply.data["actors"], None if reply.data["now"] else at)
    if reply.choice == "no":
        return Say("D’accord, rien ne part. Pour l’annoncer plus tard : `!rencontre annoncer {name}`", name=row.name)
    if reply.moment is not None:
        return await _preview(ctx, row, replace(wish, at=reply.moment.instant(HOUR)))
    if reply.choice not in ("yes", "now"):
        return await _preview(ctx, row, replace(wish, rooms=[wish.rooms[int(reply.choice or 1) - 1]]))
    if (other := await _otherwise(ctx, row, wish, reply.data["shown"])) is not None:
        return other
    if reply.choice == "now":
        return await _announce(ctx, row, replace(wish, at=ctx.now), urgent=True)
    if at <= ctx.now and not ctx.hours.open(ctx.now):
        return await _preview(ctx, row, replace(wish, at=None))
    return await _announce(ctx, row, replace(wish, at=max(at, ctx.now)), urgent=bool(reply.data["now"]))


async def _otherwise(ctx: Context, row: Meeting, wish: AnnouncementDraft, shown: Mapping[str, Any]) -> Ask | None:
    """What would go out now is not what was shown: it is shown again. None: it is."""
    left = [room for room in wish.rooms if not await _stands(ctx, row, room)]
    if not left:
        raise await _already(ctx, row, wish.rooms)
    before = Draft.read(shown)
    if left == wish.rooms and Draft.of(row) == before:
        return None
    ask = await _preview(ctx, row, replace(wish, rooms=left, actors=row.actors if wish.actors == before.actors else wish.actors))
    return replace(ask, say=Say.lines(Say("La rencontre a changé entre-temps. Voici ce qui partira :"), ask.say))


async def _announce(ctx: Context, row: Meeting, wish: AnnouncementDraft, *, urgent: bool) -> Say:
    at = wish.at or ctx.now
    if at >= row.starts_at:
        raise UserError("La rencontre {name} aura déjà commencé. Indiquez une heure plus tôt.", name=row.name)
    if row.actors != wish.actors:
        row.actors = wish.actors
        await card.refresh(ctx, row)
    outing, first = card.Outing(wish.rooms, at, urgent), row.status == meetings.PLANNED
    await card.announce(ctx, row, outing)
    asked = await confirming.ask(ctx, row, outing) if first else 0
    said = Count(asked, "Je demande aussi à 1 personne", "Je demande aussi à {n} personnes")
    return Say.lines(
        publish.planned(ctx, at, await publish.names(ctx, wish.rooms)),
        Say("{said}, en message privé, de confirmer le oui donné au sondage.", said=said) if asked else None,
    )
