"""Points of the programme, `!proposer`, `!points`: members propose, others support, the team takes them."""

from dataclasses import replace

from bot.command import Context, Role, Scope, command
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank, chips
from bot.outbox.question import Ask
from bot.text import Count, Long, Say, UserError
from bot.text.clean import clean_text
from commands.meetings import lookup
from commands.meetings.edit import preview_change
from commands.meetings.form import Draft
from commands.meetings.lookup import UPCOMING, MeetingName
from schedules.meetings import wording as meeting_wording
from schedules.members import name_of
from storage.quarter import points
from storage.tables import AgendaPoint, Meeting, PointVoice
from storage.text import fold

LONGEST, MOST_EACH, MOST_SHOWN = 200, 5, 10
SUPPORT = "👍"


async def take_back(ctx: Context, event_id: str) -> None:
    """The message that proposed it is gone: so is its card, or the voice that it gave to one there was."""
    row = await points.made_by(ctx.db, event_id)
    if row is not None:
        await points.withdraw(ctx.db, row)
        await ctx.post(Post(room=row.room_id, key=points.card_key(row.id), delete=True, rank=Rank.ANSWER))
    await points.take_back_voice(ctx.db, event_id)


@command(
    "proposer",
    english=("suggest",),
    usage=Say("`!proposer [T1] un point`"),
    example="!proposer T1 un point sur les conseils citoyens",
    help=Say("proposer un point pour le programme d’une rencontre"),
    allow=Role.MEMBER,
    where=Scope.ROOM,
    rank=61,
    undo=take_back,
)
async def proposer(ctx: Context, called: MeetingName | None, *, text: str) -> Say | None:
    row = await lookup.find(ctx, called, *UPCOMING)
    if row.starts_at <= ctx.now:
        raise UserError("Cette rencontre a déjà commencé. Les prochaines : `!agenda`")
    wanted = clean_text(text, LONGEST + 1).strip(" .;")
    if len(wanted) > LONGEST or not fold(wanted).strip():
        raise UserError(
            "Dites-le en une phrase, par exemple `!proposer {name} un point sur les conseils citoyens`",
            name=await lookup.short_name(ctx, row),
        )
    known = await points.of_meeting(ctx.db, row.id)
    if same := next((each for each in known if fold(each.text) == fold(wanted)), None):
        await _support(ctx, same, ctx.event_id)
        return Say("Ce point est déjà proposé (n° {n}) : votre voix est ajoutée.", n=same.id)
    if sum(each.person == ctx.person.id for each in known) >= MOST_EACH:
        raise UserError("Vous avez déjà proposé {n} points pour cette rencontre. Merci !", n=MOST_EACH)
    await _add(ctx, row, wanted)
    return None


async def _add(ctx: Context, meeting: Meeting, text: str) -> None:
    """Its card is the answer; taps under it support it."""
    name = await name_of(ctx, ctx.person.id)
    row = AgendaPoint(
        event_id=ctx.event_id,
        meeting_id=meeting.id,
        person=ctx.person.id,
        name=name,
        text=text,
        room_id=ctx.room.id,
        at=ctx.now,
    )
    ctx.db.add(row)
    await ctx.db.flush()
    await ctx.post(
        Post(
            room=ctx.room.id,
            say=await _card(ctx, meeting, row),
            key=points.card_key(row.id),
            rank=Rank.ANSWER,
            reply_to=ctx.event_id,
            thread=ctx.target.thread,
            reactions=(SUPPORT,),
        )
    )


async def _card(ctx: Context, meeting: Meeting, row: AgendaPoint) -> Say:
    day = meeting_wording.day(meeting, ctx.config, ctx.now)
    short = await lookup.short_name(ctx, meeting)
    return Say.lines(
        Say("**Point n° {n} proposé pour la rencontre du {day}**", n=row.id, day=day),
        Say("« {text} » – {name}", text=Long(row.text), name=row.name),
        Say("👍 sous ce message pour le soutenir – Tous les points : `!points {short}`", short=short),
    )


@on_reaction(points.CARD)
async def tapped(ctx: Context, reaction: Reaction) -> None:
    """👍, in any colour; taken back, it no longer counts."""
    if reaction.key is None:
        await points.take_back_voice(ctx.db, reaction.event_id)
        return
    number = reaction.message_key.removeprefix(points.CARD)
    row = await points.point(ctx.db, int(number)) if number.isdecimal() else None
    if row is not None and chips.bare(reaction.key)[:1] == SUPPORT and ctx.person.role >= Role.MEMBER:
        await _support(ctx, row, reaction.event_id)


async def _support(ctx: Context, row: AgendaPoint, event_id: str) -> None:
    await ctx.db.merge(PointVoice(event_id=event_id, point_id=row.id, person=ctx.person.id, at=ctx.now))
    await ctx.db.flush()


@command(
    "points",
    aliases=("ordre du jour",),
    english=("points",),
    usage=Say("`!points [T1]`"),
    example="!points T1",
    help=Say("les points proposés pour une rencontre, les plus soutenus d’abord"),
    allow=Role.MEMBER,
    rank=62,
)
async def listed(ctx: Context, called: MeetingName | None) -> Say:
    row = await lookup.find(ctx, called, *UPCOMING)
    found = await points.of_meeting(ctx.db, row.id)
    name, day = await lookup.short_name(ctx, row), meeting_wording.day(row, ctx.config, ctx.now)
    suggest = Say("Pour en proposer un, dans un salon : `!proposer {name} un point sur …`", name=name)
    if not found:
        return Say.lines(
            Say("Aucun point n’est encore proposé pour la rencontre du {day}.", day=day), suggest
        )
    voices = await points.voices(ctx.db, [each.id for each in found])
    lines = [_line(each, voices.get(each.id, 0), row) for each in found[:MOST_SHOWN]]
    team = ctx.room.kind == "team"
    return Say.lines(
        Say("**Points proposés – rencontre du {day}**", day=day),
        *lines,
        Say("Pour les mettre au programme : `!points retenir {name} {n}`", name=name, n=found[0].id)
        if team
        else suggest,
    )


def _line(row: AgendaPoint, count: int, meeting: Meeting) -> Say:
    voices = Count(count, "1 voix", "{n} voix", zero="0 voix")
    if row.text in meeting.programme:
        return Say("- n° {n} : {text} – {voices}, au programme", n=row.id, text=Long(row.text), voices=voices)
    return Say("- n° {n} : {text} – {voices}", n=row.id, text=Long(row.text), voices=voices)


@command(
    "points retenir",
    english=("points take",),
    usage=Say("`!points retenir [T1] numéro numéro`"),
    example="!points retenir T1 3 5",
    help=Say("mettre au programme des points proposés"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=24,
)
async def retenir(ctx: Context, called: MeetingName | None, *numbers: int) -> Ask:
    row = await lookup.find(ctx, called, *UPCOMING)
    found = {each.id: each.text for each in await points.of_meeting(ctx.db, row.id)}
    unknown = next((n for n in numbers if n not in found), None)
    if not numbers or unknown is not None:
        raise UserError(
            "Quels points ? Leurs numéros : `!points {name}`", name=await lookup.short_name(ctx, row)
        )
    draft = Draft.of(row)
    new = tuple(found[n] for n in dict.fromkeys(numbers) if found[n] not in draft.programme)
    return await preview_change(ctx, row, replace(draft, programme=(*draft.programme, *new)))
