"""Endorsements, « utile pour moi aussi »: said with `!utile`, or tapped as 👍 under the card.
One voice a person, however often; taken back, it is gone.
"""

from bot.command import NOTHING, Answer, Context, Role, command
from bot.command.handlers import Reaction, on_reaction
from bot.text import Count, Say
from commands.resources.lookup import find_resource
from schedules.resources.card import USEFUL, refresh
from storage.resources import library
from storage.tables import Resource, Voice


async def take_back(ctx: Context, event_id: str) -> None:
    """The message that said so, or the tap, is gone."""
    n = await library.withdraw_voice(ctx.db, event_id)
    row = await library.active(ctx.db, n) if n is not None else None
    if row is not None:
        await refresh(ctx, row)


@command(
    "utile",
    aliases=("bravo",),
    english=("like", "upvote"),
    usage=Say("`!utile numéro`"),
    example="!utile 9",
    help=Say("dire qu’une ressource vous est utile"),
    allow=Role.MEMBER,
    run_when_stale=True,
    rank=32,
    undo=take_back,
)
async def utile(ctx: Context, *, which: Answer = NOTHING) -> Say:
    row = await find_resource(ctx, which)
    n = row.id
    before = await library.finds_useful(ctx.db, n, ctx.person.id)
    await _add(ctx, row, ctx.cause.id, library.SAID)
    count = Count(await library.voices(ctx.db, n), "une personne juge", "{n} personnes jugent")
    if before:
        return Say(
            "Votre voix y était déjà, {name} : {count} la fiche {n} utile.",
            name=ctx.person.name,
            count=count,
            n=n,
        )
    return Say("C’est noté, {name} : {count} la fiche {n} utile.", name=ctx.person.name, count=count, n=n)


@on_reaction(library.CARD)
async def tapped(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await take_back(ctx, tap.event_id)
    row = await library.resolve(ctx.db, library.number(tap.message_key) or 0)
    # with or without what gives the hand a colour
    if row is not None and tap.key[:1] == USEFUL and ctx.person.role >= Role.MEMBER:
        await _add(ctx, row, tap.event_id, library.TAPPED)
    return None


async def _add(ctx: Context, row: Resource, event_id: str, way: str) -> None:
    await library.add_voice(
        ctx.db, Voice(event_id=event_id, resource_id=row.id, person=ctx.person.id, at=ctx.now, way=way)
    )
    await refresh(ctx, row)
