"""Announce a meeting: `!rencontre annoncer`, `!rencontre ouvrir`;
it goes out after « oui » to its preview.
"""

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
from commands.meetings import fields, lookup, parse_values
from commands.meetings.form import Draft
from commands.meetings.lookup import UPCOMING, MeetingName
from commands.publish import HOUR, NOW
from schedules.meetings import card, followup
from storage import outbox
from storage.meetings import meetings, messages
from storage.tables import Meeting


@dataclass(frozen=True)
class AnnouncementDraft:
    """`actors`: to whom else it is open from then on."""

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
async def annoncer(ctx: Context, called: MeetingName | None, when: Moment | None) -> Ask:
    row = await _find_meeting(ctx, called)
    rooms = await _rooms(ctx, row)
    return await _preview(
        ctx, row, AnnouncementDraft(rooms, row.actors, when.instant(HOUR) if when else None)
    )


async def announce_agreed(ctx: Context, row: Meeting) -> Say:
    """Its announcement was shown in full and agreed to: it goes out at the next good moment."""
    rooms = await _rooms(ctx, row)
    proposal = await publish.propose(ctx, rooms, None)
    return await _announce(ctx, row, AnnouncementDraft(rooms, row.actors, proposal.at), urgent=proposal.now)


async def _rooms(ctx: Context, row: Meeting) -> list[str]:
    """Where it is not announced yet. UserError when there is no such room."""
    kinds = ctx.network.of_kind("network", "local", *(("open",) if row.actors else ()))
    if not kinds:
        raise UserError(
            "Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter."
        )
    rooms = [room for room in kinds if not await _has_card(ctx, row, room)]
    if not rooms:
        raise await _already_announced(ctx, row, kinds)
    return rooms


async def _already_announced(ctx: Context, row: Meeting, rooms: Sequence[str]) -> UserError:
    name, key = await lookup.short_name(ctx, row), messages.card_key(row.id)
    if any(
        [
            entry.status == outbox.WAITING
            for room in rooms
            for entry in (await outbox.versions(ctx.db, key, room))[:1]
        ]
    ):
        return UserError(
            "La rencontre {name} est déjà programmée. Pour l’annoncer à une autre heure, annulez d’abord "
            "ce qui est prévu : `!prevu`",
            name=name,
        )
    return UserError(
        "La rencontre {name} est déjà annoncée. Pour la changer : `!rencontre modifier {name} lieu = …`",
        name=name,
    )


async def _find_meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """With no name: the next one that is not announced, if there is one."""
    if called is None and await meetings.upcoming(ctx.db, ctx.now, (meetings.PLANNED,)):
        return await lookup.find(ctx, called, meetings.PLANNED)
    return await lookup.find(ctx, called, *UPCOMING)


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
async def ouvrir(ctx: Context, called: MeetingName | None, *, actors: str = "") -> Ask:
    row = await lookup.find(ctx, called, *UPCOMING)
    rooms = ctx.network.of_kind("open")
    if not rooms:
        raise UserError(
            "Je ne suis dans aucun salon ouvert aux personnes extérieures. Le service numérique peut en "
            "ajouter un."
        )
    remaining = [room for room in rooms if not await _has_card(ctx, row, room)]
    if not remaining:
        name = await lookup.short_name(ctx, row)
        raise UserError(
            "La rencontre {name} est déjà annoncée dans le salon ouvert. "
            "Pour dire à qui : `!rencontre modifier {name} ouverte à = …`",
            name=name,
        )
    return await _preview(ctx, row, AnnouncementDraft(remaining, parse_values.actors(actors) or row.actors))


async def _has_card(ctx: Context, row: Meeting, room: str) -> bool:
    versions = await outbox.versions(ctx.db, messages.card_key(row.id), room)
    return bool(versions) and versions[0].status not in outbox.FAILED


async def _preview(ctx: Context, row: Meeting, plan: AnnouncementDraft) -> Ask:
    if row.starts_at <= ctx.now:
        raise UserError(
            "La rencontre {name} a déjà commencé. Pour une autre : `!rencontre nouvelle`", name=row.name
        )
    name = await lookup.short_name(ctx, row)
    _refuse_if_missing(row, name)
    proposal = await publish.propose(ctx, plan.rooms, plan.at)
    if (late := proposal.at >= row.starts_at) and plan.at is not None:
        raise UserError("La rencontre {name} aura déjà commencé. Indiquez une heure plus tôt.", name=row.name)
    shown = card.text(Meeting(**row.model_dump() | {"actors": plan.actors}), ctx.config)
    say = Say.lines(
        Say("**Aperçu de l’annonce – rencontre {name}**", name=row.name),
        Say(""),
        shown,
        Say(""),
        _lacks_access(row, name),
        await _question(ctx, plan, proposal, late=late),
        await _single_room(ctx, plan.rooms),
    )
    choices = [Choice(each.value, "", each.words) for each in numbered(len(plan.rooms))]
    return Ask(
        say,
        then="meeting.announce",
        choices=(*(() if late else (YES,)), NO, NOW, *choices),
        data=_shown(row, plan) | {"at": proposal.at.isoformat(), "now": proposal.now or late},
        accepts="moment",
    )


async def _single_room(ctx: Context, rooms: Sequence[str]) -> Say | None:
    if len(rooms) < 2:
        return None
    listed = await publish.numbers(ctx, rooms)
    return Say("Pour un seul salon, répondez par son numéro : {list}.", list=listed)


def _shown(row: Meeting, plan: AnnouncementDraft) -> dict[str, Any]:
    """What is announced by « oui », as it was shown."""
    return {
        "meeting": row.id,
        "shown": Draft.of(row).data(),
        "rooms": list(plan.rooms),
        "actors": plan.actors,
    }


async def _question(ctx: Context, plan: AnnouncementDraft, proposal: publish.Proposal, *, late: bool) -> Say:
    places = await publish.names(ctx, plan.rooms)
    if not late:
        return publish.question(ctx, proposal, places)
    return Say(
        "Le prochain bon moment, le {when}, vient après la rencontre. Écrivez « maintenant » pour publier "
        "tout de suite dans {places}, ou non.",
        when=publish.instant(ctx, proposal.at),
        places=places,
    )


def _lacks_access(row: Meeting, name: str) -> Say | None:
    """What people will ask."""
    if not row.place or row.access:
        return None
    return Say("Il manque l’accès : `!rencontre modifier {name} accès = …`", name=name)


def _refuse_if_missing(row: Meeting, name: str) -> None:
    """Nobody is to read « à préciser » where the title or the place should be."""
    if (lacking := fields.missing(row, name)) is not None:
        raise UserError("La rencontre {name} n’est pas prête à être annoncée. {why}", name=name, why=lacking)


@on_answer("meeting.announce")
async def confirm(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status not in UPCOMING:
        raise UserError(
            "Cette rencontre n’est plus prévue : il n’y a rien à annoncer. "
            "Pour une autre : `!rencontre nouvelle`"
        )
    at = datetime.fromisoformat(reply.data["at"])
    plan = AnnouncementDraft(reply.data["rooms"], reply.data["actors"], None if reply.data["now"] else at)
    if reply.choice == "no":
        return Say(
            "D’accord, rien ne part. Pour l’annoncer plus tard : `!rencontre annoncer {name}`", name=row.name
        )
    if reply.moment is not None:
        return await _preview(ctx, row, replace(plan, at=reply.moment.instant(HOUR)))
    if reply.choice not in ("yes", "now"):
        return await _preview(ctx, row, replace(plan, rooms=[plan.rooms[int(reply.choice or 1) - 1]]))
    if (other := await _preview_if_changed(ctx, row, plan, reply.data["shown"])) is not None:
        return other
    if reply.choice == "now":
        return await _announce(ctx, row, replace(plan, at=ctx.now), urgent=True)
    if at <= ctx.now and not ctx.hours.open(ctx.now):
        return await _preview(ctx, row, replace(plan, at=None))
    return await _announce(ctx, row, replace(plan, at=max(at, ctx.now)), urgent=bool(reply.data["now"]))


async def _preview_if_changed(
    ctx: Context, row: Meeting, plan: AnnouncementDraft, data: Mapping[str, Any]
) -> Ask | None:
    """What would go out now is not what was shown: it is shown again. None: it is."""
    remaining = [room for room in plan.rooms if not await _has_card(ctx, row, room)]
    if not remaining:
        raise await _already_announced(ctx, row, plan.rooms)
    previous = Draft.read(data)
    if remaining == plan.rooms and Draft.of(row) == previous:
        return None
    ask = await _preview(
        ctx,
        row,
        replace(plan, rooms=remaining, actors=row.actors if plan.actors == previous.actors else plan.actors),
    )
    return replace(
        ask, say=Say.lines(Say("La rencontre a changé entre-temps. Voici ce qui partira :"), ask.say)
    )


async def _announce(ctx: Context, row: Meeting, plan: AnnouncementDraft, *, urgent: bool) -> Say:
    at = plan.at or ctx.now
    if at >= row.starts_at:
        raise UserError("La rencontre {name} aura déjà commencé. Indiquez une heure plus tôt.", name=row.name)
    _refuse_if_missing(row, await lookup.short_name(ctx, row))
    if row.actors != plan.actors:
        row.actors = plan.actors
        await card.refresh(ctx, row)
    announcement, first = card.Announcement(plan.rooms, at, urgent), row.status == meetings.PLANNED
    await card.announce(ctx, row, announcement)
    asked = await followup.ask_to_confirm(ctx, row, announcement) if first else 0
    to_confirm = Count(asked, "Je demande aussi à 1 personne", "Je demande aussi à {n} personnes")
    return Say.lines(
        publish.planned(ctx, at, await publish.names(ctx, plan.rooms)),
        Say("{said}, en message privé, de confirmer le oui donné au sondage.", said=to_confirm)
        if asked
        else None,
    )
