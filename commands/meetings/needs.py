"""`acces`, `repas`: access and meal needs, told in private, read by the team, erased a week after.
Told in a room, they are kept all the same, and the message taken down where that can be.

It is not repeated where nobody asks for it: what is in the answer would outlive it.
"""

from bot.command import Context, Found, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Reply
from bot.text import Link, Pill, Say, UserError, permalink
from bot.text.clean import clean_text
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from commands.meetings.parse_values import is_nothing
from schedules.meetings import summary, wording
from storage import rooms
from storage.meetings import answers, meetings, needs
from storage.meetings.answers import MAYBE, YES
from storage.tables import Meeting, Need

LONGEST = 200  # characters
ROOM = "room"


async def is_confidential(_: Context) -> bool:
    """A slip of these words is offered without what follows them, whichever the room."""
    return True


def told_in_a_room(ctx: Context) -> bool:
    """They have said it where everybody reads: it is kept all the same, and the message may go."""
    found = ctx.commands.find(ctx.text.lstrip("!/ "), ctx.caller)
    names = [_name(kind) for kind in needs.KINDS]
    return isinstance(found, Found) and found.command.name in names and bool(found.rest)


async def undo_need(ctx: Context, event_id: str) -> None:
    """The message is gone, and what it told with it; or it is read anew."""
    if await needs.take_back(ctx.db, ctx.person.id, event_id) and ctx.event_id != event_id:
        await ctx.correct_reply(event_id, Say("Votre message est supprimé : ce besoin est effacé."))


@command(
    "acces",
    english=("access",),
    usage=Say("`acces` suivi de votre besoin"),
    example="!acces place de stationnement adaptée",
    help=Say("dire ce qu’il vous faut pour venir à une rencontre"),
    where=Scope.DIRECT,
    run_when_stale=True,
    rank=63,
    undo=undo_need,
    is_confidential=is_confidential,
    also_allowed_if=told_in_a_room,
)
async def acces(ctx: Context, called: MeetingName | None, *, what: str = "") -> Say | Ask:
    return await _need(ctx, called, needs.ACCESS, what)


@command(
    "repas",
    english=("meal",),
    usage=Say("`repas` suivi de votre besoin"),
    example="!repas végétarien",
    help=Say("dire ce que vous pouvez manger à une rencontre"),
    where=Scope.DIRECT,
    run_when_stale=True,
    rank=64,
    undo=undo_need,
    is_confidential=is_confidential,
    also_allowed_if=told_in_a_room,
)
async def repas(ctx: Context, called: MeetingName | None, *, what: str = "") -> Say | Ask:
    return await _need(ctx, called, needs.MEAL, what)


async def _need(ctx: Context, called: MeetingName | None, kind: str, what: str) -> Say | Ask:
    row = await _find_meeting(ctx, called)
    if not what:
        return await _show(ctx, row)
    if len(what) > LONGEST:
        raise UserError(
            "C’est un peu long : dites-le en {most} signes au plus. Par exemple : `repas végétarien`.",
            most=LONGEST,
        )
    text = "" if is_nothing(what) else clean_text(what, LONGEST)
    # what was told in a room is kept when that message goes
    event = ctx.event_id if ctx.room.direct else f"{ctx.event_id} {ROOM}"
    need = Need(meeting_id=row.id, person=ctx.person.id, kind=kind, event_id=event, text=text, at=ctx.now)
    await needs.record(ctx.db, need)
    if text and not ctx.room.direct:
        return await _take_down(ctx, row)
    day = wording.day(row, ctx.config, ctx.now)
    if not text:
        return (
            await _show(ctx, row)
            if ctx.room.direct and await _own_needs(ctx, row)
            else Say("C’est effacé : plus rien n’est noté pour le {day}.", day=day)
        )
    erased = summary.needs_erased_on(row, ctx.now, ctx.config)
    return Say.lines(
        Say("C’est noté pour le {day} : seule l’équipe d’animation le lit.", day=day),
        Say("Je l’efface le {day}. Pour le retirer avant : `{line}`", day=erased, line=f"{_name(kind)} non"),
        await _ask_to_attend(ctx, row),
    )


async def _take_down(ctx: Context, row: Meeting) -> Say | Ask:
    """What was told before the whole room is not said again, and should not stay there."""
    noted = Say(
        "C’est noté pour le {day}, {name} : dans ma liste, seule l’équipe d’animation le lit.",
        day=wording.day(row, ctx.config, ctx.now),
        name=ctx.person.name,
    )
    read = Say(
        "Votre message, lui, est lu par tout le salon. La prochaine fois, écrivez-moi en privé : {private}.",
        private=await _private(ctx),
    )
    if not await ctx.may_redact(ctx.room.id):
        return Say.lines(noted, read, Say("Vous pouvez le supprimer : votre besoin reste noté."))
    ask = Say("Pour que je le supprime, touchez ✅ : votre besoin reste noté.")
    return Ask(
        Say.lines(noted, read, ask),
        then="meeting.need.redact",
        choices=(CONFIRM,),
        data={"event": ctx.event_id},
    )


async def _private(ctx: Context) -> Pill | Link:
    """Where they may talk with us alone."""
    room = await ctx.private_room(ctx.person.id)
    if room is None:
        me = await rooms.name_of(ctx.db, ctx.room.id, ctx.network.me)
        return Pill(me or "Animatrice", ctx.network.me)
    return Link(Say("notre conversation privée"), permalink(room))


@on_answer("meeting.need.redact")
async def redact_need(ctx: Context, reply: Reply) -> Say:
    if not await ctx.may_redact(ctx.room.id):
        raise UserError("Je n’ai plus le droit de supprimer un message ici : supprimez-le vous-même.")
    await ctx.redact(ctx.room.id, str(reply.data["event"]))
    return Say("C’est supprimé, {name}.", name=ctx.person.name)


async def _find_meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """The one that is named; else the next one to which they come, or may; else the next one."""
    ahead = (
        [row for row in await meetings.upcoming(ctx.db, ctx.now) if await lookup.visible(ctx, row)]
        if called is None
        else []
    )
    for row in ahead:
        if await _attends(ctx, row):
            return row
    row = await lookup.find(ctx, called)
    if row.ends_at <= ctx.now:
        raise UserError("La rencontre {name} a eu lieu. Celles qui viennent : `agenda`", name=row.name)
    return row


async def _attends(ctx: Context, row: Meeting) -> bool:
    answer = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    return answer is not None and answer.answer in (YES, MAYBE)


async def _ask_to_attend(ctx: Context, row: Meeting) -> Say | None:
    """What is told is for those who come."""
    if await _attends(ctx, row):
        return None
    return Say(
        "Dites-moi aussi si vous venez : `presence oui {name}`", name=await lookup.short_name(ctx, row)
    )


async def _own_needs(ctx: Context, row: Meeting) -> list[Say]:
    return [
        wording.need_label(each.kind, each.text)
        for each in await needs.of_person(ctx.db, row.id, ctx.person.id)
    ]


async def _show(ctx: Context, row: Meeting) -> Say:
    day, own = wording.day(row, ctx.config, ctx.now), await _own_needs(ctx, row)
    if not own:
        return Say(
            "Rien n’est noté pour le {day}. Par exemple : `acces place adaptée` ou `repas végétarien`.",
            day=day,
        )
    return Say.lines(
        Say("**Noté pour le {day}**", day=day),
        *own,
        Say(
            "Effacé le {day}. Pour le retirer avant : `acces non`, `repas non`",
            day=summary.needs_erased_on(row, ctx.now, ctx.config),
        ),
    )


def _name(kind: str) -> str:
    return "repas" if kind == needs.MEAL else "acces"
