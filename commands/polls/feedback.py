"""Feedback: what is told to one person about a vote that was tapped and does not count:
one message a person and poll, worded anew when it changes; once the poll is over, one for all.
"""

from bot.command import Context
from bot.outbox import Post, Rank
from bot.text import Say
from bot.time import Instant
from schedules.polls import card
from storage.polls import polls
from storage.tables import OutboxEntry, Poll


async def hint(ctx: Context, row: Poll, say: Say) -> None:
    """In private where they talk with us already, else in the poll's room."""
    if known := await _last_hint(ctx, row):
        room, person = known.room_id, known.person
    else:
        private = await ctx.private_room(ctx.person.id)
        room, person = private or row.room_id, ctx.person.id if private else None
    key = polls.hint_key(row.id, ctx.person.id)
    await ctx.post(Post(room=room, person=person, say=say, rank=Rank.ANSWER, key=key))


async def hint_refusal(ctx: Context, row: Poll, reason: Say) -> None:
    """Once it is over, a crowd may tap all the same: the room is told in one line for everybody."""
    over = row.status == polls.CANCELLED or ctx.now > row.closes_at
    if not over or await ctx.private_room(ctx.person.id) or await _last_hint(ctx, row) is not None:
        await hint(ctx, row, reason)
    else:
        key = polls.hint_key(row.id, "")
        await ctx.post(Post(room=row.room_id, say=_over(ctx, row), rank=Rank.ANSWER, key=key))


async def hint_counted(ctx: Context, row: Poll) -> None:
    """They voted since as they should: what was told them is no longer true."""
    if await _last_hint(ctx, row) is not None:
        await hint(
            ctx,
            row,
            Say(
                "{name}, votre vote au sondage n° {number} est bien enregistré.",
                name=ctx.person.name,
                number=row.id,
            ),
        )


def spoiled(ctx: Context, row: Poll) -> Say:
    if row.mode != polls.VISIBLE:
        return Say(
            "{name}, je n’ai pas pu lire votre vote au sondage n° {number} : il n’est pas compté. Touchez "
            "à nouveau votre réponse dans l’encadré.",
            name=ctx.person.name,
            number=row.id,
        )
    return Say(
        "{name}, je n’ai pas pu lire votre vote au sondage n° {number} : il n’est pas compté. "
        "Touchez à nouveau votre réponse dans l’encadré, ou écrivez `{line}`.",
        name=ctx.person.name,
        number=row.id,
        line=f"!vote n° {row.id} {card.example_vote(row, ctx.room.language)}",
    )


def too_many(ctx: Context, row: Poll) -> Say:
    """Of a native vote: its first choices count (MSC3381)."""
    return Say(
        "{most}, {name}. Au sondage n° {number}, seul le début de votre vote est compté. Pour choisir "
        "autrement, votez à nouveau dans l’encadré.",
        most=card.at_most(row.most),
        name=ctx.person.name,
        number=row.id,
    )


def not_by_a_tap(ctx: Context, row: Poll) -> Say:
    """Of a number under the card of a poll whose votes the room should not see."""
    if row.mode == polls.DISCREET:
        return Say(
            "{name}, ce vote n’est pas compté : au sondage n° {number}, on vote dans l’encadré. Vous "
            "pouvez retirer votre réaction.",
            name=ctx.person.name,
            number=row.id,
        )
    return Say(
        "{name}, ce vote n’est pas compté : le sondage n° {number} est confidentiel. "
        "Retirez votre réaction, que le salon peut voir, et écrivez-moi `!vote` : je vous réponds en "
        "message privé.",
        name=ctx.person.name,
        number=row.id,
    )


def ended(ctx: Context, row: Poll) -> Say:
    """Told to the team: what whoever ended the native poll may have meant, and how to do it."""
    if row.mode == polls.DISCREET:
        return Say(
            "{person} a terminé l’encadré du sondage n° {number}, « {question} » : "
            "plus personne ne peut y voter. Pour publier le résultat maintenant : "
            "`!sondage clore {number}` ; pour l’annuler : `!sondage annuler {number}`.",
            person=ctx.person.full_name,
            number=row.id,
            question=row.question,
        )
    return Say(
        "{person} a terminé l’encadré du sondage n° {number}, « {question} ». Le sondage reste ouvert "
        "jusqu’au {when} : "
        "on y vote encore avec `!vote`. Pour le clore maintenant : `!sondage clore {number}`.",
        person=ctx.person.full_name,
        number=row.id,
        question=row.question,
        when=card.closing(row, ctx.config),
    )


def _over(ctx: Context, row: Poll) -> Say:
    if row.status == polls.CANCELLED:
        return Say("Le sondage n° {number} est annulé : on ne peut plus y voter.", number=row.id)
    when = Instant(row.closes_at, ctx.now, ctx.config.zone)
    return Say(
        "Le sondage n° {number} est clos depuis le {when} : les votes arrivés depuis ne sont pas comptés.",
        number=row.id,
        when=when,
    )


async def _last_hint(ctx: Context, row: Poll) -> OutboxEntry | None:
    return await polls.last_hint(ctx.db, row.id, ctx.person.id)
