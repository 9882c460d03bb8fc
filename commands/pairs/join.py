"""`!cafe`: taking part in the monthly pairs, or no longer."""

from typing import Literal

from bot.command import Context, Role, Scope, command
from bot.text import Pill, Say
from bot.time import Instant
from schedules import members
from schedules.pairs import calendar
from storage.pairs import pairs

Wanted = Literal["oui", "yes", "ok", "on", "non", "no", "stop", "fin", "off"]
YES = ("oui", "yes", "ok", "on")


@command(
    "cafe",
    aliases=("pausecafe", "convivial"),
    english=("coffee",),
    usage=Say("`cafe oui` ou `cafe non`"),
    example="!cafe oui",
    help=Say("une fois par mois, vingt minutes avec un autre membre"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=59,
)
async def cafe(ctx: Context, wanted: Wanted | None) -> Say:
    if wanted is None:
        return await _state(ctx)
    if wanted in YES:
        await pairs.join(ctx.db, ctx.person.id, ctx.now)
        return Say.lines(
            Say(
                "C’est noté, {name} : une fois par mois, je vous présente un membre d’une autre commune, "
                "pour vingt minutes d’échange. Cette personne voit votre prénom et peut vous écrire.",
                name=ctx.person.name,
            ),
            await _next(ctx),
            _STOP,
        )
    await pairs.forget(ctx.db, [ctx.person.id])
    return Say(
        "C’est noté, {name} : vous ne participez pas à la pause-café, et j’ai effacé avec qui vous avez "
        "été en binôme. Pour revenir : `cafe oui`",
        name=ctx.person.name,
    )


async def _state(ctx: Context) -> Say:
    if await pairs.member(ctx.db, ctx.person.id) is None:
        return Say(
            "La pause-café : une fois par mois, vingt minutes avec un membre d’une autre commune. Pour "
            "participer : `cafe oui`"
        )
    return Say.lines(Say("Vous participez à la pause-café."), await _partner(ctx), await _next(ctx), _STOP)


async def _partner(ctx: Context) -> Say | None:
    last = await pairs.last_round(ctx.db)
    others = await pairs.partners(ctx.db, last.month, ctx.person.id) if last and not last.closed else []
    people = await members.first_names(ctx, others)
    lines = [Say("En ce moment, avec {person}.", person=Pill(name, who)) for who, name in people.items()]
    return Say.lines(*lines) if lines else None


async def _next(ctx: Context) -> Say | None:
    at = calendar.next_draw(await pairs.last_round(ctx.db), ctx.now, ctx.hours)
    return Say("Prochain tirage : le {when}.", when=Instant(at, ctx.now, ctx.config.zone)) if at else None


_STOP = Say("Pour arrêter : `cafe non`")
