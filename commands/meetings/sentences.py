"""Answers in people's own words: « oui » in private counts, a sentence gets a question to confirm; nothing is done in silence."""

from bot.command import Context
from bot.command.handlers import on_answer, on_message
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.time import Day
from commands.meetings import naming, phrases, standin
from commands.meetings.admission import refusal
from commands.meetings.giving import give
from commands.meetings.recording import Wish
from commands.meetings.said import Said, parse
from schedules.meetings import receipts
from storage.meetings import answers as acts
from storage.meetings import meetings, told
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, TEXT, YES
from storage.tables import Meeting
from storage.text import fold

SOFT = ("ok", "d'accord")  # said of many things
PLAIN = ("oui", "visio", "en visio", "peut-etre", "non", "yes", "no", "present", "presente", "absent", "absente", "oui pour moi", "non pour moi")


def like(text: str) -> bool:
    """Whether these words may be an answer to a meeting."""
    return phrases.maybe_about(text) and (phrases.sentence(text, told=True) is not None or parse(text).understood)


@on_message(like, undone_by="presence")
async def overheard(ctx: Context) -> Say | Ask | None:
    if ctx.room.direct:
        return await _in_private(ctx)
    said = parse(ctx.text)
    replied = await _replied(ctx)
    soft = fold(ctx.text).startswith(SOFT)
    if replied is not None and said.understood and not said.whom and not soft and phrases.sentence(ctx.text) is None:
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
    found = phrases.sentence(text, told=told)
    row = await _fitting(ctx, found) if found else None
    return confirm(ctx, row, found.answer) if found and row else None


async def _fitting(ctx: Context, said: phrases.Sentence) -> Meeting | None:
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
    said, last, replied = parse(ctx.text), await told.last_said(ctx.db, ctx.room.id), await _replied(ctx)
    row = replied or (last.meeting if last.meeting and await refusal(ctx, last.meeting) is None else None)
    if said.called is not None:
        row = replied = await naming.one(ctx, said.called)
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
        return await standin.replaced(ctx, row, said.by)
    if said.whom:
        return await standin.for_somebody(ctx, row, said)
    way = TEXT if said.party > 1 else TAP  # a mere « oui » says nothing of who comes along
    return await give(ctx, row, Wish(said.answer or YES, way=way, party=said.party, others=said.others))


async def _replied(ctx: Context) -> Meeting | None:
    found = await meetings.of_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    return found if found is not None and await naming.visible(ctx, found) else None
