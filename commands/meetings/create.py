"""Create a meeting: `!rencontre nouvelle`, question after question or all at once; `!rencontre dupliquer`.

The guided entry is a chain of questions, each of which remembers all that was said before: it waits for days,
and survives restarts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply
from bot.text import Count, Say, UserError
from bot.time import Hours
from commands.meetings import lookup, parse_lines, parse_values
from commands.meetings.fields import summary
from commands.meetings.form import Draft, Progress, matching_poll, with_poll_date
from commands.meetings.lookup import MeetingName
from commands.meetings.wizard import GUIDED, STEPS, apply_reply, clock
from storage import questions, rooms
from storage.meetings import from_polls, meetings
from storage.tables import Meeting

WITHIN = timedelta(days=30)
THEN, LINE = "meeting.entry", "!rencontre nouvelle"
BACK = Choice("back", "", ("retour", "précédent", "back"))
SKIP = Choice("skip", "", ("passer", "suivant", "skip"))
STOP = Choice("stop", "", ("stop", "arrêter", "abandonner"))
HOW_TO = Say(
    "À tout moment : « retour », « passer » ou « stop ». Pour reprendre un autre jour : `!rencontre nouvelle`"
)


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
        return await _ask(
            ctx,
            Progress.read(begun.data),
            Say("Je reprends la rencontre commencée. Pour repartir de zéro : « stop »."),
        )
    draft = await with_poll_date(ctx, Draft(contact=_usual_contact(ctx)), clock(ctx))
    if parse_lines.has_lines(text):
        return await _at_once(ctx, text, draft)
    first = Progress(draft, GUIDED[0], GUIDED[1:], guided=True)
    if text:
        return await _accept(ctx, first, Reply({}, text=text))
    return await _ask(ctx, first, None)


async def _at_once(ctx: Context, text: str, draft: Draft) -> Ask:
    """Only what is never forgotten is still asked for."""
    parsed = parse_lines.parse(text, replace(draft, day=None), clock(ctx), LINE)
    return await _ask(ctx, Progress(parsed, "", ("access",)).onward(), None)


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
    first = Progress(draft, "when", ("access", "deadline"))
    if date:
        return await _accept(ctx, first, Reply({}, text=date))
    hours = Hours(start, end)
    return await _ask(
        ctx,
        first,
        Say(
            "Je reprends tout de la rencontre {name}, sauf la date ; sans autre horaire, {hours}.",
            name=row.name,
            hours=hours,
        ),
    )


def _usual_contact(ctx: Context) -> str:
    card = ctx.config.network.contact
    return (card.name or card.user or "") if card else ""


async def _ask(ctx: Context, progress: Progress, echo: Say | None) -> Ask:
    """`echo`: what was understood."""
    if not progress.at:
        return await _ask_to_save(ctx, progress, echo)
    step = STEPS[progress.at]
    question = await step.ask(ctx, progress.draft)
    if progress.guided and not progress.done and echo is None:
        question = Say("**Nouvelle rencontre – étape 1 sur 7.** {question}", question=question)
    elif progress.guided:
        question = Say("**Étape {n} sur 7.** {question}", n=step.number, question=question)
    text = Say("{before} {question}", before=echo, question=question) if echo else question
    manner = HOW_TO if progress.guided and not progress.done and echo is None else None
    return _question(Say.lines(text, manner), progress, (*step.choices(progress.draft, clock(ctx)), SKIP))


def _question(say: Say, progress: Progress, choices: Sequence[Choice]) -> Ask:
    return Ask(
        say, then=THEN, choices=(*choices, BACK, STOP), data=progress.data(), accepts="text", within=WITHIN
    )


async def _ask_to_save(ctx: Context, progress: Progress, echo: Say | None) -> Ask:
    """Everything said back; nothing counts before « oui »."""
    draft = progress.draft
    assert draft.starts_at is not None
    day = _day(ctx, draft.starts_at)
    name = await meetings.free_name(ctx.db, day)
    same = next(
        (
            row
            for row in await meetings.upcoming(ctx.db, ctx.now, lookup.UPCOMING)
            if _day(ctx, row.starts_at) == day
        ),
        None,
    )
    say = Say.lines(
        echo,
        Say("**Rencontre {name} – est-ce bien cela ?**", name=name),
        summary(draft, clock(ctx)),
        Say("Une rencontre est déjà prévue à cette date : {name}.", name=same.name) if same else None,
        Say(
            "Répondez oui pour l’enregistrer, non pour abandonner, "
            "ou corrigez une ligne, par exemple « lieu : La Filature, Wambrecourt »."
        ),
    )
    return _question(say, progress, (YES, NO))


def _day(ctx: Context, at: datetime) -> date:
    return at.astimezone(ctx.config.zone).date()


@on_answer(THEN)
async def entered(ctx: Context, reply: Reply) -> Say | Ask:
    progress = Progress.read(reply.data)
    if reply.choice == "stop" or (reply.choice == "no" and not progress.at):
        return Say("C’est abandonné, rien n’est enregistré. Pour recommencer : `!rencontre nouvelle`")
    if reply.choice == "back":
        if not progress.done:
            if not progress.at:
                raise UserError(
                    "Il n’y a rien avant. Répondez oui ou non, "
                    "ou corrigez une ligne, par exemple « places : 40 »."
                )
            raise UserError("C’est la première question. Répondez-y, ou écrivez « stop » pour abandonner.")
        previous = progress.back()
        echo = STEPS[previous.at].echo(progress.draft, clock(ctx))
        return await _ask(
            ctx, previous, Say("Jusqu’ici : {known} (« passer » le garde).", known=echo) if echo else None
        )
    if not progress.at:
        return (
            await _save(ctx, progress.draft)
            if reply.choice == "yes"
            else await _corrected(ctx, progress, reply.text)
        )
    if reply.choice == "skip":
        return await _skipped(ctx, progress)
    return await _accept(ctx, progress, reply)


async def _accept(ctx: Context, progress: Progress, reply: Reply) -> Ask:
    """An answer to a step, said back with the next question."""
    step = STEPS[progress.at]
    updated = replace(progress, draft=apply_reply(step, reply, progress.draft, clock(ctx)))
    if updated.draft.starts_at is None:
        return await _ask(ctx, updated, Say("Entendu."))  # the hours are still missing
    echo = step.echo(updated.draft, clock(ctx))
    return await _ask(ctx, updated.onward(), _echoed(step.name, echo) if echo else None)


def _echoed(name: str, echo: Say) -> Say:
    return Say("{said}.", said=echo) if name == "when" else Say("Entendu : {said}.", said=echo)


async def _skipped(ctx: Context, progress: Progress) -> Ask:
    if progress.draft.starts_at is None:
        raise UserError(
            "Une rencontre a besoin d’une date : donnez-la, même provisoire, ou écrivez « stop »."
        )
    return await _ask(ctx, progress.onward(), None)


async def _corrected(ctx: Context, progress: Progress, text: str) -> Ask:
    if not parse_lines.has_lines(text):
        raise UserError(
            "Je n’ai pas compris. Répondez oui, non ou retour, "
            "ou corrigez une ligne, par exemple « places : 40 »."
        )
    parsed = parse_lines.parse(text, progress.draft, clock(ctx), "")
    unknown = parsed.place and not parsed.access and parsed.place != progress.draft.place
    return await _ask(ctx, replace(progress, draft=parsed, at="access" if unknown else ""), None)


async def _save(ctx: Context, draft: Draft) -> Say:
    """A meeting that the team knows; the network, once it is announced."""
    if draft.starts_at is None or draft.starts_at <= ctx.now:
        raise UserError(
            "Cette date est passée. Donnez-en une autre, par exemple « date : {sample} ».",
            sample=parse_values.sample_when(clock(ctx)),
        )
    poll = await matching_poll(ctx, draft, clock(ctx))
    cause = ctx.cause.id
    day = _day(ctx, draft.starts_at)
    row = Meeting(
        event_id=cause,
        name=await meetings.free_name(ctx.db, day),
        uid=str(uuid5(NAMESPACE_URL, f"matrix:{ctx.room.id}/{cause}")),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at or draft.starts_at,
        author=ctx.person.id,
        status=meetings.PLANNED,
    )
    replace(draft, poll_id=poll.id if poll else None).put(row)
    ctx.db.add(row)
    await ctx.db.flush()
    carried = await from_polls.carry_over(ctx.db, row, poll, await _names(ctx, poll.room_id)) if poll else 0
    saved = Say(
        "C’est enregistré : rencontre {name}. Pour l’annoncer : `!rencontre annoncer {short}`",
        name=row.name,
        short=await lookup.short_name(ctx, row),
    )
    return Say.lines(saved, _to_confirm(carried) if carried else None)


def _to_confirm(count: int) -> Say:
    people = Count(
        count,
        "1 personne avait répondu oui à cette date : elle pourra",
        "{n} personnes avaient répondu oui à cette date : elles pourront",
    )
    return Say("{said} le confirmer d’un geste.", said=people)


async def _names(ctx: Context, room: str) -> dict[str, str]:
    return {each.user_id: each.name or "" for each in await rooms.members(ctx.db, room)}
