"""RSVP: takes an answer in words (checked, recorded, confirmed),
or by a reaction under a message of a meeting.

A party that does not fit is asked about. Of a reaction nothing is said in the room, but the line of counts.
"""

from bot.command import Context, shown
from bot.command.handlers import Reaction, on_answer, on_reaction
from bot.outbox import Post, Rank
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Choice, Reply
from bot.text import Count, Say, UserError
from bot.time import Day
from commands.meetings import parse_phrases
from schedules.meetings import attendance, private_messages, receipts, wording
from schedules.meetings.attendance import NewAnswer, Participant, Recorded, author, is_over, refusal
from storage import outbox
from storage.meetings import answers, meetings, messages
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, YES
from storage.meetings.seats import AnswerChange
from storage.meetings.waitlist import SEATED
from storage.tables import Meeting

MOST = 10  # people in one answer
KEEP = Choice("keep", "1️⃣", ("1", "garder", "keep"))
WAIT = Choice("wait", "2️⃣", ("2", "attendre", "wait"))


async def take_answer(ctx: Context, row: Meeting, new: NewAnswer) -> Say | Ask:
    """Takes an answer in words of who wrote them, and says what became of it."""
    check_party(row, new)
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    who = await author(ctx, row)
    recorded = await attendance.record(ctx, row, who, new)
    if recorded.refused is not None:
        return _ask_about_party(row, new, recorded)
    said = await attendance.response(ctx, row, who, recorded)
    return Say.lines(said, _still_with(ctx, new, recorded))


def _still_with(ctx: Context, new: NewAnswer, recorded: Recorded) -> Say | None:
    """Who was to come along and was not spoken of still comes, and is named: how to come without."""
    seat, suffix = recorded.status.seat, recorded.status.suffix
    if new.answer != YES or new.party > 1 or seat is None or seat.party == 1:
        return None
    return Say("Pour venir sans accompagnant : `{line}`.", line=shown(f"presence oui +0{suffix}", ctx.caller))


def check_party(row: Meeting, new: NewAnswer) -> None:
    """Raises UserError for companions of who does not come, or for more than can be entered by chat,
    or than there will ever be seats.
    """
    if new.party > 1 and new.answer != YES:
        raise UserError(
            "« +{n} » se dit avec oui, quand vous venez sur place. "
            "Par exemple `!presence oui +1 régie de quartier`.",
            n=new.party - 1,
        )
    if row.capacity is not None and new.answer == YES and new.party > max(1, row.capacity):
        raise UserError(
            "Cette rencontre compte {places} en tout : {party} personnes n’y tiennent pas. "
            "Pour un groupe, parlez-en à votre interlocuteur : `!contact`.",
            places=Count(row.capacity, "une place", "{n} places"),
            party=new.party,
        )
    if new.party > MOST:
        raise UserError(
            "Je note jusqu’à {most} personnes par réponse. Pour un groupe plus grand, parlez-en à votre "
            "interlocuteur : `!contact`.",
            most=MOST,
        )


def _ask_about_party(row: Meeting, new: NewAnswer, recorded: Recorded) -> Ask:
    free, has = recorded.status.free or 0, recorded.refused.has if recorded.refused else 1
    left = Count(free, "il reste une place", "il reste {n} places", zero="il ne reste plus de place")
    seated = recorded.status.seat is not None and recorded.status.seat.state == SEATED
    say = Say.lines(
        Say(
            "Pour venir à {party}, il manque des places : {left}. Votre réponse n’a pas changé.",
            party=new.party,
            left=left,
        ),
        Say("1. garder ce que vous avez ({places})", places=Count(has, "une place", "{n} places"))
        if seated
        else Say("1. garder votre rang, pour {places}", places=Count(has, "une place", "{n} places")),
        Say("2. attendre les {party} places ensemble, en laissant ce que vous avez", party=new.party)
        if seated
        else Say("2. attendre les {party} places ensemble, à la fin de la liste d’attente", party=new.party),
        Say("Touchez un chiffre."),
    )
    data = {"meeting": row.id, "party": new.party, "others": new.others}
    return Ask(say, then="meeting.party", choices=(KEEP, WAIT), data=data)


@on_answer("meeting.party", undo_command="presence")
async def party_chosen(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or reply.choice != WAIT.value:
        return Say("Rien n’a changé : vous gardez ce que vous aviez.")
    return await take_answer(
        ctx,
        row,
        NewAnswer(YES, party=int(reply.data["party"]), others=str(reply.data["others"]), together=True),
    )


def confirm_answer(ctx: Context, row: Meeting, answer: str) -> Ask:
    """« Je crois comprendre que vous venez… »"""
    return Ask(
        _confirm_text(answer, wording.day(row, ctx.config, ctx.now)),
        then="meeting.said",
        choices=(CONFIRM,),
        data={"meeting": row.id, "answer": answer},
    )


def _confirm_text(answer: str, day: Day) -> Say:
    if answer == REMOTE:
        return Say(
            "Je crois comprendre que vous suivrez en visio la rencontre du {day}. Pour le confirmer, "
            "touchez ✅ sous ce message.",
            day=day,
        )
    if answer == NO:
        return Say(
            "Je crois comprendre que vous ne venez pas le {day}. "
            "Pour le confirmer, touchez ✅ sous ce message.",
            day=day,
        )
    if answer == MAYBE:
        return Say(
            "Je crois comprendre que vous viendrez peut-être le {day}. Pour le confirmer, touchez ✅ sous "
            "ce message.",
            day=day,
        )
    return Say(
        "Je crois comprendre que vous venez le {day}. Pour le confirmer, touchez ✅ sous ce message.", day=day
    )


# without the variation selectors
ANSWERS = {
    "✅": YES,
    "✔": YES,
    "☑": YES,
    "💻": REMOTE,
    "🖥": REMOTE,
    "❔": MAYBE,
    "❓": MAYBE,
    "❌": NO,
    "✖": NO,
}


@on_reaction(messages.CARD)
@on_reaction(messages.COUNT)
@on_reaction(messages.OFFER)
@on_reaction(messages.REMINDER)
async def react(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await _undo_tap(ctx, tap.event_id)
    answer = ANSWERS.get(tap.key.replace("\ufe0f", "").strip())
    on = messages.parse_key(tap.message_key)
    row = await meetings.meeting(ctx.db, on.meeting) if on else None
    if row is None or on is None:
        return None
    if answer is None:
        return await ask_back(ctx, row, tap.key)
    if (reason := await refusal(ctx, row)) is not None:
        if await ctx.private_room(ctx.person.id):
            await private_messages.send_receipt(ctx, row, ctx.person.id, reason)
        return None
    who = await author(ctx, row)
    recorded = await attendance.record(ctx, row, who, NewAnswer(answer, TAP))
    # an offer says itself what became of it
    if recorded.latest and (on.kind != messages.OFFER or answer not in (YES, NO)):
        await attendance.send_privately(ctx, row, who, recorded.status)
    return None


async def _undo_tap(ctx: Context, event_id: str) -> None:
    entry = await answers.of_event(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, entry.meeting_id) if entry else None
    if entry is None or row is None or is_over(ctx, row):
        return
    who = Participant(entry.person, entry.name)
    previous = await answers.answer_of(ctx.db, entry.meeting_id, entry.person)
    await answers.take_back(ctx.db, event_id)
    await attendance.reallocate(ctx, row, AnswerChange(entry.person, ctx.event_id))
    if previous is not None and previous.event_id == event_id and row.status == meetings.ANNOUNCED:
        await attendance.send_privately(ctx, row, who, await receipts.status_of(ctx, row, entry.person))


_ALIKE = {
    YES: "👍 👌 🙋 ✋ 🙌 💪 🆗 🤝 ☝ 🫡 💯 🟢 ✓ ➕ +1",
    REMOTE: "🎥 📹 📱 📞 ☎",
    NO: "👎 🙅 🚫 ⛔ 🛑 🔴 ❎ ✗ ✘ ➖ -1",
    MAYBE: "🤔 🤷 🟠 🟡",
}
LIKELY_ANSWERS = {key: answer for answer, keys in _ALIKE.items() for key in keys.split()}
_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))


def likely_answer(key: str) -> str | None:
    """What a tap may mean, be it in words (« oui »), whatever the colour of the hand and whose it is."""
    bare = (
        key[:100]
        .replace("\ufe0f", "")
        .translate(dict.fromkeys(map(ord, _TONES)))
        .partition("\u200d")[0]
        .strip()
    )
    return LIKELY_ANSWERS.get(bare) or parse_phrases.parse_reply(bare)


async def ask_back(ctx: Context, row: Meeting, key: str) -> None:
    """Nothing when they have answered so already, or were asked already."""
    answer = likely_answer(key)
    if answer is None or await refusal(ctx, row) is not None:
        return
    current = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    if current is not None and (current.answer, current.revision) == (answer, row.revision):
        return
    room = await ctx.private_room(ctx.person.id)
    message_key = messages.asked_back_key(row.id, ctx.person.id, answer if room else "")
    if await outbox.versions(ctx.db, message_key, room or ctx.room.id):
        return
    if room is None:
        say = _ask_back_in_room(ctx, wording.day(row, ctx.config, ctx.now))
        await ctx.post(Post(room=ctx.room.id, say=say, key=message_key, rank=Rank.ANSWER))
        return
    ask = confirm_answer(ctx, row, answer)
    await ctx.post(
        Post(
            room=room,
            person=ctx.person.id,
            ask=ask,
            asked_to=ctx.person.id,
            key=message_key,
            rank=Rank.ANSWER,
        )
    )


def _ask_back_in_room(ctx: Context, day: Day) -> Say:
    """In the room, where nobody else is to be bothered by a question."""
    return Say(
        "{name}, je n’ai pas pu lire votre réaction comme une réponse pour le {day}. Touchez plutôt "
        "✅ (je viens), 💻 (en visio), ❔ (peut-être) ou ❌ (je ne peux pas) sous le même message.",
        name=ctx.person.name,
        day=day,
    )
