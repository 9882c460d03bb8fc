"""Telling an experience, `!experience`: four questions in private, taken up days later, read, published."""

from collections.abc import Awaitable, Callable

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.command.quotes import word
from bot.outbox.question import NO, Ask, Reply
from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.text.names import first_name
from schedules.experiences import publish, wording
from schedules.tickets.identity import full_name, town_of
from storage import questions
from storage.experiences import experiences
from storage.experiences.experiences import DRAFT
from storage.resources.library import LONGEST_NAME
from storage.tables import Experience
from storage.text import fold, key

STEPS = len(wording.QUESTIONS)


async def said_otherwise(ctx: Context, event_id: str) -> None:
    """The message of an answer is edited: its new words answer the same question. Deleted, the answer stays:
    people may clear their conversation, and `experience effacer` erases.
    """
    if ctx.event_id != event_id:
        return
    row = await _draft(ctx)
    if row is not None and event_id in row.events:
        await questions.reopen(ctx.db, ctx.person.id, ctx.room.id, "experience.step")
    else:  # what is asked now is another matter
        await questions.pass_over(ctx.db, ctx.person.id, ctx.room.id)


@command(
    "experience",
    aliases=("rex", "retour"),
    english=("story", "feedback"),
    usage=Say("`experience`"),
    example="!experience",
    help=Say("raconter une expérience : quatre questions, relues avant de paraître"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=31,
    undo=said_otherwise,
)
async def experience(ctx: Context, *, what: str = "") -> Say | Ask:
    found = word(what)
    action = _ACTIONS.get(key(found[0])) if found else None
    if action and found:
        return await action(ctx, found[1])
    return _next(await _draft(ctx) or await _begin(ctx))


def _next(row: Experience) -> Ask:
    return wording.question(row) if len(row.answers) < STEPS else wording.review(row)


async def _draft(ctx: Context) -> Experience | None:
    return await experiences.of_person(ctx.db, ctx.person.id, DRAFT)


async def _begin(ctx: Context, row: Experience | None = None) -> Experience:
    full = await full_name(ctx)
    row = row or Experience(person=ctx.person.id, at=ctx.now)
    row.name, row.town = clean_text(first_name(full), LONGEST_NAME), town_of(full)
    row.room_id, row.status, row.at = ctx.room.id, DRAFT, ctx.now
    return await experiences.add(ctx.db, row)


async def _required(ctx: Context) -> Experience:
    row = await _draft(ctx)
    if row is None:
        raise UserError(
            "Vous n’avez pas de retour d’expérience en cours. Pour en commencer un : `experience`"
        )
    return row


async def _touch(ctx: Context, row: Experience) -> None:
    row.at = ctx.now
    ctx.db.add(row)
    await ctx.db.flush()


@on_answer("experience.step", undo_command="experience")
async def step(ctx: Context, reply: Reply) -> Say | Ask:
    row, typed = await _required(ctx), word(reply.text)
    if typed and fold(typed[0]) == "experience" and (found := word(typed[1])) and key(found[0]) in _ACTIONS:
        return await _ACTIONS[key(found[0])](ctx, found[1])
    known = ctx.event_id in row.events
    if not known and (row.id != reply.data["n"] or len(row.answers) != reply.data["step"]):
        return _next(row)
    if reply.choice != wording.BACK.value:
        at = row.events.index(ctx.event_id) if known else len(row.answers)
        _write(row, at, reply.text, ctx.event_id)
    elif not known:
        row.answers, row.events = row.answers[:-1], row.events[:-1]
    await _touch(ctx, row)
    return _next(row)


def _write(row: Experience, at: int, typed: str, event_id: str) -> None:
    """The answer to the question `at`, from 0, and the message that says it."""
    text = clean_text(typed, wording.LONGEST, lines=True)
    contact = at == STEPS - 1 and fold(text).strip(" .") in map(fold, wording.ME)
    row.answers = [*row.answers[:at], row.name if contact else text, *row.answers[at + 1 :]]
    row.events = [*row.events[:at], event_id, *row.events[at + 1 :]]


@on_answer("experience.publish")
async def published(ctx: Context, reply: Reply) -> Say:
    row = await _required(ctx)
    if reply.choice == NO.value:
        return Say(
            "D’accord, rien ne paraît. Votre texte est gardé trente jours : `experience` le reprend, "
            "`experience effacer` l’efface."
        )
    card = await publish.publish(ctx, row)
    return Say(
        "Merci, {name}. C’est la **fiche {n}** : le réseau la trouve avec `!ressources`. Pour la retirer : "
        "`ressource retirer {n}`",
        name=ctx.person.name,
        n=card.id,
    )


async def _correct(ctx: Context, rest: str) -> Ask:
    """« corriger 2 Nous avons… »"""
    row, found = await _required(ctx), word(rest)
    number = int(found[0]) if found and found[0].isascii() and found[0].isdigit() else 0
    if not found or not 1 <= number <= len(row.answers) or not found[1].strip():
        raise UserError(
            "Il me manque le point et le texte. Par exemple : `experience corriger 2 Nous avons…`"
        )
    _write(row, number - 1, found[1], ctx.event_id)
    await _touch(ctx, row)
    return _next(row)


async def _attach(ctx: Context, _: str) -> Ask:
    row = await _required(ctx)
    if ctx.file is None:
        raise UserError("Envoyez d’abord le fichier ici, puis répondez à ce fichier : `experience joindre`")
    if ctx.file not in row.files and len(row.files) == publish.MOST_FILES:
        raise UserError("Trois fichiers au plus. Partagez les autres par un lien, dans le texte.")
    row.files = list(dict.fromkeys([*row.files, ctx.file]))
    await _touch(ctx, row)
    return _next(row)


async def _erase(ctx: Context, _: str) -> Say:
    row = await _required(ctx)
    await ctx.db.delete(row)
    return Say("C’est effacé : il ne reste rien de ce texte.")


_ACTIONS: dict[str, Callable[[Context, str], Awaitable[Say | Ask]]] = {
    **dict.fromkeys(("corriger", "amend"), _correct),
    **dict.fromkeys(("joindre", "attach"), _attach),
    **dict.fromkeys(("effacer", "erase"), _erase),
}


@on_answer("experience.invited")
async def invited(ctx: Context, reply: Reply) -> Say | Ask:
    row = await experiences.experience(ctx.db, int(reply.data["n"]))
    if row is None or row.status != experiences.INVITED:
        raise UserError("Cette demande n’attend plus de réponse. Pour raconter quand même : `experience`")
    if reply.choice == NO.value:
        await ctx.db.delete(row)
        await ctx.tell_team(Say("{name} préfère ne pas raconter cette expérience.", name=row.name))
        return Say("D’accord, je le dis à l’équipe. Merci quand même.")
    draft = await _draft(ctx)
    if draft is not None:
        await ctx.db.delete(row)
    return _next(draft or await _begin(ctx, row))
