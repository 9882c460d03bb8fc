"""Native votes (MSC3381) and reactions: in the native poll, or a number under its card.
One that counts says nothing but the card's count.
"""

from typing import NamedTuple

from bot.command import Answer, Context, handlers
from bot.command.handlers import PollEnd, Reaction, on_ballot, on_poll_end, on_reaction, on_reply
from bot.outbox import chips
from bot.text.courtesy import plain
from commands.polls import feedback, parse_vote
from commands.polls.lookup import refusal
from schedules.polls import box, card
from storage.polls import ballots, counting, polls
from storage.tables import Ballot, Poll

# without the variation selectors, which clients add or drop
NUMBERS = {**{f"{number}\u20e3": number - 1 for number in range(1, 10)}, "🔟": 9}


class Gesture(NamedTuple):
    event_id: str
    way: str
    choices: list[int] | None
    part: int = 0


@on_ballot(polls.BOX)
async def voted(ctx: Context, sent: handlers.Ballot) -> None:
    if sent.withdrawn:
        return await _taken_back(ctx, sent.event_id)
    on = polls.shown(sent.message_key)
    row = await polls.poll(ctx.db, on.poll) if on else None
    if on is None or row is None:
        return None
    if (reason := await refusal(ctx, row)) is not None:
        await box.came_too_late(ctx, row, on.part)
        return await feedback.hint_refusal(ctx, row, reason)
    chosen = counting.native_choices(row, sent.answers)
    await _count(ctx, row, Gesture(sent.event_id, ballots.NATIVE, chosen, on.part))
    if chosen is None:
        return await feedback.hint(ctx, row, feedback.spoiled(ctx, row))
    if len(chosen) > counting.most(row):
        return await feedback.hint(ctx, row, feedback.too_many(ctx, row))
    return await feedback.hint_counted(ctx, row)


@on_reaction(polls.CARD)
async def tapped(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await _taken_back(ctx, tap.event_id)
    number = NUMBERS.get(tap.key.replace("\ufe0f", "").strip())
    on = polls.shown(tap.message_key)
    row = await polls.poll(ctx.db, on.poll) if on else None
    if number is None or row is None or row.kind == polls.DATES or number >= len(row.choices):
        return None
    if (reason := await refusal(ctx, row)) is not None:
        return await feedback.hint_refusal(ctx, row, reason)
    if row.mode != polls.VISIBLE:
        await chips.judge(ctx, {tap.event_id: False})
        return await feedback.hint(ctx, row, feedback.not_by_a_tap(ctx, row))
    await _count(ctx, row, Gesture(tap.event_id, ballots.TAP, [number]))
    return await feedback.hint_counted(ctx, row)


@on_poll_end(polls.BOX)
async def ended(ctx: Context, end: PollEnd) -> None:
    """In a client, before its time: the poll stays as it was announced, for who votes otherwise,
    and the team decides. The box, which now draws a final result, goes.
    """
    on = polls.shown(end.message_key)
    row = await polls.poll(ctx.db, on.poll) if on else None
    if (
        on is None
        or row is None
        or not await polls.takes_votes(ctx.db, row, ctx.now)
        or on.part in polls.ended(row)
    ):
        return
    first = not polls.ended(row)
    row.result = {**row.result, polls.ENDED: [*polls.ended(row), on.part]}
    ctx.db.add(row)
    await box.take_away_all(ctx, row, on.part)
    card.refresh(ctx, row)
    if first:
        await ctx.tell_team(feedback.ended(ctx, row))


@on_reply(polls.CARD)
@on_reply(polls.BOX)
async def replied(ctx: Context, message_key: str) -> str | None:
    """« 2 » in reply to a poll is a vote; other words may be talk."""
    on = polls.shown(message_key)
    row = await polls.poll(ctx.db, on.poll) if on else None
    answer = Answer(plain(ctx.text, ctx.person.full_name), ctx.text)
    if row is None or (row.kind == polls.DATES and not any(map(str.isdigit, answer))):
        return None
    read = (
        parse_vote.dates(answer, len(row.days))
        if row.kind == polls.DATES
        else parse_vote.choices(answer, row.choices)
    )
    return f"vote {ctx.text}" if read or (read is not None and "retir" in answer.lower()) else None


async def _count(ctx: Context, row: Poll, gesture: Gesture) -> None:
    entry = Ballot(**gesture._asdict(), poll_id=row.id, person=ctx.person.id, at=ctx.now)
    await ballots.record(ctx.db, entry)
    await card.voted(ctx, row, entry.person)


async def _taken_back(ctx: Context, event_id: str) -> None:
    number = await ballots.take_back(ctx.db, event_id)
    row = await polls.poll(ctx.db, number) if number is not None else None
    if row is not None and row.status in (polls.PUBLISHED, polls.CLOSING):
        await card.voted(ctx, row, ctx.person.id)
