"""Co-animate, `!coanimer`, and the time one has, `!disponible`."""

from bot.command import NOTHING, Answer, Context, Role, command
from bot.text import Say, UserError
from bot.text.assent import says_none
from commands.meetings import lookup
from commands.meetings.lookup import UPCOMING, MeetingName
from commands.quarter import parse_time
from schedules.meetings import wording as meeting_wording
from schedules.members import name_of
from schedules.quarter import wording
from storage.meetings import meetings
from storage.quarter import cohosts
from storage.tables import Availability, CoHost, Meeting

ERASED = Say("C’est effacé. L’équipe ne vous sollicitera pas pour cela.")


async def take_back_volunteer(ctx: Context, event_id: str) -> None:
    """The message that volunteered is gone: the team heard of it, so it hears that too."""
    known = await cohosts.volunteered_by(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, known.meeting_id) if known else None
    if known is None or row is None or row.ends_at <= ctx.now:
        return
    await ctx.correct_reply(event_id, await _withdraw(ctx, row, known))


async def take_back_time(ctx: Context, event_id: str) -> None:
    """The message that said how much time is gone."""
    row = await cohosts.available_by(ctx.db, event_id)
    if row is not None:
        await ctx.db.delete(row)
        await ctx.correct_reply(event_id, ERASED)


@command(
    "coanimer",
    aliases=("volontaire",),
    english=("volunteer", "cohost"),
    usage=Say("`!coanimer [T1]`"),
    example="!coanimer T1",
    help=Say("proposer de co-animer une rencontre"),
    allow=Role.MEMBER,
    run_when_stale=True,
    rank=52,
    undo=take_back_volunteer,
)
async def coanimer(ctx: Context, called: MeetingName | None, *, said: Answer = NOTHING) -> Say:
    first, _, rest = said.strip().partition(" ")
    leaving = says_none(first)
    if leaving and (named := MeetingName.parse_prefix(rest)) is not None:
        called = named[0]
        rest = named[1]
    if left := (rest if leaving else said).strip(" .!"):
        raise UserError(
            "Je n’ai pas compris « {text} ». Par exemple `!coanimer T1`, ou `!coanimer non T1`",
            text=left[:60],
        )
    row = await lookup.find(ctx, called, *UPCOMING)
    return await _leave(ctx, row) if leaving else await _join(ctx, row)


async def _join(ctx: Context, row: Meeting) -> Say:
    before = await cohosts.cohost(ctx.db, row.id, ctx.person.id)
    day = meeting_wording.day(row, ctx.config, ctx.now)
    if before is not None and before.state in cohosts.COHOSTING:
        return Say("C’est déjà noté : vous proposez de co-animer la rencontre du {day}.", day=day)
    name = await name_of(ctx, ctx.person.id)
    await ctx.db.merge(
        CoHost(
            meeting_id=row.id,
            person=ctx.person.id,
            name=name,
            state=cohosts.VOLUNTEER,
            at=ctx.now,
            event_id=ctx.event_id,
        )
    )
    await ctx.tell_team(Say("{name} propose de co-animer la rencontre du {day}.", name=name, day=day))
    return Say(
        "Merci, {name} ! C’est noté pour la rencontre du {day} : l’équipe vous écrira pour la préparer. "
        "Pour changer d’avis : `!coanimer non {meeting}`",
        name=name,
        day=day,
        meeting=await lookup.short_name(ctx, row),
    )


async def _leave(ctx: Context, row: Meeting) -> Say:
    before = await cohosts.cohost(ctx.db, row.id, ctx.person.id)
    if before is None or before.state not in cohosts.COHOSTING:
        raise UserError("Vous n’êtes pas dans la co-animation de cette rencontre. Pour y être : `!coanimer`")
    return await _withdraw(ctx, row, before)


async def _withdraw(ctx: Context, row: Meeting, known: CoHost) -> Say:
    await ctx.db.delete(known)
    name = await name_of(ctx, known.person)
    day = meeting_wording.day(row, ctx.config, ctx.now)
    await ctx.tell_team(Say("{name} ne co-anime plus la rencontre du {day}.", name=name, day=day))
    return Say("C’est noté : vous ne co-animez pas la rencontre du {day}.", day=day)


@command(
    "disponible",
    aliases=("disponibilite",),
    english=("available",),
    usage=Say("`!disponible temps par mois`"),
    example="!disponible 2 heures par mois",
    help=Say("dire quel temps vous pouvez donner au réseau"),
    allow=Role.MEMBER,
    run_when_stale=True,
    rank=53,
    undo=take_back_time,
)
async def disponible(ctx: Context, *, said: Answer = NOTHING) -> Say:
    row = await cohosts.availability(ctx.db, ctx.person.id)
    if not said:
        return _current(ctx, row)
    if says_none(said):
        if row is not None:
            await ctx.db.delete(row)
        return ERASED
    time = parse_time.parse(said)
    name = await name_of(ctx, ctx.person.id)
    new = Availability(
        person=ctx.person.id,
        name=name,
        minutes=time.minutes,
        every=time.every,
        at=ctx.now,
        event_id=ctx.event_id,
    )
    await ctx.db.merge(new)
    return Say(
        "Merci, {name} : {time}. Seule l’équipe le voit ; elle vous écrira avant une rencontre. "
        "Pour l’effacer : `!disponible non`",
        name=name,
        time=wording.time(new),
    )


def _current(ctx: Context, row: Availability | None) -> Say:
    """A room does not need to know."""
    if row is None or not ctx.room.direct:
        raise UserError("Combien de temps ? Par exemple `!disponible 2 heures par mois`")
    return Say("Vous avez dit : {time}. Pour l’effacer : `disponible non`", time=wording.time(row))
