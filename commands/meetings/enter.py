"""Enter a meeting: the guided entry, a chain of questions, each of which remembers all that was said before;
it waits for days, and survives restarts. Nothing is kept before the last « oui ».
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from bot.command import Context
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply
from bot.text import Count, Say, UserError
from bot.text.clean import clean_text
from commands.meetings import lookup, parse_lines, parse_values
from commands.meetings.fields import differences, missing, summary
from commands.meetings.form import Clock, Draft, Progress, changed, matching_poll
from commands.meetings.wizard import STEPS, apply_reply, clock
from storage import rooms
from storage.meetings import from_polls, meetings
from storage.tables import Meeting

WITHIN = timedelta(days=30)
MOST_DOUBTED = 1_000  # characters
COLUMNS = {"when": "starts_at", "seats": "capacity", "deadline": "answer_by"}  # of a step, when not its name
THEN = "meeting.entry"
BACK = Choice("back", "", ("retour", "précédent", "back"))
SKIP = Choice("skip", "", ("passer", "suivant", "skip"))
STOP = Choice("stop", "", ("stop", "arrêter", "abandonner"))
FIRST = Say("« stop » pour abandonner. Pour reprendre un autre jour : `!rencontre nouvelle`")
HOW_TO = Say(
    "« retour » pour la question d’avant, « passer » pour répondre plus tard, « stop » pour abandonner."
)


async def ask(ctx: Context, progress: Progress, echo: Say | None) -> Ask:
    """`echo`: what was understood."""
    if not progress.at:
        return await _ask_to_save(ctx, progress, echo)
    step, draft, at = STEPS[progress.at], progress.draft, clock(ctx)
    if progress.doubted:
        return _ask_if_sure(progress, at)
    question = await step.ask(ctx, draft)
    if progress.guided:
        title = (
            Say("**Étape {n} sur {total}.**", n=progress.number, total=progress.total)
            if progress.before
            else Say("**Nouvelle rencontre – étape 1 sur {total}.**", total=progress.total)
        )
        question = Say("{title} {question}", title=title, question=question)
    known = step.echo(draft, at) if progress.at not in ("when", "deadline") else None
    so_far = (
        Say("Pour l’instant : {known} (pour le garder, écrivez « passer »).", known=known) if known else None
    )
    how_to = HOW_TO if progress.before else FIRST
    say = Say.lines(echo, question, *step.options, so_far, how_to)
    return _question(say, progress, (*step.choices(draft, at), SKIP))


def _ask_if_sure(progress: Progress, at: Clock) -> Ask:
    """What was typed looks like the answer to something else."""
    step, typed = STEPS[progress.at], progress.doubted
    why = step.doubt(typed, step.parse(typed, progress.draft, at), at)
    assert why is not None
    say = Say.lines(
        Say("« {typed} » : {why}. {sure}", typed=clean_text(typed, 100), why=why, sure=step.sure),
        Say("Répondez oui pour le garder, non pour revoir la question, ou donnez une autre réponse."),
    )
    return _question(say, progress, (YES, NO, SKIP))


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
        return await _back(ctx, progress)
    if not progress.at:
        return (
            await _save(ctx, progress.draft)
            if reply.choice == "yes"
            else await _corrected(ctx, progress, reply.text)
        )
    if reply.choice == "skip":
        return await _skipped(ctx, progress)
    if progress.doubted and reply.choice == "no":
        return await ask(ctx, replace(progress, doubted=""), None)
    if progress.doubted and reply.choice == "yes":
        return await _take(ctx, progress, Reply({}, text=progress.doubted))
    return await accept(ctx, progress, reply)


async def _back(ctx: Context, progress: Progress) -> Ask:
    if progress.before is not None:
        return await ask(ctx, progress.before, None)
    raise UserError("C’est la première question. Répondez-y, ou écrivez « stop » pour abandonner.")


async def accept(ctx: Context, progress: Progress, reply: Reply) -> Ask:
    """An answer to a step, or lines « titre : … » for any of them; asked back when it looks like another."""
    if reply.choice is None and progress.at != "programme" and parse_lines.begins_with_line(reply.text):
        draft = parse_lines.parse(reply.text, progress.draft, clock(ctx), "")
        names = changed(progress.draft, draft)
        told = Say.lines(*differences(names, progress.draft, draft, clock(ctx))) if names else None
        updated = replace(progress, draft=draft, doubted="")
        return await ask(
            ctx, updated.onward() if COLUMNS.get(progress.at, progress.at) in names else updated, told
        )
    step = STEPS[progress.at]
    draft = apply_reply(step, reply, progress.draft, clock(ctx))
    if reply.choice is None and step.doubt(reply.text, draft, clock(ctx)) is not None:
        return await ask(ctx, replace(progress, doubted=reply.text[:MOST_DOUBTED]), None)
    return await _take(ctx, progress, reply)


async def _take(ctx: Context, progress: Progress, reply: Reply) -> Ask:
    """Said back with the next question."""
    step = STEPS[progress.at]
    updated = replace(progress, draft=apply_reply(step, reply, progress.draft, clock(ctx)))
    if updated.draft.starts_at is None:
        return await ask(ctx, updated, None)  # the hours are still missing
    echo = step.echo(updated.draft, clock(ctx))
    return await ask(ctx, updated.onward(), _echoed(step.name, echo) if echo else None)


def _echoed(name: str, echo: Say) -> Say:
    return Say("{said}.", said=echo) if name == "when" else Say("Noté : {said}.", said=echo)


async def _skipped(ctx: Context, progress: Progress) -> Ask:
    if progress.draft.starts_at is None:
        raise UserError(
            "Une rencontre a besoin d’une date : donnez-la, même provisoire, ou écrivez « stop »."
        )
    return await ask(ctx, progress.onward(), None)


async def _corrected(ctx: Context, progress: Progress, text: str) -> Ask:
    if not parse_lines.has_lines(text):
        raise UserError(
            "Je n’ai pas compris. Répondez oui, non ou retour, "
            "ou corrigez une ligne, par exemple « places : 40 »."
        )
    parsed = parse_lines.parse(text, progress.draft, clock(ctx), "")
    unknown = parsed.place and not parsed.access and parsed.place != progress.draft.place
    corrected = replace(progress, draft=parsed)
    return await ask(ctx, corrected.again("access") if unknown else corrected, None)


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
    short = await lookup.short_name(ctx, row)
    lacking = missing(row, short)
    saved = Say("C’est enregistré : rencontre {name}. {then}", name=row.name, then=lacking or _next(short))
    return Say.lines(saved, _to_confirm(carried) if carried else None)


def _next(name: str) -> Say:
    return Say("Pour l’annoncer : `!rencontre annoncer {name}`", name=name)


def _to_confirm(count: int) -> Say:
    people = Count(
        count,
        "1 personne avait répondu oui à cette date : elle pourra",
        "{n} personnes avaient répondu oui à cette date : elles pourront",
    )
    return Say("{said} le confirmer en touchant ✅.", said=people)


async def _names(ctx: Context, room: str) -> dict[str, str]:
    return {each.user_id: each.name or "" for each in await rooms.members(ctx.db, room)}
