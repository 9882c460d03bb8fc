"""Answers by a gesture, under any message of a meeting: nothing is said in the room but the living line."""

from bot.command import Context
from bot.command.handlers import Reaction, on_reaction
from commands.meetings import guessed, recording
from commands.meetings.admission import over, refusal
from commands.meetings.recording import Somebody, Wish, author
from schedules.meetings import receipts, telling
from storage.meetings import answers, meetings
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, YES
from storage.meetings.seats import Cause

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
        return await guessed.asked_back(ctx, row, tap.key)
    if (reason := await refusal(ctx, row)) is not None:
        if await telling.reachable(ctx.db, ctx.network, ctx.person.id):
            await ctx.post(telling.receipt(row, ctx.person.id, (reason, ctx.now), ctx.config))
        return None
    who = await author(ctx, row)
    done = await recording.record(ctx, row, who, Wish(answer, TAP))
    if done.latest and (on.what != meetings.OFFER or answer not in (YES, NO)):  # an offer says itself what became of it
        await recording.privately(ctx, row, who, done.standing)
    return None


async def _taken_back(ctx: Context, event_id: str) -> None:
    entry = await answers.act(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, entry.meeting_id) if entry else None
    if entry is None or row is None or over(ctx, row):
        return
    who = Somebody(entry.person, entry.name)
    before = await answers.answer_of(ctx.db, entry.meeting_id, entry.person)
    await answers.take_back(ctx.db, event_id)
    await recording.settle(ctx, row, Cause(entry.person, ctx.event_id))
    if before is not None and before.event_id == event_id and row.status == meetings.ANNOUNCED:
        await recording.privately(ctx, row, who, await receipts.standing(ctx.db, row, entry.person, ctx.now))
