"""Answering a survey, `!enquete`: in private, one question at a time, resumed days later."""

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import Reaction, on_answer, on_reaction
from bot.outbox import Post, Rank
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from commands.surveys import parse_answer
from commands.surveys.lookup import one_of, open_to
from schedules.surveys import interview, wording
from storage import questions
from storage.surveys import surveys
from storage.surveys.items import OTHER, Item, items_of
from storage.surveys.secrets import Respondent
from storage.tables import Survey


async def said_otherwise(ctx: Context, event_id: str) -> None:
    """The message of an answer is edited: the survey goes back to the item that it answered, so that its new
    words answer that one. Deleted, it still counts: people may clear their conversation.
    """
    if ctx.event_id != event_id or not ctx.room.direct:
        return
    rows = await surveys.with_status(ctx.db, surveys.OPEN)
    for row in rows:
        who = await interview.respondent(ctx, row, ctx.person.id)
        answer = await who.said_by(ctx.db, event_id) if who else None
        if who is not None and answer is not None and _reads(row, answer.item, ctx.text):
            await who.move(ctx.db, answer.item.removesuffix(OTHER))
            await surveys.reopen(ctx.db, row.id, ctx.person.id, ctx.room.id)
            return
    if rows:  # it answers nothing that stands: nor is it for what is asked now
        await questions.pass_over(ctx.db, ctx.person.id, ctx.room.id)


def _reads(row: Survey, item: str, text: str) -> bool:
    try:
        parse_answer.parse(interview.current(row, item.removesuffix(OTHER)), text)
    except UserError:
        return False
    return True


def is_asked(ctx: Context) -> bool:
    """Who was at a meeting is asked about it, be they a member or not.
    Said in a room, it brings the survey in private.
    """
    return ctx.person.role >= Role.GUEST


@command(
    "enquete",
    aliases=("questionnaire",),
    english=("survey",),
    usage=Say("`!enquete`"),
    example="!enquete",
    help=Say("répondre à l’enquête en cours, en privé"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=16,
    undo=said_otherwise,
    also_allowed_if=is_asked,
)
async def enquete(ctx: Context, number: int | None = None, *, rest: Answer = NOTHING) -> Say | Ask:
    row = await one_of(ctx, number)
    if not ctx.room.direct:
        await ctx.post(Post(person=ctx.person.id, say=_invitation(ctx, row), rank=Rank.ANSWER))
        return Say("Je vous écris en message privé.")
    return await _ask(ctx, row)


@on_reaction(surveys.CARD)
async def tapped(ctx: Context, reaction: Reaction) -> None:
    """✅ under the announcement: the first question, in private."""
    number = reaction.message_key.removeprefix(surveys.CARD).partition(":")[0]
    row = await surveys.survey(ctx.db, int(number)) if number.isdigit() and reaction.key else None
    if row is None or not open_to(ctx, row):
        return
    room = await ctx.private_room(ctx.person.id)
    if room is None:
        await ctx.post(Post(person=ctx.person.id, say=_invitation(ctx, row), rank=Rank.ANSWER))
        return
    asked = await _ask(ctx, row)
    ask, say = (asked, None) if isinstance(asked, Ask) else (None, asked)
    person = ctx.person.id
    await ctx.post(Post(room=room, person=person, ask=ask, say=say, asked_to=person, rank=Rank.ANSWER))


def _invitation(ctx: Context, row: Survey) -> Say:
    return Say.lines(
        wording.opening(ctx, row),
        Say("Pour commencer, écrivez ici `enquete {number}`.", number=row.id),
    )


async def _ask(ctx: Context, row: Survey) -> Say | Ask:
    who = await interview.respondent(ctx, row, ctx.person.id)
    return await interview.resume(ctx, row, who) if who else await _lost(ctx, row)


async def _lost(ctx: Context, row: Survey) -> Say:
    if ctx.network.team:
        say = Say(
            "La clé de l’enquête n° {number} manque : je ne peux plus y recevoir de réponses. Vous pouvez la "
            "clore et en lancer une autre.",
            number=row.id,
        )
        key = f"survey-key:{row.id}"
        await ctx.post(Post(room=ctx.network.team, say=say, rank=Rank.BOOKKEEPING, key=key))
    return Say(
        "Je ne peux plus enregistrer de réponse à cette enquête, à cause d’un incident de mon côté. L’équipe "
        "d’animation est prévenue."
    )


@on_answer(surveys.THEN, undo_command="enquete")
async def answered(ctx: Context, reply: Reply) -> Say | Ask:
    row = await surveys.survey(ctx.db, int(reply.data["survey"]))
    if row is None or not open_to(ctx, row):
        # said once: what they write next is for something else
        return Say("Cette enquête est close : cette réponse n’a pas été comptée. Merci de votre intérêt.")
    who = await interview.respondent(ctx, row, ctx.person.id)
    if who is None:
        return await _lost(ctx, row)
    if reply.choice == "stop":
        return _stopped(ctx, row)
    if reply.choice == "back":
        if (asked := await interview.ask_before(ctx, row, who)) is None:
            raise UserError("C’est la première question. Répondez-y, ou écrivez « passer » ou « stop ».")
        return asked
    progress = await who.progress(ctx.db)
    if progress is None or not progress.at:
        return await interview.resume(ctx, row, who)
    item = interview.current(row, progress.at)
    if reply.choice == "skip":
        if await who.answer(ctx.db, item.id) is None:
            await who.put(ctx.db, item.id, ctx.event_id)
        return await interview.ask_next(ctx, row, who, None)
    return await interview.ask_next(ctx, row, who, await _record(ctx, row, who, item, reply.text))


async def _record(ctx: Context, row: Survey, who: Respondent, item: Item, text: str) -> Say:
    """What was understood."""
    parsed, db = parse_answer.parse(item, text), ctx.db
    if item.kind == "text":
        await who.put(db, item.id, ctx.event_id, text=parsed.text)
    else:
        await who.put(db, item.id, ctx.event_id, choices=parsed.choices)
        await who.drop(db, item.other_id)
        if parsed.text:
            await who.put(db, item.other_id, ctx.event_id, text=parsed.text)
        await who.drop_unconcerned(db, items_of(row))
    await who.move(db, item.id, answered=True)
    answer = await who.answer(db, item.id)
    assert answer is not None
    other = parsed.text if item.kind == "choices" else ""
    return Say("Noté : {said}.", said=wording.said(item, answer, other) or Say(""))


def _stopped(ctx: Context, row: Survey) -> Say:
    return Say(
        "C’est arrêté. Ce que vous avez répondu est gardé et compte ; pour reprendre, jusqu’au {until} : "
        "`enquete {number}`",
        until=wording.closing(ctx, row),
        number=row.id,
    )
