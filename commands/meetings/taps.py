"""Answers by a gesture, under any message of a meeting: nothing is said in the room but the living line."""

from bot.command import Context
from bot.command.handlers import Tap, reaction
from commands.meetings import guessed, recording
from commands.meetings.admission import over, refusal
from commands.meetings.recording import Somebody, Wish, author
from schedules.meetings import receipts, telling
from storage.meetings import answers, meetings
from storage.meetings.answers import MAYBE, NO, REMOTE, TAP, YES
from storage.meetings.seats import Cause

ANSWERS = {"✅": YES, "✔": YES, "☑": YES, "💻": REMOTE, "🖥": REMOTE, "❔": MAYBE, "❓": MAYBE, "❌": NO, "✖": NO}  # without the variation selectors


@reaction(meetings.CARD)
@reaction(meetings.COUNT)
@reaction(meetings.OFFER)
@reaction(meetings.REMINDER)
async def tapped(ctx: Context, tap: Tap) -> None:
    if tap.key is None:
        return await _taken_back(ctx, tap.event_id)
    answer = ANSWERS.get(tap.key.replace("\ufe0f", "").strip())
    on = meetings.shown(tap.living)
    row = await meetings.meeting(ctx.db, on.meeting) if on else None
    if row is None or on is None:
        return None
    if answer is None:
        return await guessed.asked_back(ctx, row, tap.key)
    if (reason := await refusal(ctx, row)) is not None:
        if await telling.reachable(ctx.db, ctx.outbox.network, ctx.person.id):
            await ctx.outbox.post(telling.receipt(row, ctx.person.id, (reason, ctx.now), ctx.config))
        return None
    who = await author(ctx, row)
    done = await recording.record(ctx, row, who, Wish(answer, TAP))
    if done.latest and (on.what != meetings.OFFER or answer not in (YES, NO)):  # an offer says itself what became of it
        await recording.privately(ctx, row, who, done.standing)
    return None


async def _taken_back(ctx: Context, event_id: str) -> None:
    act = await answers.act(ctx.db, event_id)
    row = await meetings.meeting(ctx.db, act.meeting_id) if act else None
    if act is None or row is None or over(ctx, row):
        return
    who = Somebody(act.person, act.name)
    before = await answers.answer_of(ctx.db, act.meeting_id, act.person)
    await answers.take_back(ctx.db, event_id)
    await recording.settle(ctx, row, Cause(act.person, ctx.event_id))
    if before is not None and before.event_id == event_id and row.status == meetings.ANNOUNCED:
        await recording.privately(ctx, row, who, await receipts.standing(ctx.db, row, act.person, ctx.now))
