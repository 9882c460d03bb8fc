"""RSVP in words: `!presence`, and what is said of coming in a room or in private;
the own answer read back.
"""

from dataclasses import replace

from bot.command import NOTHING, Answer, Context, Found, command
from bot.command.handlers import on_answer, on_message
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.text.assent import only_polite
from bot.text.courtesy import after_greeting, plain
from commands.meetings import lookup, parse_phrases, proxy
from commands.meetings.answer import confirm_answer, take_answer
from commands.meetings.parse_answer import ParsedAnswer, parse
from schedules.meetings import attendance, private_messages, receipts
from schedules.meetings.attendance import NewAnswer, Participant, author, is_over, refusal
from storage import inbox
from storage.meetings import answers, meetings, messages
from storage.meetings.answers import TAP, TEXT, YES
from storage.meetings.seats import AnswerChange
from storage.tables import Attendance, Meeting
from storage.text import fold

_COMING = ("jeviens", "je viens", "attend")  # names that are an answer by themselves


async def undo_answer(ctx: Context, event_id: str) -> None:
    """The message of an answer, or the tap that confirmed it, was removed;
    or the message is read anew as edited (`ctx.text`).
    """
    entry = await answers.of_event(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, entry.meeting_id) if entry else None
    if (
        entry is None
        or row is None
        or is_over(ctx, row)
        or (ctx.event_id == event_id and _is_answer_still(ctx))
    ):
        return
    last = await answers.answer_of(ctx.db, entry.meeting_id, entry.person)
    who = Participant(entry.person, entry.name, entry.by)
    await answers.take_back(ctx.db, event_id)
    await attendance.reallocate(ctx, row, AnswerChange(entry.person, f"{ctx.event_id} {ctx.now.isoformat()}"))
    if last is not None and last.event_id == event_id and row.status == meetings.ANNOUNCED:
        await _edit_response(ctx, row, who, entry)
        if entry.by:  # they were told of it
            await attendance.send_privately(ctx, row, who, await receipts.status_of(ctx, row, who.id))


def _is_answer_still(ctx: Context) -> bool:
    """What was edited is an answer again:
    it takes the place of the one before, without losing the seat in between.
    """
    command = ctx.commands.find(ctx.text.lstrip("!/ "), ctx.caller)
    if isinstance(command, Found) and command.command.name == "presence":
        return parse(command.rest).understood
    return parse(ctx.text).understood


@command(
    "presence",
    aliases=("jeviens", "inscription", "reponse"),
    english=("rsvp", "attend"),
    usage=Say("`!presence oui`"),
    example="!presence oui",
    help=Say("dire si vous venez à la prochaine rencontre"),
    run_when_stale=True,
    rank=14,
    undo=undo_answer,
)
async def presence(ctx: Context, *, words: Answer = NOTHING) -> Say | Ask | None:
    parsed, came = parse(words), _alias_says_yes(ctx)
    if parsed.leftover:
        ask = await confirm_sentence(ctx, f"je viens {words}" if came else words, addressed=True)
        if ask is None:
            raise _not_understood(parsed)
        return ask
    row = await _find_meeting(ctx, parsed)
    if parsed.by:
        return await proxy.hand_over(ctx, row, parsed.by)
    if parsed.in_place_of:
        return await proxy.answer_for(ctx, row, parsed)
    answer = parsed.answer or (YES if came else None)
    if answer is None:
        return await _own_answer(ctx, row)
    return await take_answer(ctx, row, _new_answer(parsed, answer))


def _new_answer(parsed: ParsedAnswer, answer: str) -> NewAnswer:
    """A mere « oui » says nothing of who comes along: they still do."""
    way = TEXT if parsed.party > 1 or parsed.alone else TAP
    return NewAnswer(answer, way=way, party=parsed.party, others=parsed.others)


async def _find_meeting(ctx: Context, parsed: ParsedAnswer) -> Meeting:
    """The meeting that is named, or that the message replied to shows, or the next one."""
    replied = (
        await messages.of_message(ctx.db, ctx.reply_to) if ctx.reply_to and parsed.called is None else None
    )
    if replied is not None and await lookup.visible(ctx, replied):
        return replied
    return await lookup.find(ctx, parsed.called)


async def _own_answer(ctx: Context, row: Meeting) -> Say:
    """Read back to them alone: a room hears the same of everybody."""
    status = await receipts.status_of(ctx, row, ctx.person.id)
    who = await author(ctx, row)
    audience = await attendance.audience_of(ctx, row, who, private=True)
    say = receipts.answer_reminder(row, status, audience, ctx.config)
    if ctx.room.direct:
        return say
    how = receipts.how_to_answer(row, status, replace(audience, private=False), ctx.config)
    if not audience.reachable:
        return Say.lines(
            how, Say("Je vous dis votre réponse en message privé seulement : écrivez-moi `presence`.")
        )
    await private_messages.send_receipt(ctx, row, who.id, say)
    return Say.lines(how, Say("Votre réponse est dans notre conversation privée."))


async def _edit_response(ctx: Context, row: Meeting, who: Participant, entry: Attendance) -> None:
    """The answer to the message that was removed is no longer true:
    it says what is, without a new message.
    """
    status = await receipts.status_of(ctx, row, who.id)
    audience = await attendance.audience_of(ctx, row, who, private=ctx.room.direct and not who.by)
    say = (
        Say.lines(
            Say("Cette réponse est retirée : la précédente compte de nouveau."),
            receipts.answer_reminder(row, status, audience, ctx.config) if ctx.room.direct else None,
        )
        if status.answer
        else attendance.withdrawal_notice(ctx, row, who)
    )
    await ctx.correct_reply(entry.event_id, say)


def _alias_says_yes(ctx: Context) -> bool:
    return fold(after_greeting(ctx.text)).startswith(_COMING)


def _not_understood(parsed: ParsedAnswer) -> UserError:
    return UserError(
        "Je n’ai pas compris « {text} » : votre réponse n’est pas encore enregistrée. "
        "Par exemple `!presence oui`, `!presence visio` ou `!presence oui +1 régie de quartier`.",
        text=parse_phrases.leftover(parsed.leftover)[:60],
    )


SOFT = ("ok", "d'accord")  # said of many things
PLAIN = (
    "oui",
    "visio",
    "en visio",
    "peut-etre",
    "non",
    "yes",
    "no",
    "present",
    "presente",
    "absent",
    "absente",
    "oui pour moi",
    "non pour moi",
)


def may_be_answer(text: str) -> bool:
    """Whether these words may be an answer to a meeting."""
    if not parse_phrases.may_be_answer(text):
        return False
    bare = plain(text)
    return parse_phrases.parse_sentence(bare, addressed=True) is not None or parse(bare).understood


@on_message(may_be_answer, undo_command="presence")
async def on_chat(ctx: Context) -> Say | Ask | None:
    ctx = replace(ctx, text=plain(ctx.text, ctx.person.full_name))
    if ctx.room.direct:
        return await _in_private(ctx)
    parsed = parse(ctx.text)
    replied = await _replied_meeting(ctx)
    soft = fold(ctx.text).startswith(SOFT)
    if (
        replied is not None
        and parsed.understood
        and not parsed.in_place_of
        and not soft
        and parse_phrases.parse_sentence(ctx.text) is None
    ):
        return await _take_parsed(ctx, replied, parsed)
    return await _ask_unless_known(ctx, addressed=replied is not None and not soft)


async def _ask_unless_known(ctx: Context, *, addressed: bool) -> Ask | None:
    """Among colleagues: nothing when it says what is known already."""
    ask = await confirm_sentence(ctx, ctx.text, addressed=addressed)
    row = await meetings.meeting(ctx.db, int(ask.data["meeting"])) if ask else None
    current = await answers.answer_of(ctx.db, row.id, ctx.person.id) if row else None
    same = (
        ask and row and current and (current.answer, current.revision) == (ask.data["answer"], row.revision)
    )
    return None if same else ask


async def confirm_sentence(ctx: Context, text: str, *, addressed: bool) -> Ask | None:
    """« Je crois comprendre que… »: None when it is about no meeting of theirs.
    `addressed`: said to the bot.
    """
    sentence = parse_phrases.parse_sentence(text, addressed=addressed)
    row = await _meeting_of_sentence(ctx, sentence) if sentence else None
    return confirm_answer(ctx, row, sentence.answer) if sentence and row else None


async def _meeting_of_sentence(ctx: Context, sentence: parse_phrases.Sentence) -> Meeting | None:
    """The next meeting that is announced here, or in private anywhere they are,
    and that what is said of its date fits.
    """
    replied = await _replied_meeting(ctx)
    ahead = (
        [replied]
        if replied
        else await meetings.upcoming(ctx.db, ctx.now, rooms=None if ctx.room.direct else (ctx.room.id,))
    )
    for row in ahead:
        if sentence.fits(row.starts_at, ctx.config.zone) and await refusal(ctx, row) is None:
            return row
    return None


@on_answer("meeting.said", undo_command="presence")
async def confirmed(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None:
        raise UserError("Cette rencontre n’existe plus. Celles qui viennent paraissent dans le salon.")
    return await take_answer(ctx, row, NewAnswer(str(reply.data["answer"]), way=TAP))


async def _in_private(ctx: Context) -> Say | Ask | None:
    """About the meeting that is named, replied to, or that we spoke of last;
    else a plain word is about the next one, unless we asked something; just after we answered about another
    subject, that is asked about.
    """
    parsed, last, replied = (
        parse(ctx.text),
        await messages.last_message(ctx.db, ctx.room.id),
        await _replied_meeting(ctx),
    )
    row = replied or (last.meeting if last.meeting and await refusal(ctx, last.meeting) is None else None)
    if parsed.called is not None:
        row = replied = await lookup.find(ctx, parsed.called)
    # « ok » says yes only to what waits for an answer and was said just before
    in_a_word = fold(ctx.text).strip(" .!") in PLAIN and not only_polite(ctx.text)
    is_plain = in_a_word or parsed.party > 1 or bool(parsed.by)
    if parsed.understood and row is not None and (replied or last.expects_answer or is_plain):
        return await _take_parsed(ctx, row, parsed)
    if (ask := await confirm_sentence(ctx, ctx.text, addressed=not parsed.understood)) is not None:
        return ask
    ahead = [row for row in await meetings.upcoming(ctx.db, ctx.now) if await refusal(ctx, row) is None]
    if last.is_question or not is_plain or not ahead or not parsed.understood:
        return None
    if parsed.answer and await _is_of_another_subject(ctx, last.answered):
        return confirm_answer(ctx, ahead[0], parsed.answer)
    return await _take_parsed(ctx, ahead[0], parsed)


async def _is_of_another_subject(ctx: Context, event_id: str) -> bool:
    """Whether what was asked of us there, and done, was none of the meetings' commands."""
    row = await inbox.processed(ctx.db, event_id) if event_id else None
    if row is None or row.outcome != "done":
        return False
    command = ctx.commands.named(row.handler.partition(" ")[2])
    return command is None or not command.handler.__module__.startswith(f"{__package__}.")


async def _take_parsed(ctx: Context, row: Meeting, parsed: ParsedAnswer) -> Say | Ask | None:
    if parsed.by:
        return await proxy.hand_over(ctx, row, parsed.by)
    if parsed.in_place_of:
        return await proxy.answer_for(ctx, row, parsed)
    return await take_answer(ctx, row, _new_answer(parsed, parsed.answer or YES))


async def _replied_meeting(ctx: Context) -> Meeting | None:
    row = await messages.of_message(ctx.db, ctx.reply_to) if ctx.reply_to else None
    return row if row is not None and await lookup.visible(ctx, row) else None
