"""`!presence`: answering in words, in a room or in private, and reading one's own answer."""

from bot.command import NOTHING, Answer, Context, Found, command
from bot.outbox import Post, Rank
from bot.outbox.question import Ask
from bot.text import Say, UserError
from bot.text.courtesy import after_greeting
from commands.meetings import naming, phrases, recording, sentences, standin
from commands.meetings.admission import over
from commands.meetings.giving import give
from commands.meetings.recording import Somebody, Wish, author
from commands.meetings.said import Said, parse
from schedules.meetings import receipts
from storage.meetings import answers as acts
from storage.meetings import meetings
from storage.meetings.answers import YES
from storage.meetings.seats import Cause
from storage.tables import Attendance, Meeting
from storage.text import fold

_COMING = ("jeviens", "je viens", "attend")  # names that are an answer by themselves


async def taken_back(ctx: Context, event_id: str) -> None:
    """The message of an answer, or the tap that confirmed it, was removed; or the message is read anew as edited (`ctx.text`)."""
    entry = await acts.act(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, entry.meeting_id) if entry else None
    if entry is None or row is None or over(ctx, row) or (ctx.event_id == event_id and _answers_still(ctx)):
        return
    last = await acts.answer_of(ctx.db, entry.meeting_id, entry.person)
    who = Somebody(entry.person, entry.name, entry.by)
    await acts.take_back(ctx.db, event_id)
    await recording.settle(ctx, row, Cause(entry.person, f"{ctx.event_id} {ctx.now.isoformat()}"))
    if last is not None and last.event_id == event_id and row.status == meetings.ANNOUNCED:
        await _say_so(ctx, row, who, entry)
        if entry.by:  # they were told of it
            await recording.privately(ctx, row, who, await receipts.standing(ctx.db, row, who.id, ctx.now))


def _answers_still(ctx: Context) -> bool:
    """What was edited is an answer again: it takes the place of the one before, without losing the seat in between."""
    found = ctx.commands.find(ctx.text.lstrip("!/ "), ctx.caller)
    if isinstance(found, Found) and found.command.name == "presence":
        return parse(found.rest).understood
    return parse(ctx.text).understood


@command(
    "presence",
    aliases=("jeviens", "inscription", "reponse"),
    english=("rsvp", "attend"),
    usage=Say("`!presence oui`"),
    example="!presence oui",
    help=Say("dire si vous venez à la prochaine rencontre"),
    late=True,
    rank=14,
    taken_back=taken_back,
)
async def presence(ctx: Context, *, words: Answer = NOTHING) -> Say | Ask | None:
    said, came = parse(words), _came(ctx)
    if said.unread:
        asked = await sentences.question(ctx, f"je viens {words}" if came else words, told=True)
        if asked is None:
            raise _unread(said)
        return asked
    row = await _meant(ctx, said)
    if said.by:
        return await standin.replaced(ctx, row, said.by)
    if said.whom:
        return await standin.for_somebody(ctx, row, said)
    answer = said.answer or (YES if came else None)
    if answer is None:
        return await _show(ctx, row)
    return await give(ctx, row, Wish(answer, party=said.party, others=said.others))


async def _meant(ctx: Context, said: Said) -> Meeting:
    """The meeting that is named, or that the message replied to shows, or the next one."""
    replied = await meetings.of_event(ctx.db, ctx.reply_to) if ctx.reply_to and said.called is None else None
    if replied is not None and await naming.visible(ctx, replied):
        return replied
    return await naming.one(ctx, said.called)


async def _show(ctx: Context, row: Meeting) -> Say:
    stands = await receipts.standing(ctx.db, row, ctx.person.id, ctx.now)
    reads = await recording.reader(ctx, row, await author(ctx, row), private=ctx.room.direct)
    return receipts.recalled(row, stands, reads, ctx.config)


async def _say_so(ctx: Context, row: Meeting, who: Somebody, entry: Attendance) -> None:
    """The answer to the message that was removed is no longer true: it says what is, without a new message."""
    stands = await receipts.standing(ctx.db, row, who.id, ctx.now)
    reads = await recording.reader(ctx, row, who, private=ctx.room.direct and not who.by)
    say = (
        Say.lines(Say("Cette réponse est retirée : la précédente compte de nouveau."), receipts.recalled(row, stands, reads, ctx.config))
        if stands.answer
        else recording.withdrawn(ctx, row, who)
    )
    person = ctx.person.id if ctx.room.direct else None
    await ctx.post(Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER, key=f"answer:{entry.event_id}"))


def _came(ctx: Context) -> bool:
    return fold(after_greeting(ctx.text)).startswith(_COMING)


def _unread(said: Said) -> UserError:
    return UserError(
        "Je n’ai pas compris « {text} » : votre réponse n’est pas encore enregistrée. "
        "Par exemple `!presence oui`, `!presence visio` ou `!presence oui +1 régie de quartier`.",
        text=phrases.unread(said.unread)[:60],
    )
