"""Checking in: somebody says the word, taps it, or is added by the team.
Passed again, it changes nothing.
"""

from dataclasses import dataclass

from bot.command import Context
from bot.outbox import Post, Rank, UnitOfWork
from bot.text import Say
from schedules.meetings.attendance import author
from schedules.rollcall import wording
from storage.meetings import answers
from storage.rollcall import presence, rollcalls, words
from storage.rollcall.presence import MOST_TRIES, TEAM, Act
from storage.tables import CheckIn, Meeting, RollCall

CARD = "rollcall:"
WRONG = Say("Ce n’est pas le mot de la rencontre. Demandez-le à une personne de la salle, puis réessayez.")
TOO_MANY = Say(
    "Ce n’est pas le mot, et c’était le dernier essai. Dites à l’équipe que vous êtes là : elle vous ajoute."
)
TAKEN_BACK = Say(
    "L’équipe a retiré votre présence. Si c’est une erreur, dites-le-lui : elle peut la remettre."
)


@dataclass(frozen=True)
class Word:
    """What somebody said or tapped. `remote`: None when they say nothing of it."""

    word: str
    way: str
    remote: bool | None = None


def card_key(roll: RollCall) -> str:
    """Another day has another card."""
    return f"{CARD}{roll.meeting_id}:{roll.day.isoformat()}"


def meeting_of_key(key: str) -> int | None:
    number = key.removeprefix(CARD).partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else None


async def say_word(ctx: Context, roll: RollCall, row: Meeting, said: Word) -> tuple[Say, bool]:
    """What to tell the person, and whether they are checked in."""
    known = await rollcalls.of_person(ctx.db, row.id, ctx.person.id)
    if known is not None and known.removed:
        return TAKEN_BACK, False
    if known is None and (refused := await _wrong(ctx, roll, said.word)):
        return refused, False
    who = await author(ctx, row)
    answer = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    from_afar = known.remote if known else answer is not None and answer.answer == answers.REMOTE
    act = Act(
        meeting=row.id,
        person=ctx.person.id,
        name=who.full_name,
        at=ctx.now,
        way=said.way,
        event_id=ctx.event_id,
        remote=from_afar if said.remote is None else said.remote,
    )
    checkin = await rollcalls.check_in(ctx.db, act)
    return _receipt(ctx, row, checkin, who.name, answered=answer is not None), True


async def _wrong(ctx: Context, roll: RollCall, word: str) -> Say | None:
    """Against guessing: after a few wrong words, the right one is refused too."""
    tries = await rollcalls.tries(ctx.db, roll.meeting_id, ctx.person.id)
    if tries < MOST_TRIES and word == roll.word:
        return None
    if tries < MOST_TRIES:
        tries = await rollcalls.count_try(ctx.db, roll.meeting_id, ctx.person.id)
    return TOO_MANY if tries >= MOST_TRIES else WRONG


def _receipt(ctx: Context, row: Meeting, checkin: CheckIn, name: str, *, answered: bool) -> Say:
    return Say.lines(
        wording.noted(row, checkin, name, ctx.now, ctx.config),
        None if answered else Say("Vous n’aviez pas répondu à l’invitation : ce n’est pas grave."),
        Say("Votre attestation : `attestation {name}`, en message privé.", name=row.name),
    )


async def tell_privately(ctx: Context, row: Meeting, say: Say) -> bool:
    """Whether they can be reached; one message a meeting."""
    if await ctx.private_room(ctx.person.id) is None:
        return False
    key = f"rollcall-receipt:{row.id}:{ctx.person.id}"
    await ctx.post(Post(person=ctx.person.id, say=say, key=key, rank=Rank.ANSWER))
    return True


async def add(ctx: Context, row: Meeting, person: str, name: str) -> CheckIn:
    """By the team."""
    answer = await answers.answer_of(ctx.db, row.id, person)
    act = Act(
        meeting=row.id,
        person=person,
        name=name,
        at=ctx.now,
        way=TEAM,
        event_id=ctx.event_id,
        remote=answer is not None and answer.answer == answers.REMOTE,
        by=ctx.person.id,
    )
    return await rollcalls.check_in(ctx.db, act)


async def undo(ctx: Context, event_id: str) -> CheckIn | None:
    """The word or the tap was taken back while the roll call is open: they are not there."""
    row = await rollcalls.of_event(ctx.db, event_id)
    roll = await rollcalls.of_meeting(ctx.db, row.meeting_id) if row else None
    if row is None or roll is None or not presence.may_take_back(row) or not presence.is_open(roll, ctx.now):
        return None
    await rollcalls.take_back(ctx.db, row)
    return row


async def post_cards(uow: UnitOfWork, row: Meeting, roll: RollCall) -> None:
    """Urgent: the team asked for it, and people are in the room."""
    for room in row.rooms:
        say = wording.card(row, roll, uow.now, uow.config)
        await uow.post(
            Post(
                room=room,
                say=say,
                key=card_key(roll),
                urgent=True,
                until=roll.closes_at,
                reactions=tuple(_taps(roll)),
            )
        )


def _taps(roll: RollCall) -> list[str]:
    return [words.tap_of(word) for word in roll.choices]
