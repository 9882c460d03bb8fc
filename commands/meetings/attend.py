"""`!presence`: answering in words, in a room or in private, and reading one's own answer."""

from dataclasses import replace

from bot.command import NOTHING, Answer, Context, Found, command
from bot.command.handlers import on_answer, on_message
from bot.outbox import Post, Rank
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.text.courtesy import after_greeting
from bot.text.courtesy import plain as bare
from bot.time import Day
from commands.meetings import lookup, parse_phrases, proxy
from commands.meetings.answer import give
from commands.meetings.parse_answer import Said, parse
from schedules.meetings import attendance, receipts
from schedules.meetings.attendance import Somebody, Wish, author, over, refusal
from storage.meetings import answers as acts
from storage.meetings import meetings, messages
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, TEXT, YES
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
    await attendance.settle(ctx, row, Cause(entry.person, f"{ctx.event_id} {ctx.now.isoformat()}"))
    if last is not None and last.event_id == event_id and row.status == meetings.ANNOUNCED:
        await _say_so(ctx, row, who, entry)
        if entry.by:  # they were told of it
            await attendance.privately(ctx, row, who, await receipts.standing(ctx, row, who.id))


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
        asked = await question(ctx, f"je viens {words}" if came else words, told=True)
        if asked is None:
            raise _unread(said)
        return asked
    row = await _meant(ctx, said)
    if said.by:
        return await proxy.replaced(ctx, row, said.by)
    if said.whom:
        return await proxy.for_somebody(ctx, row, said)
    answer = said.answer or (YES if came else None)
    if answer is None:
        return await _show(ctx, row)
    return await give(ctx, row, Wish(answer, party=said.party, others=said.others))


async def _meant(ctx: Context, said: Said) -> Meeting:
    """The meeting that is named, or that the message replied to shows, or the next one."""
    replied = await meetings.of_event(ctx.db, ctx.reply_to) if ctx.reply_to and said.called is None else None
    if replied is not None and await lookup.visible(ctx, replied):
        return replied
    return await lookup.one(ctx, said.called)


async def _show(ctx: Context, row: Meeting) -> Say:
    stands = await receipts.standing(ctx, row, ctx.person.id)
    reads = await attendance.reader(ctx, row, await author(ctx, row), private=ctx.room.direct)
    return receipts.recalled(row, stands, reads, ctx.config)


async def _say_so(ctx: Context, row: Meeting, who: Somebody, entry: Attendance) -> None:
    """The answer to the message that was removed is no longer true: it says what is, without a new message."""
    stands = await receipts.standing(ctx, row, who.id)
    reads = await attendance.reader(ctx, row, who, private=ctx.room.direct and not who.by)
    say = (
        Say.lines(Say("Cette réponse est retirée : la précédente compte de nouveau."), receipts.recalled(row, stands, reads, ctx.config))
        if stands.answer
        else attendance.withdrawn(ctx, row, who)
    )
    person = ctx.person.id if ctx.room.direct else None
    await ctx.post(Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER, key=f"answer:{entry.event_id}"))


def _came(ctx: Context) -> bool:
    return fold(after_greeting(ctx.text)).startswith(_COMING)


def _unread(said: Said) -> UserError:
    return UserError(
        "Je n’ai pas compris « {text} » : votre réponse n’est pas encore enregistrée. "
        "Par exemple `!presence oui`, `!presence visio` ou `!presence oui +1 régie de quartier`.",
        text=parse_phrases.unread(said.unread)[:60],
    )


SOFT = ("ok", "d'accord")  # said of many things
PLAIN = ("oui", "visio", "en visio", "peut-etre", "non", "yes", "no", "present", "presente", "absent", "absente", "oui pour moi", "non pour moi")


def like(text: str) -> bool:
    """Whether these words may be an answer to a meeting."""
    if not parse_phrases.maybe_about(text):
        return False
    said = bare(text)
    return parse_phrases.sentence(said, told=True) is not None or parse(said).understood


@on_message(like, undone_by="presence")
async def overheard(ctx: Context) -> Say | Ask | None:
    ctx = replace(ctx, text=bare(ctx.text, ctx.person.full_name))
    if ctx.room.direct:
        return await _in_private(ctx)
    said = parse(ctx.text)
    replied = await _replied(ctx)
    soft = fold(ctx.text).startswith(SOFT)
    if replied is not None and said.understood and not said.whom and not soft and parse_phrases.sentence(ctx.text) is None:
        return await _give(ctx, replied, said)
    return await _asked(ctx, told=replied is not None and not soft)


async def _asked(ctx: Context, *, told: bool) -> Ask | None:
    """Among colleagues: nothing when it says what is known already."""
    ask = await question(ctx, ctx.text, told=told)
    row = await meetings.meeting(ctx.db, int(ask.data["meeting"])) if ask else None
    known = await acts.answer_of(ctx.db, row.id, ctx.person.id) if row else None
    same = ask and row and known and (known.answer, known.revision) == (ask.data["answer"], row.revision)
    return None if same else ask


async def question(ctx: Context, text: str, *, told: bool) -> Ask | None:
    """« Je crois comprendre que… »: None when it is about no meeting of theirs. `told`: said to us."""
    found = parse_phrases.sentence(text, told=told)
    row = await _fitting(ctx, found) if found else None
    return confirm(ctx, row, found.answer) if found and row else None


async def _fitting(ctx: Context, said: parse_phrases.Sentence) -> Meeting | None:
    """The next meeting that is announced here, or in private anywhere they are, and that what is said of its date fits."""
    replied = await _replied(ctx)
    ahead = [replied] if replied else await meetings.ahead(ctx.db, ctx.now, rooms=None if ctx.room.direct else (ctx.room.id,))
    for row in ahead:
        if said.fits(row.starts_at, ctx.config.zone) and await refusal(ctx, row) is None:
            return row
    return None


def confirm(ctx: Context, row: Meeting, answer: str) -> Ask:
    """« Je crois comprendre que vous venez… »"""
    return Ask(
        _understood(answer, receipts.day(row, ctx.now, ctx.config)),
        then="meeting.said",
        choices=(CONFIRM,),
        data={"meeting": row.id, "answer": answer},
    )


def _understood(answer: str, day: Day) -> Say:
    if answer == REMOTE:
        return Say("Je crois comprendre que vous suivrez en visio la rencontre du {day}. Pour le confirmer, touchez ✅ sous ce message.", day=day)
    if answer == NO:
        return Say("Je crois comprendre que vous ne venez pas le {day}. Pour le confirmer, touchez ✅ sous ce message.", day=day)
    if answer == MAYBE:
        return Say("Je crois comprendre que vous viendrez peut-être le {day}. Pour le confirmer, touchez ✅ sous ce message.", day=day)
    return Say("Je crois comprendre que vous venez le {day}. Pour le confirmer, touchez ✅ sous ce message.", day=day)


@on_answer("meeting.said", undo_command="presence")
async def confirmed(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None:
        raise UserError("Cette rencontre n’existe plus. Celles qui viennent paraissent dans le salon.")
    return await give(ctx, row, Wish(str(reply.data["answer"]), way=TAP))


async def _in_private(ctx: Context) -> Say | Ask | None:
    """About the meeting that is named, replied to, or that we spoke of last; else a plain word is about the next one, unless we asked something."""
    said, last, replied = parse(ctx.text), await messages.last_said(ctx.db, ctx.room.id), await _replied(ctx)
    row = replied or (last.meeting if last.meeting and await refusal(ctx, last.meeting) is None else None)
    if said.called is not None:
        row = replied = await lookup.one(ctx, said.called)
    plain = fold(ctx.text).strip(" .!") in PLAIN or said.party > 1 or bool(said.by)
    if said.understood and row is not None and (replied or last.expects or plain):
        return await _give(ctx, row, said)
    if (ask := await question(ctx, ctx.text, told=not said.understood)) is not None:
        return ask
    ahead = [row for row in await meetings.ahead(ctx.db, ctx.now) if await refusal(ctx, row) is None]
    if last.asked or not plain or not ahead or not said.understood:
        raise UserError("Je n’ai pas compris. Écrivez `aide` pour voir ce que je sais faire.")
    return await _give(ctx, ahead[0], said)


async def _give(ctx: Context, row: Meeting, said: Said) -> Say | Ask | None:
    if said.by:
        return await proxy.replaced(ctx, row, said.by)
    if said.whom:
        return await proxy.for_somebody(ctx, row, said)
    way = TEXT if said.party > 1 else TAP  # a mere « oui » says nothing of who comes along
    return await give(ctx, row, Wish(said.answer or YES, way=way, party=said.party, others=said.others))


async def _replied(ctx: Context) -> Meeting | None:
    found = await meetings.of_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    return found if found is not None and await lookup.visible(ctx, found) else None
