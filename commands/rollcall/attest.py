"""Attestations: `!attestation` gives one's own, in private; `!verifier` tells whether a number is genuine."""

from typing import Any

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.text import Say, UserError
from bot.text.clean import clean_text
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from commands.rollcall.lookup import attendee_called
from commands.rollcall.open import LONGEST_NAME, find_held
from schedules.meetings import wording
from schedules.rollcall import attestation
from storage.meetings import meetings
from storage.rollcall import papers, presence, rollcalls
from storage.tables import CheckIn, Meeting, PaperRequest


@command(
    "attestation",
    aliases=("attestations",),
    english=("certificate",),
    usage=Say("`!attestation [T4]`"),
    example="!attestation T4",
    help=Say("votre attestation de présence à une rencontre, en message privé"),
    allow=Role.GUEST,
    rank=28,
)
async def attest(ctx: Context, called: MeetingName | None, *, name: Answer = NOTHING) -> Say | None:
    """With a name, by the team in its room: that of who has no account to ask with."""
    if name:
        await _attest_named(ctx, called, clean_text(name, LONGEST_NAME))
        return None
    row = await _meeting(ctx, called)
    checkin = await rollcalls.of_person(ctx.db, row.id, ctx.person.id)
    if checkin is None or checkin.removed or not await _was_held(ctx, row):
        raise UserError.of(attestation.NOT_THERE)
    if not ctx.room.direct and await ctx.private_room(ctx.person.id) is None:
        return Say(
            "Je la donne en message privé seulement : écrivez-moi `attestation {name}`.", name=row.name
        )
    _ask_for(ctx, row, attestation.content(row, checkin, ctx.config, ctx.now))
    return None if ctx.room.direct else Say("Votre attestation arrive dans notre conversation privée.")


def _ask_for(ctx: Context, row: Meeting, content: dict[str, Any]) -> None:
    ctx.db.add(
        PaperRequest(
            event_id=ctx.event_id,
            kind=papers.ATTESTATION,
            meeting_id=row.id,
            person=ctx.person.id,
            room_id=ctx.room.id,
            direct=ctx.room.direct,
            content=content,
            at=ctx.now,
        )
    )


async def _attest_named(ctx: Context, called: MeetingName | None, name: str) -> None:
    if ctx.room.kind != "team" or ctx.person.role < Role.TEAM:
        raise UserError("Je donne à chaque personne la sienne seulement : écrivez-moi `attestation`.")
    row = await find_held(ctx, called)
    checkin = await attendee_called(ctx, row, name)
    if not await _was_held(ctx, row):
        raise UserError.of(attestation.NOT_NOTED)
    if not checkin.person.startswith(presence.NAMED):
        raise UserError(
            "{name} a un compte, et demande son attestation en message privé : `attestation {meeting}`",
            name=wording.one_line(checkin.name),
            meeting=row.name,
        )
    content = attestation.content(row, checkin, ctx.config, ctx.now)
    _ask_for(ctx, row, content | {"for": checkin.person})


async def _meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """The one that is named, else the last that they were at."""
    if called is not None:
        return await lookup.find(ctx, called)
    row = await rollcalls.last_of_person(ctx.db, ctx.person.id)
    if row is None:
        raise UserError.of(attestation.NOT_THERE)
    return row


async def _was_held(ctx: Context, row: Meeting) -> bool:
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    return roll is not None and presence.was_held(roll, row, ctx.config.zone)


@command(
    "verifier",
    aliases=("authentifier",),
    english=("verify",),
    usage=Say("`!verifier numéro`"),
    example="!verifier K7QM-4XRT",
    help=Say("dire si une attestation est authentique"),
    allow=Role.MEMBER,
    where=Scope.ANYWHERE,
    rank=70,
)
async def verify(ctx: Context, *, number: Answer = NOTHING) -> Say:
    """Tells no name but to the team, in its room: a number alone must not tell who was where."""
    typed = presence.read_number(number)
    if typed is None:
        raise UserError(
            "Un numéro d’attestation a huit signes, par exemple `!verifier K7QM-4XRT`. "
            "Il est en bas du document."
        )
    checkin = await rollcalls.by_number(ctx.db, typed)
    row = await meetings.meeting(ctx.db, checkin.meeting_id) if checkin else None
    if checkin is None or row is None or not await _was_held(ctx, row):
        return Say(
            "Aucune attestation valable n’a le numéro {number}. Elles se vérifient pendant douze mois.",
            number=typed,
        )
    return _genuine(ctx, row, checkin)


def _genuine(ctx: Context, row: Meeting, checkin: CheckIn) -> Say:
    day = wording.day(row, ctx.config)
    genuine = Say(
        "L’attestation {number} est authentique : rencontre du {day}.", number=checkin.number, day=day
    )
    if ctx.room.kind == "team":
        return Say.lines(genuine, Say("Elle est au nom de {name}.", name=wording.one_line(checkin.name)))
    return Say.lines(genuine, Say("Je ne dis pas à qui elle est : l’équipe peut vérifier le nom."))
