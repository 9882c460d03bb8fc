"""Answers by a gesture, under any message of a meeting: nothing is said in the room but the living line."""

from bot.command import Context
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank
from bot.text import Say
from bot.time import Day
from commands.meetings import attend, parse_phrases
from schedules.meetings import attendance, private_messages, receipts
from schedules.meetings.attendance import Somebody, Wish, author, over, refusal
from storage import outbox
from storage.meetings import answers, meetings
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, YES
from storage.meetings.seats import Cause
from storage.tables import Meeting

ANSWERS = {"✅": YES, "✔": YES, "☑": YES, "💻": REMOTE, "🖥": REMOTE, "❔": MAYBE, "❓": MAYBE, "❌": NO, "✖": NO}  # without the variation selectors


@on_reaction(meetings.CARD)
@on_reaction(meetings.COUNT)
@on_reaction(meetings.OFFER)
@on_reaction(meetings.REMINDER)
async def tapped(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await _taken_back(ctx, tap.event_id)
    answer = ANSWERS.get(tap.key.replace("\ufe0f", "").strip())
    on = meetings.shown(tap.message_key)
    row = await meetings.meeting(ctx.db, on.meeting) if on else None
    if row is None or on is None:
        return None
    if answer is None:
        return await asked_back(ctx, row, tap.key)
    if (reason := await refusal(ctx, row)) is not None:
        if await ctx.private_room(ctx.person.id):
            await private_messages.send_receipt(ctx, row, ctx.person.id, reason)
        return None
    who = await author(ctx, row)
    done = await attendance.record(ctx, row, who, Wish(answer, TAP))
    if done.latest and (on.what != meetings.OFFER or answer not in (YES, NO)):  # an offer says itself what became of it
        await attendance.privately(ctx, row, who, done.standing)
    return None


async def _taken_back(ctx: Context, event_id: str) -> None:
    entry = await answers.act(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, entry.meeting_id) if entry else None
    if entry is None or row is None or over(ctx, row):
        return
    who = Somebody(entry.person, entry.name)
    before = await answers.answer_of(ctx.db, entry.meeting_id, entry.person)
    await answers.take_back(ctx.db, event_id)
    await attendance.settle(ctx, row, Cause(entry.person, ctx.event_id))
    if before is not None and before.event_id == event_id and row.status == meetings.ANNOUNCED:
        await attendance.privately(ctx, row, who, await receipts.standing(ctx, row, entry.person))


_ALIKE = {YES: "👍 👌 🙋 ✋ 🙌 💪 🆗 🤝 ☝ 🫡 💯 🟢 ✓ ➕ +1", REMOTE: "🎥 📹 📱 📞 ☎", NO: "👎 🙅 🚫 ⛔ 🛑 🔴 ❎ ✗ ✘ ➖ -1", MAYBE: "🤔 🤷 🟠 🟡"}
MEANT = {key: answer for answer, keys in _ALIKE.items() for key in keys.split()}
_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))


def meaning(key: str) -> str | None:
    """What a tap may mean, be it in words (« oui »), whatever the colour of the hand and whose it is."""
    bare = key[:100].replace("\ufe0f", "").translate(dict.fromkeys(map(ord, _TONES))).partition("\u200d")[0].strip()
    return MEANT.get(bare) or parse_phrases.answer(bare)


async def asked_back(ctx: Context, row: Meeting, key: str) -> None:
    """Nothing when they have answered so already, or were asked already."""
    answer = meaning(key)
    if answer is None or await refusal(ctx, row) is not None:
        return
    known = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    if known is not None and (known.answer, known.revision) == (answer, row.revision):
        return
    room = await ctx.private_room(ctx.person.id)
    message_key = meetings.asked_back_key(row.id, ctx.person.id, answer if room else "")
    if await outbox.versions(ctx.db, message_key, room or ctx.room.id):
        return
    if room is None:
        await ctx.post(Post(room=ctx.room.id, say=_openly(ctx, receipts.day(row, ctx.now, ctx.config)), key=message_key, rank=Rank.ANSWER))
        return
    ask = attend.confirm(ctx, row, answer)
    await ctx.post(Post(room=room, person=ctx.person.id, ask=ask, asked_to=ctx.person.id, key=message_key, rank=Rank.ANSWER))


def _openly(ctx: Context, day: Day) -> Say:
    """In the room, where nobody else is to be bothered by a question."""
    return Say(
        "{name}, je n’ai pas pu lire votre réaction comme une réponse pour le {day}. "
        "Touchez plutôt ✅ (je viens), 💻 (en visio), ❔ (peut-être) ou ❌ (je ne peux pas) sous le même message.",
        name=ctx.person.name,
        day=day,
    )
