"""A gesture that is none of those that are offered, but that somebody may take for their answer: asked back once, where the fewest are disturbed."""

from bot.command import Context
from bot.outbox import Post, Rank
from bot.text import Say
from bot.time import Day
from commands.meetings import phrases, sentences
from commands.meetings.admission import refusal
from schedules.meetings import receipts, telling
from storage import outbox
from storage.meetings import answers, meetings
from storage.meetings.answers import MAYBE, NO, REMOTE, YES
from storage.tables import Meeting

_ALIKE = {YES: "👍 👌 🙋 ✋ 🙌 💪 🆗 🤝 ☝ 🫡 💯 🟢 ✓ ➕ +1", REMOTE: "🎥 📹 📱 📞 ☎", NO: "👎 🙅 🚫 ⛔ 🛑 🔴 ❎ ✗ ✘ ➖ -1", MAYBE: "🤔 🤷 🟠 🟡"}
MEANT = {key: answer for answer, keys in _ALIKE.items() for key in keys.split()}
_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))


def meaning(key: str) -> str | None:
    """What a tap may mean, be it in words (« oui »), whatever the colour of the hand and whose it is."""
    bare = key[:100].replace("\ufe0f", "").translate(dict.fromkeys(map(ord, _TONES))).partition("\u200d")[0].strip()
    return MEANT.get(bare) or phrases.answer(bare)


async def asked_back(ctx: Context, row: Meeting, key: str) -> None:
    """Nothing when they have answered so already, or were asked already."""
    answer = meaning(key)
    if answer is None or await refusal(ctx, row) is not None:
        return
    known = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    if known is not None and (known.answer, known.revision) == (answer, row.revision):
        return
    room = await telling.joined(ctx.db, ctx.network, ctx.person.id)
    message_key = meetings.asked_back_key(row.id, ctx.person.id)
    if await outbox.versions(ctx.db, message_key, room or ctx.room.id):
        return
    if room is None:
        await ctx.post(Post(room=ctx.room.id, say=_openly(ctx, receipts.day(row, ctx.now, ctx.config)), key=message_key, rank=Rank.ANSWER))
        return
    ask = sentences.confirm(ctx, row, answer)
    await ctx.post(Post(room=room, person=ctx.person.id, ask=ask, asked_to=ctx.person.id, key=message_key, rank=Rank.ANSWER))


def _openly(ctx: Context, day: Day) -> Say:
    """In the room, where nobody else is to be bothered by a question."""
    return Say(
        "{name}, je n’ai pas pu lire votre réaction comme une réponse pour le {day}. "
        "Touchez plutôt ✅ (je viens), 💻 (en visio), ❔ (peut-être) ou ❌ (je ne peux pas) sous le même message.",
        name=ctx.person.name,
        day=day,
    )
