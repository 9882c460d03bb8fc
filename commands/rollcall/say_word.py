"""Checking in, by who is there: the word that was said in the room, written or tapped."""

from datetime import timedelta

from bot.command import Context
from bot.command.handlers import Reaction, on_message, on_reaction
from bot.text import Say
from bot.text.courtesy import plain
from commands.meetings import lookup
from schedules.meetings.wording import day
from schedules.rollcall import attendance
from schedules.rollcall.attendance import CARD, Word
from storage.meetings import meetings
from storage.rollcall import presence, rollcalls, words
from storage.rollcall.presence import TAP, WORD
from storage.tables import Meeting, RollCall

LATE = timedelta(days=2)  # who says the word so long after the close is told that it is closed


def may_be_word(text: str) -> bool:
    return len(text) <= words.LONGEST and words.parse(plain(text)) is not None


async def is_awaited(ctx: Context) -> bool:
    """Whether a roll call is open whose words this one is among: it must not become somebody's answer,
    which others may read.
    """
    said = words.parse(plain(ctx.text, ctx.person.full_name))
    rolls = await rollcalls.open_at(ctx.db, ctx.now) if said else ()
    return any([said.word in roll.choices and await _concerns(ctx, row) for roll, row in rolls if said])


@on_message(may_be_word, undo_command="pointage", claims=is_awaited)
async def on_word(ctx: Context) -> Say | None:
    """In private, or in a room of the meeting. None: nothing is open, they speak of something else."""
    said = words.parse(plain(ctx.text, ctx.person.full_name))
    if said is None:
        return None
    found = [each for each in await rollcalls.open_at(ctx.db, ctx.now) if await _concerns(ctx, each[1])]
    if not found:
        return await _late(ctx, said.word)
    roll, row = next((each for each in found if each[0].word == said.word), found[0])
    say, done = await attendance.say_word(ctx, roll, row, Word(said.word, WORD, said.remote))
    if ctx.room.direct or not done:
        return say
    await ctx.acknowledge(ctx.room.id, ctx.event_id)
    await attendance.tell_privately(ctx, row, say)
    return None


async def _concerns(ctx: Context, row: Meeting) -> bool:
    return (ctx.room.direct or ctx.room.id in row.rooms) and await lookup.visible(ctx, row)


async def _late(ctx: Context, word: str) -> Say | None:
    for roll, row in await rollcalls.closed_between(ctx.db, ctx.now - LATE, ctx.now):
        if ctx.room.direct and roll.word == word and await lookup.visible(ctx, row):
            return _closed(ctx, row)
    return None


def _closed(ctx: Context, row: Meeting) -> Say:
    return Say(
        "Le pointage de la rencontre du {day} est clos. Si vous y étiez, dites-le à l’équipe : "
        "elle peut encore vous ajouter.",
        day=day(row, ctx.config, ctx.now),
    )


@on_reaction(CARD)
async def on_tap(ctx: Context, reaction: Reaction) -> Say | None:
    if reaction.key is None:
        await attendance.undo(ctx, reaction.event_id)
        return None
    word, number = words.of_tap(reaction.key), attendance.meeting_of_key(reaction.message_key)
    roll = await rollcalls.of_meeting(ctx.db, number) if number is not None else None
    row = await meetings.meeting(ctx.db, number) if number is not None else None
    if word is None or roll is None or row is None or attendance.card_key(roll) != reaction.message_key:
        return None
    say = await _tapped(ctx, roll, row, word)
    return None if await attendance.tell_privately(ctx, row, say) else _in_room(ctx, say, roll)


async def _tapped(ctx: Context, roll: RollCall, row: Meeting, word: str) -> Say:
    if not presence.is_open(roll, ctx.now):
        return _closed(ctx, row)
    say, _ = await attendance.say_word(ctx, roll, row, Word(word, TAP))
    return say


def _in_room(ctx: Context, say: Say, roll: RollCall) -> Say | None:
    """Who cannot be reached in private hears of what did not work; the tap itself shows the rest."""
    refused = say in (attendance.WRONG, attendance.TOO_MANY, attendance.TAKEN_BACK)
    return say if refused or not presence.is_open(roll, ctx.now) else None
